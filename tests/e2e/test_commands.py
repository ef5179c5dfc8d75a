"""The commands beside `build`: targets, why, clean, init, help."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.project import Project

RULES = '''
"""Two programs.

More about them."""

MODE = config("mode", "release")


@rule("build/{stem}.o")
def cc(out, stem):
    """Compile one file.

    In detail."""
    sh(f"cat {need(f'src/{stem}.c')} > {out}; echo {MODE} >> {out}")


@rule("bin/{prog}", where={"prog": ["hello", "bye"]})
def link(out, prog):
    """Link one program."""
    sh(f"cat {need(f'build/{prog}.o')} > {out}")


@rule("report.txt")
def report(out):
    """Report."""
    sh(f"wc -c {need('bin/hello')} > {out}")


@check
def test():
    """Run the tests."""
    sh(f"grep -q hello {need('bin/hello')}")


@action
def deploy(host: str, port: int = 80, force: bool = False):
    """Send it away."""
    sh(f"echo {host} {port} {force} {need('bin/hello')}")


group("all", "bin/hello", "bin/bye", "report.txt")
'''


@pytest.fixture
def programs(project: Project) -> Project:
    """Two programs, a report, a check and an action; nothing built."""
    project.rules(RULES)
    project.write("src/hello.c", "hello\n")
    project.write("src/bye.c", "bye\n")
    return project


# ---- targets


def test_targets_for_people(programs: Project):
    assert programs.run("targets").output == (
        "Two programs.\n"
        "\n"
        "More about them.\n"
        "\n"
        "groups\n"
        "* all\n"
        "\n"
        "checks\n"
        "  test  Run the tests.\n"
        "\n"
        "actions\n"
        "  deploy --host STR [--port 80] [--force]  Send it away.\n"
        "\n"
        "files\n"
        "  report.txt  Report.\n"
        "\n"
        "patterns\n"
        "  build/{stem}.o  Compile one file.\n"
        "  bin/{prog}      Link one program.\n"
        "    bin/hello\n"
        "    bin/bye\n"
        "\n"
        "* what `redun build` builds without a target\n"
    )


def test_targets_for_programs(programs: Project):
    listed = json.loads(programs.run("targets", "--json").output)
    assert listed["file"] == "redunfile.py"
    by_name = {target["name"]: target for target in listed["targets"]}
    assert by_name["deploy"] == {
        "name": "deploy",
        "kind": "action",
        "doc": "Send it away.",
        "is_default": False,
        "file": "redunfile.py",
        "line": 36,
        "parameters": [
            {"name": "host", "type": "str"},
            {"name": "port", "type": "int", "default": 80},
            {"name": "force", "type": "bool", "default": False},
        ],
        "files": [],
    }
    assert by_name["bin/{prog}"]["files"] == ["bin/hello", "bin/bye"]
    assert by_name["all"]["is_default"] is True


def test_targets_imports_no_module_of_the_project(project: Project):
    project.rules("""
        from pipeline import work

        @rule("out")
        def out(out):
            return work(out)
    """)
    project.write("pipeline.py", "open('imported', 'w')\n\ndef work(out):\n    pass\n")
    assert "out" in project.run("targets").output
    assert not project.exists("imported")


def test_targets_of_an_empty_redunfile(project: Project):
    project.rules("")
    assert project.run("targets").output == "redunfile.py has no targets\n"


def test_targets_of_a_wrong_redunfile(project: Project):
    project.rules("A = B\n")
    assert project.run("targets", status=2).errors.startswith("redunfile.py:1:5: ")


# ---- why


def masked(text: str) -> str:
    """`text` without moments, digests and ids."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "MOMENT", text)
    return re.sub(r"\b[0-9a-f]{8}\b", "HEX", text)


def why(project: Project, *words: str) -> str:
    """What `redun why WORDS` says, without what differs each time."""
    return masked(project.run("why", *words).output)


def test_why_before_the_first_build(programs: Project):
    assert why(programs, "bin/hello") == (
        "bin/hello would be made: build/hello.o would be made again\n"
        "  build/hello.o would be made: it was never built here\n"
    )


