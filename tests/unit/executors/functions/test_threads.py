"""Python calls in threads: their values, errors, output and ends; mixed with commands."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.api import CallStep, CommandStep, Failed, Finished, JobSpec, Outcome
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.functions.folders import take_own_folder
from redo_py.executors.functions.threads import ThreadExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.executors.processes.recovery import recover
from redo_py.ground.clock import Clock
from redo_py.ground.errors import RunError
from redo_py.ground.shell import in_shell
from redo_py.testing import Driver, ExecutorSuite
from redo_py.testing.holds import until, words_below
from tests.unit.executors.leaping import LeapingClock

ENVIRONMENT = {"PATH": os.environ["PATH"]}


@pytest.fixture
def journal(tmp_path: Path):
    made = Journal(str(tmp_path / "running"))
    yield made
    made.close()


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()


@pytest.fixture
def executor(tmp_path: Path, clock: LeapingClock, journal: Journal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    inbox = SelectInbox(clock)
    commands = CommandExecutor(str(tmp_path), clock, journal, str(tmp_path / "scratch"))
    commands.start(inbox)
    made = ThreadExecutor(2, clock, commands)
    yield Driver(made, inbox)
    made.stop()
    commands.stop()
    inbox.close()


def value_of(outcome: Outcome) -> Any:
    assert isinstance(outcome, Finished), outcome.error
    return outcome.value


def has_own_folder() -> bool:
    """Whether a thread can have a current folder of its own here."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(take_own_folder).result()


def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> CallStep:
    return CallStep(function, args, kwargs)


def spec(*steps: CallStep | CommandStep, seq: int = 1, **rest: Any) -> JobSpec:
    return JobSpec(seq, "work(1)", steps, ENVIRONMENT, **rest)


def print_and_raise(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201
    raise ValueError(text)


class TestConformance(ExecutorSuite):
    childless = "a function in a thread cannot be ended, and what it has started is its own"

    def succeed(self, seq: int, label: str) -> JobSpec:
        return spec(call(print, label), seq=seq)

    def fail(self, seq: int, label: str) -> JobSpec:
        return spec(call(print_and_raise, label), seq=seq)

    def linger(self, seq: int, timeout: float | None = None) -> JobSpec:
        return spec(call(time.sleep, 60), seq=seq, timeout=timeout)


class TestConformanceOfMixedJobs(ExecutorSuite):
    def succeed(self, seq: int, label: str) -> JobSpec:
        return spec(call(len, "x"), CommandStep(f"echo '{label}'"), seq=seq)

    def fail(self, seq: int, label: str) -> JobSpec:
        return spec(CommandStep(f"echo '{label}'"), CommandStep("exit 3"), call(print, "unreached"), seq=seq)

    def linger(self, seq: int, timeout: float | None = None) -> JobSpec:
        return spec(call(len, "x"), CommandStep("sleep 300"), seq=seq, timeout=timeout)

    def hold(self, seq: int, place: str) -> JobSpec:
        return spec(call(len, "x"), CommandStep(in_shell(words_below(place))), seq=seq)


# Values and errors


def test_the_value_is_the_last_calls(executor: Driver):
    value = object()
    steps = (call(len, "abc"), call(dict, a=value), CommandStep("true"))
    assert executor.success(spec(*steps)).value == {"a": value}
    assert executor.success(spec(call(print), CommandStep("true"))).value is None


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, MemoryError, GeneratorExit, RecursionError])
def test_whatever_is_raised_fails_the_job_only(executor: Driver, kind: type[BaseException]):
    def work() -> None:
        raise error

    error = kind("because")
    outcome = executor.failure(spec(call(work), call(print, "unreached")))
    if not isinstance(error, Exception):
        assert str(outcome.error).startswith(f"redun: work(1): the function raised {kind.__name__}: because\n")
        assert outcome.error.__cause__ is error
        return
    assert outcome.error is error
    assert outcome.output == b""
    assert [frame.name for frame in traceback.extract_tb(error.__traceback__)] == ["work"]
    assert executor.success(spec(call(len, "abc"))).value == 3


def test_a_function_that_gives_a_coroutine(executor: Driver):
    async def work() -> int:
        return 1

    outcome = executor.failure(spec(call(work)))
    assert str(outcome.error) == (
        "redun: work(1): the function gave a coroutine, which nobody awaits\n"
        "  hint: make the `async def` function a task of its own and call that"
    )


