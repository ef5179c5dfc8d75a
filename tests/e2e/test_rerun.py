"""`redun run --rerun`: the call of a job or an execution of the past, once more."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.e2e.project import Outcome, Project

WORKFLOW = """
    from redo_py import File, task

    @task()
    def scaled(values: list[int], by: int = 2, of=None):
        print("scaling")
        return [value * by for value in values]

    @task()
    def main(size: int = 2, by: int = 2):
        return scaled(list(range(size)), by)

    @task()
    def failing(size: int):
        raise ValueError(f"cannot do {size}")

    @task()
    def outer(size: int):
        return failing(size)
"""

MANY = """
    from redo_py import task

    @task()
    def one(x):
        return x

    @task()
    def main():
        return [one(x) for x in range(99)]
"""


def ids(outcome: Outcome) -> dict[str, str]:
    """Task -> the id of its job; "" -> that of the execution."""
    found = {task: job for job, task in re.findall(r"(?:Run   |Cached|Failed) Job (\w+):  (\w+)\(", outcome.errors)}
    execution = re.search(r"Start Execution (\S+):", outcome.errors)
    return found | {"": execution[1] if execution else ""}


@pytest.fixture
def workflow(project: Project) -> Project:
    """A project with a workflow."""
    project.write("wf.py", WORKFLOW)
    return project


def test_a_job_is_repeated_with_other_arguments(workflow: Project):
    first = workflow.run("run", "wf.py", "main", "--size", "3")
    job = ids(first)["scaled"]
    again = workflow.run("run", "--rerun", job)
    assert again.output == "[0, 2, 4]\n"
    assert "Cached Job" in again.errors
    other = workflow.run("run", "--rerun", job, "--by", "5")
    assert other.output.endswith("[0, 5, 10]\n")
    third = workflow.run("run", "--rerun", ids(other)["scaled"][:6], "--no-cache")
    assert third.output == "scaling\n[0, 5, 10]\n"


def test_an_execution_is_repeated(workflow: Project):
    first = workflow.run("run", "wf.py", "main", "--size", "3")
    again = workflow.run("run", "--rerun", ids(first)[""][:13], "--by", "3")
    assert again.output.endswith("[0, 3, 6]\n")
    third = workflow.run("run", "--rerun", ids(again)[""])
    assert third.output == "[0, 3, 6]\n"


def test_a_failed_execution_is_repeated(workflow: Project):
    first = workflow.run("run", "wf.py", "failing", "--size", "3", status=1)
    again = workflow.run("run", "--rerun", "wf.py", ids(first)[""], status=1)
    assert "ValueError: cannot do 3" in again.errors


def test_a_failed_job_is_repeated(workflow: Project):
    failed = workflow.run("run", "wf.py", "outer", "--size", "3", status=1)
    again = workflow.run("run", "--rerun", ids(failed)["failing"], status=1)
    assert "ValueError: cannot do 3" in again.errors
    assert "outer" not in ids(again)
    other = workflow.run("run", "--rerun", ids(failed)["failing"], "--size", "4", status=1)
    assert "ValueError: cannot do 4" in other.errors


def test_what_cannot_be_repeated(workflow: Project):
    refused = workflow.run("run", "--rerun", "abc", status=2)
    assert refused.errors == (
        "redun: there is no job or execution abc\n  hint: ids are shown while something runs, and by `redun log`\n"
    )
    refused = workflow.run("run", "--rerun", status=2)
    assert refused.errors.startswith("redun: `redun run` needs the ID of a job or an execution\n")
    workflow.write("many.py", MANY)
    told = workflow.run("run", "many.py", "main").errors
    ((digit, _),) = Counter(re.findall(r"Job ([0-9a-f])[0-9a-f]{7}:", told)).most_common(1)
    refused = workflow.run("run", "--rerun", digit, status=2)
    assert re.match(
        rf"redun: several jobs or executions begin with {digit}: {digit}.*, {digit}.*\n  hint: write more of the id",
        refused.errors,
    )


def test_what_is_not_known_any_more(workflow: Project):
    workflow.rules(
        """
        @rule("x")
        def x(out):
            sh(f"touch {out}")
        """
    )
    workflow.build("x")
    build = re.search(r'"execution": "(\w+)"', workflow.run("build", "--events", "-", "x").output)
    assert build is not None
    refused = workflow.run("run", "--rerun", build[1], status=2)
    assert refused.errors == (
        f"redun: it is not known which file {build[1]} is of: redun build x\n"
        f"  hint: name it: `redun run --rerun SCRIPT {build[1]}`\n"
    )


def test_from_another_folder_than_then(workflow: Project):
    workflow.write("exp/other.py", WORKFLOW)
    workflow.write("deep/er/x", "")
    workflow.run("run", "wf.py", "main")
    for words, cwd in (
        (["../wf.py"], "exp"),
        (["-C", "exp", "other.py"], ""),
        (["exp/other.py"], ""),
        (["other"], "exp"),
    ):
        first = workflow.run("run", "--no-cache", *words, "main", "--size", "3", cwd=cwd)
        for folder in ("", "exp", "deep/er"):
            again = workflow.run("run", "--rerun", ids(first)[""], cwd=folder)
            assert again.output.splitlines()[-1] == "[0, 2, 4]"
            twice = workflow.run("run", "--rerun", ids(again)[""], cwd="deep")
            assert twice.output.splitlines()[-1] == "[0, 2, 4]"


def test_what_failed_from_another_folder(workflow: Project):
    workflow.write("exp/x", "")
    workflow.write(".redun/x", "")
    first = workflow.run("run", "../wf.py", "failing", "--size", "3", cwd="exp", status=1)
    assert "cannot do 3" in workflow.run("run", "--rerun", ids(first)[""], status=1).errors