def test_why_after_a_build(programs: Project):
    programs.build()
    assert why(programs, "bin/hello") == (
        "bin/hello is up to date\n"
        "  made by   rule link, redunfile.py:18\n"
        "  command   cat build/hello.o > bin/hello\n"
        "  last run  MOMENT, execution HEX\n"
        "  because   it was never built here\n"
    )
    programs.write("src/hello.c", "hello again\n")
    programs.build()
    assert "  because   build/hello.o changed (HEX -> HEX)\n" in why(programs, "bin/hello")
    assert "  because   src/hello.c changed (HEX -> HEX)\n" in why(programs, "build/hello.o")


def test_why_names_what_differs(programs: Project):
    programs.build()
    programs.write("src/hello.c", "hello again\n")
    assert why(programs, "report.txt") == (
        "report.txt would be made: bin/hello would be made again\n"
        "  bin/hello would be made: build/hello.o would be made again\n"
        "    build/hello.o would be made: src/hello.c changed (HEX -> HEX)\n"
    )
    programs.write("src/hello.c", "hello\n")
    assert why(programs, "-D", "mode=debug", "build/bye.o") == (
        "build/bye.o would be made: the command changed: 'cat src/bye.c > build/bye.o; echo release >> build/bye.o'"
        " -> 'cat src/bye.c > build/bye.o; echo debug >> build/bye.o'\n"
    )


def test_why_of_a_missing_and_of_an_edited_output(programs: Project):
    programs.build()
    programs.remove("bin/hello")
    assert why(programs, "bin/hello").startswith(
        "bin/hello would be put back from the cache: bin/hello is missing\n  made by"
    )
    programs.write("bin/hello", "edited\n")
    assert why(programs, "bin/hello").startswith(
        "bin/hello would be put back from the cache: bin/hello was changed after redun made it\n"
    )
    programs.build()
    told = why(programs, "bin/hello")
    assert "  put back  MOMENT, execution HEX\n  because   bin/hello was changed after redun made it\n" in told
    assert programs.build().is_idle  # asking has changed nothing


def test_why_of_a_group_a_check_and_an_action(programs: Project):
    programs.build()
    blocks = why(programs, "all").split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [
        "bin/hello is up to date",
        "bin/bye is up to date",
        "report.txt is up to date",
    ]
    assert why(programs, "test").startswith("test would run: it never ran here")
    programs.rules(RULES.replace("grep -q hello", "grep -q x"))
    programs.build("test", status=1)
    told = programs.run("why", "test").output
    shown = re.fullmatch(r"test would run: it failed when it last ran, [\d/: ]+; `redun (log \w+)` shows it\n", told)
    assert shown is not None, told
    assert f"Job {shown[1][4:]}" in programs.run(*shown[1].split()).output
    programs.build("test", status=1)
    assert programs.run("why", "test").output != told, "the last failure is told"
    programs.rules(RULES)
    programs.build("test")
    assert why(programs, "test").startswith("test has passed, and nothing has changed since\n  made by   check test")
    programs.rules(RULES.replace("grep -q hello", "grep -q y"))
    changed = why(programs, "test")
    assert re.fullmatch(r"test would run: the command changed: '.*hello.*' -> '.*y.*'", changed.splitlines()[0])
    programs.build("test", status=1)
    told = programs.run("why", "test").output
    failed = r"; with that it failed when it last ran, [\d/: ]+; `redun log \w+` shows it"
    assert re.fullmatch(re.escape(changed.splitlines()[0]) + failed, told.splitlines()[0]), told
    programs.rules(RULES)
    assert "deploy` needs --host" in programs.run("why", "deploy", status=2).errors


def test_why_of_an_action(project: Project):
    project.rules("""
        @action
        def greet():
            sh("echo hello")
    """)
    assert why(project, "greet") == "greet would run: it is declared to run always\n"


def test_why_of_a_source(programs: Project):
    assert why(programs, "src/hello.c") == "src/hello.c is a source file; nothing that was built here uses it\n"
    programs.build()
    assert why(programs, "src/hello.c") == "src/hello.c is a source file, used by\n  build/hello.o\n"
    programs.rules(RULES.replace("src/{stem}.c", "src/{stem}.txt"))
    programs.write("src/hello.txt", "x")
    programs.write("src/bye.txt", "x")
    programs.build()
    assert why(programs, "src/hello.c") == "src/hello.c is a source file; nothing that was built here uses it\n"


