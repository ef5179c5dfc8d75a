"""What functions print, wherever they run, is seen once, and `redun log` shows it again."""

from __future__ import annotations

import pytest

from tests.e2e.project import Project

FLOW = """
    from redo_py import catch, task

    redun_namespace = "flow"


    @task({options})
    def say(word):
        print("said", word)
        return word


    @task({options})
    def fail():
        print("said before")
        raise ValueError("no")


    @task
    def seen(error):
        return "caught"


    @task
    def main():
        return say("this")


    @task
    def caught():
        return catch(fail(), ValueError, seen)
"""
APART = '[executors.apart]\ntype = "subprocess"\n'
ELSEWHERE = ['executor="process"', 'executor="apart"']


@pytest.fixture(params=["", *ELSEWHERE])
def workflow(request: pytest.FixtureRequest, project: Project) -> Project:
    project.write("redun.toml", APART)
    project.write("flow.py", FLOW.replace("{options}", request.param))
    return project


def test_once(workflow: Project):
    told = workflow.run("run", "flow.py", "main")
    assert (told.output + told.errors).count("said this\n") == 1
    job = workflow.run("log", "--task", "flow.say", "--limit", "1").output.split()[1]
    assert "\n  Output:\n    said this\n" in workflow.run("log", job).output
    again = workflow.run("run", "flow.py", "main")
    assert "said this\n" not in again.output + again.errors


def test_of_a_failure(workflow: Project):
    told = workflow.run("run", "flow.py", "fail", status=1)
    assert (told.output + told.errors).count("said before\n") == 1


def test_of_a_failure_that_is_caught(workflow: Project):
    told = workflow.run("run", "flow.py", "caught")
    assert (told.output + told.errors).count("said before\n") == 1
