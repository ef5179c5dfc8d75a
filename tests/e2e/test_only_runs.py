"""Commands in a folder that has workflows and no redunfile: they answer from what runs have recorded."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.project import Project

WORKFLOW = """\
from redo_py import File, task

redun_namespace = "flow"


@task
def number(x: int) -> int:
    print("number", x)
    return x


@task
def write(x: int, path: str) -> File:
    file = File(path)
    file.write(str(x))
    return file


@task
def read(file: File) -> str:
    return file.read()


@task
def main(x: int = 1) -> str:
    return read(write(number(x), "out.txt"))
"""


@pytest.fixture
def runs(project: Project) -> Project:
    """A folder in which `main` has run with 1 and with 2."""
    project.write("flow.py", WORKFLOW)
    for number in "12":
        project.run("run", "flow.py", "main", "--x", number)
    return project


def plain(text: str) -> str:
    """`text` without moments, ids and durations."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "MOMENT", text)
    return re.sub(r"\b[0-9a-f]{8}\b", "HEX", re.sub(r"\d+\.\d\d s", "TIME", text))


@pytest.mark.parametrize("last", ["last", "-", "~1", "-1"])
@pytest.mark.parametrize("earlier", ["~2", "-2"])
def test_executions_are_named_alike(runs: Project, last: str, earlier: str):
    ids = [re.match(r"Exec (\S+)", runs.run("log", name).output) for name in (last, earlier)]
    assert [each and each[1] for each in ids] == executions(runs)
    said = [runs.run("why", "--in", name).output for name in (last, earlier)]
    assert [text.split()[1].rstrip(":") for text in said] == [each[:8] for each in executions(runs)]
    assert "main --x 2" in said[0]
    assert "main --x 1" in said[1]


def test_what_a_run_did_for_a_task(runs: Project):
    for asked in ("flow.write", "write"):
        assert plain(runs.run("why", "--in", "-", asked).output) == (
            "ran         flow.write: argument x changed: 1 -> 2 (TIME)\n  made      out.txt\n"
        )


def executions(runs: Project) -> list[str]:
    """The ids of all executions, the newest first."""
    return [json.loads(line)["id"] for line in runs.run("log", "--format", "json").output.splitlines()]


def test_an_execution_that_there_is_not(runs: Project):
    hint = "  hint: `redun log` lists them, the newest first; `-` or `last` is that one, `~2` or `-2` the one before\n"
    assert runs.run("log", "-3", status=2).errors == f"redun: there is no execution ~3: 2 are recorded\n{hint}"
    newest = executions(runs)[0][:8]
    assert runs.run("why", "--in", "-3", status=2).errors == (
        f"redun: there is no execution -3: the last one is {newest}\n{hint}"
    )


def test_why_a_task_ran(runs: Project):
    assert plain(runs.run("why", "main").output) == (
        "flow.main\n"
        "  last run  MOMENT, execution HEX, job HEX\n"
        "  because   argument x changed: 1 -> 2\n"
        "  now       `redun run -n flow.py main --x 2` says what would run\n"
    )


def test_why_a_file_is_there(runs: Project):
    assert plain(runs.run("why", "out.txt").output) == (
        "out.txt was made by flow.write\n"
        "  last run  MOMENT, execution HEX, job HEX\n"
        "  because   argument x changed: 1 -> 2\n"
        "  now       `redun run -n flow.py main --x 2` says what would run\n"
        "  used by\n"
        "    flow.read\n"
    )


def test_why_what_nothing_knows(runs: Project):
    assert runs.run("why", "mein", status=2).errors == (
        "redun: nothing that is recorded is called mein\n"
        "  hint: `redun log` lists what has run, `redun log --file` files\n"
    )


NEEDS_RULES = """\
redun: there is no redunfile.py in {folder} or above it
  hint: this asks about rules, and only runs are recorded here: `redun log`, `redun why TASK` and `redun graph` tell \
of them;
        `redun init` writes a redunfile to start from
"""


@pytest.mark.parametrize(
    "words", [("why", "out.txt", "--not", "flow.py"), ("clean", "--stale"), ("clean", "nothing"), ("build",)]
)
def test_what_needs_rules_says_so(runs: Project, words: tuple[str, ...]):
    assert runs.run(*words, status=2).errors == NEEDS_RULES.format(folder=runs.folder)


