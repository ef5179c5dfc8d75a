"""Tasks and rules in environments of their own, made by the real uv and by Python's venv, without a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from redo_py.testing.wheels import make_wheel
from tests.e2e.project import Outcome, Project

TINY = "VALUE = {version}\n\n\ndef main():\n    print('tiny', VALUE)\n"

TASKS = """
    from redo_py import script, task

    redun_namespace = "apart"


    @task(env="uv:requirements.txt")
    def inside(number: int) -> list:
        import os
        import sys

        import tiny

        try:
            import rich  # which redun has, and the environment lacks
        except ImportError:
            rich = None
        return [tiny.VALUE, number, sys.prefix != sys.base_prefix, os.environ["VIRTUAL_ENV"] == sys.prefix, rich]


    @task
    def outside() -> list:
        return inside(3)


    @task
    def main() -> list:
        return [outside(), script("tiny-say", env="uv:requirements.txt", text=True)]
    """

RULES = """
    from work import number

    @rule("said.txt", env="uv:requirements.txt")
    def said(out):
        sh(f"tiny-say > {out}")

    @rule("number.txt", env="uv:requirements.txt")
    def numbered(out):
        return number(out)

    @rule("both.txt", env="uv:requirements.txt")
    def both(out):
        sh("tiny-say >&2")
        return number(out)

    @rule("requirements.txt")
    def requirements(out):
        sh(f"cat {need('head.txt')} {need('pin.txt')} > {out}")

    group("all", "said.txt", "number.txt", "both.txt")
    """
WORK = """
    def number(out):
        import tiny

        with open(out, "w") as stream:
            stream.write(f"{tiny.VALUE}\\n")
    """


@pytest.fixture
def head(project: Project) -> str:
    """The lines of a requirements file that say where the packages are."""
    wheels = project.folder.parent / "wheels"
    for version in (1, 2):
        make_wheel(wheels, "tiny", str(version), TINY.format(version=version))
    return f"--no-index\n--find-links {wheels}\n"


@pytest.fixture
def tasks(project: Project, head: str) -> Project:
    project.write("tasks.py", TASKS)
    project.write("requirements.txt", head + "tiny==1\n")
    return project


def run(project: Project, name: str = "main", status: int | None = 0) -> Outcome:
    return project.run("run", "tasks.py", name, status=status)


def ran(outcome: Outcome) -> list[str]:
    """The tasks of the jobs that ran."""
    lines = [line.split() for line in outcome.errors.splitlines() if line.startswith("[redun] Run ")]
    return sorted(line[4].partition("(")[0] for line in lines)


def environments(project: Project) -> list[Path]:
    folder = project.state / "envs"
    return [path for path in folder.iterdir() if path.suffix != ".lock"] if folder.exists() else []


def test_functions_and_scripts(tasks: Project):
    first = run(tasks)
    assert first.output == "[[1, 3, True, True, None], 'tiny 1\\n']\n"
    assert first.errors.count("making the environment uv:requirements.txt") == 1
    assert len(environments(tasks)) == 1
    tasks.touch("requirements.txt")
    assert ran(run(tasks)) == []
    tasks.write("requirements.txt", tasks.read("requirements.txt").replace("tiny==1", "-r pin.txt"))
    tasks.write("pin.txt", "tiny==2\n")
    second = run(tasks)
    assert second.output == "[[2, 3, True, True, None], 'tiny 2\\n']\n"
    assert ran(second) == ["apart.inside", "redun.script"]
    assert ran(run(tasks)) == []
    tasks.write("pin.txt", "tiny==1\n")
    assert run(tasks).output == "[[1, 3, True, True, None], 'tiny 1\\n']\n"


def test_what_a_call_exports_is_for_the_users_own_functions(tasks: Project):
    tasks.write(
        "tasks.py",
        """
        from redo_py import cond, task

        redun_namespace = "exports"


        @task
        def value(number: int) -> int:
            import tiny

            return tiny.VALUE + number


        @task(export_options={"env": "uv:requirements.txt"})
        def main() -> list:
            return [cond(value(1) > 1, value(2), value(3)), [value(each) for each in (4, 5)]]
        """,
    )
    assert run(tasks).output == "[3, [5, 6]]\n"
    assert ran(run(tasks)) == []


def test_the_log_knows_of_it(tasks: Project):
    run(tasks, "outside")
    lines = [json.loads(line) for line in tasks.run("log", "--format", "json", "-").output.splitlines()]
    [job] = [line for line in lines if line.get("task") == "apart.inside"]
    assert job["arguments"]["number"] == "3"
    assert "requirements.txt" in job["arguments"]["(environment)"]
    told = tasks.run("log", job["id"]).output
    assert "apart.inside(3)\n" in told
    assert "r  requirements.txt" in told
    tasks.write("requirements.txt", tasks.read("requirements.txt").replace("==1", "==2"))
    run(tasks, "outside")
    lines = [json.loads(line) for line in tasks.run("log", "--format", "json", "-").output.splitlines()]
    [job] = [line for line in lines if line.get("task") == "apart.inside"]
    assert job["reason"].startswith("requirements.txt changed (")


def test_rules(project: Project, head: str):
    project.rules(RULES)
    project.write("work.py", WORK)
    project.write("head.txt", head)
    project.write("pin.txt", "tiny==1\n")
    assert project.build("all").made == ["both.txt", "number.txt", "requirements.txt", "said.txt"]
    assert [project.read(name) for name in ("said.txt", "number.txt", "both.txt")] == ["tiny 1\n", "1\n", "1\n"]
    assert project.build("all").is_idle
    project.touch("requirements.txt")
    assert project.build("all").is_idle
    project.write("pin.txt", "tiny==2\n")
    again = project.build("--explain", "all")
    assert again.made == ["both.txt", "number.txt", "requirements.txt", "said.txt"]
    assert "said.txt: requirements.txt changed (" in again.output
    assert [project.read(name) for name in ("said.txt", "number.txt", "both.txt")] == ["tiny 2\n", "2\n", "2\n"]
    assert project.build("all").is_idle


def test_a_redunfile_below(project: Project, head: str):
    project.rules("include('sub')\n")
    project.write(
        "sub/redunfile.py", '@rule("said.txt", env="uv:deps.txt")\ndef said(out):\n    sh(f"tiny-say > {out}")\n'
    )
    project.write("sub/deps.txt", head + "tiny\n")
    project.build("sub/said.txt")
    assert project.read("sub/said.txt") == "tiny 2\n"


def test_an_output_may_be_called_env(project: Project):
    project.rules('@rule(env="env.txt", second="b.txt")\ndef made(out):\n    sh(f"touch {out.env} {out.second}")\n')
    assert project.build("env.txt").made == ["env.txt"]
    assert project.exists("b.txt")


def test_errors_of_redunfiles(project: Project):
    project.rules('@rule("a", env="uvv:requirements.txt")\ndef made(out):\n    sh(f"touch {out}")\n')
    assert project.build("a", status=2).errors == (
        'redunfile.py:1:12: the option `env` is an environment like "uv:requirements.txt", "venv:requirements.txt" or '
        "\"conda:env.yaml\", not 'uvv:requirements.txt'\n"
        '     1 | @rule("a", env="uvv:requirements.txt")\n'
        "       |            ^\n"
    )
    project.rules('@rule("a", env="uv:requirements.txt")\ndef made(out):\n    sh(f"touch {out}")\n')
    assert project.build("a", status=2).errors == (
        "redunfile.py:2:5: requirements.txt is missing\n"
        "     2 | def made(out):\n"
        "       |     ^\n"
        "  in a, made by rule `made` (redunfile.py:2:5)\n"
        "  hint: no rule makes it and there is no such file\n"
    )
    project.write("requirements.txt", "-e .\n")
    failed = project.build("a", status=1)
    said = failed.output + failed.errors
    assert "requirements.txt names the folder ., and uv:requirements.txt would not see it change" in said
    assert "hint: build a wheel and name that; modules of the project itself need no installing" in said


def test_errors_of_tasks(tasks: Project):
    tasks.write("requirements.txt", tasks.read("requirements.txt") + "nothing-like-that\n")
    failed = run(tasks, "outside", status=1)
    assert "the environment uv:requirements.txt cannot be made: exit status 1" in failed.errors
    assert "nothing-like-that" in failed.errors.partition("it said")[2]
    assert environments(tasks) == []
    tasks.remove("requirements.txt")
    failed = run(tasks, "outside", status=1)
    assert f"  for  apart.inside, {tasks.path('tasks.py')}:7\n" in failed.errors
    assert "there is no file requirements.txt, of which the environment uv:requirements.txt is made" in failed.errors


def test_a_slip_in_the_name_of_the_file(project: Project):
    project.write("requirements.txt", "")
    project.write(
        "flow.py",
        """
        from redo_py import task

        redun_namespace = "flow"

        @task(env="venv:requirments.txt")
        def slip() -> int:
            return 1
        """,
    )
    place = project.path("flow.py")
    assert (
        f"{place}:6:1: there is no file requirments.txt, of which the environment venv:requirments.txt is made\n"
        f"  for  flow.slip, {place}:6\n"
        "  hint: did you mean `requirements.txt`?\n"
    ) in project.run("run", "flow.py", "slip", status=1).errors


def test_async_and_elsewhere_are_refused(tasks: Project):
    tasks.write(
        "tasks.py",
        "from redo_py import task\n\n\n@task(env='uv:requirements.txt', cache=False)\n"
        "async def waits():\n    return 1\n",
    )
    failed = run(tasks, "waits", status=None)
    assert "waits is async, and cannot run in an environment of its own" in failed.errors
    assert "hint: make it a plain function, or leave env= out" in failed.errors
    tasks.write(
        "tasks.py",
        "from redo_py import task\n\n\n@task(env='uv:requirements.txt', executor='async')\ndef far():\n    return 1\n",
    )
    failed = run(tasks, "far", status=None)
    assert "the executor `async` cannot run in the environment uv:requirements.txt" in failed.errors


@pytest.mark.slow
def test_pythons_own_venv(project: Project, head: str):
    project.rules('@rule("said.txt", env="venv:requirements.txt")\ndef said(out):\n    sh(f"tiny-say > {out}")\n')
    project.write("requirements.txt", head + "tiny==2\n")
    project.build("said.txt")
    assert project.read("said.txt") == "tiny 2\n"


# ---- a project with an interpreter of its own

OWN = """
    import tiny
    from redo_py import File, script, task

    redun_namespace = "own"
    SIZE = tiny.VALUE


    @task
    def value() -> list:
        import sys

        return [tiny.VALUE, SIZE, sys.prefix]


    @task(executor="process")
    def process(given) -> bool:
        import sys

        return given[2] == sys.prefix


    @task
    def main() -> list:
        return [value(), process(value()), script("cat local", inputs=[File("far").stage("local")], text=True)]
    """


@pytest.fixture
def own(project: Project, head: str) -> Project:
    """A project with a `.venv`."""
    uv = shutil.which("uv", path=project.environment["PATH"])
    assert uv is not None, "the extra `dev` has it"
    project.write("wanted.txt", head + "tiny==2\n")
    for words in (
        ["venv", "--quiet", "--python", sys.executable, ".venv"],
        ["pip", "install", "--quiet", "--python", ".venv/bin/python", "-r", "wanted.txt"],
    ):
        subprocess.run([uv, *words], cwd=project.folder, env=project.environment, check=True)
    project.write("redun.toml", '[tasks]\npython = ".venv/bin/python"\n')
    project.write("tasks.py", OWN)
    project.write("far", "far\n")
    return project


def test_an_interpreter_of_the_project(own: Project):
    venv = str(own.path(".venv"))
    assert "".join(run(own).output.split()) == f"[[2,2,{venv!r}],True,'far\\n']"
    assert ran(run(own)) == []
    own.write("work.py", "import tiny\n\n" + dedent(WORK).replace("    import tiny\n", ""))
    own.rules('from work import number\n\n@rule("number.txt")\ndef numbered(out):\n    return number(out)\n')
    assert own.build("number.txt").made == ["number.txt"]
    assert own.read("number.txt") == "2\n"
    assert own.build("number.txt").is_idle


def test_an_interpreter_that_is_none(own: Project):
    own.write("redun.toml", '[tasks]\npython = ".venv/bin/other"\n')
    assert run(own, status=2).errors.endswith(
        f"redun: the interpreter {own.folder}/.venv/bin/other cannot be run: No such file or directory\n"
        "  set in  redun.toml:2\n"
        "  hint: `python` below [tasks] is relative to the project's root\n"
    )
    own.write(".venv/bin/old", "#!/bin/sh\necho '[\"3.5\", []]'\n", executable=True)
    own.write("redun.toml", '[tasks]\npython = ".venv/bin/old"\n')
    assert f"{own.folder}/.venv/bin/old is Python 3.5, and redun runs in Python 3." in run(own, status=2).errors


# ---- care


def test_gc_drops_old_ones_and_ruins(tasks: Project):
    run(tasks, "outside")
    [kept] = environments(tasks)
    ruin = kept.with_name("0" * 32)
    ruin.mkdir()
    (ruin / "half").write_text("made")
    assert "1 environments of tasks" in tasks.run("gc").output
    assert environments(tasks) == [kept]
    os.utime(kept, (5, 5))
    tasks.run("gc", "--older-than", "2h")
    assert environments(tasks) == []
    assert ran(run(tasks, "outside")) == []


def test_doctor_tells_what_makes_them(project: Project):
    project.rules('@rule("a")\ndef made(out):\n    sh(f"touch {out}")\n')
    [line] = [line for line in project.run("doctor", status=None).output.splitlines() if " envs " in line]
    uv = shutil.which("uv", path=project.environment["PATH"])
    assert f"venv, uv: {uv}, conda: " in line