def test_endless_recursion(executor: Driver):
    def work() -> int:
        return work() + 1

    assert isinstance(executor.failure(spec(call(work))).error, RecursionError)


def test_a_wrong_call_is_the_jobs_error(executor: Driver):
    assert isinstance(executor.failure(spec(call(len))).error, TypeError)


@pytest.mark.parametrize(("status", "shown"), [(3, "3"), (0, "0"), (None, ""), ("a message", "a message")])
def test_sys_exit_is_a_failure(executor: Driver, status: object, shown: str):
    error = executor.failure(spec(call(sys.exit, status))).error
    assert str(error) == (
        f"redun: work(1): the function called sys.exit({shown})\n  hint: return to succeed, raise an exception to fail"
    )
    assert isinstance(error.__cause__, SystemExit)


def test_commands_between_calls(executor: Driver):
    steps = (call(Path("a").write_text, "x"), CommandStep("cp a b; cat b"), call(Path("b").read_text))
    outcome = executor.success(spec(*steps))
    assert (outcome.value, outcome.output) == ("x", b"x")
    error = executor.failure(spec(CommandStep("echo $HOME; exit 7"), call(print, "unreached"))).error
    assert isinstance(error, RunError)
    assert error.code == "command-failed"


def test_depfiles(executor: Driver):
    steps = (*(call(Path(name).touch) for name in "bc"), call(Path("x.d").write_text, "a: b c\n"))
    assert executor.success(spec(*steps, depfiles=["x.d"])).discovered == ["b", "c"]


# Output


def test_all_that_is_printed_goes_to_the_job(executor: Driver, capfd: pytest.CaptureFixture[str]):
    def work() -> None:
        print("print", "ed", sep="-")  # noqa: T201
        sys.stderr.write("error ünï \udcff\ud800\n")
        sys.stdout.writelines(["a", "b\n"])
        sys.stdout.buffer.write(b"\xff\x00\n")
        sys.stdout.buffer.flush()
        sys.stdout.flush()
        assert not sys.stdout.isatty()
        assert sys.stdout.writable()
        assert sys.stdout.encoding.lower().replace("-", "") == "utf8"

    printed = executor.success(spec(call(work))).output
    assert printed == b"print-ed\nerror \xc3\xbcn\xc3\xaf \\udcff\\ud800\nab\n\xff\x00\n"
    assert capfd.readouterr() == ("", "")


def test_escaped_bytes_come_out_as_they_were(executor: Driver):
    assert executor.success(spec(call(print, "\udcff"))).output == b"\xff\n"


def test_other_threads_print_where_they_did(executor: Driver, capfd: pytest.CaptureFixture[str]):
    def work() -> None:
        other = threading.Thread(target=print, args=["from a thread of its own"])
        other.start()
        other.join()
        print("from the job")  # noqa: T201

    assert executor.success(spec(call(work))).output == b"from the job\n"
    print("from the engine")  # noqa: T201
    sys.stdout.buffer.write(b"bytes\n")
    sys.stdout.flush()
    assert capfd.readouterr().out == "from a thread of its own\nfrom the engine\nbytes\n"


def test_jobs_do_not_mix(executor: Driver):
    def work(seq: int) -> None:
        for _ in range(200):
            print(seq)  # noqa: T201
            time.sleep(0)

    for outcome in executor.run(*(spec(call(work, seq), seq=seq) for seq in range(6))):
        assert outcome.output == b"%d\n" % outcome.seq * 200


def test_only_text_is_printed(executor: Driver):
    assert isinstance(executor.failure(spec(call(lambda: sys.stdout.write(b"x")))).error, TypeError)  # type: ignore[arg-type]


def test_the_streams_are_given_back(executor: Driver):
    before = sys.stdout, sys.stderr
    executor.success(spec(call(print)))
    assert sys.stdout is not before[0]
    executor.executor.stop()
    assert (sys.stdout, sys.stderr) == before


def test_a_stream_that_somebody_replaced_is_left(executor: Driver, monkeypatch: pytest.MonkeyPatch):
    executor.success(spec(call(print)))
    with open(os.devnull, "w") as other:
        monkeypatch.setattr(sys, "stdout", other)
        executor.executor.stop()
        assert sys.stdout is other