def test_why_of_the_redunfile_and_of_a_module(project: Project):
    project.rules("""
        from pipeline import score, work

        total = score(need("in"))

        @rule("out")
        def out(out):
            sh("true")
            return work(total, out)
    """)
    project.write("in", "a b")
    project.write(
        "pipeline.py",
        """
        import helper

        def score(path):
            return len(open(path).read().split())

        def work(total, out):
            helper.write(total, out)
        """,
    )
    project.write("helper.py", "def write(total, out):\n    open(out, 'w').write(str(total))\n")
    assert why(project, "total").startswith("total would be evaluated again\n  pipeline.score would run: it never ran")
    project.build("out")
    assert why(project, "redunfile.py") == "redunfile.py is the redunfile: `redun targets` lists what it makes\n"
    assert why(project, "pipeline.py") == "pipeline.py is a source file, used by\n  out\n  pipeline.score\n"
    assert why(project, "helper.py") == "helper.py is a source file, used by\n  out\n"
    assert why(project, "total") == (
        "total is up to date\n"
        "  value of  pipeline.score, redunfile.py:4\n"
        "  last run  MOMENT, execution HEX\n"
        "  because   it never ran here\n"
    )
    assert why(project, "out").splitlines()[2:4] == ["  command   true", "  task      pipeline.work"]
    project.write("helper.py", "def write(total, out):\n    open(out, 'w').write(str(total) * 2)\n")
    assert why(project, "out") == "out would be made: the code of pipeline.work changed (HEX -> HEX)\n"
    project.write("in", "a b c")
    assert why(project, "out") == (
        "out would be made: the code of pipeline.work changed (HEX -> HEX)\n"
        "  pipeline.score would run: in changed (HEX -> HEX)\n"
    )


def test_why_of_an_unknown_target(programs: Project):
    assert programs.run("why", "bin/helo", status=2).errors == programs.build("bin/helo", status=2).errors


def test_why_of_code(project: Project):
    project.rules("""
        from pipeline import work

        @rule("out")
        def out(out):
            return work(out)
    """)
    module = "RATE = 1\n\n\ndef work(out):\n    open(out, 'w').write(str(RATE))\n"
    project.write("pipeline.py", module)
    project.build()
    assert "  task      pipeline.work\n" in why(project, "out")
    project.write("pipeline.py", module.replace("RATE = 1", "RATE = 2"))
    assert why(project, "out") == "out would be made: code pipeline.RATE (pipeline.py:1) changed (HEX -> HEX)\n"


# ---- clean


def test_clean_removes_what_redun_made_and_nothing_else(programs: Project):
    before = programs.files()
    programs.build()
    programs.write("build/mine.txt", "x")
    listed = programs.run("clean", "-n")
    assert listed.output.splitlines()[-1] == "redun: 5 would be removed"
    assert programs.build().is_idle
    cleaned = programs.run("clean")
    assert cleaned.of("removed") == ["bin/bye", "bin/hello", "build/bye.o", "build/hello.o", "report.txt"]
    assert programs.files() == sorted([*before, "build/mine.txt"])
    assert not programs.exists("bin")
    assert programs.run("clean").output == "redun: nothing to remove\n"
    again = programs.build()
    assert again.made == []
    assert len(again.restored) == 5
    assert programs.build().is_idle


def test_clean_leaves_what_was_changed(programs: Project):
    programs.build()
    programs.write("bin/hello", "mine\n")
    programs.path("bin/bye").chmod(0o755)
    cleaned = programs.run("clean")
    assert cleaned.of("left") == [
        "bin/bye: it was changed after redun made it",
        "bin/hello: it was changed after redun made it",
    ]
    assert cleaned.output.splitlines()[-1] == "redun: 3 removed, 2 left"
    assert programs.read("bin/hello") == "mine\n"


