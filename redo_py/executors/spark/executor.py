"""Runs jobs in Spark, each of them in a driver that has a session already, or starts one.

All jobs of a run that want the same Spark share its driver, side by side, also those of other executors, see drivers.
When a driver dies, by a signal, for lack of memory or because Spark has given up, its jobs are sent to a new one, once.
"""

from __future__ import annotations

import os
import sys

from redo_py.executors.commands.depfile import with_discovered
from redo_py.executors.failures import job_failure, signal_name, system_failure
from redo_py.executors.functions.replies import as_outcome
from redo_py.executors.functions.sending import Sending
from redo_py.executors.inbox import wait_out
from redo_py.executors.options import OptionFault, with_job
from redo_py.executors.processes.journal import Unwritten, announce, conclude
from redo_py.executors.processes.system import GRACE
from redo_py.executors.spark.driver import SparkJob
from redo_py.executors.spark.drivers import SHARED, Drivers
from redo_py.executors.spark.needs import check_needs
from redo_py.executors.spark.options import SparkOptions
from redo_py.ground.errors import RunError
from redo_py.ground.units import shown_size
from redo_py.remote.api import STALE
from redo_py.remote.api.spark import CONNECT, LOST, Order, Plan
from redo_py.values.codec import pack, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, ClassVar

    from redo_py.executors.api import Failed, Inbox, JobSpec, Outcome
    from redo_py.executors.backend import Site
    from redo_py.executors.spark.driver import Driver
    from redo_py.remote.api import Reply

STALE_AT_MOST = 2  # drivers with other code that a job meets before the module is given up on
DEATHS_AT_MOST = 2  # drivers that may die with a job
PATIENCE = 4 * GRACE  # seconds in which a driver must have ended a job that it was told to end
FAR = ("yarn", "k8s://")  # masters whose machines have Pythons of their own
GIVEN_UP = "another task of the Spark driver could not be ended"