def test_the_last_line_of_a_running_job(executor: Driver):
    def work() -> None:
        print("step 1\nstep 2")  # noqa: T201
        is_seen.wait(60)

    is_seen = threading.Event()
    made = executor.executor
    assert isinstance(made, ThreadExecutor)
    made.submit([spec(call(work), seq=5)])
    until(lambda: executor.inbox.wait(0.01) == [] and made.tail(5) == b"step 2", 60, "no line is seen")
    is_seen.set()
    executor.outcomes(1)
    assert made.tail(5) == b""


# Threads and ends


def test_no_more_threads_than_asked_for_and_none_before_work(executor: Driver):
    def work() -> None:
        with lock:
            running.append(1)
            most.append(len(running))
        both.wait(60)
        with lock:
            running.pop()

    lock, both = threading.Lock(), threading.Barrier(2)
    running: list[int] = []
    most: list[int] = []
    before = set(threading.enumerate())
    executor.run(*(spec(call(work), seq=seq) for seq in range(20)))
    assert max(most) == 2
    hired = set(threading.enumerate()) - before
    assert len(hired) == 2
    executor.executor.stop()
    assert not any(thread.is_alive() for thread in hired)


def test_a_timeout_counts_from_the_start_of_the_work(executor: Driver, clock: LeapingClock):
    is_over = threading.Event()
    executor.executor.submit([spec(call(is_over.wait, 60), seq=seq) for seq in (1, 2)])
    executor.executor.submit([spec(call(len, "x"), seq=seq, timeout=30.0) for seq in (3, 4)])
    clock.leap(31.0)
    assert executor.inbox.wait(0) == []
    is_over.set()
    assert not any(isinstance(outcome, Failed) for outcome in executor.outcomes(4))


def test_what_an_abandoned_function_does_later_is_dropped(
    executor: Driver, clock: LeapingClock, capfd: pytest.CaptureFixture[str]
):
    def work() -> str:
        print("early")  # noqa: T201
        goes_on.wait(60)
        print("late")  # noqa: T201
        is_over.set()
        return "value"

    goes_on, is_over = threading.Event(), threading.Event()
    executor.executor.submit([spec(call(work), call(print, "unreached"), timeout=30.0)])
    until(lambda: executor.inbox.wait(0.01) == [] and executor.executor.tail(1) == b"early", 60, "it does not begin")
    clock.leap(30.0)
    (outcome,) = executor.outcomes(1)
    assert isinstance(outcome, Failed)
    assert outcome.output == b"early\n"
    goes_on.set()
    assert is_over.wait(60)
    assert executor.inbox.wait(0.05) == []
    assert capfd.readouterr() == ("", "")


def test_a_queued_job_is_cancelled_at_once(executor: Driver):
    is_over = threading.Event()
    executor.executor.submit([spec(call(is_over.wait, 60), seq=seq) for seq in (1, 2)])
    executor.executor.submit([spec(call(print, "never"), seq=3)])
    executor.executor.cancel([3])
    (outcome,) = executor.outcomes(1)
    assert (outcome.seq, outcome.output) == (3, b"")
    is_over.set()
    executor.outcomes(2)