def test_clean_some(programs: Project):
    programs.build()
    assert programs.run("clean", "bin/hello").of("removed") == ["bin/hello"]
    assert programs.run("clean", "build").of("removed") == ["build/bye.o", "build/hello.o"]
    assert programs.run("clean", "all").of("removed") == ["bin/bye", "report.txt"]
    assert "did you mean" in programs.run("clean", "bin/helo", status=2).errors
    programs.build()
    assert programs.run("clean", "hello.o", cwd="build").of("removed") == ["build/hello.o"]
    refused = programs.run("clean", "src/hello.c", status=2)
    assert refused.errors == "redun: src/hello.c is a source file, and redun only removes what it made\n"


def test_clean_of_folders(project: Project):
    project.rules("""
        @rule("site/")
        def site(out):
            sh(f"mkdir -p {out}/deep; echo x > {out}/deep/page")
    """)
    project.build()
    project.write("site/mine", "x")
    assert project.run("clean").of("left") == ["site: it was changed after redun made it"]
    project.remove("site/mine")
    assert project.run("clean").of("removed") == ["site"]
    assert not project.exists("site")


def test_clean_stale(programs: Project):
    programs.build()
    programs.rules(
        RULES.replace('["hello", "bye"]', '["hello"]').replace(', "bin/bye"', "").replace("report.txt", "new.txt")
    )
    assert programs.run("clean", "--stale", "-n").of("would remove") == []
    listed = [line.split(None, 2)[2] for line in programs.run("clean", "--stale", "-n").output.splitlines()[:-1]]
    assert listed == ["bin/bye", "report.txt"]
    assert programs.exists("report.txt")
    assert programs.run("clean", "--stale").of("removed") == ["bin/bye", "report.txt"]
    assert programs.run("clean", "--stale").output == "redun: nothing to remove\n"
    assert programs.exists("bin/hello")


def test_clean_stale_when_a_source_is_gone(project: Project):
    project.rules("""
        @rule("build/{n}.txt")
        def text(out, n):
            sh(f"cp {need(f'{n}.in')} {out}")

        @rule("build/{n}.up")
        def upper(out, n):
            text = need(f"build/{n}.txt")
            sh(f"tr a-z A-Z < {text} > {out}")

        group("all", [f"build/{file.stem}.txt" for file in glob("*.in")])
        group("caps", [f"build/{file.stem}.up" for file in glob("*.in")])
    """)
    for name in ("a", "b", "c"):
        project.write(f"{name}.in", f"{name}\n")
    project.build()
    project.remove("b.in")
    assert project.run("clean", "--stale").of("removed") == ["build/b.txt"]
    assert project.exists("build/a.txt")
    project.build("caps")
    project.remove("c.in")
    project.write("build/c.txt", "mine\n")
    cleaned = project.run("clean", "--stale")
    assert cleaned.of("removed") == ["build/c.up"]
    assert cleaned.of("left") == ["build/c.txt: it was changed after redun made it"]
    assert project.build("caps").is_idle


def test_clean_stale_keeps_what_can_do_without(project: Project):
    project.rules("""
        @rule("{n}.txt")
        def text(out, n):
            need(f"{n}.in", missing_ok=True)
            sh(f"echo {n} > {out}")

        @rule("literal")
        def literal(out):
            sh(f"cat {need('b.in')} > {out}")

        group("all", "b.txt", "literal")
    """)
    project.write("b.in", "b\n")
    project.build()
    project.remove("b.in")
    assert project.run("clean", "--stale").output == "redun: nothing to remove\n"
    assert project.exists("b.txt")


def test_clean_stale_keeps_what_a_rule_matches_and_cannot_tell_how_to_make(project: Project):
    rules = """
        SIZES = {"a": 1, "b": 2, "c": 3}

        @rule("{n}.txt")
        def text(out, n):
            if not env("TOKEN"):
                fail("set TOKEN")
            sh(f"echo {SIZES[n]} > {out}")

        group("all", [f"{n}.txt" for n in SIZES])
    """
    project.rules(rules)
    project.environment["TOKEN"] = "1"
    project.build()
    project.rules(rules.replace(', "c": 3', ""))
    why = "its rule cannot tell how to make it"
    cleaned = project.run("clean", "--stale")
    assert (cleaned.of("removed"), cleaned.of("left")) == ([], [f"c.txt: {why}: the dict has no key 'c'"])
    del project.environment["TOKEN"]
    cleaned = project.run("clean", "--stale")
    assert (cleaned.of("removed"), cleaned.of("left")) == ([], [f"{name}.txt: {why}: set TOKEN" for name in "abc"])
    assert all(project.exists(f"{name}.txt") for name in "abc")


