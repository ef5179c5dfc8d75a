"""`redun why` about what is restored, refused and past, and about what does not reach a target."""

from __future__ import annotations

import re
import signal
import subprocess

import pytest

from tests.e2e.project import Project

PROJECT = """
from tasks import count

@rule("all.txt")
def whole(out):
    sh(f"cat {need(['build/a.o', 'build/b.o'])} > {out}")

@rule("build/{name}.o")
def compiled(out, name):
    need("first.txt", order_only=True)
    src = need(f"src/{name}.c")
    sh(f"cat {src} > {out}; printf '%s: src/%s\\n' {out} h.h > {out}.d", depfile=f"{out}.d")

@rule("first.txt")
def first(out):
    sh(f"cat {need('first.in')} > {out}")

one = count(need("src/a.c"))
two = count(need("src/b.c"))
"""

TASKS = """
from redo_py import task

@task
def count(file):
    print("counting", file.path)
    return len(open(file.path).read())
"""


@pytest.fixture
def several(project: Project) -> Project:
    """A project with headers, an order-only input and two calls of one task."""
    project.rules(PROJECT)
    project.write("tasks.py", TASKS)
    for name in ("src/a.c", "src/b.c", "src/h.h", "first.in", "unused.c"):
        project.write(name, f"{name}\n")
    return project


def why(project: Project, *words: str, status: int = 0) -> str:
    """What `redun why WORDS` says, without moments, ids, digests and durations."""
    outcome = project.run("why", *words, status=status)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "MOMENT", outcome.output + outcome.errors)
    text = re.sub(r"\b[0-9a-f]{8}\b", "HEX", text)
    return re.sub(r"\d+\.\d\d s", "TIME", text)


def would_get(project: Project) -> list[str]:
    """What a rehearsal of all.txt says that it would put back, and why."""
    lines = project.build("-n", "all.txt").output.splitlines()
    return [line.removeprefix("would get   ") for line in lines if line.startswith("would get ")]


def git(project: Project, *words: str) -> None:
    subprocess.run(["git", *words], cwd=project.folder, check=True, capture_output=True)


# ---- what would be put back


def test_why_something_is_restored(several: Project):
    several.build("all.txt")
    several.remove("all.txt")
    assert would_get(several) == ["all.txt: all.txt is missing"]
    assert "because     all.txt: all.txt is missing\nrestored    all.txt\n" in several.build("--explain").output
    several.write("all.txt", "mine\n")
    assert would_get(several) == ["all.txt: all.txt was changed after redun made it"]
    several.build("all.txt")
    several.path("all.txt").chmod(0o755)
    assert would_get(several) == ["all.txt: all.txt has another mode now"]
    several.build("all.txt")
    several.write("src/a.c", "other\n")
    several.build("all.txt")
    several.write("src/a.c", "src/a.c\n")
    assert would_get(several) == [f"{path}: {path} was made from something else" for path in ("build/a.o", "all.txt")]
    several.run("clean", "all.txt")
    several.write("all.txt", "mine\n")
    assert "all.txt: all.txt holds what redun never put there" in several.build("-n", "all.txt").output


def test_why_of_several_outputs(project: Project):
    project.rules('@rule("a", "b", "c")\ndef three(out):\n    sh("touch a b c")\n')
    project.build()
    project.remove("a", "b")
    assert why(project, "c").splitlines()[0] == (
        "a would be put back from the cache: a is missing, and 1 more output is not in place"
    )


# ---- what would be refused


def test_why_of_what_git_keeps(project: Project):
    project.rules('@rule("out")\ndef out(out):\n    sh(f"echo 1 > {out}")\n')
    project.write("out", "committed\n")
    git(project, "init", "-q")
    git(project, "add", "out")
    assert why(project, "out").startswith("out cannot be made:\n  redun: git keeps out, which would be overwritten\n")
    assert project.build(status=2).made == []


# ---- calls of one task


def test_calls_of_one_task_are_told_apart(several: Project):
    several.build("one", "two")
    several.write("src/a.c", "another\n")
    assert why(several, "one").startswith("one would be evaluated again\n  count would run: src/a.c changed (HEX")
    told = several.build("one", "two", "--explain").of("because")
    assert [line.partition(" (")[0] for line in told] == ["count: src/a.c changed"]
    assert why(several, "src/a.c") == "src/a.c is a source file, used by\n  count\n"


def test_what_a_lazy_name_printed(several: Project):
    several.build("one", "two")
    assert several.run("log", "--output", "one").output == "counting src/a.c\n"
    assert several.run("log", "--output", "two").output == "counting src/b.c\n"
    assert several.run("log", "--output", "count").output.startswith("counting src/")
    assert "has not run yet" in several.run("log", "--output", "three", status=2).errors


def test_the_traceback_of_a_failed_task_is_kept(several: Project):
    several.write("tasks.py", TASKS.replace("return len", "raise ValueError('no way')\n    return len"))
    several.build("one", status=1)
    for name in ("one", "count"):
        text = several.run("log", "--output", name).output
        assert text.startswith("counting src/a.c\nTraceback (most recent call last):\n")
        assert text.endswith("ValueError: no way\n")
        assert "redo_py" not in text


