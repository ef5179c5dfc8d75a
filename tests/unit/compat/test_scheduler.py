"""Scheduler: what it runs, what it remembers, and where."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from redo_py import Config, Scheduler, get_context, get_current_scheduler, set_current_scheduler, task
from redo_py.compat.current import NoCurrentScheduler
from redo_py.compat.executors import (
    AliasExecutor,
    AWSBatchExecutor,
    AWSGlueExecutor,
    DockerExecutor,
    Executor,
    GCPBatchExecutor,
    K8SExecutor,
    LocalExecutor,
    register_executor,
)
from redo_py.compat.scheduler import DryRunResult, SchedulerError
from redo_py.ground.errors import UsageError

CALLS: list[Any] = []


@task(version="1")
def add(a: int, b: int) -> int:
    CALLS.append((a, b))
    return a + b


@task(version="1")
def broken() -> int:
    raise KeyError("broken")


@task(version="1", executor="batch")
def in_batch(a: int) -> int:
    return a + 1


@task(version="1")
def sized(size: int = get_context("size")) -> int:
    return size


@task(version="1")
def whose() -> bool:
    return get_current_scheduler() is not None


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    CALLS.clear()
    monkeypatch.chdir(tmp_path)


def test_without_settings_it_remembers_as_long_as_it_lives(tmp_path: Path):
    scheduler = Scheduler()
    assert scheduler.run([add(1, add(2, 3))]) == [6]
    assert scheduler.run(add(1, 5)) == 6
    assert CALLS == [(2, 3), (1, 5)]
    assert Scheduler().run(add(2, 3)) == 5
    assert len(CALLS) == 3
    assert os.listdir(tmp_path) == []


def test_what_went_with_it_is_gone():
    scheduler = Scheduler()
    scheduler.run(add(1, 2))
    folder = scheduler._workspace().state
    assert os.path.isdir(folder)
    del scheduler
    gc.collect()
    assert not os.path.exists(folder)


@pytest.mark.parametrize(
    "config",
    [
        {"config_dict": None, "configdir": "kept/.redun"},
        {"config_dict": {"backend": {"db_uri": "sqlite:///kept/.redun/redun.db"}}},
        {"config_dict": {"backend": {"db_uri": "sqlite:///redun.db"}}, "configdir": "kept"},
    ],
)
def test_where_its_settings_say_it_is_kept(config: dict[str, Any], tmp_path: Path):
    (tmp_path / "kept/.redun").mkdir(parents=True)
    (tmp_path / "kept/.redun/redun.db").write_text("somebody else's")
    for _ in range(2):
        assert Scheduler(Config(**config)).run(add(1, 2)) == 3
    assert CALLS == [(1, 2)]
    assert (tmp_path / "kept/.redun/state.db").exists()
    assert (tmp_path / "kept/.redun/redun.db").read_text() == "somebody else's"


def test_the_context_of_its_settings(tmp_path: Path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/context.json").write_text('{"size": 3, "other": 1}')
    (tmp_path / "kept/redun.ini").write_text("[scheduler]\ncontext_file = context.json\n")
    config = Config()
    config.read_path(str(tmp_path / "kept/redun.ini"))
    assert Scheduler(config).run(sized()) == 3
    assert Scheduler(config).run(sized(), context={"size": 4}) == 4


def test_cache_false_takes_nothing_of_before():
    scheduler = Scheduler()
    scheduler.run(add(1, 2))
    scheduler.run(add(1, 2), cache=False)
    assert len(CALLS) == 2


def test_errors_are_those_of_the_task():
    with pytest.raises(KeyError, match="broken"):
        Scheduler().run(broken())


def test_after_a_failure_the_next_one_is_served(tmp_path: Path):
    config = Config(configdir=str(tmp_path / ".redun"))
    failed = Scheduler(config)
    with pytest.raises(KeyError):
        failed.run([add(1, 1), broken()])
    assert Scheduler(config).run(add(1, 2)) == 3
    assert failed.run(add(1, 3)) == 4


def test_several_in_threads_on_one_file(tmp_path: Path):
    config = Config(configdir=str(tmp_path / ".redun"))
    output = sys.stdout
    found: list[int] = []

    def work(number: int) -> None:
        found.append(Scheduler(config).run(add(number, add(number, 1))))

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [1, 3, 5, 7]
    assert sys.stdout is output
    CALLS.clear()
    assert Scheduler(config).run([add(number, add(number, 1)) for number in range(4)]) == [1, 3, 5, 7]
    assert CALLS == []


def test_one_used_by_several_threads():
    scheduler = Scheduler()
    found: list[int] = []
    for number in range(2):
        thread = Thread(target=lambda number=number: found.append(scheduler.run(add(number, 1))))
        thread.start()
        thread.join()
    assert found == [1, 2]
    assert scheduler.run(add(0, 1)) == 1
    assert len(CALLS) == 2


def test_a_dry_run():
    scheduler = Scheduler()
    with pytest.raises(DryRunResult):
        scheduler.run(add(1, 2), dryrun=True)
    assert CALLS == []
    scheduler.run(add(1, 2))
    assert scheduler.run(add(1, 2), dryrun=True) == 3


def test_executors_that_are_added():
    scheduler = Scheduler(executor=LocalExecutor("batch", config={"max_workers": "2"}))
    assert scheduler.run(in_batch(1)) == 2
    assert sorted(scheduler.executors) == ["batch", "default", "process"]
    assert LocalExecutor("apart", mode="process").setting() == {"type": "local", "mode": "process"}
    assert LocalExecutor("apart", config={"mode": "thread"}, mode="process").setting()["mode"] == "thread"
    later = Scheduler()
    later.load()
    later.add_executor(AliasExecutor("batch", config={"target": "default"}))
    assert later.run(in_batch(1)) == 2


def test_executors_of_its_settings():
    assert Scheduler(Config({"executors.batch": {"type": "local", "max_workers": 2}})).run(in_batch(1)) == 2
    assert Scheduler({"executors.batch": {"type": "alias"}}).run(in_batch(1)) == 2


@pytest.mark.parametrize(
    "kind",
    [GCPBatchExecutor, K8SExecutor],
    ids=lambda each: each.kind,
)
def test_an_executor_that_is_not_here_cannot_be_made(kind: type[Executor]):
    with pytest.raises(UsageError, match=r"the executor `far` is of the type \w+, which is not here yet"):
        kind("far")


def test_glue_is_spark_here():
    with pytest.raises(UsageError) as caught:
        AWSGlueExecutor("far")
    assert str(caught.value) == (
        "redun: the executor `far` is of the type aws_glue, which there is none of here\n"
        '  hint: `type = "spark"` in redun.toml runs tasks in any Spark: docs/executors.md tells how'
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"type": "k8s", "image": "x"}, "the executor `batch` is of the type k8s, which is not here yet"),
        ({"type": "aws_glue"}, "the executor `batch` is of the type aws_glue, which there is none of here"),
        (
            {"type": "locla"},
            "the executor `batch` is of the type locla, which nobody knows\n  hint: did you mean local?",
        ),
        ({"class": "mine.Queue"}, "there is no module `mine`"),
        ({"class": "mine"}, "the executor `batch` cannot be made of mine: it is no `module:Class`"),
        ({"class": "json:Queue"}, "the executor `batch` cannot be made of json:Queue: `json` has no `Queue`"),
        ({"class": "json:dumps"}, "the executor `batch` cannot be made of json:dumps: it is no class"),
        ({"type": "alias", "target": "batch"}, "the executor `batch` is another name of itself: batch -> batch"),
    ],
)
def test_an_executor_that_cannot_run_jobs_is_told_when_it_is_used(options: dict[str, str], said: str):
    scheduler = Scheduler({"executors.batch": options})
    assert scheduler.run(add(1, 2)) == 3
    with pytest.raises(UsageError) as caught:
        scheduler.run(in_batch(1))
    assert said in str(caught.value)


def test_executors_that_are_made_with_their_settings():
    docker, batch = DockerExecutor("here", config={"image": "x"}), AWSBatchExecutor("there", config={"queue": "q"})
    assert docker.setting() == {"type": "docker", "image": "x"}
    assert batch.setting() == {"type": "aws_batch", "queue": "q"}


def test_a_class_of_the_users_own():
    @register_executor("queue")
    class Queue(Executor):
        pass

    with pytest.raises(
        UsageError, match=r"the executor `batch` is made by .*Queue, a class for the scheduler of redun"
    ):
        Scheduler(executor=Queue("batch")).run(in_batch(1))
    with pytest.raises(UsageError, match=r"the executor `batch` is made by .*Queue, a class for the scheduler"):
        Scheduler({"executors.batch": {"type": "queue"}}).run(in_batch(1))


def test_a_number_of_workers_that_is_none():
    with pytest.raises(UsageError) as caught:
        Scheduler(executor=LocalExecutor("batch", config={"max_workers": "many"})).run(in_batch(1))
    assert str(caught.value) == (
        "redun: `max_workers` of the executor `batch` must be a whole number from 1 on, not 'many'"
    )


def test_what_is_current():
    assert get_current_scheduler(required=False) is None
    with pytest.raises(NoCurrentScheduler, match="no scheduler is running here"):
        get_current_scheduler()
    assert Scheduler().run(whose()) is True
    scheduler = Scheduler()
    set_current_scheduler(scheduler)
    try:
        assert get_current_scheduler() is scheduler
    finally:
        set_current_scheduler(None)


def test_it_tells_a_logger_what_it_does():
    class Logger:
        def __init__(self) -> None:
            self.lines: list[tuple[int, str]] = []

        def log(self, level: int, text: str) -> None:
            self.lines.append((level, text))

    logger = Logger()
    scheduler = Scheduler({"backend": {"db_aws_secret_name": "word"}}, logger=logger)
    scheduler.run(add(1, 2))
    scheduler.log("one", 2, indent=2, level=30)
    assert "secrets of AWS are not read" in logger.lines[0][1]
    assert any(text.startswith("Run    Job ") and text.endswith("add(a=1, b=2) on default") for _, text in logger.lines)
    assert logger.lines[-1] == (30, "  one 2")


def test_without_a_logger_it_tells_that_of_redun(caplog: pytest.LogCaptureFixture):
    Scheduler().run(add(1, 2))
    assert caplog.records == []
    caplog.set_level("INFO", "redun")
    Scheduler().run(add(1, 2))
    assert any(each.getMessage().endswith("add(a=1, b=2) on default") for each in caplog.records)


def test_what_a_scheduler_does_not_do():
    with pytest.raises(SchedulerError, match="cannot be given a backend"):
        Scheduler(backend=object())
    with pytest.raises(SchedulerError, match="scheduler_task"):
        Scheduler().evaluate(add(1, 2))
    with pytest.raises(AttributeError, match="`redun log` tells what is recorded"):
        _ = Scheduler().backend


def test_extending_a_run():
    scheduler = Scheduler()
    assert scheduler.extend_run(add(1, 2), "job") == {"status": "DONE", "result": 3, "parent_job_id": "job"}
    failed = scheduler.extend_run(broken(), "job")
    assert failed["status"] == "FAILED"
    assert isinstance(failed["error"], KeyError)
