"""What is made of what a job leaves in the scratch: of its own answer, of others, of damage, and of mischief."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.api import CallStep, Failed, Finished, JobSpec
from redo_py.executors.backend import ENDED, Report, Unreached
from redo_py.ground import hashing
from redo_py.remote.api import DONE, Reply, stage, wire
from redo_py.remote.api.scratch import JOB, RESULT, blob_name, job_name
from redo_py.remote.api.stage import entries_at
from redo_py.values.codec import pack
from redo_py.values.file import File
from tests.unit.executors.elsewhere.scripted_backend import Place, spec


def test_a_result_may_come_late(place: Place):
    place.backend.answers = False
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(60)
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
    place.backend.has_launched.wait(60)
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
    place.backend.has_launched.wait(60)
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
                "reaches, packages in `[code] packages` must have the same version there, and no module may be edited "
                "while it runs"
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
    place.backend.has_launched.wait(60)
    (job,) = place.backend.launched[0]
    place.backend.scratch.write(job_name(job.key, RESULT), wire.written({"fault": fault}, b""))
    place.backend.states[job.key] = Report(job.key, ENDED, 1)
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert str(outcome.error) == said


def test_an_output_that_is_not_what_was_sent(place: Place):
    place.backend.answers = False
    place.driver.executor.submit([spec(1, outputs=["made.txt"])])
    place.backend.has_launched.wait(60)
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


def test_a_job_that_ends_while_it_is_looked_for_is_not_begun_again(place: Place):
    job = spec(1, identity=b"same")
    key = place.key(job)

    def find(keys: Sequence[str]) -> set[str]:
        place.backend.answer(key, "just in time")
        return set()

    place.backend.find = find  # type: ignore[method-assign]
    assert place.driver.success(job).value == "just in time"
    assert place.backend.launched == []


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
    place.backend.has_launched.wait(60)
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
    place.backend.has_launched.wait(60)
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


@pytest.mark.parametrize("first", ["answers before", "answers after", "is lost"])
def test_a_forced_job_of_a_backend_that_finds_nothing(place: Place, first: str):
    """The answer to its launch got lost: it may run twice, under one name, and one answer is enough."""
    backend = place.backend
    backend.answers = False
    backend.find = lambda keys: set()  # type: ignore[method-assign]
    backend.loses = [Unreached("executor-unusable", name="far", error="reset")]

    def launched(number: int, key: str) -> None:
        if first == "answers before":
            backend.answer(key, "one")
        elif number == 2:
            backend.answer(key, "two")
            if first == "answers after":
                backend.answer(key, "one")

    backend.on_launch = launched
    outcome = place.driver.success(spec(1))
    assert outcome.value == ("two" if first == "is lost" else "one")
    assert len(backend.launched) == (1 if first == "answers before" else 2)


def test_what_is_damaged_in_the_scratch_is_sent_again(place: Place):
    (place.root / "in.txt").write_text("right")
    (entry,) = entries_at(str(place.root), ["in.txt"])
    blob = blob_name(entry.text)
    place.scratch.write(blob, b"wrong")
    place.backend.answers = False
    place.driver.executor.submit([spec(1, files=[File("in.txt")])])
    place.backend.has_launched.wait(60)
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
    place.backend.has_launched.wait(60)
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


@pytest.mark.parametrize("may", [{"identity": b"same"}, {"repeatable": True}], ids=["plain", "forced"])
def test_a_job_with_a_lost_output_runs_once_more_if_it_may(place: Place, may: dict[str, Any]):
    digest = hashing.digest(hashing.FILE, b"bytes").hex()
    answer = place.backend.answer

    def one(key: str, value: Any, **header: Any) -> None:
        if len(place.backend.launched) > 1:
            place.scratch.write(blob_name(digest), b"bytes")
        answer(key, value, outputs=[("made.txt", stage.FILE, digest)])

    place.backend.answer = one  # type: ignore[method-assign]
    assert place.driver.success(spec(1, outputs=["made.txt"], **may)).value == "job 1"
    assert (place.root / "made.txt").read_bytes() == b"bytes"
    place.backend.launched.clear()
    (place.root / "made.txt").unlink()
    place.scratch.remove([blob_name(digest)])
    assert "was sent and is not there any more" in str(place.driver.failure(spec(2, outputs=["made.txt"])).error)
    assert len(place.backend.launched) == 1


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
