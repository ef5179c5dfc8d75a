"""Async functions in one event loop: their values, errors, output and ends; what they await."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.api import Asked, CallStep, Failed, Finished, JobSpec
from redo_py.executors.functions.coroutines import CoroutineExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.ground.clock import Clock
from redo_py.ir.expression import TaskExpression
from redo_py.ir.refusals import LazyError
from redo_py.testing import Driver, ExecutorSuite


@pytest.fixture
def executor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    clock = Clock()
    inbox = SelectInbox(clock)
    made = CoroutineExecutor(str(tmp_path), clock)
    yield Driver(made, inbox)
    made.stop()
    inbox.close()


def spec(function: Callable[..., Any], *args: Any, seq: int = 1, timeout: float | None = None) -> JobSpec:
    return JobSpec(seq, "work(1)", [CallStep(function, args, {})], {}, timeout=timeout)


async def tell(label: str) -> None:
    print(label)  # noqa: T201


async def tell_and_fail(label: str) -> None:
    print(label, file=sys.stderr)  # noqa: T201
    raise ValueError(label)


async def sleep() -> None:
    await asyncio.sleep(300)


class TestConformance(ExecutorSuite):
    childless = "a coroutine is told that it ends, and ends what it has started itself"

    def succeed(self, seq: int, label: str) -> JobSpec:
        return spec(tell, label, seq=seq)

    def fail(self, seq: int, label: str) -> JobSpec:
        return spec(tell_and_fail, label, seq=seq)

    def linger(self, seq: int, timeout: float | None = None) -> JobSpec:
        return spec(sleep, seq=seq, timeout=timeout)


def answered(executor: Driver, answers: dict[str, Any], count: int = 1) -> list[Finished | Failed]:
    """The outcomes of jobs of which questions are answered by name; an exception is raised there."""
    outcomes: list[Any] = []
    while len(outcomes) < count:
        for message in executor.inbox.wait(60):
            if isinstance(message, Asked):
                answer = answers[message.expression.task_name]
                failed = isinstance(answer, BaseException)
                message.answer(None if failed else answer, answer if failed else None)
            else:
                outcomes.append(message)
    return outcomes


def test_all_share_one_thread_and_wait_together(executor: Driver) -> None:
    meeting: list[int] = []

    async def meet(number: int) -> int:
        meeting.append(number)
        while len(meeting) < 50:
            await asyncio.sleep(0)
        return threading.get_ident()

    outcomes = executor.run(*[spec(meet, seq, seq=seq) for seq in range(50)])
    assert len({outcome.value for outcome in outcomes if isinstance(outcome, Finished)}) == 1
    assert outcomes[0].value != threading.get_ident()  # type: ignore[union-attr]


def test_awaiting_expressions(executor: Driver) -> None:
    async def asks() -> list[Any]:
        found = [await TaskExpression("one"), *await asyncio.gather(TaskExpression("two"), TaskExpression("one"))]
        try:
            await TaskExpression("bad")
        except ValueError as error:
            found.append(str(error))
        print("asked")  # noqa: T201
        return found

    executor.executor.submit([spec(asks)])
    answers = {"one": 1, "two": 2, "bad": ValueError("no")}
    [outcome] = answered(executor, answers)
    assert isinstance(outcome, Finished)
    assert (outcome.value, outcome.output) == ([1, 2, 1, "no"], b"asked\n")


def test_an_error_that_is_not_handled_fails_the_job_with_itself(executor: Driver) -> None:
    async def asks() -> None:
        await TaskExpression("bad")

    error = ValueError("no")
    executor.executor.submit([spec(asks)])
    [outcome] = answered(executor, {"bad": error})
    assert isinstance(outcome, Failed)
    assert outcome.error is error


def test_what_tasks_of_asyncio_print_and_ask_is_their_job_s(executor: Driver) -> None:
    async def inner(name: str) -> Any:
        print(name)  # noqa: T201
        return await TaskExpression(name)

    async def outer(*names: str) -> Any:
        return await asyncio.gather(*[inner(name) for name in names])

    executor.executor.submit([spec(outer, "a", "b", seq=1), spec(outer, "c", seq=2)])
    first, second = sorted(answered(executor, {"a": 1, "b": 2, "c": 3}, 2), key=lambda outcome: outcome.seq)
    assert (first.value, second.value) == ([1, 2], [3])  # type: ignore[union-attr]
    assert (sorted(first.output.split()), second.output) == ([b"a", b"b"], b"c\n")


def test_cancelling_one_that_waits_for_an_answer(executor: Driver) -> None:
    seen: list[str] = []

    async def asks() -> None:
        try:
            await TaskExpression("never")
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    executor.executor.submit([spec(asks)])
    [asked] = executor.inbox.wait(60)
    executor.executor.cancel([1, 99])
    [outcome] = executor.outcomes(1)
    assert isinstance(outcome, Failed)
    assert getattr(outcome.error, "code", "") == "job-cancelled"
    assert seen == ["cancelled"]
    assert isinstance(asked, Asked)
    asked.answer(1, None)  # too late, and nobody minds
    assert executor.inbox.wait(0.05) == []


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError, StopIteration])
@pytest.mark.parametrize("inside", [False, True])
def test_what_is_not_meant_to_be_caught_ends_its_job_only(executor: Driver, kind: type, inside: bool) -> None:
    async def breaks() -> None:
        raise kind(3)

    async def works() -> None:
        await (asyncio.gather(breaks()) if inside else breaks())

    async def other() -> int:
        return 7

    executor.executor.submit([spec(works)])
    [outcome] = executor.outcomes(1)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Exception)
    assert executor.success(spec(other)).value == 7


def test_awaiting_outside_of_an_async_task() -> None:
    async def asks() -> None:
        await TaskExpression("one", (1,))

    with pytest.raises(LazyError, match=r"one\(1\)` can be awaited inside of an `async def` task only"):
        asyncio.run(asks())


def test_a_function_that_blocks_does_not_keep_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("redo_py.executors.functions.coroutines.GRACE", 0.05)
    clock = Clock()
    inbox = SelectInbox(clock)
    executor = CoroutineExecutor(str(tmp_path), clock)
    driver = Driver(executor, inbox)
    begun, gate = threading.Event(), threading.Event()

    async def block() -> None:
        begun.set()
        gate.wait()

    driver.executor.submit([spec(block)])
    assert begun.wait(60)
    executor.cancel([1])
    [outcome] = driver.outcomes(1)
    assert getattr(outcome.error, "code", "") == "job-cancelled"  # type: ignore[union-attr]
    [thread] = [each for each in threading.enumerate() if each.name == "redun-async"]
    executor.stop()
    assert thread.is_alive()
    assert thread.daemon
    gate.set()
    thread.join(60)
    assert not thread.is_alive()
    inbox.close()


def test_nothing_is_kept_of_a_job_that_is_over(executor: Driver) -> None:
    class Large:
        pass

    async def take(value: Large) -> None:
        del value

    large = Large()
    seen = weakref.ref(large)
    executor.run(spec(take, large, timeout=3600.0))
    del large
    executor.run(spec(tell, "next", seq=2))
    gc.collect()
    assert seen() is None


def test_it_rests_while_only_answers_are_missing(executor: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while a timer is set, for a job or by it, nor while there is a thread that may yet say something."""
    enumerate_threads, before = threading.enumerate, threading.enumerate()
    monkeypatch.setattr(threading, "enumerate", lambda: [each for each in enumerate_threads() if each not in before])

    async def waits() -> Any:
        return await TaskExpression("inside", (1,))

    async def hurries() -> Any:
        return await asyncio.wait_for(asyncio.ensure_future(waits()), 3600)

    coroutines = executor.executor
    assert isinstance(coroutines, CoroutineExecutor)
    coroutines.submit([spec(waits)])
    executor.outcomes(1)
    assert comes_to_rest(coroutines)
    for each in spec(hurries, seq=2), spec(waits, seq=3, timeout=3600.0):
        coroutines.submit([each])
        asked: Any = executor.outcomes(1)[0]
        assert not coroutines.rests
        asked.answer(1, None)
        executor.outcomes(1)
        assert comes_to_rest(coroutines)
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait)
    thread.start()
    assert not coroutines.rests
    gate.set()
    thread.join()
    assert comes_to_rest(coroutines)


def comes_to_rest(executor: CoroutineExecutor) -> bool:
    """Await that."""
    pause, left = threading.Event(), 6000
    while not executor.rests and left:
        pause.wait(0.01)
        left -= 1
    return executor.rests
