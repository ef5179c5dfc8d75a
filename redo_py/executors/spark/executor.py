"""Runs jobs in Spark, each of them in a driver that has a session already, or starts one.

There is a driver for each master, configuration and state of the project's code. All jobs that want the same one share
it, side by side; it is started for the first of them and closed when it has had none for a while. When a driver dies,
by a signal, for lack of memory or because Spark has given up, its jobs are sent to a new one, once.
"""

from __future__ import annotations

import os
import sys

from redo_py.executors.api import Failed, Finished
from redo_py.executors.depfile import discover
from redo_py.executors.failures import job_failure, signal_name, system_failure
from redo_py.executors.journal import Unwritten
from redo_py.executors.options import OptionFault, with_job
from redo_py.executors.processes import GRACE
from redo_py.executors.replies import as_outcome
from redo_py.executors.sending import Sending
from redo_py.executors.spark.driver import Driver, SparkJob
from redo_py.executors.spark.needs import check_needs
from redo_py.executors.spark.options import SparkOptions
from redo_py.executors.workers import LOOK_EVERY
from redo_py.ground.errors import RunError
from redo_py.ground.units import shown_size
from redo_py.remote.api import STALE, RemoteSpec
from redo_py.remote.api.spark import LOST, Plan
from redo_py.values.codec import pack, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, ClassVar

    from redo_py.executors.api import Inbox, JobSpec, Outcome
    from redo_py.executors.backend import Site
    from redo_py.remote.api import Reply

STALE_AT_MOST = 2  # drivers with other code that a job meets before the module is given up on
DEATHS_AT_MOST = 2  # drivers that may die with a job
PATIENCE = 3 * GRACE  # seconds in which a driver must have ended a job that it was told to end
FAR = ("yarn", "k8s://")  # masters whose machines have Pythons of their own


