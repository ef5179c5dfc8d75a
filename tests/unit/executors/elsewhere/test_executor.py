"""Jobs over a backend that does what the test says: batches, room, faults, names, the end."""

from __future__ import annotations

import os
from errno import ENOSPC
from pathlib import Path

import pytest

from redo_py.executors.api import CallStep, CommandStep, Failed, Finished, JobSpec
from redo_py.executors.backend import ENDED, LOST, Placed, Report
from redo_py.executors.elsewhere.parcel import Parcels
from redo_py.executors.options import RemoteOptions
from redo_py.executors.processes.journal import Unwritten
from redo_py.ground.errors import RunError
from redo_py.remote.api.scratch import JOB, job_name
from redo_py.remote.api.stage import entries_at
from redo_py.testing.holds import until
from tests.unit.executors.elsewhere.scripted_backend import QUICK, Place, spec


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


class FullJournal(Unwritten):
    """One on a full disk."""

    def ended(self, seq: int, is_made: bool) -> None:
        raise OSError(ENOSPC, "No space left on device", "journal")


def test_a_job_in_place_whose_end_cannot_be_written_down_has_an_outcome(place: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(RemoteOptions, "is_in_place", property(lambda self: True))
    place.site.journal = FullJournal()
    (outcome,) = place.driver.run(spec(1))
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, RunError)
    assert outcome.error.code == "disk-full"
    assert outcome.output == b"printed\n"


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
        "  hint: its section of the settings says how it is reached; docs/executors.md lists what each type needs"
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


def test_nothing_is_awaited_of_a_job_that_the_backend_did_not_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, latency=1e6)
    place.backend.answers = False
    refusal = RunError("executor-unusable", name="far", error="no such partition")
    place.backend.initially = lambda key: Report(key, ENDED, error=refusal)
    assert "no such partition" in str(place.driver.failure(spec(1)).error)
    place.close()


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
    place.backend.has_launched.wait(60)
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
        (7, "", "redun: job 1: its worker ended, with exit status 7, without a result\n  log  it has printed nothing"),
        (74, "disk full", "redun: job 1: its worker ended, with exit status 74, without a result\n  log  disk full"),
        (
            74,
            "a line\nredun: the scratch s3://b cannot be used: full",
            (
                "redun: job 1: its worker could not do its part: the scratch s3://b cannot be used: full\n"
                "  log  a line\n"
                "       redun: the scratch s3://b cannot be used: full\n"
                "  hint: it must be able to read and write the scratch, and to make a temporary folder; it may be "
                "short of room"
            ),
        ),
        (
            3,
            "...\nModuleNotFoundError: No module named 'xxhash'\nredun: this is a mistake of redun's own: ...\n",
            "redun: job 1: the Python of the worker lacks `xxhash`, which redo-py needs\n",
        ),
        *(
            (2, f"{said}\nusage: python3 [option] ...\n", "redun: job 1: the Python of the worker is older than 3.11\n")
            for said in ("Unknown option: -P", "unknown option -P")
        ),
        (2, "python3: No module named redo_py", "redun: job 1: the Python of the worker has no redo-py"),
    ],
)
def test_a_worker_that_leaves_no_result(place: Place, exit: int, log: str, said: str):
    place.backend.answers = False
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(60)
    (job,) = place.backend.launched[0]
    place.backend.log = log
    place.backend.states[job.key] = Report(job.key, ENDED, exit)
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert str(outcome.error).startswith(said)


def test_what_the_error_says_is_not_told_again_of_the_log(place: Place):
    place.backend.answers = False
    place.backend.log = "begins\nError: no such limit\n"
    refusal = RunError("executor-unusable", name="far", error="Error: no such limit")
    place.backend.initially = lambda key: Report(key, ENDED, error=refusal)
    assert str(place.driver.failure(spec(1)).error).splitlines()[:2] == [
        "redun: the executor `far` cannot be used: Error: no such limit",
        "  log  begins",
    ]


# ---- scratch and files


