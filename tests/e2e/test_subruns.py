"""`subrun` with an execution of its own: recorded beside the one that asks for it, with settings of its own."""

from __future__ import annotations

import json

import pytest

from tests.e2e.project import Project

WORKFLOW = """\
    import os
    from threading import current_thread

    from redo_py import task
    from redun.scheduler import subrun

    redun_namespace = "flow"


    @task
    def leaf(x):
        open("ran", "a").write(f"leaf {x}\\n")
        return x + 1


    @task
    def where(executor="big"):
        return os.getpid()


    @task
    def bad():
        raise ValueError("it is bad")


    @task
    def plain():
        return subrun([leaf(1), leaf(2)], executor="default")


    @task
    def apart(executor: str = "default"):
        return subrun([leaf(1), leaf(2)], executor=executor, new_execution=True)


    @task
    def modules():
        return subrun(leaf(3), executor="default", new_execution=True, load_modules=["extra"])


    @task
    def configured():
        config = {"executors.big": {"type": "local", "mode": "process"}}
        return [subrun(where.options(executor="big")(), executor="default", config=config), os.getpid()]


    @task(check_valid="shallow")
    def shallow():
        return apart()


    @task
    def failing():
        return subrun(bad(), executor="default", new_execution=True)
    """


@pytest.fixture
def flow(project: Project) -> Project:
    """A folder with the workflow."""
    project.write("flow.py", WORKFLOW)
    project.write("extra.py", 'open("loaded", "a").write("x")\n')
    return project


def executions(project: Project) -> list[str]:
    """The command lines of all executions, the newest first."""
    lines = project.run("log", "--format", "json").output.splitlines()
    return [json.loads(line)["command"] for line in lines]


def test_a_plain_one_is_part_of_the_run(flow: Project):
    assert flow.run("run", "flow.py", "plain").output == "[2, 3]\n"
    assert len(executions(flow)) == 1


@pytest.mark.parametrize("executor", ["default", "process"])
def test_an_execution_of_its_own(flow: Project, executor: str):
    words = ("run", "flow.py", "apart", "--executor", executor)
    assert flow.run(*words).output == "[2, 3]\n"
    assert len(executions(flow)) == 2
    assert sorted(flow.read("ran").splitlines()) == ["leaf 1", "leaf 2"]
    assert flow.run(*words).output == "[2, 3]\n"
    assert sorted(flow.read("ran").splitlines()) == ["leaf 1", "leaf 2"]
    assert len(executions(flow)) == 4


def test_its_code_counts(flow: Project):
    flow.run("run", "flow.py", "apart")
    flow.write("flow.py", WORKFLOW.replace("return x + 1", "return x + 10"))
    assert flow.run("run", "flow.py", "apart").output == "[11, 12]\n"


def test_modules_are_imported_before(flow: Project):
    assert flow.run("run", "flow.py", "modules").output == "4\n"
    assert flow.read("loaded") == "x"


def test_settings_of_its_own(flow: Project):
    inside, outside = json.loads(flow.run("run", "flow.py", "configured").output)
    assert inside != outside
    assert len(executions(flow)) == 2


def test_its_failure_is_that_of_the_job(flow: Project):
    outcome = flow.run("run", "flow.py", "failing", status=1)
    assert "ValueError: it is bad" in outcome.errors
    listed = flow.run("log", "--status", "FAILED").output
    assert listed.count("Exec ") == 2


def test_a_shallow_result_does_not_hide_that_code_apart_has_changed(flow: Project):
    assert flow.run("run", "flow.py", "shallow").output == "[2, 3]\n"
    flow.write("flow.py", WORKFLOW.replace("return x + 1", "return x + 2"))
    assert flow.run("run", "flow.py", "shallow").output == "[3, 4]\n"
