"""Python calls in processes of their own: their values, errors, output and ends, and workers that die."""

from __future__ import annotations

import importlib.util
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from errno import EAGAIN
from pathlib import Path
from types import ModuleType
from typing import Any, Never

import pytest

from redo_py.config.environment import worker_environment
from redo_py.executors.api import CallStep, CommandStep, Failed, Finished, JobSpec
from redo_py.executors.functions import process
from redo_py.executors.functions.process import ProcessExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.executors.processes.system import HAS_PROC, is_alive, start_of
from redo_py.tasks.task import Task
from redo_py.testing import Driver, ExecutorSuite
from redo_py.testing.holds import until, words_below
from tests.unit.executors.forgetting import assert_nothing_is_kept
from tests.unit.executors.leaping import LeapingClock

ENVIRONMENT = {"PATH": os.environ["PATH"]}
MODULE = """
import atexit, ctypes, os, resource, subprocess, sys, threading, time


def show(text):
    print(text)
    return text


def fail(text):
    print(text)
    raise ValueError(text)


def sleep(seconds):
    time.sleep(seconds)


def pid():
    return os.getpid()


def everywhere():
    print("python")
    sys.stderr.write("error\\n")
    os.write(1, b"descriptor\\n")
    subprocess.run(["echo", "child"])


def leave(status):
    sys.exit(status)


def vanish():
    os._exit(5)


def start(words):
    subprocess.run(words)


def crash():
    ctypes.string_at(0)


def unpicklable():
    return open(os.devnull)


def adder(x):
    return lambda y: x + y


class Odd(Exception):
    def __init__(self, one, two):
        super().__init__(one)
        self.open = open(os.devnull)


def odd():
    raise Odd(1, 2)


def wander():
    os.chdir("/")


def big(size):
    return b"x" * size


def length(data):
    return len(data)


def stubborn(path):
    while True:
        try:
            open(path, "w").close()
            time.sleep(30)
        except BaseException:
            pass


def leave_a_thread():
    threading.Thread(target=threading.Event().wait).start()
    atexit.register(write, "left")
    return os.getpid()


def never_end():
    atexit.register(threading.Event().wait)


def write(path):
    with open(path, "w") as stream:
        stream.write("made")


def have_only(size):
    with open("/proc/self/statm") as stream:
        pages = int(stream.read().split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + size
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def need_more(size):
    print(os.getpid())
    have_only(size)
    return len(bytearray(2 * size))


def give_too_much(size):
    have_only(size)
    return b"x" * (size * 3 // 4)


def gpus():
    return os.environ.get("CUDA_VISIBLE_DEVICES")


class Value:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return self.x == other.x


def give(x):
    return Value(x)
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The module whose functions are called, of a project at tmp_path."""
    (tmp_path / "work_here.py").write_text(MODULE)
    spec = importlib.util.spec_from_file_location("work_here", tmp_path / "work_here.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "work_here", module)
    return module


@pytest.fixture
def journal(tmp_path: Path):
    made = Journal(str(tmp_path / "running"))
    yield made
    made.close()


def identify(task: Task) -> bytes:
    """Says that the worker need not look at the code."""
    return b""


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()


@pytest.fixture
def executor(tmp_path: Path, clock: LeapingClock, journal: Journal, work: ModuleType, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    inbox = SelectInbox(clock)
    made = ProcessExecutor(2, str(tmp_path), clock, journal, worker_environment(os.environ), identify)
    yield Driver(made, inbox)
    made.stop()
    inbox.close()


def call(name: str, *args: Any, **kwargs: Any) -> CallStep:
    function = getattr(sys.modules["work_here"], name)
    return CallStep(function, args, kwargs, Task(function, name, "", {}))


def spec(*steps: CallStep | CommandStep, seq: int = 1, **rest: Any) -> JobSpec:
    return JobSpec(seq, "work(1)", steps, ENVIRONMENT, **rest)


class TestConformance(ExecutorSuite):
    def succeed(self, seq: int, label: str) -> JobSpec:
        return spec(call("show", label), seq=seq)

    def fail(self, seq: int, label: str) -> JobSpec:
        return spec(call("fail", label), seq=seq)

    def linger(self, seq: int, timeout: float | None = None) -> JobSpec:
        return spec(call("sleep", 60), seq=seq, timeout=timeout)

    def hold(self, seq: int, place: str) -> JobSpec:
        return spec(call("start", words_below(place)), seq=seq)


def test_a_process_of_its_own_that_is_used_again(executor: Driver):
    found = {executor.success(spec(call("pid"))).value for _ in range(3)}
    assert len(found) == 1
    assert os.getpid() not in found


def test_what_a_job_took_is_measured_by_the_worker(executor: Driver):
    for outcome in (executor.success(spec(call("sleep", 0.02))), executor.failure(spec(call("fail", "x")))):
        assert outcome.usage is not None
        assert 0 <= outcome.usage[0] < 5
    usage = executor.success(spec(call("sleep", 0.02))).usage
    assert usage is not None
    assert usage[1] > 1 << 20


def test_everything_that_is_printed_belongs_to_the_job(executor: Driver):
    assert executor.success(spec(call("everywhere"))).output == b"python\nerror\ndescriptor\nchild\n"


def test_values_of_the_users_classes(executor: Driver, work: ModuleType):
    assert executor.success(spec(call("give", 3))).value == work.Value(3)


def test_a_function_that_has_no_name_to_be_imported_by(executor: Driver):
    assert executor.success(spec(call("adder", 3))).value(4) == 7


def test_large_arguments_and_results(executor: Driver):
    assert executor.success(spec(call("length", b"y" * 5_000_000))).value == 5_000_000
    assert executor.success(spec(call("big", 5_000_000))).value == b"x" * 5_000_000


def test_an_error_comes_with_its_traceback(executor: Driver):
    error = executor.failure(spec(call("fail", "no"))).error
    assert isinstance(error, ValueError)
    text = "".join(traceback.format_exception(error))
    assert 'work_here.py", line' in text
    assert "raise ValueError(text)" in text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("leave", "redun: work(1): the function called sys.exit(3)"),
        ("vanish", "redun: work(1): its worker ended with exit status 5 in the middle of the call"),
        ("crash", "redun: work(1): its worker was killed by SIGSEGV"),
        ("wander", "redun: work(1): the function went to another folder"),
    ],
)
def test_what_goes_wrong_is_said(executor: Driver, name: str, text: str):
    arguments = (3,) if name == "leave" else ()
    outcome = executor.failure(spec(call(name, *arguments)))
    assert str(outcome.error).startswith(text)
    assert executor.success(spec(call("show", "on"))).output == b"on\n"


