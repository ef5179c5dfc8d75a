"""Runs jobs in a SLURM cluster, by its commands; the scratch is a folder that its nodes share.

Jobs with equal options are submitted as one array. Each has a comment, by which the next run finds it in the queue if
this one is killed: the key of the job, or the name of the array, whose keys lie in the scratch. What has ended is seen
in the queue for some minutes; after that accounting is asked, where there is any.
"""

from __future__ import annotations

import os

from redo_py.executors.backend import ENDED, LOST, RUNNING, WAITING, Report
from redo_py.executors.elsewhere.arrays import alike, arrays
from redo_py.executors.elsewhere.logs import end_of_file
from redo_py.executors.failures import reason
from redo_py.executors.slurm.answers import COMPLETED, HOPELESS, State
from redo_py.executors.slurm.cluster import Cluster, Silence
from redo_py.executors.slurm.failures import failure, refusal
from redo_py.executors.slurm.options import SlurmOptions
from redo_py.executors.slurm.submission import INDEX, Submission, sbatch_words, script
from redo_py.ground import hashing
from redo_py.ground.errors import RunError
from redo_py.remote.api.scratch import RESULT, job_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, ClassVar

    from redo_py.executors.backend import Placed, Site

FOLDER = "slurm"  # in the scratch: of logs
KEPT = 7 * 24 * 3600.0  # seconds after which logs are removed
JOB, ARRAY = "job", "array"  # what the name in a comment is of


class Submitted:
    """One job in the queue."""

    __slots__ = ("id", "job", "log")

    def __init__(self, id: str, log: str, job: Placed | None) -> None:
        self.id = id  # SLURM's, like 12 or 12_3
        self.log = log  # the path of what it prints
        self.job = job  # None for one that an earlier process has submitted


