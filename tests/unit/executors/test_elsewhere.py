"""Jobs over a backend that does what the test says: batches, room, faults, results that lie there already."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from errno import ENOSPC
from itertools import count, islice
from pathlib import Path
from typing import Any, ClassVar

import pytest

from redo_py.executors.api import CallStep, CommandStep, Failed, Finished, JobSpec
from redo_py.executors.backend import ENDED, LOST, RUNNING, Placed, Report, Site
from redo_py.executors.elsewhere import ElsewhereExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.options import RemoteOptions
from redo_py.executors.parcel import Parcels
from redo_py.ground import hashing
from redo_py.ground.clock import Clock
from redo_py.ground.errors import RunError
from redo_py.remote.api import DONE, Reply, stage, wire
from redo_py.remote.api.scratch import JOB, RESULT, Scratch, blob_name, job_name
from redo_py.remote.api.stage import entries_at
from redo_py.testing import Driver
from redo_py.values.codec import pack
from redo_py.values.file import File

QUICK: dict[str, Any] = {"job_monitor_interval": 0.01, "job_stale_time": 0.02}


class Scripted:
    """A backend whose jobs do nothing by themselves."""

    Options: ClassVar[Any] = RemoteOptions
    is_here: ClassVar[bool] = False

    def __init__(self, scratch: Scratch) -> None:
        self.scratch = scratch
        self.launched: list[list[Placed]] = []  # one list for each call
        self.states: dict[str, Report] = {}
        self.alive: set[str] = set()  # keys that an earlier scheduler has launched
        self.cancelled: list[str] = []
        self.faults: list[Exception] = []  # what the next calls of poll raise
        self.find_faults: list[Exception] = []  # the same of find
        self.poll_fault: Exception | None = None  # what each call of poll raises
        self.cancel_fault: Exception | None = None  # the same of cancel
        self.refuses: Exception | None = None  # what launch raises
        self.loses: list[Exception] = []  # what the next launches raise after they have started the jobs
        self.refuses_options: Callable[[Any], bool] = lambda options: False  # whose launch raises
        self.unusable: Exception | None = None  # what open raises
        self.unusable_times = -1  # how often; for ever if negative
        self.opened = 0  # how often it was
        self.answers = True  # whether jobs end at once, with their seq as value
        self.initially = lambda key: Report(key, RUNNING)
        self.on_launch: Callable[[int, str], object] | None = None  # is told of the how manieth launch of which key
        self.log = ""
        self.is_closed = False
        self.has_launched = threading.Event()
        self.has_cancelled = threading.Event()
        self.has_missed_cancel = threading.Event()

    def open(self) -> None:
        self.opened += 1
        if self.unusable is not None and self.unusable_times:
            self.unusable_times -= 1
            raise self.unusable

    def launch(self, jobs: Sequence[Placed]) -> None:
        if self.refuses is not None:
            raise self.refuses
        if any(self.refuses_options(job.options) for job in jobs):
            raise RunError("executor-unusable", name="far", error="no such queue")
        self.launched.append(list(jobs))
        for job in jobs:
            self.states.setdefault(job.key, self.initially(job.key))
            if self.on_launch is not None:
                self.on_launch(len(self.launched), job.key)
            elif self.answers:
                self.answer(job.key, job.label)
        if self.loses:
            self.alive.update(job.key for job in jobs)
            raise self.loses.pop()
        self.has_launched.set()

    def answer(self, key: str, value: Any, **header: Any) -> None:
        """The job leaves a result."""
        reply = Reply(DONE, Finished(-1, value, b"printed\n", [], 0.0, 0.0))
        told = {"ok": True, "outputs": [], "seconds": 0.0, "attempt": self.attempt(key), **header}
        self.scratch.write(job_name(key, RESULT), wire.written(told, pack(reply)))
        self.states[key] = Report(key, ENDED, 0)

    def attempt(self, key: str) -> str:
        """Which try at the job a worker would take it for that begins now."""
        content = self.scratch.read(job_name(key, JOB))
        return wire.read(content)[0]["attempt"] if content else "of an earlier scheduler"

    def poll(self, keys: Sequence[str]) -> list[Report]:
        if self.faults:
            raise self.faults.pop()
        if self.poll_fault is not None:
            raise self.poll_fault
        return [self.states[key] for key in keys if key in self.states]

    def cancel(self, keys: Sequence[str]) -> None:
        if self.cancel_fault is not None:
            self.has_missed_cancel.set()
            raise self.cancel_fault
        self.cancelled += keys
        self.states.update({key: Report(key, ENDED, 143) for key in keys})
        self.has_cancelled.set()

    def find(self, keys: Sequence[str]) -> set[str]:
        if self.find_faults:
            raise self.find_faults.pop()
        found = self.alive & set(keys)
        for key in found:
            self.states.setdefault(key, Report(key, RUNNING))
        return found

    def tail(self, key: str) -> str:
        return self.log

    def close(self) -> None:
        self.is_closed = True


class Place:
    """An executor over a Scripted, in a folder."""

    def __init__(self, root: Path, scratch: Scratch | None = None, **options: Any) -> None:
        clock = Clock()
        self.root = root
        self.site = Site("far", str(root), str(root), str(root / ".redun"), dict(os.environ), clock, lambda _: b"code")
        self.scratch = self.site.scratch = scratch or Scratch(str(root / ".redun/scratch"))
        self.backend = Scripted(self.scratch)
        self.inbox = SelectInbox(clock)
        self.executor = ElsewhereExecutor(self.backend, RemoteOptions(**{**QUICK, **options}), self.site)
        self.driver = Driver(self.executor, self.inbox)

    def key(self, spec: JobSpec) -> str:
        """What the job is called in the scratch, if it is the same each time."""
        return self.executor._parcels.key_of(spec, self.executor.options)

    def close(self) -> None:
        self.executor.stop()
        self.inbox.close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    made = Place(tmp_path)
    yield made
    made.close()


def spec(seq: int, **rest: Any) -> JobSpec:
    return JobSpec(seq, f"job {seq}", [CommandStep("true")], {}, **rest)


def test_jobs_that_come_together_are_started_together(place: Place):
    outcomes = place.driver.run(*(spec(seq) for seq in range(50)))
    assert [outcome.value for outcome in outcomes if isinstance(outcome, Finished)] == [f"job {n}" for n in range(50)]
    assert [len(batch) for batch in place.backend.launched] == [50]
    assert {outcome.output for outcome in outcomes} == {b"printed\n"}
    assert not list((place.root / ".redun/scratch/jobs").iterdir())


def test_the_command_of_a_worker(place: Place):
    place.driver.success(spec(1))
    (job,) = place.backend.launched[0]
    assert list(job.argv) == [
        "python3",
        "-u",
        "-P",
        "-m",
        "redo_py",
        "oneshot",
        place.scratch.at(f"jobs/{job.key}"),
    ]


def test_no_more_than_max_workers_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, max_workers=3)
    outcomes = place.driver.run(*(spec(seq) for seq in range(8)))
    assert len(outcomes) == 8
    assert max(map(len, place.backend.launched)) == 3
    place.close()


def test_an_array_is_one_command(place: Place):
    jobs = [Placed("a" * 32, "a", ["python3", "oneshot", "x"], None), Placed("b" * 32, "b", ["python3"], None)]
    argv = place.site.array(jobs, "INDEX")
    assert argv[:3] == ["python3", "oneshot", place.scratch.url]
    assert (argv[3], *argv[5:]) == ("--array", "--index", "INDEX")
    assert place.scratch.read(f"arrays/{argv[4]}") == b"a" * 32 + b"\n" + b"b" * 32 + b"\n"


# ---- faults


def test_faults_of_the_network_are_borne(place: Place):
    place.backend.faults = [RunError("executor-unusable", name="far", error="no route"), OSError("reset")]
    assert place.driver.success(spec(1)).value == "job 1"
    assert place.backend.faults == []


def test_faults_that_last_fail_the_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, patience=0.1)
    place.backend.answers = False
    place.backend.faults = [RunError("executor-unusable", name="far", error="no route") for _ in range(10_000)]
    first, second = place.driver.run(spec(1), spec(2))
    assert isinstance(first, Failed)
    assert isinstance(second, Failed)
    assert str(first.error) == (
        "redun: the executor `far` cannot be used: no route\n"
        "  tried  for 0.1 seconds\n"
        "  hint: `redun executors check far` tries it"
    )
    assert first.error is not second.error
    assert sorted(place.backend.cancelled) == sorted(job.key for job in place.backend.launched[0])
    place.close()


def test_a_launch_that_is_refused_fails_its_jobs(place: Place):
    place.backend.refuses = RunError("executor-unusable", name="far", error="no such queue")
    first, second = place.driver.run(spec(1), spec(2))
    assert isinstance(first, Failed)
    assert isinstance(second, Failed)
    assert "no such queue" in str(first.error)
    assert first.error is not second.error
    place.backend.refuses = None
    assert place.driver.success(spec(3)).value == "job 3"


def test_an_executor_that_cannot_be_used(place: Place):
    place.backend.unusable = RunError("executor-unusable", name="far", error="no key")
    assert "no key" in str(place.driver.failure(spec(1)).error)
    place.executor.stop()
    assert not place.backend.is_closed


def test_a_backend_that_breaks_down_leaves_nobody_waiting(place: Place):
    place.backend.refuses = ZeroDivisionError("division by zero")
    assert str(place.driver.failure(spec(1)).error) == (
        "redun: job 1: the executor `far` has broken down: ZeroDivisionError: division by zero\n"
        "  hint: this is a fault of the executor and not of the job"
    )


def test_a_worker_that_is_lost(place: Place):
    place.backend.answers = False
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(10)
    (job,) = place.backend.launched[0]
    place.backend.log = "one\ntwo\n"
    place.backend.states[job.key] = Report(job.key, LOST, reason="host gone")
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert str(outcome.error) == (
        "redun: job 1: whoever ran it is gone, and it has left no result\n"
        "  said  host gone\n"
        "  log   one\n"
        "        two\n"
        "  hint: `retries=1` on the task tries again"
    )


@pytest.mark.parametrize(
    ("exit", "log", "said"),
    [
        (-9, "", "redun: job 1: its worker was killed by SIGKILL"),
        (139, "", "redun: job 1: its worker was killed by SIGSEGV"),
        (7, "", "redun: job 1: its worker ended, with exit status 7, without a result"),
        (74, "disk full", "redun: job 1: its worker ended, with exit status 74, without a result\n  log  disk full"),
        (2, "python3: No module named redo_py", "redun: job 1: the Python of the worker has no redo-py"),
    ],
)
def test_a_worker_that_leaves_no_result(place: Place, exit: int, log: str, said: str):
    place.backend.answers = False
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(10)
    (job,) = place.backend.launched[0]
    place.backend.log = log
    place.backend.states[job.key] = Report(job.key, ENDED, exit)
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert str(outcome.error).startswith(said)


def test_a_result_may_come_late(place: Place):
    place.backend.answers = False
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(10)
    (job,) = place.backend.launched[0]
    place.backend.states[job.key] = Report(job.key, ENDED, 0)
    assert place.driver.inbox.wait(0.1) == []
    place.backend.answer(job.key, "late")
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Finished)
    assert outcome.value == "late"


def test_a_result_that_is_damaged(place: Place):
    place.backend.answers = False
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(10)
    (job,) = place.backend.launched[0]
    place.backend.scratch.write(job_name(job.key, RESULT), wire.written({}, b"whole")[:-1])
    place.backend.states[job.key] = Report(job.key, ENDED, 0)
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert str(outcome.error) == (
        "redun: job 1: its result in the scratch is damaged: its digest is not that of what was written\n"
        "  hint: run redun again"
    )
    assert place.scratch.read(job_name(job.key, RESULT)) is None


def test_a_header_that_is_damaged(place: Place):
    """What a result says of files is under its digest like the rest."""
    place.backend.answers = False
    place.driver.executor.submit([spec(1, outputs=["a.txt"])])
    place.backend.has_launched.wait(10)
    (job,) = place.backend.launched[0]
    told = {"ok": True, "outputs": [("a.txt", stage.LINK, "aim")], "seconds": 0.0}
    content = wire.written(told, pack(Reply(DONE, Finished(-1, None, b"", [], 0.0, 0.0))))
    place.scratch.write(job_name(job.key, RESULT), content.replace(b"a.txt", b"b.txt"))
    place.backend.states[job.key] = Report(job.key, ENDED, 0)
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert "its result in the scratch is damaged" in str(outcome.error)
    assert not os.path.lexists(place.root / "b.txt")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            ("worker-differs", {"python": "3.9", "redun": "1", "their_python": "3.13", "their_redun": "2"}),
            (
                "redun: job 1: the worker has Python 3.9 and redo-py 1, here are 3.13 and 2\n"
                "  hint: code and values travel between the same minor version of Python and the same redo-py only: "
                "install them there"
            ),
        ),
        (
            ("code-elsewhere", {}),
            (
                "redun: job 1: the worker has other code of the task than the project here\n"
                "  hint: `code_includes` and `code_excludes` of the executor must leave all modules that the task "
                "reaches, and no module may be edited while it runs"
            ),
        ),
        (
            ("code-gone", {"place": "x/code/y"}),
            "redun: job 1: the code of the project is not in the scratch any more: x/code/y\n  hint: run redun again",
        ),
        (
            ("staged-gone", {"path": "a", "place": "x/blobs/1"}),
            "redun: job 1: a was sent and is not there any more: x/blobs/1\n  hint: run redun again",
        ),
        (
            ("job-torn", {"error": "torn"}),
            "redun: job 1: what was to be done cannot be read by the worker: torn",
        ),
        (
            ("staged-in-the-way", {"path": "/data/x"}),
            (
                "redun: job 1: /data/x lies outside of the project, and the worker has something else there\n"
                "  hint: move it into the project, or make both the same"
            ),
        ),
        (
            ("staged-beyond", {"path": "/data/x"}),
            (
                "redun: job 1: /data/x lies outside of the project, and the worker has nothing there\n"
                "  hint: say files of the project relative to its root, and move others into it, or let the worker see "
                "them at the same place: a shared folder, or a volume of the container"
            ),
        ),
        (
            ("code-damaged", {"place": "x/code/y", "error": "torn"}),
            (
                "redun: job 1: the code of the project is damaged in the scratch, x/code/y: torn\n"
                "  hint: it was sent again; something writes to the scratch, or its disk is full or broken"
            ),
        ),
        (
            ("file-not-made", {"path": "x"}),
            (
                "redun: job 1: it returned x, which is not there where it ran\n"
                "  hint: a function returns files that it has made, or was given as arguments"
            ),
        ),
        (
            ("result-too-large", {"size": "2 GiB", "room": "1 GiB"}),
            (
                "redun: job 1: its result takes 2 GiB, and `max_result` allows 1 GiB\n"
                "  hint: write it to a File and return that, or raise `max_result` of the executor"
            ),
        ),
    ],
)
def test_what_a_worker_says_is_wrong(place: Place, fault: Any, said: str):
    place.backend.answers = False
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(10)
    (job,) = place.backend.launched[0]
    place.backend.scratch.write(job_name(job.key, RESULT), wire.written({"fault": fault}, b""))
    place.backend.states[job.key] = Report(job.key, ENDED, 1)
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert str(outcome.error) == said


# ---- scratch and files


def test_a_scratch_that_cannot_be_written(place: Place):
    (place.root / ".redun").mkdir()
    (place.root / ".redun/scratch").write_text("a file")
    said = str(place.driver.failure(spec(1)).error)
    assert said.startswith(f"redun: job 1: the scratch cannot be used at {place.root}/.redun/scratch")
    assert "a folder that workers see, too" in said


def test_what_cannot_be_written_or_read(place: Place):
    def said(path: str) -> str:
        error = OSError(ENOSPC, "No space left on device", path)
        return str(place.executor._returns.scratch_failure(spec(1), error)).replace(place.scratch.url, "SCRATCH")

    assert said("/x") == "redun: job 1: /x cannot be moved to or from the worker: no space left on device"
    assert said(place.scratch.at("jobs")) == (
        "redun: job 1: the scratch cannot be used at SCRATCH/jobs: no space left on device\n"
        "  hint: `scratch` of the executor is a folder that workers see, too, or a place in an object store that you "
        "may write to"
    )


def test_an_option_that_cannot_be(place: Place):
    assert str(place.driver.failure(spec(1, options={"max_result": 0})).error) == (
        "redun: job 1: an option for its executor cannot be: `max_result`: input should be greater than or equal to 1, "
        "not 0"
    )


def test_an_output_that_is_not_what_was_sent(place: Place):
    place.backend.answers = False
    place.driver.executor.submit([spec(1, outputs=["made.txt"])])
    place.backend.has_launched.wait(10)
    (job,) = place.backend.launched[0]
    digest = "0" * 32
    place.backend.scratch.write(blob_name(digest), b"other bytes")
    place.backend.answer(job.key, None, outputs=[("made.txt", stage.FILE, digest)])
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert str(outcome.error) == (
        "redun: job 1: made.txt is not what it was when it was sent\n"
        "  hint: something writes to it, or to the scratch, while the job runs"
    )
    assert not (place.root / "made.txt").exists()


def test_a_call_that_cannot_be_sent(place: Place):
    step = CallStep(len, (open(os.devnull),), {})  # noqa: SIM115 - it is what cannot be sent
    outcome = place.driver.failure(JobSpec(1, "job 1", [step], {}))
    assert "job 1: the call cannot be sent to another process: " in str(outcome.error)


# ---- after a scheduler was killed


def test_a_result_that_lies_there_is_taken(place: Place):
    job = spec(1, identity=b"same")
    place.backend.answer(place.key(job), "left")
    assert place.driver.success(job).value == "left"
    assert place.backend.launched == []


def test_a_job_that_runs_already_is_waited_for(place: Place):
    job = spec(1, identity=b"same")
    key = place.key(job)
    place.backend.alive.add(key)
    place.driver.executor.submit([job, spec(2)])
    assert [outcome.seq for outcome in place.driver.outcomes(1)] == [2]
    place.backend.answer(key, "found")
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Finished)
    assert outcome.value == "found"
    assert [[each.label for each in batch] for batch in place.backend.launched] == [["job 2"]]


def test_one_whose_result_another_scheduler_takes_runs_again(place: Place):
    job = spec(1, identity=b"same")
    key = place.key(job)
    place.backend.alive.add(key)
    place.driver.executor.submit([job])
    place.driver.inbox.wait(0.1)
    place.backend.states[key] = Report(key, ENDED, 7)
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Finished)
    assert outcome.value == "job 1"
    assert place.backend.launched[0][0].key != key


def test_one_that_two_schedulers_have_started_at_once(place: Place):
    place.backend.answers = False
    job = spec(1, identity=b"same")
    place.driver.executor.submit([job])
    place.backend.has_launched.wait(10)
    (first,) = place.backend.launched[0]
    place.backend.answers = True
    place.backend.states[first.key] = Report(first.key, ENDED, 0)
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Finished)
    assert [len(batch) for batch in place.backend.launched] == [1, 1]
    assert place.backend.launched[1][0].key != first.key


def test_a_failure_that_an_earlier_scheduler_has_left_is_none_of_this_one(place: Place):
    """Only what ended well can be taken: whether it would fail again is not known."""
    job = spec(1, identity=b"same")
    key = place.key(job)
    failed = Reply(DONE, Failed(-1, ValueError("of before"), b"", 0.0, 0.0))
    told = {"ok": False, "outputs": [], "seconds": 0.0, "attempt": "of before"}
    for left in (wire.written(told, pack(failed)), wire.written({"fault": ("code-elsewhere", {})}, b""), b"torn"):
        place.scratch.write(job_name(key, RESULT), left)
        assert place.driver.success(job).value == "job 1"
        job = spec(1, identity=b"same")
    assert [len(batch) for batch in place.backend.launched] == [1, 1, 1]


@pytest.mark.parametrize("exit", [0, 1])
def test_an_answer_to_another_try_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exit: int):
    """A worker of before that nobody knew of ends after this one was launched."""
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, latency=0.01)
    place.backend.answers = False
    place.driver.executor.submit([spec(1, identity=b"same")])
    place.backend.has_launched.wait(10)
    (first,) = place.backend.launched[0]
    place.backend.answers = True
    fault: dict[str, Any] = {"fault": ("code-elsewhere", {}), "attempt": "of before"}
    place.scratch.write(job_name(first.key, RESULT), wire.written(fault, b""))
    place.backend.states[first.key] = Report(first.key, ENDED, exit)
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Finished)
    assert outcome.value == "job 1"
    assert place.backend.launched[1][0].key != first.key
    place.close()


def test_what_is_damaged_in_the_scratch_is_sent_again(place: Place):
    (place.root / "in.txt").write_text("right")
    (entry,) = entries_at(str(place.root), ["in.txt"])
    blob = blob_name(entry.text)
    place.scratch.write(blob, b"wrong")
    place.backend.answers = False
    place.driver.executor.submit([spec(1, files=[File("in.txt")])])
    place.backend.has_launched.wait(10)
    (first,) = place.backend.launched[0]
    assert place.scratch.read(blob) == b"wrong"  # nobody has looked at it yet
    fault = {"fault": ("staged-changed", {"path": "in.txt"}), "damaged": True, "ran": False}
    place.backend.answers = True
    place.scratch.write(job_name(first.key, RESULT), wire.written(fault, b""))
    place.backend.states[first.key] = Report(first.key, ENDED, 1)
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Finished)
    assert place.scratch.read(blob) == b"right"


def changing(place: Place, texts: Iterator[str]) -> None:
    """From now on in.txt gets the next of `texts` after it was looked at and before it is sent."""
    absent = place.scratch.absent

    def one(names: Sequence[str]) -> list[str]:
        for text in islice(texts, 1):
            (place.root / "in.txt").write_text(text)
        return absent(names)

    (place.root / "in.txt").write_text("first")
    place.scratch.absent = one  # type: ignore[method-assign]


def test_a_file_that_changes_while_it_is_sent_is_looked_at_again(place: Place):
    changing(place, iter(["second"]))
    place.backend.answers = False
    place.driver.executor.submit([spec(1, files=[File("in.txt")])])
    place.backend.has_launched.wait(10)
    (job,) = place.backend.launched[0]
    header, _ = wire.read(place.scratch.read(job_name(job.key, JOB)) or b"")
    digest = hashing.digest(hashing.FILE, b"second").hex()
    assert header["inputs"] == [["in.txt", stage.FILE, digest]]
    assert os.listdir(place.scratch.at("blobs")) == [digest]
    place.backend.answer(job.key, None)
    assert isinstance(place.driver.outcomes(1)[0], Finished)


def test_a_file_that_never_stays_as_it_is(place: Place):
    changing(place, map(str, count()))
    assert str(place.driver.failure(spec(1, files=[File("in.txt")])).error) == (
        "redun: job 1: in.txt is not what it was when it was sent\n"
        "  hint: something writes to it, or to the scratch, while the job runs"
    )
    assert os.listdir(place.scratch.at("blobs")) == []


def test_what_stays_damaged_fails_the_job_in_the_end(place: Place):
    def answer(key: str, value: Any, **header: Any) -> None:
        fault = {"fault": ("code-gone", {"place": "x"}), "damaged": True, "ran": False}
        place.scratch.write(job_name(key, RESULT), wire.written(fault, b""))
        place.backend.states[key] = Report(key, ENDED, 1)

    place.backend.answer = answer  # type: ignore[method-assign]
    assert "is not in the scratch any more: x" in str(place.driver.failure(spec(1)).error)
    assert [len(batch) for batch in place.backend.launched] == [1, 1, 1]


@pytest.mark.parametrize(
    "header",
    [
        {"fault": ("no-such-error", {})}, {"fault": 7}, {"fault": ("staged-gone", {})}, {},
        {"outputs": 7, "seconds": 0},
        {"outputs": [["a"]], "seconds": 0}, {"outputs": [["a\0b", "f", "0" * 32]], "seconds": 0},
        {"outputs": [["a", "f", 7]], "seconds": 0}, {"outputs": [], "seconds": "long"},
    ],
)  # fmt: skip
def test_a_result_that_no_worker_of_ours_has_written(place: Place, header: dict[str, Any]):
    """It fails its own job and no other."""

    def answer(key: str, value: Any, **rest: Any) -> None:
        payload = pack(Reply(DONE, Finished(-1, None, b"", [], 0.0, 0.0)))
        place.scratch.write(job_name(key, RESULT), wire.written(header, payload))
        place.backend.states[key] = Report(key, ENDED, 0)

    usual, place.backend.answer = place.backend.answer, answer  # type: ignore[method-assign]
    step = CallStep(len, ("",), {})
    failed = place.driver.failure(JobSpec(1, "job 1", [step], {})).error
    assert str(failed).startswith("redun: job 1: ")
    assert "broken down" not in str(failed)
    place.backend.answer = usual  # type: ignore[method-assign]
    assert place.driver.success(spec(2)).value == "job 2"


def test_a_job_with_a_lost_output_runs_once_more_if_it_may(place: Place):
    digest = hashing.digest(hashing.FILE, b"bytes").hex()
    answer = place.backend.answer

    def one(key: str, value: Any, **header: Any) -> None:
        if len(place.backend.launched) > 1:
            place.scratch.write(blob_name(digest), b"bytes")
        answer(key, value, outputs=[("made.txt", stage.FILE, digest)])

    place.backend.answer = one  # type: ignore[method-assign]
    assert place.driver.success(spec(1, identity=b"same", outputs=["made.txt"])).value == "job 1"
    assert (place.root / "made.txt").read_bytes() == b"bytes"
    place.backend.launched.clear()
    (place.root / "made.txt").unlink()
    place.scratch.remove([blob_name(digest)])
    assert "was sent and is not there any more" in str(place.driver.failure(spec(2, outputs=["made.txt"])).error)
    assert len(place.backend.launched) == 1


def test_other_options_are_another_job(place: Place):
    job = spec(1, identity=b"same")
    key = place.key(job)
    place.executor.options = RemoteOptions(**QUICK, memory=1 << 30)
    assert place.key(job) != key
    assert place.key(spec(1)) != place.key(spec(1))


# ---- the end


def test_cancelling(place: Place):
    place.backend.answers = False
    place.driver.executor.submit([spec(1), spec(2)])
    place.backend.has_launched.wait(10)
    place.driver.executor.cancel([1])
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert str(outcome.error) == "redun: job 1: ended before it was done"
    assert len(place.backend.cancelled) == 1
    assert not place.scratch.read(job_name(place.backend.cancelled[0], "job"))
    place.executor.stop()
    assert [outcome.seq for outcome in place.driver.outcomes(1)] == [2]
    assert place.backend.is_closed


def test_the_last_line_of_a_log_is_asked_for(place: Place):
    place.backend.answers = False
    place.backend.log = "one\nlast\n"
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(10)
    assert place.executor.tail(99) == b""
    for _ in range(200):
        if place.executor.tail(1):
            break
        place.driver.inbox.wait(0.02)
    assert place.executor.tail(1) == b"last"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "/no/such/file",
            (
                "redun: job 1: it has written /no/such/file outside of the project, and here is something else\n"
                "  hint: write below the root of the project, to an object store, or to a folder that both sides see"
            ),
        ),
        (
            "other.txt",
            (
                "redun: job 1: its result names other.txt, which it may not write: it is no output of these commands\n"
                "  hint: declare the file as an output; if the job does not write it, ask who else may write to the "
                "scratch"
            ),
        ),
    ],
)
def test_a_result_that_names_what_nobody_has_asked_for(place: Place, path: str, said: str):
    answer = place.backend.answer

    def one(key: str, value: Any, **header: Any) -> None:
        answer(key, value, outputs=[("made.txt", stage.LINK, "aim"), (path, stage.FILE, "0" * 32)])

    place.backend.answer = one  # type: ignore[method-assign]
    assert str(place.driver.failure(spec(1, outputs=["made.txt"])).error) == said
    assert not os.path.lexists(place.root / "made.txt")


def test_what_a_job_is_called_rests_on_its_inputs_and_its_place(place: Place, tmp_path: Path):
    """A result may be taken from an earlier run: it must be of the same bytes, and be meant for the same paths."""
    job = spec(1, identity=b"i" * 16)
    parcels, options = place.executor._parcels, place.executor.options

    def name(content: str) -> str:
        (tmp_path / "in.txt").write_text(content)
        return parcels.key_of(job, options, entries_at(str(tmp_path), ["in.txt"]))

    assert name("one") == name("one") != name("two")
    other = tmp_path / "other"
    (other / "below").mkdir(parents=True)
    elsewhere = Place(other)
    assert elsewhere.key(job) != place.key(job)
    below = Place(other)
    below.site.folder = str(other / "below")
    assert Parcels(below.site, below.scratch).key_of(job, options) != elsewhere.key(job)
    elsewhere.close()
    below.close()


def test_the_environment_goes_with_commands_alone(place: Place):
    secret = {"TOKEN": "s3cret-of-mine"}
    parcels = place.executor._parcels
    called = JobSpec(1, "call", [CallStep(len, ("",), {})], secret)
    commanded = JobSpec(2, "command", [CommandStep("true")], secret)
    assert b"s3cret-of-mine" not in parcels._packed(called)
    assert b"s3cret-of-mine" in parcels._packed(commanded)
