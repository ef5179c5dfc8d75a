"""`redun run` when things go wrong: it ends promptly, says what happened, and the next run is right."""

from __future__ import annotations

import re
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.project import Project
from tests.e2e.test_run import table

WORKFLOW = """
    import os, sys, time
    from redo_py import task

    print("imported")

    @task()
    def exits():
        sys.exit(3)

    @task()
    def steps(folder: str, count: int = 6):
        return [step(folder, number) for number in range(count)]

    @task()
    def step(folder, number):
        open(f"{folder}/{number}.{os.getpid()}", "w").close()
        if number >= 2:
            while not os.path.exists("go"):
                time.sleep(0.01)
        return number

    @task()
    def one(number):
        if number == 500:
            raise ValueError("the 500th")
        return number

    @task()
    def thousand():
        return sum_([one(number) for number in range(1000)])

    @task()
    def sum_(numbers):
        return sum(numbers)

    @task()
    def unkept():
        return (number for number in [1])

    @task()
    def huge():
        return 10**5000

    @task()
    def deep(depth: int = 100_000):
        def down(left):
            return down(left - 1) if left else 0
        return down(depth)

    @task()
    def killed():
        os.kill(os.getpid(), 9)
"""


@pytest.fixture
def workflow(project: Project) -> Project:
    """A project with a workflow."""
    project.write("wf.py", WORKFLOW)
    project.write("done/x", "")
    return project


def steps(project: Project) -> list[str]:
    """The steps that have begun, one entry for each time."""
    return sorted(path.name.partition(".")[0] for path in project.path("done").iterdir() if path.name != "x")


def test_a_task_that_calls_exit(workflow: Project):
    failed = workflow.run("run", "wf.py", "exits", status=1)
    assert "redun: exits: the function called sys.exit(3)\n" in failed.errors
    assert table(failed)["exits"] == [0, 0, 1, 0, 0, 1]


def test_a_failing_task_among_a_thousand(workflow: Project):
    failed = workflow.run("run", "-j", "4", "wf.py", "thousand", status=1)
    assert "ValueError: the 500th" in failed.errors
    done = table(failed)["one"][4]
    assert done >= 500
    workflow.write("wf.py", WORKFLOW.replace("if number == 500", "if number == -1"))
    again = workflow.run("run", "wf.py", "thousand")
    assert again.output == "imported\n499500\n"
    assert table(again)["one"] == [0, 0, 0, 0, 1000, 1000]  # its code has changed


def test_what_finished_beside_a_failure_is_recorded(workflow: Project):
    failed = workflow.run("run", "wf.py", "thousand", status=1)
    done = table(failed)["one"][4]
    again = workflow.run("run", "wf.py", "thousand", status=1)
    assert table(again)["one"][3] == done


def test_a_result_that_cannot_be_kept(workflow: Project):
    failed = workflow.run("run", "wf.py", "unkept", status=1)
    assert "redun: the result of unkept, a generator, cannot be kept: " in failed.errors


def test_deep_recursion(workflow: Project):
    failed = workflow.run("run", "wf.py", "deep", status=1)
    assert "RecursionError: maximum recursion depth exceeded" in failed.errors
    assert len(failed.errors) < 20_000


def wait_for_steps(workflow: Project) -> None:
    """Wait until all six have begun. All but the first two wait for the file `go`; if four may run at once, these two
    have ended."""
    workflow.until(lambda: len(steps(workflow)) >= 6, "not all steps begin")


def test_an_interruption(workflow: Project):
    running = workflow.start("run", "-j", "4", "wf.py", "steps", "--folder", "done")
    wait_for_steps(workflow)
    running.send(signal.SIGINT)
    outcome = running.finish()
    assert outcome.status == 130
    assert "[redun] interrupted; what had finished is recorded\n" in outcome.errors
    columns = re.search(r"^\[redun\] \| TASK (.*)$", outcome.errors, re.MULTILINE)
    counts = re.search(r"^\[redun\] \| step +(.*)$", outcome.errors, re.MULTILINE)
    assert columns is not None
    assert counts is not None
    assert columns[1].split() == ["PENDING", "RUNNING", "STOPPED", "FAILED", "CACHED", "DONE", "TOTAL"]
    stopped, failed = map(int, counts[1].split()[2:4])
    assert (stopped, failed) == (4, 0)
    workflow.write("go", "")
    again = workflow.run("run", "wf.py", "steps", "--folder", "done")
    assert again.output == "imported\n[0, 1, 2, 3, 4, 5]\n"
    assert table(again)["step"][3] == 2
    assert steps(workflow) == ["0", "1", "2", "2", "3", "3", "4", "4", "5", "5"]


def test_a_kill(workflow: Project):
    running = workflow.start("run", "-j", "4", "wf.py", "steps", "--folder", "done")
    wait_for_steps(workflow)
    running.kill()
    workflow.write("go", "")
    again = workflow.run("run", "wf.py", "steps", "--folder", "done")
    assert again.output == "imported\n[0, 1, 2, 3, 4, 5]\n"
    assert list((workflow.state / "tmp").iterdir()) == []
    assert table(workflow.run("run", "wf.py", "steps", "--folder", "done"))["ALL"] == [0, 0, 0, 7, 0, 7]


def test_runs_that_create_the_records_at_once(workflow: Project):
    workflow.write("go", "")
    running = [workflow.start("run", "wf.py", "steps", "--folder", "done") for _ in range(4)]
    for each in running:
        outcome = each.finish()
        assert outcome.status == 0, outcome
        assert outcome.output == "imported\n[0, 1, 2, 3, 4, 5]\n"
    assert table(workflow.run("run", "wf.py", "steps", "--folder", "done"))["ALL"] == [0, 0, 0, 7, 0, 7]


