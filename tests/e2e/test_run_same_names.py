"""`redun run FILE` runs that very file, whatever else has its name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.e2e.project import Project

WORKFLOW = """
    from redo_py import task
    from helper import VALUE

    @task(executor="{executor}")
    def main():
        open("ran", "a").write("x")
        return "{name} " + VALUE
"""


@pytest.fixture
def twins(project: Project) -> Project:
    """A project with two workflows of one name, each with a module of one name beside it."""
    write(project, "thread")
    return project


def write(project: Project, executor: str) -> None:
    """Both workflows, for an executor."""
    project.write(".redun/x", "")
    for folder, name in (("", "upper"), ("exp/", "lower")):
        project.write(f"{folder}wf.py", WORKFLOW.format(executor=executor, name=name))
        project.write(f"{folder}helper.py", f'VALUE = "{name}"\n')


@pytest.mark.parametrize("executor", ["thread", "process"])
@pytest.mark.parametrize(
    ("words", "cwd"), [(["wf.py"], "exp"), (["exp/wf.py"], ""), (["-C", "exp", "wf.py"], ""), (["wf"], "exp")]
)
def test_the_file_that_is_named_runs_with_what_lies_beside_it(
    project: Project, words: list[str], cwd: str, executor: str
):
    write(project, executor)
    assert project.run("run", *words, "main", cwd=cwd).output.endswith("'lower lower'\n")
    assert project.run("run", "wf.py", "main").output.endswith("'upper upper'\n")


def test_an_absolute_path(twins: Project):
    assert twins.run("run", str(twins.path("exp/wf.py")), "main").output.endswith("'lower lower'\n")
    assert twins.run("run", str(twins.path("wf.py")), "main", cwd="exp").output.endswith("'upper upper'\n")


@pytest.mark.parametrize("executor", ["thread", "process"])
def test_what_runs_is_what_is_hashed(project: Project, executor: str):
    write(project, executor)
    project.run("run", "exp/wf.py", "main")
    project.write("helper.py", 'VALUE = "of no meaning"\n')
    project.write("wf.py", "of no meaning\n")
    project.run("run", "exp/wf.py", "main")
    assert project.read("ran") == "x"
    project.write("exp/helper.py", 'VALUE = "edited"\n')
    assert project.run("run", "exp/wf.py", "main").output.endswith("'lower edited'\n")


def test_a_package_in_the_root_hides_no_file(twins: Project):
    twins.write("wf/__init__.py", 'raise ValueError("not this one")\n')
    assert twins.run("run", "exp/wf.py", "main").output.endswith("'lower lower'\n")


def test_a_file_that_is_hidden_by_a_package_beside_it(twins: Project):
    twins.write("exp/wf/__init__.py", "")
    refused = twins.run("run", "exp/wf.py", "main", status=2)
    assert refused.errors == (
        f"redun: exp/wf.py cannot run: `import wf` gives {twins.path('exp/wf/__init__.py')} in this run\n"
        "  hint: rename exp/wf.py\n"
    )


def test_a_name_that_is_taken_within_the_run(twins: Project):
    twins.write("redun.toml", '[run]\nsetup_scheduler = "wf.py::setup_scheduler"\n')
    twins.write("wf.py", "from redo_py import Scheduler\n\ndef setup_scheduler():\n    return Scheduler()\n")
    refused = twins.run("run", "exp/wf.py", "main", status=2)
    assert refused.errors.startswith(f"redun: exp/wf.py cannot run: `import wf` gives {twins.path('wf.py')} in this")


@pytest.mark.parametrize("executor", ["thread", "process"])
def test_a_program_that_imports_before_it_runs(project: Project, executor: str):
    write(project, executor)
    project.write("exp/program.py", "import wf\nfrom redo_py import run\nprint(run(wf.main()))\n")
    for value in ("lower", "edited"):
        project.write("exp/helper.py", f'VALUE = "{value}"\n')
        words = [sys.executable, "-B", "exp/program.py"]
        environment = {**project.environment, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(words, cwd=project.folder, env=environment, capture_output=True, text=True)
        assert ran.stdout == f"lower {value}\n", ran.stderr