# ---- init


def test_init_writes_a_redunfile_that_works(project: Project):
    first = project.run("init")
    assert (
        first.output
        == "redun: wrote redunfile.py; now `redun build` builds what it says, and `redun targets` lists it\n"
    )
    assert project.build().made == ["build/greeting.txt", "build/greeting.upper"]
    assert project.read("build/greeting.upper") == "HELLO, WORLD\n"
    assert project.build().is_idle
    assert project.build("-D", "name=you").made == ["build/greeting.txt", "build/greeting.upper"]
    assert "passed      test\n" in project.build("test").output
    assert "  test  See that the greeting is one.\n" in project.run("targets").output
    compile(project.read("redunfile.py"), "redunfile.py", "exec")


def test_init_in_another_folder(project: Project):
    first = project.run("init", "new/one")
    assert first.output == (
        "redun: wrote new/one/redunfile.py; now `redun build -C new/one` builds what it says, "
        "and `redun targets -C new/one` lists it\n"
    )
    assert project.build("-C", "new/one").made == ["build/greeting.txt", "build/greeting.upper"]


def test_init_where_there_is_one(project: Project):
    project.rules("# mine\n")
    refused = project.run("init", status=2)
    assert refused.errors == (
        "redun: there is a redunfile.py already\n  hint: edit it, or give `redun init` another folder\n"
    )
    assert project.read("redunfile.py") == "# mine\n"


def test_init_where_nothing_can_be_written(project: Project):
    project.write("file", "")
    refused = project.run("init", "file/sub", status=2)
    assert refused.errors == "redun: file/sub/redunfile.py cannot be written: Not a directory\n"
    refused = project.run("init", "file", status=2)
    assert refused.errors == (
        "redun: file names a file, and `redun init` takes a folder\n  hint: write `redun init .`\n"
    )


def test_init_below_another_project(project: Project):
    project.rules("# above\n")
    above = project.path("redunfile.py")
    told = project.run("init", "sub").output
    assert told.endswith(
        f"redun: sub lies in the project of {above}\n"
        '  hint: write `include("sub")` there to make it a part of that, or `root = true` in sub/redun.toml to keep it '
        "apart\n"
    )
    project.write("own/redun.toml", "root = true\n")
    assert len(project.run("init", "own").output.splitlines()) == 1
    assert project.build("-C", "own").made == ["build/greeting.txt", "build/greeting.upper"]


def test_init_takes_a_folder(project: Project):
    refused = project.run("init", "new/redunfile.py", status=2)
    assert refused.errors == (
        "redun: new/redunfile.py names a file, and `redun init` takes a folder\n  hint: write `redun init new`\n"
    )
    assert not project.exists("new")


# ---- help


def test_help(project: Project):
    text = project.run("--help").output
    commands = ["build", "targets", "why", "log", "clean", "init"]
    assert [
        line.split()[0] for line in text.splitlines() if line.startswith("  ") and line.split()[0] in commands
    ] == commands
    assert project.run("-h").output == text
    assert project.run(status=2).output == text
    assert "\x1b" not in text


@pytest.mark.parametrize("command", ["build", "targets", "why", "log", "clean", "init"])
def test_help_of_a_command_needs_no_redunfile(project: Project, command: str):
    text = project.run(command, "--help").output
    assert text.startswith(f"Usage: redun {command}")
    assert "<" not in text  # types of Python's
    assert project.files() == []


def test_version(project: Project):
    from redo_py import __version__

    assert project.run("--version").output == project.run("-V").output == f"redun {__version__}\n"
    assert project.run("--version", "build").output == f"redun {__version__}\n"


def test_a_misspelt_command(project: Project):
    assert project.run("bulid", status=2).errors == (
        "redun: there is no command `bulid`\n  hint: did you mean `redun build`?\n"
    )


def test_print_ir(programs: Project):
    printed = json.loads(programs.build("--print-ir", "bin/hello").output)
    assert printed
    assert not programs.exists("bin/hello")