def test_clean_leaves_what_tasks_wrote(runs: Project):
    assert runs.run("clean").output == (
        "redun: nothing to remove: files that tasks write are the tasks' own; `redun log --file` lists them\n"
    )
    assert runs.read("out.txt") == "2"


def test_clean_removes_what_was_put_back(project: Project):
    project.write("flow.py", WORKFLOW)
    project.write("redun.toml", "[artifacts]\nrun = true\n")
    project.run("run", "flow.py", "main")
    assert project.run("clean").output == "removed       out.txt\nredun: 1 removed\n"
    assert not project.exists("out.txt")


def test_the_output_of_a_task(runs: Project):
    for asked in ("flow.number", "number"):
        assert runs.run("log", "--output", asked).output == "number 2\n"
    job = next(line.split()[1] for line in runs.run("log", "~2").output.splitlines() if "flow.number" in line)
    assert runs.run("log", "--output", job).output == "number 1\n"
    assert runs.run("log", "--output", "out.txt").output == ""
    assert runs.run("log", "--output", "nothing", status=2).errors == (
        "redun: nothing has not run yet\n"
        "  hint: it takes a task, the id of a job, or a file that one has made: `redun log -` lists jobs\n"
    )


def test_jobs_of_a_task_by_its_bare_name(runs: Project):
    lines = runs.run("log", "-", "--task", "number").output.splitlines()
    assert [line.partition(":  ")[2] for line in lines if line.startswith("Job ")] == ["flow.number(2)"]
    assert runs.run("log", "-", "--task", "numbr", status=2).errors == (
        "redun: no recorded job is of a task numbr\n  hint: did you mean `number`?\n"
    )


def test_the_picture_of_the_last_run(runs: Project):
    drawn = json.loads(runs.run("graph", "--format", "json").output)
    names = [node["name"] for node in drawn["nodes"]]
    assert sorted(names)[0] == "flow.main(2)"
    assert {name.partition("(")[0] for name in names} == {
        "flow.main",
        "flow.read",
        "flow.write",
        "flow.number",
        "out.txt",
    }
    assert edges(drawn) >= {
        ("flow.number", "flow.write"), ("flow.write", "out.txt"), ("out.txt", "flow.read"), ("flow.read", "flow.main"),
    }  # fmt: skip


def test_the_picture_of_an_earlier_run_and_of_a_part(runs: Project):
    drawn = json.loads(runs.run("graph", "~2", "out.txt", "--format", "json").output)
    assert sorted(node["name"] for node in drawn["nodes"]) == [
        "flow.number(1)",
        "flow.write(1, 'out.txt')",
        "out.txt",
    ]
    assert runs.run("graph", "nothing", status=2).errors == (
        "redun: no job or file of the execution is called nothing\n"
        "  hint: it takes an execution, a task or a file; `redun log` lists executions\n"
    )


def test_the_picture_of_what_was_known_already(runs: Project):
    runs.run("run", "flow.py", "main", "--x", "2")
    drawn = json.loads(runs.run("graph", "--format", "json").output)
    assert {node["state"] for node in drawn["nodes"] if node["kind"] == "task"} == {"cached"}
    assert ("flow.write", "out.txt") in edges(drawn)


def edges(drawn: dict[str, list[dict[str, object]]]) -> set[tuple[str, str]]:
    """What goes into what, by names without arguments."""
    names = {node["id"]: str(node["name"]).partition("(")[0] for node in drawn["nodes"]}
    return {(names[edge["from"]], names[edge["to"]]) for edge in drawn["edges"]}


def test_the_doctor(runs: Project):
    told = runs.run("doctor", status=None).output
    assert "redunfile   none: only runs are recorded here\n" in told
    assert re.search(r"^ok +database +whole", told, re.MULTILINE)


@pytest.mark.parametrize("name", ["graph.foo", "graph.txt"])
def test_a_picture_of_a_kind_that_there_is_not(runs: Project, name: str):
    ending = name.partition(".")[2]
    assert runs.run("graph", "-o", name, status=2).errors == (
        f"redun: `redun graph` has no format `{ending}`\n"
        "  hint: FILE ends as its format is called; there are dot, mermaid, json and html\n"
    )
    assert not runs.exists(name)


def test_the_picture_with_a_box_for_each_task(runs: Project):
    drawn = json.loads(runs.run("graph", "--rules", "--format", "json").output)
    names = [node["name"] for node in drawn["nodes"]]
    assert sorted(names) == ["flow.main", "flow.number", "flow.read", "flow.write"]