class SlurmBackend:
    """Jobs of the SLURM cluster whose commands are on PATH."""

    Options: ClassVar[Any] = SlurmOptions
    is_here: ClassVar[bool] = False
    job_variables: ClassVar[Sequence[str]] = ("SLURM_", "SLURMD_")  # `srun` finds the job by them

    def __init__(self, options: SlurmOptions, site: Site) -> None:
        self._options = options
        self._site = site
        self._cluster: Cluster
        self._folder = ""  # of logs
        self._mark = ""  # what comments of the jobs of this scratch begin with
        self._submitted: dict[str, Submitted] = {}  # by key
        self._held: list[Submission] = []  # what SLURM could not take yet
        self._unwanted: set[str] = set()  # keys of jobs that were cancelled while they were held
        self._failed: dict[str, RunError] = {}  # what it did not take, by key
        self._ended: set[str] = set()  # keys of jobs that have left a result and are forgotten
        self._earlier: dict[str, set[int]] = {}  # comment -> ids of jobs that were in the queue before ours

    def open(self) -> None:
        """Find SLURM and ask it for its limits. Raises RunError."""
        scratch = self._site.scratch
        if not scratch.is_folder:
            raise RunError("slurm-scratch", name=self._site.name, address=scratch.url)
        self._cluster = Cluster(self._site)
        self._cluster.check()
        self._folder = scratch.make_folder(FOLDER)
        place = hashing.digest(hashing.FILE, os.fsencode(os.path.realpath(scratch.url))).hex()
        self._mark = f"redun/{place}/"
        self._tidy()

    def launch(self, jobs: Sequence[Placed]) -> None:
        """Submit these jobs; what SLURM does not take is told by `poll`."""
        options = self._options
        at_most = max(1, min(options.max_array_size, self._cluster.largest_array))
        given_up_at = self._site.clock.monotonic() + options.patience
        groups = [part for group in alike(jobs) for part in arrays(group, options.min_array_size, at_most)]
        for submission in [self._submission(group, given_up_at) for group in groups]:
            self._submit(submission)

    def poll(self, keys: Sequence[str]) -> Sequence[Report]:
        """The states of these jobs. Raises RunError if SLURM does not answer."""
        held, self._held = self._held, []
        for submission in held:
            self._submit(submission, is_again=True)
        if not any(key in self._submitted for key in keys):
            return [self._absent(key) for key in keys]
        states = {state.id: state for state in self._cluster.queue()}
        missing = [each.id for key in keys if (each := self._submitted.get(key)) is not None and each.id not in states]
        states.update((state.id, state) for state in self._cluster.history(missing) if missing)
        return [self._report(key, states) if key in self._submitted else self._absent(key) for key in keys]

    def cancel(self, keys: Sequence[str]) -> None:
        """Cancel these jobs."""
        held = {job.key for submission in self._held for job in submission.jobs}
        self._unwanted |= held.intersection(keys)
        self._cluster.cancel([self._submitted[key].id for key in keys if key in self._submitted])

    def find(self, keys: Sequence[str]) -> set[str]:
        """Those that an earlier process has submitted, and that wait or run."""
        wanted = set(keys) - set(self._submitted)
        found = set()
        held = {submission.mark for submission in self._held}
        for state in self._cluster.queue():
            if state.mark.startswith(self._mark) and state.mark not in held:
                self._earlier.setdefault(state.mark, set()).add(number_of(state))
            if state.waits or state.runs:
                for key, log in self._meant(state):
                    if key in wanted:
                        self._submitted[key] = Submitted(state.id, log, None)
                        found.add(key)
        return found

    def tail(self, key: str) -> str:
        """The end of what the job has printed."""
        submitted = self._submitted.get(key)
        return end_of_file(submitted.log) if submitted is not None else ""

    def close(self) -> None:
        """What was cancelled ends by itself. What is still held may have been taken all the same: it is cancelled."""
        try:
            for submission in self._held:
                if found := self._id_of(submission.mark):
                    self._cluster.cancel([found])
        except Silence:
            pass  # nobody is there any more to ask again; a job has its time limit
        self._held.clear()

    # ---- into the queue

    def _submission(self, jobs: Sequence[Placed], given_up_at: float) -> Submission:
        """`jobs` with the comment by which they are found again. Raises OSError."""
        first = jobs[0]
        if len(jobs) == 1:
            return Submission(first.key, f"{self._mark}{JOB}/{first.key}", first.argv, jobs, given_up_at)
        argv = self._site.array(jobs, INDEX)
        name = argv[argv.index("--array") + 1]
        return Submission(name, f"{self._mark}{ARRAY}/{name}", argv, jobs, given_up_at)

    def _submit(self, submission: Submission, is_again: bool = False) -> None:
        """Submit, or hold it if SLURM does not answer. What it seemed not to take before may be there all the same, and
        may even have ended."""
        try:
            found = self._id_of(submission.mark) if is_again else ""
            if is_again and not found and self._has_run(submission):
                return
            if not found and self._unwanted.issuperset(job.key for job in submission.jobs):
                return
            text = script(submission, self._site.scratch.url)
            self._is_submitted(submission, found or self._cluster.submit(sbatch_words(submission, self._folder), text))
        except (Silence, OSError) as error:
            if self._site.clock.monotonic() > submission.given_up_at:
                self._fail(submission, error if isinstance(error, RunError) else self._no_scratch(error))
            else:
                self._held.append(submission)
        except RunError as error:
            self._fail(submission, refusal(submission.jobs[0], self._cluster, error))

    def _is_submitted(self, submission: Submission, id: str) -> None:
        for index, job in enumerate(submission.jobs):
            own = f"{id}_{index}" if submission.is_array else id
            self._submitted[job.key] = Submitted(own, self._log(submission.name, own), job)
        unwanted = [self._submitted[job.key].id for job in submission.jobs if job.key in self._unwanted]
        if unwanted:
            self._cluster.cancel(unwanted)

    def _fail(self, submission: Submission, error: RunError) -> None:
        self._failed.update((job.key, error) for job in submission.jobs)

    def _id_of(self, mark: str) -> str:
        """The id of what was submitted with this comment last, if SLURM remembers it; "" if nothing was. Raises
        Silence."""
        ids = {number_of(state) for state in self._cluster.queue() if state.mark == mark}
        new = ids - self._earlier.get(mark, set())
        return str(max(new)) if new else ""

    def _has_run(self, submission: Submission) -> bool:
        """Whether results of a submission that the queue does not know lie in the scratch: then it has been taken, and
        has ended so long ago that it was forgotten. Its jobs are not there any more. Raises OSError."""
        names = [job_name(job.key, RESULT) for job in submission.jobs]
        missing = self._site.scratch.absent(names)
        for job, name in zip(submission.jobs, names, strict=True) if len(missing) < len(names) else ():
            if name not in missing:
                self._ended.add(job.key)
        return len(missing) < len(names)

    def _no_scratch(self, error: OSError) -> RunError:
        return RunError("executor-unusable", name=self._site.name, error=f"its scratch: {reason(error)}")

    def _log(self, name: str, id: str) -> str:
        """The log of a job: of its submission and, in an array, its index."""
        return f"{self._folder}/{'-'.join((name, *id.split('_')[1:]))}.log"

    # ---- out of it

    def _absent(self, key: str) -> Report:
        """What is known of a job that is not in the queue."""
        if any(job.key == key for submission in self._held for job in submission.jobs):
            return Report(key, WAITING)
        if key in self._ended:
            return Report(key, ENDED)
        error = self._failed.pop(key, None)
        return Report(key, ENDED, error=error) if error is not None else Report(key, LOST)

    def _report(self, key: str, states: dict[str, State]) -> Report:
        """What `states` say of a job that was submitted."""
        submitted = self._submitted[key]
        state = states.get(submitted.id)
        if state is not None and state.waits:
            if state.reason not in HOPELESS:
                return Report(key, WAITING, reason=state.reason)
            self._cluster.cancel([submitted.id])
            return Report(key, ENDED, error=RunError("slurm-never", reason=state.reason))
        if state is not None and state.runs:
            return Report(key, RUNNING, started=state.started)
        if state is None:
            return Report(key, LOST)
        if state.word == COMPLETED:
            return Report(key, ENDED, 0, "", state.started, state.ended)
        if state.exit is None and not self._site.scratch.absent([job_name(key, RESULT)]):
            return Report(key, ENDED, None, "", state.started, state.ended)
        if state.exit is None:
            state.exit = self._cluster.exit_of(submitted.id)
        error, word = failure(submitted.job, state, self.tail(key)), state.word.lower().replace("_", " ")
        return Report(key, ENDED, state.exit, word, state.started, state.ended, error=error)

    def _meant(self, state: State) -> Iterator[tuple[str, str]]:
        """(key, log) of the job of ours that `state` is of, if it is one."""
        if not state.mark.startswith(self._mark):
            return
        kind, _, name = state.mark.removeprefix(self._mark).partition("/")
        if kind == JOB:
            yield name, self._log(name, state.id)
            return
        index = state.id.rpartition("_")[2]
        keys = (self._site.scratch.read(f"arrays/{name}") or b"").decode().split()
        if index.isdecimal() and int(index) < len(keys):
            yield keys[int(index)], self._log(name, state.id)

    def _tidy(self) -> None:
        """Remove logs that nobody can want any more."""
        oldest = self._site.clock.now() - KEPT
        in_use = {state.mark.rpartition("/")[2] for state in self._cluster.queue()}  # their logs may be old
        for entry in os.scandir(self._folder):
            try:
                if entry.stat().st_mtime < oldest and entry.name.partition(".")[0].partition("-")[0] not in in_use:
                    os.unlink(entry.path)
            except FileNotFoundError:
                continue  # another run does the same


def number_of(state: State) -> int:
    """The number of a job, or of the array that it is in."""
    return int(state.id.partition("_")[0])