def test_a_command_that_changed_shows_the_words_that_did(project: Project):
    flags = " ".join(f"-W{number}" for number in range(40))
    rule = '@rule("out")\ndef out(out):\n    sh(f"echo {flags} -O2 x > {out}")\n'
    project.rules(rule.replace("{flags}", flags))
    project.build()
    project.rules(rule.replace("{flags}", flags).replace("-O2", "-O3"))
    assert why(project, "out") == (
        "out would be made: the command changed: '… -W38 -W39 -O2 x > …' -> '… -W38 -W39 -O3 x > …'\n"
    )


# ---- the past


def test_what_an_execution_did(several: Project):
    several.build("all.txt")
    several.write("src/b.c", "other\n")
    several.remove("build/a.o")
    several.build("-v", "all.txt")  # which looks at everything
    told = why(several, "--in", "last")
    assert told.startswith(
        "execution HEX: redun build all.txt\n"
        "  began  MOMENT\n"
        "  ended  done after TIME\n"
        "  jobs   2 run, 1 restored, 1 up to date\n"
        "\n"
    )
    assert sorted(told.splitlines()[5:]) == [
        "ran         all.txt: build/b.o changed (HEX -> HEX) (TIME)",
        "ran         build/b.o: src/b.c changed (HEX -> HEX) (TIME)",
        "restored    build/a.o: build/a.o is missing",
    ]
    assert why(several, "--in", "-1") == told
    assert "  jobs   4 run\n" in why(several, "--in", "-2")
    number = several.run("why", "--in", "-2").output.split()[1].rstrip(":")
    assert why(several, "--in", number[:6].upper()) == why(several, "--in", "-2")
    assert why(several, "--in", "last", "build/b.o", "first.txt", "../build/a.o", "nothing") == (
        "ran         build/b.o: src/b.c changed (HEX -> HEX) (TIME)\n"
        "  read      src/b.c\n"
        "  read      src/h.h\n"
        "  made      build/b.o\n"
        "up to date  first.txt\n"
        "../build/a.o was no part of execution HEX\n"
        "nothing was no part of execution HEX\n"
    )


def test_the_past_needs_no_redunfile_that_works(several: Project):
    several.build("first.txt")
    several.rules("what is this\n")
    assert "ran         first.txt: it was never built here" in why(several, "--in", "last")


def test_what_failed_and_what_was_stopped(project: Project):
    project.rules("""
        @rule("bad")
        def bad(out):
            sh("exit 3")

        @rule("slow")
        def slow(out):
            sh(f"mkdir here; sleep 300; touch {out}")

        @rule("after")
        def after(out):
            sh(f"cp {need('slow')} {out}")
    """)
    project.build("bad", status=1)
    told = why(project, "--in", "last")
    assert "  ended  failed after TIME\n  jobs   1 failed\n" in told
    assert "failed      bad: it was never built here (TIME)\n" in told
    running = project.start("build", "after")
    project.wait_for("here")
    running.send(signal.SIGINT)
    outcome = running.finish()
    assert outcome.status == 130
    assert outcome.of("stopped") == ["slow"]
    assert outcome.of("failed") == []
    assert "redun: 1 stopped, 1 not run (" in outcome.output
    told = why(project, "--in", "last")
    assert "  ended  interrupted after TIME\n  jobs   1 stopped\n" in told
    assert "stopped     slow: it was never built here (TIME)\n" in told
    project.path("here").rmdir()
    running = project.start("build", "slow")
    project.wait_for("here")
    unended = "  ended  did not come to its end: it was killed, or runs still\n"
    project.until(lambda: unended in why(project, "--in", "last"))  # records are written in batches
    running.kill()
    assert unended in why(project, "--in", "last")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--in", "last"), "redun: there is no execution last: nothing was built or run here yet\n"),
        (
            ("--in", "last", "--not", "x", "y"),
            "redun: `--not` asks about the project as it is, and `--in` about the past",
        ),
        ((), "redun: `redun why` needs a TARGET\n"),
    ],
)
def test_wrong_questions(several: Project, words: tuple[str, ...], text: str):
    assert why(several, *words, status=2).startswith(text)


@pytest.mark.parametrize("asked", ["-2", "-0", "-x", "zz", "0" * 40, "-٣"])
def test_executions_that_there_are_not(several: Project, asked: str):
    several.build("first.txt")
    assert why(several, f"--in={asked}", status=2).startswith(
        f"redun: there is no execution {asked}: the last one is HEX\n  hint: `redun log` lists them, the newest first"
    )


# ---- what does not reach a target