def test_a_result_that_cannot_travel(executor: Driver):
    assert str(executor.failure(spec(call("unpicklable"))).error) == (
        "redun: the result, a TextIOWrapper, cannot be sent back from the worker: "
        "TypeError: cannot pickle '_io.TextIOWrapper' object\n"
        "  hint: return plain data, or objects that can be pickled"
    )


def test_a_result_that_cannot_be_read_here(executor: Driver, work: ModuleType):
    del work.Value
    assert str(executor.failure(spec(call("give", 3))).error) == (
        "redun: work(1): its result came back from the worker and cannot be read here: "
        f"Can't get attribute 'Value' on {work!r}\n"
        "  hint: return plain data, or objects of classes that both can import"
    )
    assert executor.success(spec(call("show", "on"))).output == b"on\n"


def test_an_error_that_cannot_travel(executor: Driver):
    error = executor.failure(spec(call("odd"))).error
    assert str(error).startswith("redun: the function raised what cannot be sent back from the worker: ")
    assert "what cannot be sent back from the worker: work_here.Odd: 1" in str(error)
    assert "raise Odd(1, 2)" in str(error.__cause__)


def test_an_argument_that_cannot_travel(executor: Driver):
    with open(os.devnull) as stream:
        error = executor.failure(spec(call("length", stream))).error
    assert str(error).startswith("redun: work(1): the call cannot be sent to another process: ")
    assert executor.success(spec(call("show", "on"))).output == b"on\n"