class SparkExecutor:
    """Spark, in one session for all tasks of a run."""

    Options: ClassVar[Any] = SparkOptions
    is_here: ClassVar[bool] = True

    def __init__(self, options: SparkOptions, site: Site) -> None:
        self.options = options
        self.clock = site.clock
        self.inbox: Inbox
        self.jobs: dict[int, SparkJob] = {}  # by seq, all that have no outcome yet
        self._site = site
        self._journal = site.journal or Unwritten()
        self._sending = Sending(site.identify)
        self._drivers: dict[Any, Driver] = {}  # by what tells them apart, those that take jobs
        self._alive: list[Driver] = []  # all whose process has not ended
        self._is_stopping = False

    def open(self) -> None:
        """Check that it can work at all; raises RunError with what is missing."""
        check_needs(self.options.master, self._site.environ)

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""
        self.inbox = inbox

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""
        for spec in specs:
            job = self.jobs[spec.seq] = SparkJob(spec, self.options)
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
        """The last line that the job's driver has printed so far; empty if there is none."""
        job = self.jobs.get(seq)
        return job.driver.last_line() if job is not None and job.driver is not None else b""

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""
        self._is_stopping = True
        arrived = []
        self.cancel(list(self.jobs))
        while self.jobs:
            arrived += self.inbox.wait(LOOK_EVERY)
        for driver in self._alive:
            driver.dismiss()
        while self._alive:
            arrived += self.inbox.wait(LOOK_EVERY)
        for outcome in arrived:
            self.inbox.put(outcome)

    # ---- from a job to a driver

    def _place(self, job: SparkJob) -> None:
        """Give `job` to the driver of its plan, which is started if there is none."""
        options = job.options
        key = (options.master, tuple(sorted(options.conf.items())))
        driver = self._drivers.get(key)
        if driver is None:
            try:
                check_needs(options.master, self._site.environ)
                driver = self._drivers[key] = Driver(self, self._plan(options), self._environ(options), key)
            except RunError as error:
                self._finish(job, self._failed(job, error))
                return
            except OSError as error:
                self._finish(job, self._failed(job, system_failure(job.spec, error)))
                return
            self._alive.append(driver)
            self.inbox.call_at(self.clock.monotonic() + options.start_timeout, lambda: self._give_up_start(driver))
            driver.take(job)
            driver.begin()
            return
        driver.take(job)
        self._send_waiting(driver)

    def _send_waiting(self, driver: Driver) -> None:
        """Let `driver` begin as many of its jobs as it runs side by side."""
        while driver.is_ready and (job := driver.next_waiting()) is not None:
            self._send(driver, job)

    def _plan(self, options: SparkOptions) -> Plan:
        site = self._site
        includes = options.code_includes if options.code_package else []
        datasets = datasets_folder(site, options.scratch)
        return Plan(
            options.master, options.conf, datasets, site.root, site.folders, includes, options.code_excludes,
            options.max_workers, options.patience, site.config or None,
        )  # fmt: skip

    def _environ(self, options: SparkOptions) -> dict[str, str]:
        """What a driver is started with."""
        environ = dict(self._site.environ)
        python = options.python or ("" if options.master.startswith(FAR) else sys.executable)
        if python:
            environ["PYSPARK_PYTHON"] = python
        environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
        return environ

    def _send(self, driver: Driver, job: SparkJob) -> None:
        """Let `driver`, which is ready, begin `job`. What cannot be sent fails."""
        spec = job.spec
        job.started = job.started or self.clock.now()
        try:
            request = self._packed(spec, driver)
            if spec.outputs or spec.depfiles:
                self._journal.intend(spec.seq, spec.outputs, spec.depfiles)
                self._journal.sent(spec.seq, driver.pid)
        except OSError as error:
            self._finish(job, self._failed(job, system_failure(spec, error)))
            return
        except Exception as error:
            failure = job_failure("call-unsendable", spec, error=f"{type(error).__name__}: {error}")
            self._finish(job, self._failed(job, failure))
            return
        driver.send(job, request)
        if spec.timeout is not None:
            job.drop_timer()
            job.timer = self.inbox.call_at(self.clock.monotonic() + spec.timeout, lambda: self._expire(job))

    def _packed(self, spec: JobSpec, driver: Driver) -> bytes:
        """The request for `spec`; raises whatever pickling raises."""
        steps = [self._sending.step(step) for step in spec.steps]
        env = None if spec.env is driver.env else spec.env
        request = pack(
            RemoteSpec(
                spec.seq, spec.label, steps, env, spec.outputs, spec.depfiles, spec.answers, spec.script,
                self._journal.build_id,
            )
        )  # fmt: skip
        driver.env = spec.env
        return request

    # ---- what drivers tell

    def opened(self, driver: Driver) -> None:
        """The driver has a session now, or says why it has none: then none of its jobs can run."""
        session = driver.session
        assert session is not None
        if session.error is None:
            self._send_waiting(driver)
            self._look_at(driver)
            return
        for job in list(driver.jobs.values()):
            self._finish(job, self._failed(job, with_lines(session.error, driver)))
        self._retire(driver)

    def answered(self, driver: Driver, job: SparkJob, packed: bytes) -> None:
        """A job is over."""
        outcome = self._outcome(job, packed)
        if outcome is None:
            self._replace(driver, job)
        else:
            self._finish(job, outcome, driver)
            self._look_at(driver)

    def ended(self, driver: Driver, status: int) -> None:
        """The process is no more: its jobs get another one, once."""
        self._alive.remove(driver)
        self._retire(driver)
        how = manner_of(status)
        for job in list(driver.jobs.values()):
            driver.release(job)
            job.deaths.append(how)
            if job.error is not None or self._is_stopping:
                self._finish(job, self._failed(job, job_failure("job-cancelled", job.spec)))
            elif len(job.deaths) >= DEATHS_AT_MOST:
                self._finish(job, self._failed(job, with_lines(job_failure("spark-died", job.spec, how=how), driver)))
            else:
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
        self.inbox.call_at(self.clock.monotonic() + PATIENCE, lambda: self._give_up(driver, job))

    def _give_up(self, driver: Driver, job: SparkJob) -> None:
        """A driver that has not ended a job in time is of no use any more."""
        if driver.jobs.get(job.spec.seq) is job:
            driver.kill()

    def _give_up_start(self, driver: Driver) -> None:
        """A driver that has no session by now will have none."""
        if driver.session is not None or driver not in self._alive:
            return
        seconds = self.options.start_timeout
        for job in list(driver.jobs.values()):
            failure = job_failure("spark-start-timeout", job.spec, master=job.options.master, seconds=seconds)
            self._finish(job, self._failed(job, with_lines(failure, driver)))
        self._retire(driver)

    def _replace(self, driver: Driver, job: SparkJob) -> None:
        """`driver` has loaded other code than `job` was decided with: it takes no more jobs, and this one is sent to a
        new one."""
        self._retire(driver)
        job.stale += 1
        if job.error is not None or job.stale >= STALE_AT_MOST:
            self._finish(job, self._failed(job, job_failure("code-changes", job.spec)))
        else:
            self._place(job)

    def _retire(self, driver: Driver) -> None:
        """`driver` gets no more jobs, and ends when it has none."""
        if self._drivers.get(driver.key) is driver:
            del self._drivers[driver.key]
        if not driver.jobs:
            driver.dismiss()

    def _look_at(self, driver: Driver) -> None:
        """What becomes of `driver`, which has just answered."""
        if driver.jobs:
            self._send_waiting(driver)
            return
        if self._drivers.get(driver.key) is not driver:
            driver.dismiss()
            return
        self.inbox.call_at(self.clock.monotonic() + self.options.idle, lambda: self._close_idle(driver))

    def _close_idle(self, driver: Driver) -> None:
        idle = self.clock.monotonic() - driver.idle_since
        if not driver.jobs and idle >= self.options.idle and driver in self._alive:
            self._retire(driver)

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
        job.drop_timer()
        if job.driver is not None:
            job.driver.release(job)
        if isinstance(outcome, Finished) and spec.depfiles:
            try:
                outcome.discovered = discover(spec, self._site.folder)
            except RunError as error:
                outcome = self._failed(job, error, outcome.output)
        if job.is_sent and (spec.outputs or spec.depfiles):
            try:
                self._journal.ended(spec.seq, isinstance(outcome, Finished))
            except OSError as error:
                outcome = self._failed(job, system_failure(spec, error), outcome.output)
        outcome.tags = [("spark_begun_again", how) for how in job.deaths[: DEATHS_AT_MOST - 1]]
        if driver is not None and driver.session is not None:
            outcome.tags += tags_of(driver.session)
        del self.jobs[spec.seq]
        self.inbox.put(outcome)

    def _failed(self, job: SparkJob, error: BaseException, printed: bytes = b"") -> Failed:
        ended = self.clock.now()
        return Failed(job.spec.seq, job.error or error, printed, job.started or ended, ended)


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