def test_the_same_calls_in_two_runs_at_once(workflow: Project):
    workflow.run("run", "wf.py", "unkept", status=1)
    running = [workflow.start("run", "-j", "6", "wf.py", "steps", "--folder", "done") for _ in range(2)]
    wait_for_steps(workflow)
    workflow.write("go", "")
    assert [each.finish().status for each in running] == [0, 0]
    assert steps(workflow) == ["0", "1", "2", "3", "4", "5"], "each was computed by one of them"
    assert table(workflow.run("run", "wf.py", "steps", "--folder", "done"))["ALL"] == [0, 0, 0, 7, 0, 7]


def test_a_task_that_kills_the_process(workflow: Project):
    workflow.run("run", "wf.py", "killed", status=-9)
    workflow.write("go", "")
    assert workflow.run("run", "wf.py", "steps", "--folder", "done").output.endswith("[0, 1, 2, 3, 4, 5]\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 / 0\n", r"broken.py:1:1: module `broken` fails when it is imported: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(4)\n", r"broken.py:2:1: module `broken` ends the program when it is imported"),
        ("x = \n", r"broken.py:1:\d+: invalid syntax"),
        ("import nowhere\n", r"broken.py:1:1: module `broken` needs the module `nowhere`"),
    ],
)
def test_a_module_that_fails_when_it_is_imported(project: Project, text: str, told: str):
    project.write("broken.py", text)
    refused = project.run("run", "broken.py", "main", status=2)
    assert re.match(told, refused.errors), refused
    assert not project.exists(".redun")


def test_a_script_outside_of_the_project(project: Project):
    project.write(
        "code/wf.py", "from redo_py import task\nfrom helping import text\n@task()\ndef main():\n    return text()\n"
    )
    project.write("code/helping.py", "def text():\n    return 1\n")
    project.write("work/.redun/x", "")
    assert project.run("run", "../code/wf.py", "main", cwd="work").output == "1\n"
    project.write("code/helping.py", "def text():\n    return 2\n")
    assert project.run("run", "../code/wf.py", "main", cwd="work").output == "2\n"
    assert not project.exists("code/.redun")


def runs(process: int) -> bool:
    """Whether that process is there, and not only remembered until somebody asks how it ended."""
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False


def test_commands_of_a_killed_run_are_ended_by_the_next_one(project: Project):
    project.write(
        "wf.py",
        """
        from redo_py import script, task

        @task()
        def main():
            return script("echo $$ > pid.new; mv pid.new pid; exec sleep 300")

        @task()
        def other():
            return 1
        """,
    )
    running = project.start("run", "wf.py", "main")
    project.wait_for("pid")
    running.process.kill()
    running.process.wait()
    command = int(project.read("pid"))
    assert runs(command)
    told = project.run("run", "wf.py", "other")
    assert re.search(r"\[redun\] ended .*sleep.*, left by a run that was killed\n", told.errors), told
    assert not runs(command)
    assert list((project.state / "tmp").iterdir()) == []


def test_a_result_with_parts_within_parts(project: Project) -> None:
    project.write(
        "nested.py",
        """
        from redo_py import task

        @task()
        def main():
            value = []
            for _ in range(900):
                value = [value]
            return value
        """,
    )
    assert project.run("run", "nested.py", "main").output == f"{197 * '['}...\n"


def test_a_large_result_that_is_not_kept_is_made_once_in_a_run(project: Project) -> None:
    """Those who wait for it may do so in other contexts, and long after it was made."""
    project.write(
        "large.py",
        """
        import time
        from redo_py import get_context, task

        @task(cache=False)
        def large():
            open("ran", "a").write("x")
            return b"x" * 100_000

        @task()
        def later(seconds):
            time.sleep(seconds)

        @task()
        def size(after, kind=get_context("kind")):
            return [kind, length(large())]

        @task()
        def length(value):
            return len(value)

        @task()
        def main():
            kinds = {"a": None, "b": later(0.5), "c": later(1.0)}
            return [size.update_context({"kind": kind})(after) for kind, after in kinds.items()]
        """,
    )
    assert project.run("run", "large.py", "main").output == "[['a', 100000], ['b', 100000], ['c', 100000]]\n"
    assert project.read("ran") == "x"


def test_a_call_that_has_ended_is_not_lost_with_redun(project: Project) -> None:
    """What it called was still running when redun was killed."""
    project.write(
        "dear.py",
        """
        import time
        from redo_py import task

        @task()
        def load():
            open("loads", "a").write("x")
            time.sleep(0.6)
            return [chunk(number) for number in range(2)]

        @task()
        def chunk(number):
            open(f"chunk{number}", "w").close()
            while number and not __import__("os").path.exists("go"):
                time.sleep(0.01)
            return number

        @task()
        def main():
            return load()
        """,
    )
    started = project.start("run", "dear.py", "main")
    project.wait_for("chunk1")
    with closing(sqlite3.connect(project.state / "state.db")) as records:
        while records.execute("SELECT count(*) FROM trace").fetchone() < (2,):  # load and chunk(0)
            assert started.process.poll() is None
            time.sleep(0.05)
    started.kill()
    project.write("go", "")
    assert project.run("run", "dear.py", "main").output == "[0, 1]\n"
    assert project.read("loads") == "x"


def test_a_result_that_cannot_be_printed(workflow: Project):
    shown = workflow.run("run", "wf.py", "huge")
    assert shown.output == "imported\n<2077 byte int>\n"
    assert "[redun] the result cannot be printed as it is: ValueError: Exceeds the limit (4300 digits)" in shown.errors
    assert "    Result:   <2077 byte int>\n" in workflow.run("log", "huge").output
