"""Marks of jobs in Spark, with a session that notes what it is told."""

# ruff: noqa: N802 - the names are Spark's

from __future__ import annotations

import threading
from typing import Any

import pytest

from redo_py.ground.errors import RunError
from redo_py.remote.spark_mark import Mark

LONG = 600.0  # seconds that nothing here takes


class Context:
    """A SparkContext."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.again = threading.Semaphore(0)

    def addJobTag(self, tag: str) -> None:
        self.told.append(f"add {tag}")

    def setInterruptOnCancel(self, interrupt: bool) -> None:
        assert interrupt

    def removeJobTag(self, tag: str) -> None:
        self.told.append(f"remove {tag}")

    def cancelJobsWithTag(self, tag: str) -> None:
        self.told.append(f"end {tag}")
        self.again.release()


class Session:
    def __init__(self) -> None:
        self.sparkContext = Context()


class Server:
    """A session behind a Connect server."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.again = threading.Semaphore(0)

    def addTag(self, tag: str) -> None:
        self.told.append(f"add {tag}")

    def removeTag(self, tag: str) -> None:
        self.told.append(f"remove {tag}")

    def interruptTag(self, tag: str) -> None:
        self.told.append(f"end {tag}")
        self.again.release()


Server.__module__ = "pyspark.sql.connect.session"


def context_of(session: Any) -> Any:
    return getattr(session, "sparkContext", session)


@pytest.mark.parametrize("kind", [Session, Server])
def test_all_that_a_function_begins_is_ended_until_it_is_over(kind: Any):
    session = kind()
    mark = Mark(session, "redun-1-1", "work(1)")
    with mark:
        ending = threading.Thread(target=mark.end)
        ending.start()
        for _ in range(3):
            assert context_of(session).again.acquire(timeout=LONG)
    ending.join(LONG)
    assert not ending.is_alive()
    told = context_of(session).told
    assert told[0] == "add redun-1-1"
    assert told.count("end redun-1-1") >= 3
    assert "remove redun-1-1" in told


def test_nothing_begins_after_the_end():
    session = Session()
    mark = Mark(session, "redun-1-1", "work(1)")
    mark.end()
    with pytest.raises(RunError) as caught, mark:
        raise AssertionError("it has begun")
    assert str(caught.value) == "redun: work(1): ended before it was done"
    assert session.sparkContext.told == []


def test_a_job_of_several_functions():
    session = Session()
    mark = Mark(session, "redun-1-1", "work(1)")
    for _ in range(2):
        with mark:
            pass
    assert session.sparkContext.told == ["add redun-1-1", "remove redun-1-1"] * 2
    mark.end()
    assert session.sparkContext.told[-1] == "remove redun-1-1", "nothing was under way"


def test_a_session_that_is_gone():
    """Neither the end of a function nor that of its job needs it."""

    class Gone(Context):
        def removeJobTag(self, tag: str) -> None:
            raise ConnectionError

        def cancelJobsWithTag(self, tag: str) -> None:
            self.again.release()
            raise ConnectionError

    session = Session()
    session.sparkContext = Gone()
    mark = Mark(session, "redun-1-1", "work(1)")
    with mark:
        ending = threading.Thread(target=mark.end)
        ending.start()
        assert session.sparkContext.again.acquire(timeout=LONG)
    ending.join(LONG)
    assert not ending.is_alive()


def test_a_session_that_is_gone_when_a_function_begins():
    class Gone(Context):
        def addJobTag(self, tag: str) -> None:
            raise ConnectionError

    session = Session()
    session.sparkContext = Gone()
    mark = Mark(session, "redun-1-1", "work(1)")
    with pytest.raises(ConnectionError), mark:
        raise AssertionError("it has begun")
    mark.end()
    assert session.sparkContext.told == [], "there is nothing to wait for"