def test_what_reaches_a_target(several: Project):
    assert why(several, "all.txt", "--not", "src/a.c") == (
        "src/a.c reaches all.txt:\n  all.txt uses build/a.o\n  build/a.o uses src/a.c\n"
    )
    several.build("all.txt", "one")
    reached = "src/h.h reaches all.txt:\n  all.txt uses build/a.o\n  build/a.o read src/h.h, as of the last build\n"
    assert why(several, "all.txt", "--not", "src/h.h") == reached
    several.write("src/a.c", "edited\n")  # what it read is known still
    assert why(several, "build/a.o", "--not", "src/h.h").endswith("  build/a.o read src/h.h, as of the last build\n")
    assert why(several, "one", "--not", "tasks.py") == "tasks.py reaches one:\n  count runs code in tasks.py\n"
    several.path("sub").mkdir()
    assert several.run("why", "../all.txt", "--not", "../src/a.c", cwd="sub").output.startswith("src/a.c reaches")


def test_what_does_not_reach_a_target(several: Project):
    several.build("all.txt", "one", "two")
    assert why(several, "build/a.o", "--not", "src/b.c") == (
        "src/b.c does not reach build/a.o: a change of it would run nothing for that\n"
        "  it is used by build/b.o, count\n"
    )
    assert why(several, "build/a.o", "--not", "first.in") == (
        "first.in does not reach build/a.o: a change of it would run nothing for that\n"
        "  something waits for it, but its content does not count (order only):\n"
        "  build/a.o uses first.txt\n"
        "  first.txt uses first.in\n"
        "  it is used by first.txt\n"
    )
    assert why(several, "all.txt", "--not", "gone") == (
        "gone does not reach all.txt: a change of it would run nothing for that\n  there is no such file\n"
    )
    assert why(several, "all.txt", "--not", "unused.c") == (
        "unused.c does not reach all.txt: a change of it would run nothing for that\n"
    )
    assert why(several, "all.txt", "--not", "redunfile.py").startswith(
        "redunfile.py is a redunfile: what it says of all"
    )
    assert why(several, "all.txt", "--not", "all.txt") == "all.txt is what rule whole makes: `redun why all.txt`\n"
    assert why(several, "src/a.c", "--not", "src/b.c") == "src/b.c does not reach src/a.c, which is a source file\n"


def test_what_the_redunfile_takes_from_a_file_may_reach_a_target(project: Project):
    for name, content in (("levels.py", "LEVEL = 3\n"), ("redun.toml", "[config]\nmode = 'x'\n"), ("unread.txt", "")):
        project.write(name, content)
    project.write("samples.tsv", "name\tscale\na\t1\n")
    project.rules("""
        from levels import LEVEL

        MODE = config("mode", "y")

        @rule("out")
        def out(out):
            sh(f"echo {table('samples.tsv')[0]['scale']} {LEVEL} {MODE} > {out}")
        """)
    project.build("out")
    for file, role in (
        ("samples.tsv", "a file that the redunfile looks into"),
        ("levels.py", "a file that the redunfile looks into"),
        ("redun.toml", "a settings file"),
    ):
        assert why(project, "out", "--not", file) == (
            f"{file} is {role}: what is taken from there for out counts, and nothing else of it\n"
        )
        assert why(project, file) == (
            f"{file} is {role}: a step runs again if what is taken from there for that step differs\n"
        )
    assert why(project, "out", "--not", "unread.txt").startswith("unread.txt does not reach out:")


def test_what_is_not_known_yet(several: Project):
    assert why(several, "build/a.o", "--not", "src/h.h") == (
        "src/h.h does not reach build/a.o: a change of it would run nothing for that\n"
        "  what build/a.o reads beyond what it declares is not known: it has not run yet\n"
    )


LISTED = """
    @rule("list")
    def listed(out):
        sh(f"grep -v '#' {need('all')} > {out}")

    @rule("up/{name}")
    def up(out, name):
        sh(f"cat {need(name)} > {out}")

    @rule("all.txt")
    def whole(out):
        sh(f"cat {need([f'up/{name}' for name in lines(need('list'))])} > {out}")
    """


def test_what_a_lazy_need_leads_to(project: Project):
    project.rules(LISTED)
    for name in ("a", "b"):
        project.write(name, "text\n")
    project.write("all", "a\n")
    assert why(project, "all.txt", "--not", "a") == (
        "a is not known to reach all.txt: what that is made of is only known when it is built\n"
    )
    project.build("all.txt")
    assert why(project, "all.txt", "--not", "a") == "a reaches all.txt:\n  all.txt uses up/a\n  up/a uses a\n"
    assert why(project, "all.txt", "--not", "b").startswith(
        "b does not reach all.txt: a change of it would run nothing"
    )
    project.write("a", "edited\n")
    assert why(project, "all.txt").startswith(
        "all.txt would be made: up/a would be made again\n  up/a would be made: a changed ("
    )
    project.write("all", "a\nb\n")
    assert why(project, "all.txt", "--not", "a").startswith("a reaches all.txt:")
    assert why(project, "all.txt", "--not", "b") == (
        "b does not reach all.txt as of the last build; lines(list), which would run again, may lead to other files\n"
    )