def test_a_worker_that_is_killed_fails_its_job_and_is_replaced(executor: Driver):
    pid = executor.success(spec(call("pid"))).value
    executor.executor.submit([spec(call("sleep", 60), seq=5)])
    executor.inbox.wait(0.1)
    os.kill(pid, signal.SIGKILL)
    (outcome,) = executor.outcomes(1)
    assert isinstance(outcome, Failed)
    assert "its worker was killed by SIGKILL" in str(outcome.error)
    assert executor.success(spec(call("pid"))).value != pid


SOME = 32 << 20  # bytes, of which a worker that has loaded the project needs no more


@pytest.mark.skipif(not HAS_PROC, reason="the system does not tell what a process has")
def test_a_worker_without_memory_fails_its_job_and_is_replaced(executor: Driver):
    """Others of the pool go on meanwhile."""
    jobs = [spec(call("need_more", SOME), seq=1), *(spec(call("show", str(seq)), seq=seq) for seq in range(2, 9))]
    first, *others = executor.run(*jobs)
    assert isinstance(first, Failed)
    assert isinstance(first.error, MemoryError)
    assert "bytearray(2 * size)" in str(first.error.__cause__)
    assert [outcome.value for outcome in others if isinstance(outcome, Finished)] == list("2345678")
    pids = {executor.success(spec(call("pid"))).value for _ in range(3)}
    assert int(first.output) not in pids


@pytest.mark.skipif(not HAS_PROC, reason="the system does not tell what a process has")
def test_a_result_that_does_not_fit_into_the_worker_once_more(executor: Driver):
    assert str(executor.failure(spec(call("give_too_much", SOME))).error) == (
        "redun: the worker has too little memory to send the result, a bytes, back\n"
        "  hint: write it to a File and return that, or say with `memory` how much such a job takes, so that fewer run "
        "at once"
    )
    assert executor.success(spec(call("big", 2 * SOME))).value == b"x" * (2 * SOME)


@pytest.mark.skipif(not HAS_PROC, reason="the system does not tell what a process has")
def test_a_call_that_does_not_fit_into_its_worker(tmp_path: Path, executor: Driver):
    executor.run(*(spec(call("have_only", SOME), seq=seq) for seq in range(2)))
    assert str(executor.failure(spec(call("length", b"x" * (2 * SOME)))).error) == (
        "redun: work(1): its worker has run out of memory\n"
        "  hint: say with `memory` how much such a job takes, so that fewer run at once; large data travels better in "
        "files"
    )
    assert executor.success(spec(call("length", b"x"))).value == 1


def test_an_idle_worker_that_is_killed_is_nobodys_failure(executor: Driver):
    pid = executor.success(spec(call("pid"))).value
    start = start_of(pid)
    os.kill(pid, signal.SIGKILL)
    until(lambda: not is_alive(pid, start), 60, "it is not killed")
    executor.inbox.wait(0.2)
    assert executor.success(spec(call("pid"))).value != pid


def test_a_function_that_does_not_want_to_end(executor: Driver, tmp_path: Path):
    begun = tmp_path / "begun"
    executor.executor.submit([spec(call("stubborn", str(begun)))])
    deadline = time.monotonic() + 60
    while not begun.exists() and time.monotonic() < deadline:
        assert executor.inbox.wait(0.05) == []
    started = time.monotonic()
    executor.executor.cancel([1])
    (outcome,) = executor.outcomes(1)
    assert isinstance(outcome, Failed)
    assert "ended before it was done" in str(outcome.error)
    assert time.monotonic() - started > 1.5, "it had its grace"


def test_commands_and_calls_in_one_job(executor: Driver, tmp_path: Path):
    steps = (CommandStep("echo one; echo two > between"), call("show", "three"), CommandStep("cat between"))
    assert executor.success(spec(*steps)).output == b"one\nthree\ntwo\n"
    assert "exit status 3" in str(executor.failure(spec(CommandStep("exit 3"), call("show", "no"))).error)


def test_a_command_is_ended_with_its_job(executor: Driver, clock: LeapingClock, tmp_path: Path):
    step = CommandStep("echo $$ > begun.part; mv begun.part begun; sleep 300")
    command = int(begin(executor, spec(step, call("show", "no"), timeout=60.0), tmp_path / "begun"))
    start = start_of(command)
    clock.leap(60.0)
    (outcome,) = executor.outcomes(1)
    assert isinstance(outcome, Failed)
    assert "not done after its timeout" in str(outcome.error)
    assert not is_alive(command, start)


