"""What the settings of an executor say of its jobs."""

from __future__ import annotations

from tests.e2e.project import Project

FLOW = """
    from redo_py import task


    @task(executor="flaky")
    def tries() -> int:
        with open("tries", "a") as file:
            file.write("x")
        if len(open("tries").read()) < 3:
            raise ValueError("not yet")
        return 7
"""


def test_they_are_options_of_the_lowest_rank(project: Project) -> None:
    project.write("flow.py", FLOW)
    project.write("redun.toml", '[executors.flaky]\ntype = "local"\nretries = 2\n')
    assert project.run("run", "flow.py", "tries").output == "7\n"
    assert project.read("tries") == "xxx"
    project.write(
        "redun.toml",
        '[executors.far]\ntype = "local"\nretries = 2\n[executors.flaky]\ntype = "alias"\ntarget = "far"\n',
    )
    project.write("flow.py", FLOW.replace("not yet", "never"))
    project.remove("tries")
    assert project.run("run", "flow.py", "tries").output == "7\n"
    project.write("flow.py", FLOW.replace('executor="flaky"', 'executor="flaky", retries=0, version="2"'))
    project.remove("tries")
    assert "ValueError: not yet" in project.run("run", "flow.py", "tries", status=1).errors


def test_one_that_cannot_be(project: Project) -> None:
    project.write("flow.py", FLOW)
    project.write("redun.toml", '[executors.flaky]\ntype = "local"\ntimeout = "soon"\n')
    outcome = project.run("run", "flow.py", "tries", status=2)
    told = "redun: an option of the executor `flaky` cannot be: `timeout` is a duration like"
    assert told in outcome.errors
