"""`mode=` of a task: what its function runs in, whatever executor it has."""

from __future__ import annotations

import pytest

from tests.e2e.project import Project

SETTINGS = """
[executors.apart]
mode = "process"
max_workers = 1

[executors.here]
max_workers = 2

[executors.other]
type = "alias"
target = "here"
"""

WORKFLOW = """
    import os
    from redo_py import script, task

    @task({})
    def place():
        return os.getpid()

    @task()
    def host():
        return os.getpid()

    @task()
    def main():
        return same(place(), host())

    @task()
    def same(one, other):
        return "same" if one == other else "apart"

    @task(mode="process")
    def crash():
        os._exit(3)

    @task(mode="process", cache=False)
    async def waits():
        return 1

    @task(mode="process", script=True)
    def says():
        return "echo said"
"""


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ('mode="process"', "apart"),
        ('mode="thread"', "same"),
        ('executor="default", mode="process"', "apart"),
        ('executor="thread", mode="process"', "apart"),
        ('executor="process", mode="thread"', "same"),
        ('executor="process", mode="process"', "apart"),
        ('executor="here"', "same"),
        ('executor="here", mode="thread"', "same"),
        ('executor="here", mode="process"', "apart"),
        ('executor="other", mode="process"', "apart"),
        ('executor="apart"', "apart"),
        ('executor="apart", mode="process"', "apart"),
        ('executor="apart", mode="thread"', "same"),
    ],
)
def test_the_mode_of_a_task_is_obeyed(project: Project, options: str, where: str):
    project.write("redun.toml", SETTINGS)
    project.write("wf.py", WORKFLOW.format(options))
    assert project.run("run", "wf.py", "main").output == f"'{where}'\n"


def test_a_process_that_ends_is_a_failed_job_and_no_more(project: Project):
    project.write("wf.py", WORKFLOW.format(""))
    failed = project.run("run", "wf.py", "crash", status=1)
    assert "crash: its worker ended with exit status 3 in the middle of the call" in failed.errors


def test_what_has_no_mode_runs_as_ever(project: Project):
    project.write("wf.py", WORKFLOW.format(""))
    assert project.run("run", "wf.py", "waits").output == "1\n"
    assert "said" in project.run("run", "wf.py", "says").output


def test_a_process_imports_what_changes_the_modules_it_uses(project: Project):
    project.write(
        "shapes.py",
        """
        from redo_py import task

        KNOWN = {}

        def known(shape):
            KNOWN[shape.__name__] = shape
            return shape

        @task(mode="process")
        def apart(x):
            return x + len(KNOWN)

        @task()
        def here():
            return [shape() for shape in KNOWN.values()]
        """,
    )
    project.write("circles.py", "import shapes\n\n@shapes.known\ndef circle():\n    return 'round'\n")
    project.write(
        "flow.py",
        "import circles, shapes\nfrom redo_py import task\n\n@task()\n"
        "def main():\n    return [shapes.apart(1), shapes.here()]\n",
    )
    assert project.run("run", "flow.py", "main").output == "[2, ['round']]\n"
    project.write("circles.py", "import shapes\n\n@shapes.known\ndef circle():\n    return 'oval'\n")
    again = project.run("run", "flow.py", "main")
    assert again.output == "[2, ['oval']]\n"
    assert project.run("run", "-n", "flow.py", "main").status == 0


def test_an_unknown_executor_in_a_mode(project: Project):
    project.write("redun.toml", SETTINGS)
    project.write("wf.py", WORKFLOW.format('executor="her", mode="process"'))
    assert "did you mean `here`?" in project.run("run", "wf.py", "place", status=None).errors
