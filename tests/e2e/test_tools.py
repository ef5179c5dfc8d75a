"""Programs that commands name, and depfiles: histories in which a hit would be wrong."""

from __future__ import annotations

import os
from textwrap import dedent

import pytest

from tests.e2e.project import Project

OWN_PATH = """
    @rule("out")
    def out(out):
        sh(f"mt > {out}", env={"PATH": "tools:/usr/bin:/bin"})
"""


def tool(project: Project, name: str, word: str, executable: bool = True) -> None:
    """A program that prints `word`."""
    project.write(name, f"#!/bin/sh\necho {word}\n", executable)


def test_a_file_that_cannot_run_does_not_stand_for_the_program(project: Project):
    tool(project, "early/mt", "notes", executable=False)
    tool(project, "late/mt", "one")
    project.rules("""
        @rule("out")
        def out(out):
            sh(f"mt > {out}")
    """)
    folders = [str(project.path("early")), str(project.path("late")), project.environment["PATH"]]
    environment = {"PATH": ":".join(folders)}
    project.build(environment=environment)
    assert project.build(environment=environment).is_idle
    tool(project, "late/mt", "two")
    assert project.build(environment=environment).made == ["out"]
    assert project.read("out") == "two\n"
    project.path("early/mt").chmod(0o755)
    assert project.build(environment=environment).made == ["out"]
    assert project.read("out") == "notes\n"


def test_the_path_that_a_command_declares_finds_its_tools(project: Project):
    tool(project, "tools/mt", "one")
    project.rules(OWN_PATH)
    project.build()
    assert project.build().is_idle
    tool(project, "tools/mt", "two")
    assert project.build().made == ["out"]
    assert project.read("out") == "two\n"


def test_a_program_that_appears_earlier_on_the_path(project: Project):
    tool(project, "late/mt", "one")
    project.rules(OWN_PATH.replace("tools:", "tools:late:"))
    project.build()
    assert project.build().is_idle
    tool(project, "tools/mt", "two")
    assert project.build().made == ["out"]
    assert project.read("out") == "two\n"
    project.remove("tools/mt")
    assert project.build().restored == ["out"]
    assert project.read("out") == "one\n"


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ('"mt > ../{out}", cwd="sub", env={"PATH": ":/usr/bin:/bin"}', "sub/mt"),
        ('"mt > ../{out}", cwd="sub", env={"PATH": "bin:/usr/bin:/bin"}', "sub/bin/mt"),
        ('"{word} > ../{out}", cwd="sub"', "sub/bin/mt"),
    ],
)
def test_the_folder_of_a_command_is_where_its_tools_are_looked_for(project: Project, command: str, place: str):
    tool(project, place, "one")
    project.rules(
        dedent("""
        @rule("out")
        def out(out):
            word = "bin/mt"
            sh(fCOMMAND)
    """).replace("COMMAND", command.replace("{out}", "out"))
    )
    project.build()
    assert project.build().is_idle
    tool(project, place, "two")
    assert project.build().made == ["out"]
    assert project.read("out") == "two\n"


def test_a_path_that_only_a_task_knows(project: Project):
    tool(project, "tools/mt", "one")
    project.write("where.py", "def tools(names):\n    return ':'.join(names)\n")
    project.rules("""
        from where import tools
        PATH = tools(["tools", "/usr/bin", "/bin"])

        @rule("out")
        def out(out):
            sh(f"mt > {out}", env={"PATH": PATH})
    """)
    project.build()
    assert project.build().is_idle
    tool(project, "tools/mt", "two")
    assert project.build().made == ["out"]
    assert project.read("out") == "two\n"


def test_a_tool_that_is_replaced_during_the_build(project: Project):
    project.write("tools/mt", "#!/bin/sh\necho one; mv new tools/mt\n", executable=True)
    tool(project, "new", "two")
    project.rules("""
        @rule("out")
        def out(out):
            sh(f"mt > {out}")
    """)
    environment = {"PATH": f"{project.path('tools')}:{project.environment['PATH']}"}
    project.build(environment=environment)
    assert project.read("out") == "two\n"
    assert project.build(environment=environment).is_idle


def test_a_program_that_appears_earlier_during_the_build(project: Project):
    project.write("late/mt", "#!/bin/sh\necho one > $1\n", executable=True)
    project.write("new", "#!/bin/sh\necho two > $1\n", executable=True)
    project.rules("""
        @rule("first")
        def first(out):
            sh(f"mt {out}")

        @rule("moved")
        def moved(out):
            need("first")
            sh(f"mkdir -p tools; cp new {raw('tools/mt')}; echo > {out}")

        @rule("last")
        def last(out):
            need("moved")
            sh(f"mt {out}")
    """)
    environment = {"PATH": f"{project.path('tools')}:{project.path('late')}:{project.environment['PATH']}"}
    project.build("last", environment=environment)
    assert (project.read("first"), project.read("last")) == ("one\n", "two\n")
    assert project.build("last", environment=environment).made == ["first", "moved"]
    assert project.read("first") == "two\n"
    assert project.build("last", environment=environment).is_idle


# ---- depfiles

READS = """
    @rule("out")
    def out(out):
        sh(f"cat in [h] > {out}; echo {out}: in [h] > out.d"DEPFILE)
"""


@pytest.fixture
def reading(project: Project) -> Project:
    """A command that reads `h` without declaring it."""
    project.write("in", "in\n")
    project.write("h", "one\n")
    return project


def test_a_depfile_that_is_added_later(reading: Project):
    reading.rules(READS.replace("DEPFILE", ""))
    reading.build()
    reading.write("h", "two\n")
    reading.rules(READS.replace("DEPFILE", ', depfile="out.d"'))
    assert reading.build().made == ["out"]
    assert reading.read("out") == "in\ntwo\n"
    reading.write("h", "three\n")
    assert reading.build().made == ["out"]


def test_a_depfile_that_was_there_before_is_kept_and_not_believed(reading: Project):
    reading.write("out.d", "out: in\n")
    reading.rules("""
        @rule("out")
        def out(out):
            sh(f"cat in [h] > {out}", depfile="out.d")
    """)
    failed = reading.build(status=1)
    assert "out.d" in failed.output + failed.errors
    (displaced,) = (reading.state / "displaced").rglob("out.d")
    assert displaced.read_text() == "out: in\n"
    assert not reading.exists("out")


def test_a_depfile_that_a_killed_build_left_is_removed(reading: Project):
    reading.rules("""
        @rule("out")
        def out(out):
            sh(f"echo 'out: in' > out.d; touch begun; sleep 300", depfile="out.d")
    """)
    running = reading.start("build")
    reading.wait_for("begun")
    running.kill()
    assert reading.exists("out.d")
    reading.rules(READS.replace("DEPFILE", ', depfile="out.d"'))
    reading.build()
    assert not os.path.exists(reading.state / "displaced")
    reading.write("h", "two\n")
    assert reading.build().made == ["out"]