STUBBORN = "trap '' TERM; echo $$ > begun.part; mv begun.part begun; while :; do sleep 0.1; done"


def begin(executor: Driver, job: JobSpec, begun: Path) -> str:
    """Submit a job, and wait until it has written `begun`; what it wrote."""
    executor.executor.submit([job])
    deadline = time.monotonic() + 60
    while not begun.exists():
        assert time.monotonic() < deadline
        assert executor.inbox.wait(0.05) == []
    return begun.read_text()


@pytest.mark.parametrize("reason", ["cancel", "worker killed"])
def test_no_command_outlives_its_job(executor: Driver, tmp_path: Path, reason: str):
    command = int(begin(executor, spec(CommandStep(STUBBORN)), tmp_path / "begun"))
    start = start_of(command)
    if reason == "cancel":
        executor.executor.cancel([1])
    else:
        made: Any = executor.executor
        (worker,) = made._workers
        os.kill(worker.pid, signal.SIGKILL)
    (outcome,) = executor.outcomes(1)
    assert isinstance(outcome, Failed)
    assert not is_alive(command, start)


def test_a_command_carries_the_build_and_its_job(executor: Driver, journal: Journal):
    echo = CommandStep("echo $REDUN_BUILD $REDUN_JOB")
    assert executor.success(spec(echo, seq=7)).output == f"{journal.build_id} 7\n".encode()


def answer_unread(executor: Driver, *jobs: JobSpec) -> None:
    """Submit jobs to an executor of one worker, and wait until the first has been answered, without reading that."""
    made: Any = executor.executor
    made._max_workers = 1
    made.submit(jobs)
    (worker,) = made._workers
    pipe = select.poll()
    pipe.register(worker._replies_fd, select.POLLIN)
    assert pipe.poll(60_000)


def test_who_cancels_a_job_that_is_over_hits_no_other(executor: Driver):
    answer_unread(executor, spec(call("show", "one")), spec(call("show", "two"), seq=2))
    executor.executor.cancel([1])
    first, second = executor.outcomes(2)
    assert isinstance(first, Failed)
    assert isinstance(second, Finished), second
    assert second.output == b"two\n"


def test_a_job_that_is_cancelled_when_a_worker_has_other_code(executor: Driver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending_of(executor), "_identify", lambda task: b"other")
    answer_unread(executor, spec(call("show", "one")))
    executor.executor.cancel([1])
    (outcome,) = executor.outcomes(1)
    assert isinstance(outcome, Failed)
    assert "ended before it was done" in str(outcome.error)