def test_what_waits_or_runs_is_marked_as_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """So nobody who clears up by age takes it for forgotten."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("redo_py.executors.elsewhere.departures.KEEP_EVERY", 0.0)
    place = Place(tmp_path, max_workers=1)
    place.backend.answers = False
    place.driver.executor.submit([spec(1), spec(2)])
    place.backend.has_launched.wait(60)
    keys = os.listdir(place.scratch.at("jobs"))
    assert len(keys) == 2
    for path in [place.scratch.at(job_name(key, JOB)) for key in keys]:
        os.utime(path, (1, 1))
        until(lambda path=path: os.stat(path).st_mtime > 1, 60, "nobody marks it")  # type: ignore[misc]
    place.close()


def test_a_scratch_that_cannot_be_written(place: Place):
    (place.root / ".redun").mkdir()
    (place.root / ".redun/scratch").write_text("a file")
    said = str(place.driver.failure(spec(1)).error)
    assert said.startswith(f"redun: job 1: the scratch cannot be used at {place.root}/.redun/scratch")
    assert "a folder that workers see, too" in said


def test_what_cannot_be_written_or_read(place: Place):
    def said(path: str | None) -> str:
        error = OSError(ENOSPC, "No space left on device", path)
        return str(place.executor._returns.failure_of(error, spec(1))).replace(place.scratch.url, "SCRATCH")

    assert said("/x") == "redun: job 1: /x cannot be moved to or from the worker: no space left on device"
    assert said(place.scratch.at("jobs")) == (
        "redun: job 1: the scratch cannot be used at SCRATCH/jobs: no space left on device\n"
        "  hint: `scratch` of the executor is a folder that workers see, too, or a place in an object store that you "
        "may write to"
    )
    assert said(f"{place.scratch.url}-of-others").endswith(
        "cannot be moved to or from the worker: no space left on device"
    )
    assert said(None).startswith("redun: the executor `far` cannot be used: no space left on device\n")


def test_an_option_that_cannot_be(place: Place):
    assert str(place.driver.failure(spec(1, options={"max_result": 0})).error) == (
        "redun: job 1: an option for its executor cannot be: `max_result`: it must be at least 1, not 0"
    )


def test_an_option_that_is_a_slip(place: Place):
    assert str(place.driver.failure(spec(1, options={"max_resul": 3, "executor": "far"})).error) == (
        "redun: job 1: an option for its executor cannot be: `max_resul`: there is no such option\n"
        "  hint: did you mean max_result?"
    )


def test_an_option_that_changes_nothing_is_told_once(place: Place):
    for seq in (1, 2):
        given = {"scratch": "/x", "of_some_program": 3, "volumes": [], "executor": "far"}
        assert place.driver.success(spec(seq, options=given)).seq == seq
    assert [text for text in place.told if "changes nothing" in text] == [
        "far: `scratch` of job 1 changes nothing: only the section of the executor can say that",
        "far: `of_some_program` of job 1 changes nothing: there is no such option",
    ]


def test_a_call_that_cannot_be_sent(place: Place):
    step = CallStep(len, (open(os.devnull),), {})  # noqa: SIM115 - it is what cannot be sent
    outcome = place.driver.failure(JobSpec(1, "job 1", [step], {}))
    assert "job 1: the call cannot be sent to another process: " in str(outcome.error)


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
    place.backend.has_launched.wait(60)
    place.driver.executor.cancel([1])
    (outcome,) = place.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert str(outcome.error) == "redun: job 1: ended before it was done"
    assert len(place.backend.cancelled) == 1
    left = job_name(place.backend.cancelled[0], "job")
    until(lambda: not place.scratch.read(left), 60, "what it was to do is not cleared up")
    place.executor.stop()
    assert [outcome.seq for outcome in place.driver.outcomes(1)] == [2]
    assert place.backend.is_closed


def test_the_last_line_of_a_log_is_asked_for(place: Place):
    place.backend.answers = False
    place.backend.log = "one\nlast\n"
    place.driver.executor.submit([spec(1)])
    place.backend.has_launched.wait(60)
    assert place.executor.tail(99) == b""
    until(lambda: place.driver.inbox.wait(0.02) == [] and place.executor.tail(1) == b"last", 60, "it is not asked for")


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
