"""Federated tasks: tasks of other projects by the names that the settings give them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from redo_py import Config, Scheduler, task
from redo_py.compat.federated import (
    federated_task,
    lambda_federated_task,
    launch_federated_task,
    rest_federated_task,
)
from redo_py.ground.errors import UsageError
from redo_py.testing.holds import until

OTHER = """
import os
from redo_py import task

redun_namespace = "other"

@task()
def train(a, b=1):
    with open("ran", "a") as stream:
        stream.write("x")
    return [a, b, os.path.basename(os.getcwd())]
"""
INI = """
[federated_tasks.train]
namespace = other
task_name = train
load_module = other_workflow
executor = default
config_dir = ../far/.redun
"""


@task(version="1")
def number(value: int) -> int:
    return value


@pytest.fixture(autouse=True)
def _projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "far/.redun").mkdir(parents=True)
    (tmp_path / "far/other_workflow.py").write_text(OTHER)
    (tmp_path / "near/.redun").mkdir(parents=True)
    (tmp_path / "near/.redun/redun.ini").write_text(INI)
    monkeypatch.chdir(tmp_path / "near")
    yield
    sys.modules.pop("other_workflow", None)


def here() -> Scheduler:
    """A scheduler of the project at hand."""
    return Scheduler(Config(configdir=".redun"))


def test_a_task_of_another_project(tmp_path: Path):
    scheduler = here()
    assert scheduler.run(federated_task("train", number(1), b=number(2))) == [1, 2, "far"]
    assert scheduler.run(federated_task("train", 1, b=2)) == [1, 2, "far"]
    assert (tmp_path / "far/ran").read_text() == "x"
    assert (tmp_path / "far/.redun/state.db").exists()
    assert Path.cwd() == tmp_path / "near"


def test_its_code_counts_there(tmp_path: Path):
    here().run(federated_task("train", 1))
    del sys.modules["other_workflow"]
    (tmp_path / "far/other_workflow.py").write_text(OTHER.replace("[a, b,", "[b, a,"))
    os.utime(tmp_path / "far/other_workflow.py", (1, 1))
    assert here().run(federated_task("train", 1, 2)) == [2, 1, "far"]


def test_settings_of_another_folder(tmp_path: Path):
    (tmp_path / "near/.redun/redun.ini").write_text("[scheduler]\nfederated_configs =\n    ../team\n")
    (tmp_path / "team").mkdir()
    (tmp_path / "team/redun.ini").write_text(INI)
    assert here().run(federated_task("train", 5)) == [5, 1, "far"]


@pytest.mark.parametrize(
    ("ini", "said"),
    [
        (
            "",
            "no federated task `train`\n  hint: `[federated_tasks.NAME]` in redun.toml makes one known",
        ),
        (
            INI.replace("tasks.train", "tasks.trian"),
            "the settings have no federated task `train`\n  hint: did you mean `trian`?",
        ),
        (INI.replace("task_name", "description"), "the settings do not say which task the federated task `train` is"),
        (
            "[scheduler]\nfederated_configs = nowhere\n",
            "the settings of federated tasks in {near}/nowhere/redun.ini cannot be read: No such file or",
        ),
        (INI.replace("../far", "../gone"), "there is no folder "),
        (INI.replace("task_name = train", "task_name = trane"), "there is no task other.trane"),
    ],
)
def test_what_the_settings_do_not_say(ini: str, said: str, tmp_path: Path):
    (tmp_path / "near/.redun/redun.ini").write_text(ini)
    with pytest.raises(UsageError) as caught:
        here().run(federated_task("train", 1))
    assert said.format(near=tmp_path / "near") in str(caught.value)


def test_kinds_that_are_not_here():
    with pytest.raises(UsageError, match="there is no `rest_federated_task` here yet"):
        rest_federated_task("config", "train", "http://host", "s3://scratch", False)
    with pytest.raises(UsageError, match="there is no `lambda_federated_task` here yet"):
        lambda_federated_task("config", "train", "name", "s3://scratch", False)


def test_launching_one(tmp_path: Path):
    (tmp_path / "team").mkdir()
    (tmp_path / "team/redun.ini").write_text(INI)
    own = launch_federated_task(str(tmp_path / "team"), "train", [7], {"b": 8})
    assert len(own) == 36
    ran = tmp_path / "far/ran"
    until(lambda: ran.exists() and ran.read_text() == "x", 120, "it does not run")
    with pytest.raises(UsageError, match="has none of that name"):
        launch_federated_task(str(tmp_path / "team"), "tren")
    said = "the federated task `train` is given arguments, and a file with arguments as well"
    with pytest.raises(UsageError, match=said):
        launch_federated_task(str(tmp_path / "team"), "train", [1], input_path="x")


def test_in_a_process_of_its_own(tmp_path: Path):
    (tmp_path / "near/.redun/redun.ini").write_text(INI.replace("executor = default", "executor = process"))
    assert here().run(federated_task("train", number(3))) == [3, 1, "far"]
    assert "other_workflow" not in sys.modules