def test_a_thread_that_a_function_leaves_behind_is_not_waited_for(
    executor: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(process, "LAST_BREATH", 60.0)
    pid = executor.success(spec(call("leave_a_thread"))).value
    executor.executor.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert (tmp_path / "left").read_text() == "made", "what is to be done at the end was done"


def test_waiting_jobs_fail_when_no_worker_can_be_started_any_more(executor: Driver, monkeypatch: pytest.MonkeyPatch):
    made = executor.executor
    assert isinstance(made, process.ProcessExecutor)
    made.submit([spec(call("sleep", 300), seq=seq) for seq in (1, 2, 3, 4)])
    pids = [worker.pid for worker in made._workers]

    def none(*_: object, **__: object) -> Never:
        raise OSError(EAGAIN, os.strerror(EAGAIN))

    monkeypatch.setattr(process, "Worker", none)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    outcomes = {outcome.seq: outcome for outcome in executor.outcomes(4)}
    assert all(isinstance(outcome, Failed) for outcome in outcomes.values())
    told = [str(getattr(outcomes[seq], "error", "")) for seq in (3, 4)]
    assert all("could not be started" in text for text in told), told


def test_a_worker_that_does_not_end_is_killed(executor: Driver, monkeypatch: pytest.MonkeyPatch):
    pid = executor.success(spec(call("pid"))).value
    executor.success(spec(call("never_end")))
    monkeypatch.setattr(process, "LAST_BREATH", 0.1)
    executor.executor.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("goes_on", [True, False])
def test_nobody_waits_for_a_worker_that_does_not_read(executor: Driver, goes_on: bool):
    pid = executor.success(spec(call("pid"))).value
    os.kill(pid, signal.SIGSTOP)
    executor.executor.submit([spec(call("length", b"y" * 1_000_000))])
    if goes_on:
        os.kill(pid, signal.SIGCONT)
    else:
        executor.executor.cancel([1])
    (outcome,) = executor.outcomes(1)
    if goes_on:
        assert isinstance(outcome, Finished)
        assert outcome.value == 1_000_000
    else:
        assert isinstance(outcome, Failed)
        assert "ended before it was done" in str(outcome.error)


def test_workers_end_with_the_executor(executor: Driver):
    pids = [
        outcome.value
        for outcome in executor.run(spec(call("pid"), seq=1), spec(call("pid"), seq=2))
        if isinstance(outcome, Finished)
    ]
    executor.executor.stop()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_the_journal_knows_what_may_be_half_made(executor: Driver, journal: Journal, tmp_path: Path):
    executor.success(spec(call("write", "made.txt"), outputs=["made.txt"]))
    lines = [line.split("\t")[0] for line in Path(journal.path).read_text().splitlines()]
    assert lines == ["build", "intent", "worker", "made"]


def test_only_the_gpus_that_it_was_given(executor: Driver):
    assert executor.success(spec(call("gpus"))).value == os.environ.get("CUDA_VISIBLE_DEVICES")
    given = JobSpec(1, "work(1)", (call("gpus"),), {**ENVIRONMENT, "CUDA_VISIBLE_DEVICES": "1,3"})
    assert executor.success(given).value == "1,3"
    assert executor.success(spec(call("gpus"))).value == os.environ.get("CUDA_VISIBLE_DEVICES")


def sending_of(executor: Driver) -> Any:
    """What turns steps into what travels."""
    made: Any = executor.executor
    return made._sending


def test_a_worker_that_has_other_code_is_replaced(executor: Driver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    code = digest_in(tmp_path, "show")
    monkeypatch.setattr(sending_of(executor), "_identify", lambda task: code)
    before = executor.success(spec(call("show", "one"))).output
    (tmp_path / "work_here.py").write_text(
        MODULE.replace("print(text)\n    return text", "print(text * 2)\n    return text")
    )
    code = digest_in(tmp_path, "show")
    sending_of(executor)._references.clear()
    assert (before, executor.success(spec(call("show", "one"))).output) == (b"one\n", b"oneone\n")


def test_code_that_is_nowhere(executor: Driver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending_of(executor), "_identify", lambda task: b"other")
    assert str(executor.failure(spec(call("show", "one"))).error) == (
        "redun: work(1): its code changes while redun runs\n  hint: run redun again when the module is written"
    )


def digest_in(root: Path, name: str) -> bytes:
    """The digest of a function's code in the project at `root`, as a new process sees it."""
    code = (
        "import sys; from redo_py.app.tasks import ProjectTasks; from redo_py.front.modules import Project;"
        "modules = Project(sys.argv[1]).open(); tasks = ProjectTasks(lambda: modules);"
        "print(tasks.digest(tasks.use('work_here', sys.argv[2], {}).task).hex())"
    )
    words = [sys.executable, "-c", code, str(root), name]
    done = subprocess.run(words, env=worker_environment(os.environ), capture_output=True, text=True, check=True)
    return bytes.fromhex(done.stdout)


def test_nothing_is_kept_of_a_job_that_is_over(executor: Driver) -> None:
    assert_nothing_is_kept(executor, lambda **fields: spec(call("show", "x"), **fields))


def test_a_job_that_cannot_be_read_there_changes_nothing_for_others(
    executor: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_here = ModuleType("only_here")
    exec("class Odd:\n    pass\n", vars(only_here))
    monkeypatch.setitem(sys.modules, "only_here", only_here)
    outcome = executor.failure(spec(call("show", only_here.Odd())))
    assert "only_here" in str(outcome.error)
    told = spec(CommandStep('echo "$PATH"'), seq=2)
    assert executor.success(told).output.decode() == ENVIRONMENT["PATH"] + "\n"