class SparkExecutor:
    """Spark, in one session for all tasks of a run."""

    Options: ClassVar[Any] = SparkOptions
    is_here: ClassVar[bool] = True

    without_environments = ""

    def __init__(
        self,
        options: SparkOptions,
        site: Site,
        program: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """`program` are the words that start redo_py in another interpreter than ours, with `environ`."""
        self.options = options
        self.clock = site.clock
        self.inbox: Inbox
        self.jobs: dict[int, SparkJob] = {}  # by seq, all that have no outcome yet
        self.patience = PATIENCE
        self._site = site
        self._datasets = datasets_folder(site, options.scratch)
        self._journal = site.journal or Unwritten()
        self._sending = Sending(site.identify_files if program else site.identify, by_files=bool(program))
        self._program = program
        self._environ = site.environ if environ is None else environ
        self._drivers: Drivers = site.shared.setdefault(SHARED, Drivers(site.clock))
        self._is_stopping = False

    def open(self) -> None:
        """Check that it can work at all; raises RunError with what is missing."""
        self._check_needs(self.options.master)

    def within(self, program: Sequence[str], environ: Mapping[str, str]) -> SparkExecutor:
        """The same with drivers in another interpreter, which `program` starts."""
        return SparkExecutor(self.options, self._site, program, environ)

    def _check_needs(self, master: str) -> None:
        """Raises RunError with what is missing; what is installed in another interpreter its drivers find out."""
        check_needs(master, self._environ, *([lambda module: True] if self._program else []))

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""
        self.inbox = self._drivers.inbox = inbox

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""
        for spec in specs:
            job = self.jobs[spec.seq] = SparkJob(spec, self)
            try:
                job.options = with_job(self.options, spec.options)
            except OptionFault as error:
                failure = job_failure("job-option", spec, error=f"`{error.name}`: {error}", hint=error.hint)
                self._finish(job, self._failed(job, failure))
            else:
                self._place(job)

    def cancel(self, seqs: Sequence[int]) -> None:
        """Ask these jobs to end soon; their outcome still arrives. Unknown ones are ignored."""
        for seq in seqs:
            job = self.jobs.get(seq)
            if job is not None:
                self._end(job, job_failure("job-cancelled", job.spec))

    def tail(self, seq: int) -> bytes:
        """The last line that the job's driver has printed so far; empty if there is none, or if it may be of another
        job."""
        job = self.jobs.get(seq)
        driver = None if job is None else job.driver
        return driver.last_line() if driver is not None and len(driver.jobs) == 1 else b""

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start. Drivers that
        other executors use stay."""
        self._is_stopping = True
        self.cancel(list(self.jobs))
        wait_out(self, lambda: self.jobs)
        self._drivers.leave(self)
        wait_out(self, self._drivers.has_unused)

    # ---- from a job to a driver

    def _place(self, job: SparkJob) -> None:
        """Give `job` to the driver of its plan, which is started if there is none."""
        options = job.options
        plan = self._plan(options)
        driver = self._drivers.at_hand(plan, self._program)
        if driver is not None:
            driver.take(job)
            driver.settle()
            return
        try:
            self._check_needs(options.master)
            driver = self._drivers.start(plan, self._environ, self._program)
        except RunError as error:
            self._finish(job, self._failed(job, error))
        except OSError as error:
            self._finish(job, self._failed(job, system_failure(job.spec, error)))
        else:
            driver.take(job)
            driver.begin()

    def _plan(self, options: SparkOptions) -> Plan:
        site = self._site
        includes, excludes = (options.code_includes, options.code_excludes) if options.code_package else ([], [])
        patience = options.patience if options.master.startswith(CONNECT) else 0.0
        own = self._program[0] if self._program else sys.executable
        python = options.python or ("" if options.master.startswith(FAR) else own)
        return Plan(
            options.master, options.conf, python, site.root, site.folders, includes, excludes, patience,
            site.config or None,
        )  # fmt: skip

    def begin(self, driver: Driver, job: SparkJob) -> None:
        """It is the job's turn in `driver`. What cannot be sent fails."""
        spec = job.spec
        job.started = job.started or self.clock.now()
        try:
            request = self._sending.request(spec, None, self._journal.build_id)
            announce(spec, driver.pid, self._journal)
        except RunError as error:
            self._finish(job, self._failed(job, error))
            return
        driver.send(job, pack(Order(request, self._datasets, None if spec.env is driver.env else spec.env)))
        driver.env = spec.env
        if spec.timeout is not None:
            job.timer.drop()
            job.timer = self.inbox.call_at(self.clock.monotonic() + spec.timeout, lambda: self._expire(job))

    # ---- what drivers tell

    def answered(self, driver: Driver, job: SparkJob, reply: bytes) -> None:
        """A job is over, or the driver has other code than it was decided with."""
        outcome = self._outcome(job, reply)
        if outcome is None:
            self._replace(driver, job)
        else:
            self._finish(job, outcome, driver)

    def refused(self, driver: Driver, job: SparkJob, error: RunError) -> None:
        """The driver has no session, as `error` says."""
        self._finish(job, self._failed(job, with_lines(error, driver)))

    def unstarted(self, driver: Driver, job: SparkJob) -> None:
        """The driver has no session yet, and will not have one in time."""
        seconds = self.options.start_timeout
        failure = job_failure("spark-start-timeout", job.spec, master=job.options.master, seconds=seconds)
        self._finish(job, self._failed(job, with_lines(failure, driver)))

    def bereaved(self, driver: Driver, job: SparkJob, status: int) -> None:
        """The process is no more: the job gets another one, once; again if the driver was ended for another's sake."""
        how = manner_of(status)
        if job.error is not None or self._is_stopping:
            self._finish(job, self._failed(job, job_failure("job-cancelled", job.spec)))
            return
        job.deaths += not driver.is_given_up
        if job.deaths >= DEATHS_AT_MOST:
            self._finish(job, self._failed(job, with_lines(job_failure("spark-died", job.spec, how=how), driver)))
            return
        job.begun_again.append(GIVEN_UP if driver.is_given_up else how)
        self._place(job)

    # ---- to its end

    def _expire(self, job: SparkJob) -> None:
        if job.is_sent:
            self._end(job, job_failure("timed-out", job.spec, seconds=job.spec.timeout))

    def _end(self, job: SparkJob, error: RunError) -> None:
        """Begin to end `job` because of `error`, unless it is ending or over already."""
        if job.error is not None or self.jobs.get(job.spec.seq) is not job:
            return
        job.error = error
        driver = job.driver
        if driver is None or not job.is_sent:
            self._finish(job, self._failed(job, error))
            return
        driver.cancel(job)
        self.inbox.call_at(self.clock.monotonic() + self.patience, lambda: self._give_up(driver, job))

    def _give_up(self, driver: Driver, job: SparkJob) -> None:
        """A driver that has not ended a job in time is of no use any more."""
        if driver.jobs.get(job.spec.seq) is job:
            driver.give_up()

    def _replace(self, driver: Driver, job: SparkJob) -> None:
        """`driver` has loaded other code than `job` was decided with: it takes no more jobs, and this one is sent to a
        new one."""
        self._drivers.retire(driver)
        job.stale += 1
        if job.error is not None or job.stale >= STALE_AT_MOST:
            self._finish(job, self._failed(job, job_failure("code-changes", job.spec)))
        else:
            self._place(job)

    def _outcome(self, job: SparkJob, packed: bytes) -> Outcome | None:
        """What the driver found, as an outcome of this process; None if it has other code."""
        spec, room = job.spec, job.options.max_result
        if len(packed) > room:
            sizes = {"size": shown_size(len(packed)), "room": shown_size(room)}
            return self._failed(job, job_failure("result-too-large", spec, **sizes))
        try:
            answer: Reply = unpack(packed)
        except Exception as error:
            return self._failed(job, job_failure("result-unreadable", spec, error=str(error)))
        if answer.kind == STALE:
            return None
        found = answer.outcome
        if job.error is not None or found is None:
            return self._failed(job, job_failure("job-cancelled", spec), b"" if found is None else found.output)
        return as_outcome(found, answer.trace, spec.seq)

    def _finish(self, job: SparkJob, outcome: Outcome, driver: Driver | None = None) -> None:
        """Put the outcome of a job, which `driver` has answered, if one has."""
        spec = job.spec
        job.timer.drop()
        if job.driver is not None:
            job.driver.release(job)
        outcome = with_discovered(spec, outcome, self._site.folder)
        if job.is_sent and (spec.outputs or spec.depfiles):
            outcome = conclude(spec, outcome, self._journal)
        outcome.tags = [("spark_begun_again", how) for how in job.begun_again]
        if driver is not None and driver.session is not None:
            outcome.tags += tags_of(driver.session)
        del self.jobs[spec.seq]
        self.inbox.put(outcome)

    def _failed(self, job: SparkJob, error: BaseException, printed: bytes = b"") -> Failed:
        return job.failed(error, self.clock.now(), printed)


def tags_of(session: Any) -> list[tuple[str, Any]]:
    """What is recorded with a job of where it ran."""
    pairs = [("spark_ui", session.ui), ("spark_application", session.application), ("spark_version", session.version)]
    return [(name, value) for name, value in pairs if value]


def manner_of(status: int) -> str:
    """How a driver has ended, by its wait status."""
    if os.WIFSIGNALED(status):
        return f"the Spark driver was killed by {signal_name(os.WTERMSIG(status))}"
    code = os.WEXITSTATUS(status)
    return (
        "the Spark driver has lost its Spark"
        if code == LOST
        else f"the Spark driver ended with status {code}, without a result"
    )


def with_lines(error: RunError, driver: Driver) -> RunError:
    """`error` with what `driver` printed last."""
    lines = driver.last_lines()
    facts = [("printed" if number == 0 else "", line) for number, line in enumerate(lines)]
    words: dict[str, Any] = error.words
    return RunError(error.code, facts=[*error.facts, *facts], **words)


def datasets_folder(site: Site, scratch: str) -> str:
    """Where tables go: below `scratch` if there is one, else in the state folder. A path in the project is relative to
    where the run has begun, because results hold wherever the project lies."""
    if "://" in scratch:
        return f"{scratch.rstrip('/')}/datasets"
    place = os.path.normpath(os.path.join(site.folder, scratch or site.state, "datasets"))
    return os.path.relpath(place, site.folder) if place.startswith(f"{site.root}/") else place
