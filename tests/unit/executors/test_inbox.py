"""The inbox sleeps until there is something, and loses nothing."""

from __future__ import annotations

import functools
import gc
import os
import signal
import threading
import time
import weakref

import pytest

from redo_py.executors.api import Finished
from redo_py.executors.inbox import SelectInbox, TimedAct
from redo_py.ground.clock import Clock


@pytest.fixture
def inbox():
    made = SelectInbox(Clock())
    yield made
    made.close()


def outcome(seq: int) -> Finished:
    return Finished(seq, None, b"", (), 0.0, 0.0)


def test_what_is_put_is_taken_once_in_order(inbox: SelectInbox):
    inbox.put(outcome(1))
    inbox.put(outcome(2))
    assert [found.seq for found in inbox.wait(None)] == [1, 2]
    assert inbox.wait(0) == []


def test_wait_ends_at_its_timeout(inbox: SelectInbox):
    started = time.monotonic()
    assert inbox.wait(0.05) == []
    assert time.monotonic() - started > 0.04


def test_a_put_of_another_thread_wakes(inbox: SelectInbox):
    thread = threading.Timer(0.05, inbox.put, [outcome(7)])
    thread.start()
    assert [found.seq for found in inbox.wait(60)] == [7]
    thread.join()


def test_nothing_is_lost_between_threads(inbox: SelectInbox):
    def put_many(first: int) -> None:
        for seq in range(first, first + 2000):
            inbox.put(outcome(seq))

    threads = [threading.Thread(target=put_many, args=[first]) for first in (0, 2000, 4000)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while len(seen) < 6000:
        found = inbox.wait(60)
        assert found
        seen += [one.seq for one in found]
    assert sorted(seen) == list(range(6000))
    for thread in threads:
        thread.join()


def test_no_wake_is_lost_between_threads(inbox: SelectInbox):
    def put_each() -> None:
        for _ in range(1500):
            gate.wait()
            inbox.put(outcome(1))

    gate = threading.Barrier(4)
    threads = [threading.Thread(target=put_each, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(1500):
        gate.wait()
        count = 0
        while count < 3:
            arrived = len(inbox.wait(60))
            assert arrived, "a put did not wake"
            count += arrived
    for thread in threads:
        thread.join()


def test_watched_descriptors_and_their_end(inbox: SelectInbox):
    read, write = os.pipe()
    seen: list[bytes] = []

    def ready() -> None:
        seen.append(os.read(read, 10))
        if seen == [b"a", b"b"]:
            inbox.unwatch(read)
            inbox.put(outcome(1))

    inbox.watch(read, ready)
    os.write(write, b"a")
    assert inbox.wait(0.01) == []
    os.write(write, b"b")
    assert len(inbox.wait(60)) == 1
    os.write(write, b"c")
    assert inbox.wait(0.01) == []
    assert seen == [b"a", b"b"]
    os.close(read)
    os.close(write)


def test_unwatching_a_descriptor_that_is_ready_too(inbox: SelectInbox):
    pipes = [os.pipe() for _ in range(2)]
    called: list[int] = []

    def ready(index: int) -> None:
        called.append(index)
        for read, _ in pipes:
            inbox.unwatch(read)

    for index, (read, write) in enumerate(pipes):
        inbox.watch(read, functools.partial(ready, index))
        os.write(write, b"x")
    inbox.wait(0.01)
    assert len(called) == 1
    for pipe in pipes:
        for fd in pipe:
            os.close(fd)


def test_timed_acts_run_in_their_order(inbox: SelectInbox):
    now = time.monotonic()
    order: list[str] = []
    inbox.call_at(now + 0.06, lambda: inbox.put(outcome(1)))
    inbox.call_at(now + 0.03, lambda: order.append("late"))
    inbox.call_at(now, lambda: order.append("first"))
    inbox.call_at(now, lambda: order.append("second"))
    assert len(inbox.wait(60)) == 1
    assert order == ["first", "second", "late"]


def test_a_signal_calls_away(inbox: SelectInbox):
    before = signal.signal(signal.SIGUSR1, lambda number, frame: None)
    fd_before = signal.set_wakeup_fd(inbox.wake_fd)
    try:
        threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGUSR1]).start()
        started = time.monotonic()
        assert inbox.wait(60) == []
        assert time.monotonic() - started < 50
    finally:
        signal.set_wakeup_fd(fd_before)
        signal.signal(signal.SIGUSR1, before)


def test_wake_calls_away_even_when_the_pipe_is_full(inbox: SelectInbox):
    for _ in range(70000):
        inbox.wake()
    assert inbox.wait(60) == []
    inbox.put(outcome(1))
    assert len(inbox.wait(60)) == 1


def test_a_descriptor_that_was_closed_and_opened_again_is_another(inbox: SelectInbox):
    """Who watches the new one does not hear of what was readable of the old one."""
    heard: list[int] = []
    ends = [os.pipe() for _ in range(3)]
    (first, one), (second, two), (quiet, silent) = ends

    def replace() -> None:
        for fd in (first, second):
            inbox.unwatch(fd)
            os.dup2(quiet, fd)  # closes what it was
            inbox.watch(fd, functools.partial(heard.append, fd))
        inbox.put(outcome(1))

    for read, write in ((first, one), (second, two)):
        os.write(write, b"x")
        inbox.watch(read, replace)
    assert len(inbox.wait(60)) == 1
    assert inbox.wait(0) == []
    assert heard == []
    os.write(silent, b"x")
    inbox.call_at(0, functools.partial(inbox.put, outcome(2)))
    assert len(inbox.wait(60)) == 1
    assert sorted(heard) == sorted((first, second))
    for fd in {fd for pair in ends for fd in pair}:
        os.close(fd)


def test_what_is_dropped_is_let_go_of_and_not_called(inbox: SelectInbox):
    class Job:
        def expire(self) -> None:
            called.append(self)

    called: list[Job] = []
    job = Job()
    seen = weakref.ref(job)
    timer = inbox.call_at(0.0, job.expire)
    inbox.call_at(0.0, lambda: inbox.put(outcome(1)))
    del job
    timer.drop()
    gc.collect()
    assert seen() is None
    assert [found.seq for found in inbox.wait(None)] == [1]
    assert not called
    timer.drop()  # when it is over


def test_dropped_timers_do_not_pile_up(inbox: SelectInbox):
    later = time.monotonic() + 3600
    for _ in range(10_000):
        inbox.call_at(later, inbox.wake).drop()
    kept = [inbox.call_at(later, inbox.wake) for _ in range(500)]
    held = sum(isinstance(each, TimedAct) for each in gc.get_objects())
    assert len(kept) <= held < 2_000
    for number in range(500):
        inbox.call_at(0.0, lambda number=number: inbox.put(outcome(number)))  # type: ignore[misc]
    found: list[int] = []
    while len(found) < 500:
        found += [each.seq for each in inbox.wait(None)]
    assert found == list(range(500))


def test_what_a_signal_handler_leaves_to_do_is_done_by_wait(inbox: SelectInbox):
    done: list[str] = []
    before = signal.signal(signal.SIGUSR1, lambda *_: inbox.call_soon(lambda: done.append("acted")))
    try:
        signal.raise_signal(signal.SIGUSR1)
        assert done == []
        assert inbox.wait(None) == []
        assert done == ["acted"]
        kick = threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGUSR1])
        kick.start()
        while len(done) < 2:
            assert inbox.wait(None) == []
        kick.join()
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_what_is_left_to_do_comes_before_what_has_arrived_is_taken(inbox: SelectInbox):
    inbox.put(outcome(1))
    inbox.call_soon(lambda: inbox.put(outcome(2)))
    assert [found.seq for found in inbox.wait(None)] == [1, 2]
