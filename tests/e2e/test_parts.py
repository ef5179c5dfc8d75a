"""Builds that leave out what no change can reach: they leave the same bytes, the same records and the same answers as
those that look at everything."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from textwrap import dedent

import pytest

from redo_py.records import PARTS
from tests.e2e.project import Outcome, Project

TICK = 0.03  # seconds: what was edited so long ago is no longer too fresh to be remembered
RULES = """\
    @rule("gen/version.h")
    def version(out):
        sh(f"cp {need('VERSION')} {out}")

    @rule("obj/{stem}.o")
    def cc(out, stem):
        need("gen/version.h", order_only=True)
        src = need(f"src/{stem}.c")
        sh(f"sh cc.sh {src} {out} {out}.d", depfile=f"{out}.d")

    @rule("app")
    def app(out):
        sh(f"cat {need('obj/a.o')} {need('obj/b.o')} > {out}")

    @rule("other/{name}.txt")
    def other(out, name):
        sh(f"cp {need(f'{name}.in')} {out}")

    default("app", "other/x.txt", "other/y.txt")
    """
CC = """\
cat $1 > $2
echo $2: $1 > $3
if grep -q include $1; then
    cat gen/version.h >> $2
    echo $2: gen/version.h >> $3
fi
"""
OUTPUTS = ("app", "obj/a.o", "obj/b.o", "gen/version.h", "other/x.txt", "other/y.txt")


def kinds(project: Project) -> list[str]:
    """The kinds of all executions so far."""
    with closing(sqlite3.connect(project.state / "state.db")) as records:
        return [kind for (kind,) in records.execute("SELECT kind FROM execution ORDER BY id")]


def jobs(project: Project) -> int:
    """How many jobs the last execution has recorded."""
    with closing(sqlite3.connect(project.state / "state.db")) as records:
        last = "(SELECT max(id) FROM execution)"
        return int(records.execute(f"SELECT count(*) FROM job WHERE execution = {last}").fetchone()[0])


def last_line(outcome: Outcome) -> str:
    return outcome.output.splitlines()[-1].partition(" (")[0]


@pytest.fixture
def many(project: Project) -> Project:
    """A small program and two copies, built and known to be up to date."""
    project.write("cc.sh", CC)
    project.write("VERSION", "1\n")
    project.write("src/a.c", "include\n")
    project.write("src/b.c", "b\n")
    project.write("x.in", "x\n")
    project.write("y.in", "y\n")
    project.rules(RULES)
    time.sleep(TICK)
    assert project.build().made == sorted(OUTPUTS)
    assert project.build().is_idle
    return project


def edit(project: Project, name: str, content: str) -> None:
    project.write(name, content)
    time.sleep(TICK)


def test_only_what_a_change_reaches_is_looked_at(many: Project):
    edit(many, "x.in", "x 2\n")
    outcome = many.build()
    assert outcome.made == ["other/x.txt"]
    assert last_line(outcome) == "redun: 1 run, 5 up to date"
    assert (kinds(many)[-1], jobs(many)) == (PARTS, 1)
    assert many.build().is_idle
    assert many.read("other/x.txt") == "x 2\n"


def test_what_stands_above_a_change_is_looked_at_and_what_stands_below_is_kept(many: Project):
    edit(many, "src/b.c", "b 2\n")
    outcome = many.build()
    assert outcome.made == ["app", "obj/b.o"]
    assert last_line(outcome) == "redun: 2 run, 4 up to date"
    assert (kinds(many)[-1], jobs(many)) == (PARTS, 2)
    assert many.read("app") == "include\n1\nb 2\n"


def test_a_discovered_input_that_a_rule_makes_is_known_to_be_declared(many: Project):
    edit(many, "src/b.c", "include b\n")
    assert many.build().made == ["app", "obj/b.o"]
    assert kinds(many)[-1] == PARTS
    assert many.read("obj/b.o") == "include b\n1\n"
    edit(many, "VERSION", "2\n")
    assert many.build().made == ["app", "gen/version.h", "obj/a.o", "obj/b.o"]
    assert many.read("app") == "include\n2\ninclude b\n2\n"


def test_a_discovered_input_that_a_rule_makes_and_nobody_declared_is_refused(many: Project):
    text = RULES.replace('need("gen/version.h", order_only=True)', "pass")
    many.rules(text.replace('default("app"', 'default("gen/version.h", "app"'))
    many.write("src/a.c", "a\n")
    time.sleep(TICK)
    many.build()
    edit(many, "src/b.c", "include b\n")
    outcome = many.build(status=1)
    assert kinds(many)[-1] == PARTS
    assert "order_only=True" in outcome.output + outcome.errors


def test_outputs_that_were_edited_or_removed_come_back(many: Project):
    many.remove("other/y.txt")
    edit(many, "obj/a.o", "mine\n")
    outcome = many.build()
    assert outcome.restored == ["obj/a.o", "other/y.txt"]
    assert "obj/a.o is not what redun put there" in outcome.output
    assert kinds(many)[-1] == PARTS
    assert many.read("obj/a.o") == "include\n1\n"
    assert many.build().is_idle


def test_an_output_that_comes_out_alike_stops_the_change(many: Project):
    rules = RULES.replace("cp {need('VERSION')} {out}", "head -c1 {need('VERSION')} > {out}")
    many.rules(rules)
    time.sleep(TICK)
    many.build()
    edit(many, "VERSION", "1 only in looks\n")
    outcome = many.build()
    assert outcome.made == ["gen/version.h"]
    assert last_line(outcome) == "redun: 1 run, 5 up to date"
    assert (kinds(many)[-1], jobs(many)) == (PARTS, 4)


@pytest.mark.parametrize(
    ("name", "content"),
    [("redunfile.py", dedent(RULES) + "# nothing\n"), ("redun.toml", "[build]\njobs = 2\n")],
)
def test_a_change_of_the_plan_is_a_matter_for_everything(many: Project, name: str, content: str):
    many.write("x.in", "x 3\n")
    edit(many, name, content)
    assert many.build().made == ["other/x.txt"]
    assert kinds(many)[-1] == "build"


def test_a_source_that_goes_or_becomes_something_else_is_a_matter_for_everything(many: Project):
    many.remove("x.in")
    assert "x.in is missing" in many.build(status=2).errors
    many.path("x.in").symlink_to("y.in")
    time.sleep(TICK)
    many.build()
    assert kinds(many)[-1] == "build"
    assert many.read("other/x.txt") == "y\n"


@pytest.mark.parametrize("words", [("-B",), ("--force", "app"), ("--explain",), ("-v",), ("--events", "events")])
def test_who_asks_for_more_gets_everything_looked_at(many: Project, words: tuple[str, ...]):
    edit(many, "x.in", "x 4\n")
    assert "other/x.txt" in many.build(*words).made
    assert kinds(many)[-1] == "build"


def test_another_variable_that_is_read_is_a_matter_for_everything(many: Project):
    many.rules('WORD = env("WORD", "none")\n' + dedent(RULES))
    time.sleep(TICK)
    many.build()
    edit(many, "x.in", "x 5\n")
    many.build(environment={"WORD": "some"})
    assert kinds(many)[-1] == "build"


def test_a_failure_is_told_again_and_mended(many: Project):
    rules = RULES.replace("sh(f\"cp {need(f'{name}.in')} {out}\")", "sh(f\"! grep bad {need(f'{name}.in')} > {out}\")")
    many.rules(rules)
    time.sleep(TICK)
    many.build()
    edit(many, "x.in", "bad\n")
    many.write("y.in", "y 2\n")
    time.sleep(TICK)
    outcome = many.build("-k", status=1)
    assert kinds(many)[-1] == PARTS
    assert (outcome.failed, outcome.made) == (["other/x.txt"], ["other/y.txt"])
    assert last_line(outcome) == "redun: 1 failed, 1 run, 4 up to date"
    assert many.build(status=1).failed == ["other/x.txt"]
    edit(many, "x.in", "good\n")
    assert many.build().made == ["other/x.txt"]
    assert many.build().is_idle


def test_a_kill_in_the_middle_leaves_nothing_wrong(many: Project):
    rules = RULES.replace("cp {need(f'{name}.in')} {out}", "cp {need(f'{name}.in')} {out}; sleep $(cat delay)")
    many.write("delay", "0\n")
    many.rules(rules)
    time.sleep(TICK)
    many.build()
    many.write("delay", "5\n")
    edit(many, "x.in", "x 6\n")
    running = many.start("build")
    many.until(lambda: many.holds("other/x.txt", "x 6\n"))
    running.kill()
    many.write("delay", "0\n")
    edit(many, "src/a.c", "a 2\n")
    assert "app" in many.build().made
    assert many.read("other/x.txt") == "x 6\n"
    assert many.read("app") == "a 2\nb\n"
    assert many.build().is_idle


def test_what_may_not_be_kept_is_decided_each_time_with_all_above_it(project: Project):
    project.rules("""\
        @rule("tmp/{name}", temp=True)
        def between(out, name):
            sh(f"cp {need(f'{name}.in')} {out}")

        @rule("tree/")
        def tree(out):
            sh(f"mkdir {out}; cp {need('z.in')} {out}/z")

        @rule("{name}.out")
        def last(out, name):
            sh(f"cat {need(f'tmp/{name}')} > {out}")

        @rule("z.copy")
        def copy(out):
            sh(f"cp {need('tree/z')} {out}")

        @rule("plain")
        def plain(out):
            sh(f"cp {need('p.in')} {out}")

        default("x.out", "z.copy", "plain")
        """)
    for name in "xzp":
        project.write(f"{name}.in", f"{name}\n")
    time.sleep(TICK)
    project.build()
    edit(project, "x.in", "x 2\n")
    outcome = project.build()
    assert outcome.made == ["tmp/x", "x.out"]
    assert (kinds(project)[-1], jobs(project)) == (PARTS, 4)
    assert last_line(outcome) == "redun: 2 run, 3 up to date"
    assert project.read("x.out") == "x 2\n"
    assert not project.exists("tmp/x")
    edit(project, "z.in", "z 2\n")
    assert project.build().made == ["tree", "z.copy"]
    assert kinds(project)[-1] == PARTS
    assert project.read("z.copy") == "z 2\n"
    assert project.build().is_idle


def test_outputs_beside_what_a_glob_lists(project: Project):
    project.rules("""\
        ALL = [f"{each.stem}.out" for each in glob("*.in")]

        @rule("{name}.out")
        def copy(out, name):
            sh(f"cp {need(f'{name}.in')} {out}")

        default(ALL)
        """)
    for name in "xyz":
        project.write(f"{name}.in", f"{name}\n")
    time.sleep(TICK)
    project.build()
    assert project.build().is_idle
    for number in range(3):  # each time the folder has changed by what the build itself did
        project.write("saving", f"x {number}\n")
        project.path("saving").rename(project.path("x.in"))  # as many editors do
        time.sleep(TICK)
        assert project.build().made == ["x.out"]
        assert kinds(project)[-1] == PARTS
        assert project.build().is_idle
    edit(project, "new.in", "new\n")
    assert project.build().made == ["new.out"]
    assert kinds(project)[-1] == "build"


def test_it_ends_in_the_same_as_a_build_that_looks_at_everything(many: Project, tmp_path: Path):
    steps = [
        ("src/b.c", "include b\n"), ("x.in", "x 2\n"), ("VERSION", "7\n"), ("src/a.c", "a\n"), ("VERSION", "8\n"),
    ]  # fmt: skip
    twin = Project(tmp_path / "twin", many.environment)
    shutil.copytree(many.folder, twin.folder, symlinks=True)
    for name, content in steps:
        edit(many, name, content)
        edit(twin, name, content)
        parts, whole = many.build(), twin.build("--explain")
        assert parts.made == whole.made
        assert last_line(parts) == last_line(whole)
        assert [many.read(output) for output in OUTPUTS] == [twin.read(output) for output in OUTPUTS]
        assert kinds(many)[-1] == PARTS
        assert answers(many) == answers(twin)
    assert PARTS not in kinds(twin)
    assert calls(many) == calls(twin)


def answers(project: Project) -> list[str]:
    """What `why` says of all outputs, but for the moments and the names of executions."""
    lines = project.run("why", *OUTPUTS).output.splitlines()
    assert {f"{output} is up to date" for output in OUTPUTS} <= set(lines)
    return [line for line in lines if not line.startswith("  last run")]


def calls(project: Project) -> set[tuple[object, ...]]:
    """All calls that were recorded, with their arguments and where these came from."""
    with closing(sqlite3.connect(project.state / "state.db")) as records:
        found = records.execute(
            "SELECT c.digest, a.position, n.name, v.digest, o.digest FROM argument AS a "
            "JOIN digest AS c ON c.id = a.call JOIN name AS n ON n.id = a.name JOIN digest AS v ON v.id = a.value "
            "LEFT JOIN digest AS o ON o.id = a.origin"
        )
        return set(found.fetchall())


def test_gc_keeps_what_the_whole_build_and_its_parts_rest_on(many: Project):
    for number in range(3):
        edit(many, "x.in", f"x {number} of many\n")
        many.build()
    edit(many, "src/b.c", "b 2\n")
    many.build()
    many.build("other/y.txt", "--explain")  # another command line, later
    many.run("gc", "--keep-last-build")
    shutil.rmtree(many.path("other"))
    many.remove("app", "obj/a.o", "obj/b.o", "gen/version.h")
    outcome = many.build("--explain")
    assert outcome.made == []
    assert outcome.restored == sorted(OUTPUTS)
    assert many.read("other/x.txt") == "x 2 of many\n"
    assert many.read("app") == "include\n1\nb 2\n"


def test_why_in_such_an_execution(many: Project):
    edit(many, "x.in", "x 2\n")
    many.build()
    whole = many.run("why", "--in", "last").output
    assert "  jobs   1 run, without those that no change could reach\n" in whole
    assert "other/x.txt: x.in changed" in whole
    one = many.run("why", "--in", "last", "app").output
    assert one.startswith("app was no part of execution ")
    assert one.endswith(", which left out what no change could reach\n")


def test_the_command_lines_of_builds_are_those_that_were_typed(many: Project):
    edit(many, "x.in", "x 2\n")
    many.build()
    many.build("-B", "--force", "x.*", "--force=it's", "app")
    lines = many.run("log", "--no-pager").output.splitlines()[2:4]
    told = [line.rpartition(":  ")[2] for line in lines]
    assert told == ["""build -B --force='x.*' --force='it'"'"'s' app""", "build"]


def test_the_picture_of_the_last_build_is_of_all_its_parts(many: Project):
    edit(many, "x.in", "x 2\n")
    many.build()
    edit(many, "y.in", "y 2\n")
    many.build()
    picture = many.run("graph", "--format", "json").output
    assert picture.count('"earlier"') == 0