def test_a_cancelled_function_may_end_in_the_grace(executor: Driver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("redo_py.executors.functions.threads.GRACE", 60.0)

    def work() -> None:
        is_running.set()
        time.sleep(0.1)
        print("in peace")  # noqa: T201

    is_running = threading.Event()
    executor.executor.submit([spec(call(work))])
    is_running.wait(60)
    executor.executor.cancel([1])
    (outcome,) = executor.outcomes(1)
    assert outcome.output == b"in peace\n"


def test_the_journal_tells_of_a_job_that_writes(executor: Driver, journal: Journal):
    def work() -> list[str]:
        return list(recover(journal.path, Clock()).outputs_in_progress)

    assert executor.success(spec(call(work), outputs=["out"])).value == ["out"]
    mixed = spec(CommandStep("true"), call(work), CommandStep("true"), outputs=["out"])
    assert executor.success(mixed).value == ["out"]
    assert recover(journal.path, Clock()).outputs_in_progress == {}
    assert recover(journal.path, Clock()).outputs_made.keys() == {"out"}
    executor.failure(spec(call(sys.exit), outputs=["out"]))
    assert recover(journal.path, Clock()).outputs_in_progress.keys() == {"out"}


def test_an_abandoned_thread_does_not_hold_up_the_process(tmp_path: Path):
    import subprocess

    code = (
        "import os, time\n"
        "from redo_py.executors.api import CallStep, JobSpec\n"
        "from redo_py.executors.commands.command import CommandExecutor\n"
        "from redo_py.executors.inbox import SelectInbox\n"
        "from redo_py.executors.processes.journal import Journal\n"
        "from redo_py.executors.functions.threads import ThreadExecutor\n"
        "from redo_py.ground.clock import Clock\n"
        "clock = Clock(); inbox = SelectInbox(clock); journal = Journal('running')\n"
        "commands = CommandExecutor(os.getcwd(), clock, journal, 'scratch'); commands.start(inbox)\n"
        "threads = ThreadExecutor(1, clock, commands); threads.start(inbox)\n"
        "threads.submit([JobSpec(1, 'x', [CallStep(time.sleep, (300,), {})], {}, timeout=0.05)])\n"
        "print(type(inbox.wait(None)[0]).__name__)\n"
        "threads.stop(); commands.stop(); journal.close()\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert (said.stdout, said.stderr) == ("Failed\n", "")


def test_without_threads_the_jobs_fail(executor: Driver, monkeypatch: pytest.MonkeyPatch):
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    error = executor.failure(spec(call(print))).error
    assert str(error).startswith(
        "redun: work(1): the system starts no more processes: no thread can be started\n  hint: run fewer jobs"
    )


def move_to(folder: Path, *, back: bool = False) -> str:
    before = os.getcwd()
    os.chdir(folder)
    if back:
        os.chdir(before)
    return before


def test_a_function_that_goes_away_fails_and_the_next_one_is_at_home(executor: Driver, tmp_path: Path):
    (outcome,) = executor.run(spec(call(move_to, Path("/")), outputs=("made",)))
    assert isinstance(outcome, Failed)
    assert str(outcome.error) == (
        "redun: work(1): the function went to another folder and did not come back\n"
        "  hint: paths are relative to the project: begin with `before = os.getcwd()`, and end with `os.chdir(before)`"
    )
    assert os.getcwd() == str(tmp_path)
    for seq in range(2, 6):
        (outcome,) = executor.run(spec(call(move_to, Path("/"), back=True), seq=seq))
        assert value_of(outcome) == str(tmp_path)


def test_a_folder_that_was_removed_under_a_function(executor: Driver, tmp_path: Path):
    def lose() -> None:
        os.mkdir("lost")
        os.chdir("lost")
        os.rmdir(tmp_path / "lost")
        raise ValueError("lost")

    (outcome,) = executor.run(spec(call(lose)))
    assert isinstance(outcome, Failed)
    assert str(outcome.error) == "lost"
    (outcome,) = executor.run(spec(call(os.getcwd), seq=2))
    assert value_of(outcome) == str(tmp_path)


@pytest.mark.skipif(not has_own_folder(), reason="this system gives threads no folder of their own")
def test_functions_beside_it_stay_where_they_are(executor: Driver, tmp_path: Path):
    gone, seen = threading.Event(), threading.Event()

    def leave() -> None:
        os.chdir("/")
        gone.set()
        seen.wait(60)
        os.chdir(tmp_path)

    def look() -> str:
        gone.wait(60)
        try:
            return os.getcwd()
        finally:
            seen.set()

    outcomes = executor.run(spec(call(leave)), spec(call(look), seq=2))
    assert {outcome.seq: value_of(outcome) for outcome in outcomes} == {1: None, 2: str(tmp_path)}


class Asked(dict[str, object]):
    """Options that can be looked for."""


def test_nothing_is_kept_of_a_job_that_is_over(executor: Driver) -> None:
    asked = Asked()
    seen = weakref.ref(asked)
    value_of(executor.run(spec(call(int, 1), CommandStep("true"), options=asked, timeout=3600.0))[0])
    del asked
    both = threading.Barrier(2)
    executor.run(*[spec(call(both.wait), seq=seq) for seq in (2, 3)])  # each thread has forgotten its last one
    gc.collect()
    assert seen() is None
