"""Rules inside Python modules: `redun build -f pipeline.py`, and redunfiles that import rules of modules."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e.project import Project

PIPELINE = """\
    '''Count letters.'''
    import os

    from redo_py import task
    from redo_py.build import check, config, default, env, glob, group, need, rule, sh, words

    print("imported")

    MODE = config("mode", "release")
    FLAGS = ["-O2"] if MODE == "release" else ["-g"]
    CAT = words(env("CAT_COMMAND", "cat"))
    NAMES = [f.stem for f in glob("src/*.c")]


    @task
    def count(src, out):
        with open(out, "w") as file:
            file.write(str(len(open(src).read())))


    def shout(src: str, out: str):
        while True:
            return open(out, "w").write(open(src).read().upper())


    def copy(src, out):
        sh(f"{CAT} {src} > {out}; echo {FLAGS} >> {out}")


    @rule("build/{stem}.o")
    def compile_c(out, stem):
        '''Compile one file.'''
        copy(need(f"src/{stem}.c"), out)


    @rule("build/{stem}.n")
    def counted(out, stem):
        return count(need(f"build/{stem}.o"), out)


    @rule("build/{stem}.up")
    def shouted(out, stem):
        return shout(need(f"src/{stem}.c"), out)


    @check
    def ok():
        sh(f"grep -q A {need('build/a.up')}")


    group("all", [f"build/{name}.n" for name in NAMES], "build/a.up")
    default("all")

    if __name__ == "__main__":
        print("main")
    """


@pytest.fixture
def pipeline(project: Project) -> Project:
    """A module with rules, and two sources."""
    project.write("pipeline.py", PIPELINE)
    project.write("src/a.c", "a\n")
    project.write("src/b.c", "bbb\n")
    return project


ALL = ["build/a.n", "build/a.o", "build/a.up", "build/b.n", "build/b.o"]


def test_a_module_is_built_and_then_up_to_date(pipeline: Project) -> None:
    assert pipeline.build("-f", "pipeline.py").made == ALL
    assert pipeline.read("build/a.o") == "a\n-O2\n"
    assert pipeline.read("build/b.n") == "8"
    assert pipeline.read("build/a.up") == "A\n"
    second = pipeline.build("-f", "pipeline.py")
    assert second.is_idle
    assert "passed      ok\n" in pipeline.build("-f", "pipeline.py", "ok").output


def test_listing_does_not_import(pipeline: Project) -> None:
    listed = pipeline.run("targets", "-f", "pipeline.py").output
    assert listed.startswith("Count letters.\n")
    assert "  build/{stem}.o   Compile one file.\n" in listed
    assert "imported" not in listed


def test_a_module_is_imported_only_for_a_task(pipeline: Project) -> None:
    assert "imported" not in pipeline.build("-f", "pipeline.py", "build/a.o").output
    assert "imported" in pipeline.build("-f", "pipeline.py", "build/a.up").output
    assert pipeline.build("-f", "pipeline.py", "build/a.up").is_idle


def test_edits_rerun_what_they_reach(pipeline: Project) -> None:
    pipeline.build("-f", "pipeline.py")
    text = pipeline.read("pipeline.py")
    pipeline.write("pipeline.py", "# a comment\n" + text.replace(".upper()", ".title()"))
    assert pipeline.build("-f", "pipeline.py").made == ["build/a.up"]  # not what counts
    pipeline.write("pipeline.py", text.replace(".upper()", ".title()").replace('"-O2"', '"-O3"'))
    assert pipeline.build("-f", "pipeline.py").made == ["build/a.n", "build/a.o", "build/b.n", "build/b.o"]
    assert pipeline.build("-f", "pipeline.py").is_idle
    pipeline.write("src/c.c", "c\n")
    assert pipeline.build("-f", "pipeline.py").made == ["build/c.n", "build/c.o"]


def test_settings_and_variables_of_a_module(pipeline: Project) -> None:
    pipeline.build("-f", "pipeline.py", "build/a.o")
    assert pipeline.build("-f", "pipeline.py", "build/a.o", "-D", "mode=debug").made == ["build/a.o"]
    assert pipeline.read("build/a.o") == "a\n-g\n"
    other = {"CAT_COMMAND": "cat -n"}
    assert pipeline.build("-f", "pipeline.py", "build/a.o", environment=other).made == ["build/a.o"]
    assert "1\ta" in pipeline.read("build/a.o")
    assert "did you mean `mode`?" in pipeline.build("-f", "pipeline.py", "-D", "mood=x", status=2).errors


def test_a_redunfile_with_the_same_rules_shares_everything(pipeline: Project) -> None:
    pipeline.build("-f", "pipeline.py")
    pipeline.rules("""\
        from pipeline import count, shout as loud

        @rule("build/{name}.o")
        def translate(out, name):
            sh(f"cat {need(f'src/{name}.c')} > {out}; echo {['-O2']} >> {out}")

        @rule("build/{name}.n")
        def number(out, name):
            return count(need(f"build/{name}.o"), out)

        @rule("build/{name}.up")
        def upper(out, name):
            return loud(need(f"src/{name}.c"), out)

        default("build/a.n", "build/b.n", "build/a.up")
        """)
    assert pipeline.build().output == "imported\nredun: everything is up to date\n"
    assert pipeline.build().is_idle


def test_a_redunfile_imports_rules(pipeline: Project) -> None:
    pipeline.build("-f", "pipeline.py")
    pipeline.rules("""\
        from pipeline import MODE, compile_c, counted as numbers

        @rule("two/{stem}.txt")
        def two(out, stem):
            sh(f"cat {need(f'build/{stem}.n')} > {out}; echo {MODE} >> {out}")
        """)
    assert pipeline.build("two/a.txt").made == ["two/a.txt"]
    assert pipeline.read("two/a.txt") == "6release\n"
    assert pipeline.build("two/a.txt").is_idle
    assert pipeline.build("two/a.txt", "-D", "mode=x").made == ["build/a.n", "build/a.o", "two/a.txt"]
    listed = pipeline.run("targets").output
    assert "build/{stem}.o" in listed
    assert "build/{stem}.up" not in listed  # nobody has asked for that rule, nor for the group
    assert "all" not in listed
    pipeline.write("pipeline.py", pipeline.read("pipeline.py").replace('"-g"', '"-g3"').replace('"-O2"', '"-O1"'))
    assert pipeline.build("build/a.o").made == ["build/a.o"]


def test_errors_of_an_imported_rule_are_at_its_own_lines(pipeline: Project) -> None:
    text = pipeline.read("pipeline.py")
    pipeline.write("pipeline.py", text.replace('copy(need(f"src/{stem}.c"), out)', 'copy(need(f"srx/{stem}.c"), out)'))
    pipeline.rules('from pipeline import compile_c\ndefault("build/a.o")\n')
    told = pipeline.build(status=2).errors
    assert "pipeline.py:33:10" in told
    assert 'copy(need(f"srx/{stem}.c"), out)' in told
    pipeline.rules("from pipeline import compile_c, compile_d\n")
    assert "redunfile.py:1:33: module `pipeline` has no name `compile_d`" in pipeline.build(status=2).errors


def test_a_task_must_not_reach_what_a_glob_found(pipeline: Project) -> None:
    text = pipeline.read("pipeline.py").replace("str(len(open(src).read()))", "str(len(NAMES))")
    pipeline.write("pipeline.py", text)
    told = pipeline.build("-f", "pipeline.py", status=2).errors
    assert told.startswith(
        "pipeline.py:12:1: the task `count` uses `NAMES`, which `glob` gives: nobody would see that it has changed\n"
        '    12 | NAMES = [f.stem for f in glob("src/*.c")]\n'
    )
    assert "  hint: pass it to the task as an argument\n" in told


def test_a_task_may_reach_a_plain_setting(pipeline: Project) -> None:
    pipeline.write("pipeline.py", pipeline.read("pipeline.py").replace("str(len(open(src).read()))", "MODE"))
    pipeline.build("-f", "pipeline.py", "build/a.n")
    assert pipeline.read("build/a.n") == "release"
    pipeline.build("-f", "pipeline.py", "build/a.n", "-D", "mode=debug")
    assert pipeline.read("build/a.n") == "debug"


def test_a_module_that_fails_when_it_is_imported_still_builds_what_needs_no_task(pipeline: Project) -> None:
    pipeline.write("pipeline.py", pipeline.read("pipeline.py").replace('print("imported")', 'raise OSError("no GPU")'))
    assert pipeline.build("-f", "pipeline.py", "build/a.o").made == ["build/a.o"]
    told = pipeline.build("-f", "pipeline.py", "build/a.n", status=2).errors
    assert "pipeline.py:7:1: module `pipeline` fails when it is imported: OSError: no GPU" in told


def test_a_module_named_like_one_of_python(project: Project) -> None:
    project.write(
        "platform.py",
        """\
        import os
        from redo_py.build import rule
        def f(out):
            return os.getcwd()
        @rule("o")
        def o(out):
            return f(out)
        """,
    )
    told = project.build("-f", "platform.py", "o", status=2).errors
    assert "platform.py has the name of a module of Python's standard library" in told
    assert "platform.py:3:1" in told


@pytest.mark.parametrize("name", ["my pipeline.py", "a'b\n.py", b"\xff.py", "Rulefile"])
def test_odd_names_of_a_module(project: Project, name: str | bytes) -> None:
    head = "import os\nfrom redo_py.build import rule, sh\n"
    project.write(name, head + '@rule("o")\ndef o(out):\n    sh(f"echo 1 > {out}")\n')
    assert project.build("-f", name, "o").made == ["o"]
    assert project.build("-f", name, "o").is_idle


def test_a_redunfile_of_another_name_stays_one(project: Project) -> None:
    project.write(
        "other.py",
        """\
        from redo_py.build import rule, sh

        def flags(name):
            return ["-x", name] if name else []

        @rule("o/{name}")
        def o(out, name):
            if flags(name):
                sh(f"echo {flags(name)} > {out}")
        """,
    )
    project.build("-f", "other.py", "o/a")
    assert project.read("o/a") == "-x a\n"


def test_a_module_runs_as_a_script(pipeline: Project) -> None:
    text = pipeline.read("pipeline.py").replace('[f.stem for f in glob("src/*.c")]', '["a"]')
    pipeline.write("pipeline.py", text + "    print(MODE, FLAGS, compile_c, shout('src/a.c', 'x'))\n")
    done = subprocess.run(
        [sys.executable, "pipeline.py"],
        cwd=pipeline.folder,
        env=pipeline.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "imported\nmain\nrelease ['-O2'] <rule compile_c> 2\n", done.stderr
