"""A project whose functions run in drivers of Spark, with a pyspark that starts at once: for tests of the executor."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from redo_py.config.environment import worker_environment
from redo_py.executors.api import CallStep, CommandStep, JobSpec
from redo_py.executors.backend import Site
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.executors.spark.executor import SparkExecutor
from redo_py.executors.spark.options import SparkOptions
from redo_py.ground.clock import Clock
from redo_py.tasks.task import Task
from redo_py.testing import Driver
from tests.unit.executors.spark.small_spark import lay

MODULE = """
import os
import signal
import threading
import time


def show(text):
    print(text)
    return text


def fail(text):
    print(text)
    raise ValueError(text)


def linger(spark):
    spark.work(60)


def stubborn():
    time.sleep(60)


def pid():
    return os.getpid()


def settings(spark):
    return spark.settings["spark.sql.shuffle.partitions"]


def session(spark):
    from redo_py.spark import get_spark_context, get_spark_session

    return get_spark_session() is spark and get_spark_context().applicationId


def meet(folder, name, count):
    open(f"{folder}/{name}", "w").close()
    while len(os.listdir(folder)) < count:
        time.sleep(0.01)
    return threading.get_ident()


def table(text, spark):
    from pyspark.sql import DataFrame

    return {"tables": [DataFrame(text)], "count": 2}


def die(marks, times):
    number = len(os.listdir(marks))
    if number < times:
        open(f"{marks}/{number}", "w").close()
        print("about to die", flush=True)
        os.write(2, b"out of memory\\n")
        os.kill(os.getpid(), 9)
    return number


def break_down(marks, spark):
    if not os.listdir(marks):
        open(f"{marks}/0", "w").close()
        spark.break_down()
    return os.getpid()


def wrong(spark):
    from pyspark.sql import SparkError

    raise SparkError("[TABLE_OR_VIEW_NOT_FOUND] no `t`;\\n\\n'Project [*]\\n")


def row():
    from pyspark.sql import Row

    return [Row((1, 2))]


def spell():
    return "pyspark"


def big(data):
    return data + b"!"


class Point:
    def __init__(self, x):
        self.x = x


def x_of(point):
    return point.x


def begin(place):
    with open(place, "a") as file:
        file.write("x")


def await_file(place, begun):
    begin(begun)
    while not os.path.exists(place):
        time.sleep(0.01)
    return os.getpid()


def stand_still(place):
    os.rename(place, place + " seen")
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(60)


def defiant(spark, place):
    for number in range(3):
        try:
            begin(place)
            spark.work(60)
        except Exception:
            pass
    begin(place)
"""
PATIENCE = 120.0  # seconds that no outcome may take, that of a job which waits for a driver included
ENVIRONMENT = {"PATH": os.environ["PATH"]}


def lay_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the project, load the module whose functions are called, and go there."""
    project.mkdir()
    (project / "work_there.py").write_text(MODULE)
    load("work_there", project, monkeypatch)
    monkeypatch.chdir(project)


def load(name: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of the project, in this process."""
    spec = importlib.util.spec_from_file_location(name, project / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


class Sparks:
    """Makes executors of runs in `folder`/project, and stops them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.code = b""  # what each task is said to have
        self._made: list[tuple[Driver, dict[str, Any]]] = []
        java = folder / "java/bin/java"
        java.parent.mkdir(parents=True)
        java.write_text("#!/bin/sh\n")
        java.chmod(0o755)
        (folder / "sent").mkdir()
        small = str(lay(folder / "small"))
        self.environ = worker_environment(os.environ, [small]) | {
            "JAVA_HOME": str(folder / "java"),
            "SMALL_SPARK": str(folder / "sent"),
        }

    def __call__(self, **options: Any) -> Driver:
        """The one executor of a run of its own."""
        return self._make(SelectInbox(Clock()), {}, options)

    def beside(self, other: Driver, **options: Any) -> Driver:
        """Another executor of the same run."""
        shared = next(shared for made, shared in self._made if made is other)
        return self._make(other.inbox, shared, options)

    def _make(self, inbox: SelectInbox, shared: dict[str, Any], options: dict[str, Any]) -> Driver:
        project = str(self.folder / "project")
        name = f"spark{len(self._made)}"
        site = Site(
            name, project, project, f"{project}/.redun", self.environ, Clock(), lambda task: self.code,
            journal=Journal(str(self.folder / name)), shared=shared,
        )  # fmt: skip
        made = Driver(SparkExecutor(SparkOptions(**options), site), inbox, PATIENCE)
        self._made.append((made, shared))
        return made

    def stop(self) -> None:
        for made, _ in self._made:
            made.executor.stop()
        for inbox in {id(made.inbox): made.inbox for made, _ in self._made}.values():
            inbox.close()


def call(name: str, *args: Any, **kwargs: Any) -> CallStep:
    function = getattr(sys.modules["work_there"], name)
    return CallStep(function, args, kwargs, Task(function, name, "", {}))


def spec(*steps: CallStep | CommandStep, seq: int = 1, **rest: Any) -> JobSpec:
    return JobSpec(seq, "work(1)", steps, ENVIRONMENT, **rest)
