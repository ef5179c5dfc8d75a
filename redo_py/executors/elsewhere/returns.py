"""What comes back of a job from the scratch, and what it means if nothing does."""

from __future__ import annotations

import copy
import os
import re
from errno import EACCES, EDQUOT, ENOSPC, ENOTDIR, EPERM, EROFS

from redo_py.executors.api import Failed, Finished, ScriptStep, Seen
from redo_py.executors.backend import LOST, Unreached
from redo_py.executors.elsewhere import unsent
from redo_py.executors.elsewhere.landing import Landing
from redo_py.executors.failures import job_failure, printable, reason, signal_name
from redo_py.executors.functions.replies import as_outcome
from redo_py.executors.processes.journal import unwritten_end
from redo_py.ground.errors import RedunError, RunError
from redo_py.remote.api import NO_RESULT, stage, wire
from redo_py.remote.api.packages import told as told_of
from redo_py.remote.api.scratch import JOB, RESULT, job_name
from redo_py.values.codec import unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from redo_py.executors.api import JobSpec, Outcome
    from redo_py.executors.backend import Report, Site
    from redo_py.executors.elsewhere.job import ElsewhereJob
    from redo_py.remote.api import Reply
    from redo_py.remote.api.scratch import Scratch

LASTING = frozenset((EACCES, EDQUOT, ENOSPC, ENOTDIR, EPERM, EROFS))  # errors that do not go away by themselves
MEANT = (0, 1)  # exit statuses of a worker that should have left a result
PACKAGES = "other_packages"  # the tag of a job that had other versions of packages than there are here
TOO_OLD = re.compile(r"nknown option:? -P\b")  # what a Python says that knows no such option
LACKING = re.compile(r"^ModuleNotFoundError: No module named '([\w.]+)'", re.MULTILINE)
OURS = "redun: "  # what a line of a log begins with that the worker itself has written
THERE = {"command-not-found": "command-not-found-there"}  # errors of commands that mean another thing elsewhere
LAST_LINES = 20  # of a log, in an error
WITHOUT_US = ("No module named redo_py", "No module named 'redo_py'")


class NotYet(Exception):
    """The result may still appear."""


class Damaged(Exception):
    """What a job was to be done with, or what it has left, is not in the scratch as it was put there: the job can be
    placed once more."""

    def __init__(self, error: BaseException, has_run: bool) -> None:
        super().__init__(str(error))
        self.error = error  # what to tell if that does not help
        self.has_run = has_run  # whether any of what it does has begun


class Returns:
    """Takes results of one executor out of its scratch."""

    def __init__(self, site: Site, scratch: Scratch, notice: Callable[[str], None] = lambda text: None) -> None:
        self._site = site
        self._scratch = scratch
        self._notice = notice  # who hears what the user should know once
        self._told: set[str] = set()  # what it has heard

    def outcome(self, job: ElsewhereJob, may_come: bool, tail: Callable[[str], str]) -> tuple[Outcome, bool]:
        """The outcome of a job that has ended, as `job.result` says, with its files in place, and whether it has left a
        result. Raises OSError when scratch or files cannot be used, NotYet if there is none and it `may_come`, and
        Damaged."""
        assert job.placed is not None
        assert job.result is not None
        spec, key, report = job.spec, job.placed.key, job.result
        content = self._scratch.read(job_name(key, RESULT))
        try:
            found = None if content is None else wire.read(content)
        except wire.Torn as error:
            raise Damaged(job_failure("result-torn", spec, error=str(error)), True) from None
        if found is None or not is_answer(job, found[0]):
            if report.state != LOST and report.error is None and report.exit in (*MEANT, None) and may_come:
                raise NotYet
            failed = self._without(spec, report, job.started, tail(key))
            if found is not None:  # it is in the place of this job's own
                raise Damaged(failed.error, True)
            return failed, False
        try:
            outcome = self._taken(job, *found)
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # it was not written by a worker of ours
            told = f"{type(error).__name__}: {error}"
            outcome = self._failed(spec, job_failure("result-unreadable", spec, error=told), job.started)
        self.clear(key)
        return outcome, True

    def left(self, keys: Sequence[str]) -> set[str]:
        """Those of jobs that an earlier scheduler has started, and that have a good result. Any other says nothing
        about what would come of them now, and is removed. Raises OSError."""
        missing = set(self._scratch.absent([job_name(key, RESULT) for key in keys])) if keys else set()
        return {key for key in keys if job_name(key, RESULT) not in missing and self._is_left(key)}

    def _is_left(self, key: str) -> bool:
        content = self._scratch.read(job_name(key, RESULT))
        try:
            header = {} if content is None else wire.read(content)[0]
        except wire.Torn:
            header = {}
        if header.get("ok") and not wire.misfit(header):
            return True
        self._scratch.remove([job_name(key, RESULT)])
        return False

    def _taken(self, job: ElsewhereJob, header: Mapping[str, Any], payload: bytes) -> Outcome:
        """What a result says. Raises OSError and Damaged, and anything if it is none."""
        outcome = self._read(job.spec, header, payload, job.started)
        if job.placed is not None and getattr(job.placed.options, "interactive", False):
            outcome.output = Seen(outcome.output)  # on the terminal that the job had
        if isinstance(outcome, Failed):
            return outcome
        outcome = self._with_files(job, header, outcome)
        if versions := told_of(header.get("packages", {}), with_absent=False):
            self._tell(f"{self._site.name}: its jobs have other versions of packages: {versions}")
            outcome.tags = [(PACKAGES, versions)]
        return outcome

    def _tell(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._notice(text)

    def clear(self, key: str) -> None:
        """Remove what lies in the folder of a job that is over. What cannot be removed is only in nobody's way."""
        try:
            self._scratch.remove(job_name(key, part) for part in (JOB, RESULT))
        except OSError:
            return

    def _read(self, spec: JobSpec, header: Mapping[str, Any], payload: bytes, started: float) -> Outcome:
        if "fault" in header:
            code, words = header["fault"]
            error = job_failure(code, spec, **{**words, "facts": [*words.get("facts", []), *facts_of_packages(header)]})
            str(error)  # raises KeyError for an error that nobody knows
            if header.get("damaged"):
                raise Damaged(error, header["ran"])
            return self._failed(spec, error, started)
        try:
            reply: Reply = unpack(payload)
        except BaseException as error:  # classes of the project have their say in it
            said = f"{type(error).__name__}: {error}"
            failure = job_failure("result-unreadable", spec, facts=facts_of_packages(header), error=said)
            return self._failed(spec, failure, started)
        found, trace = reply.outcome, reply.trace
        assert found is not None
        if isinstance(found, Failed):
            trace += unsent.explain(found, spec, self._site)
            if isinstance(found.error, RedunError):
                found.error.code = THERE.get(found.error.code, found.error.code)
        ended = self._site.clock.now()
        began = started if spec.depfiles else max(started, ended - header["seconds"])  # clocks differ, durations do not
        return as_outcome(found, trace, spec.seq, times=(began, ended))

    def _with_files(self, job: ElsewhereJob, header: Mapping[str, Any], outcome: Finished) -> Outcome:
        """The same, with what the job has left behind put in place. Raises OSError and Damaged."""
        spec = job.spec
        entries = [stage.Entry(*each) for each in header["outputs"]]
        journal = self._site.journal if spec.outputs else None
        if journal is not None:
            journal.intend(spec.seq, spec.outputs, spec.depfiles)
        is_made = False
        try:
            landing = Landing(self._site, spec)
            landing.check(entries)
            self._make_way(spec, entries, outcome.written)
            stage.lay_out(self._scratch, entries, landing.place_of)
            is_made = True
        except stage.StagingError as error:
            failure = job_failure(error.code, spec, **error.words)
            if error.is_damage:
                raise Damaged(failure, True) from None
            return self._failed(spec, failure, job.started, outcome.output)
        finally:
            if journal is not None and not is_made:
                unwritten_end(spec, False, journal)
        if journal is not None:
            journal.ended(spec.seq, True)
        return outcome

    def _make_way(self, spec: JobSpec, entries: Sequence[stage.Entry], written: Sequence[str]) -> None:
        """A script may have copies put where something of the user's lies: that is kept safe."""
        make_way = next((step.make_way for step in spec.steps if isinstance(step, ScriptStep)), None)
        if make_way is None:
            return
        by_place = {os.path.join(self._site.root, entry.path): entry for entry in entries if entry.is_file}
        for path in written:
            place = os.path.normpath(os.path.join(self._site.folder, path))
            entry = by_place.get(place)
            if entry is not None and not stage.is_there(place, entry):
                make_way(path)

    def _without(self, spec: JobSpec, report: Report, started: float, log: str) -> Failed:
        """The outcome of a job that has left no result."""
        lines = [printable(line) for line in log.strip("\n").split("\n")[-LAST_LINES:] if line]
        if report.error is not None:
            error = copied(report.error)
            error.facts, error.words = list(error.facts), {"label": spec.label, **error.words}
            told = [error.headline, *(text for _, text in error.facts)]  # what a line of the log need not say again
            lines = [line for line in lines if not any(text.endswith(line) for text in told)]
        elif report.state == LOST:
            error = job_failure("worker-lost", spec)
        elif any(words in log for words in WITHOUT_US):
            error = job_failure("worker-bare", spec)
        elif report.exit is not None and (report.exit < 0 or report.exit > 128):
            number = -report.exit if report.exit < 0 else report.exit - 128
            error = job_failure("worker-killed", spec, signal=signal_name(number))
        elif TOO_OLD.search(log):
            error = job_failure("worker-old", spec)
        elif lacking := LACKING.search(log):  # a job's own leave a result
            error = job_failure("worker-lacks", spec, module=lacking[1])
        elif report.exit == NO_RESULT and (said := [line for line in lines if line.startswith(OURS)]):
            error = job_failure("worker-unable", spec, error=said[-1].removeprefix(OURS))
        else:
            status = "unknown" if report.exit is None else report.exit
            error = job_failure("worker-resultless", spec, status=status)
            lines = lines or ["it has printed nothing"]
        error.facts += [("said", report.reason)] if report.reason else []
        error.facts += [("" if number else "log", line) for number, line in enumerate(lines)]
        return self._failed(spec, error, started, log.encode("utf-8", "surrogateescape"))

    def _failed(self, spec: JobSpec, error: BaseException, started: float, output: bytes = b"") -> Failed:
        return Failed(spec.seq, error, output, started, self._site.clock.now())

    def may_pass(self, error: BaseException) -> bool:
        """Whether what raised `error` may go well if it is tried again."""
        if not isinstance(error, OSError):
            return isinstance(error, Unreached)
        return error.errno not in LASTING and (error.filename is None or self._is_of_scratch(error))

    def failure_of(self, error: BaseException, spec: JobSpec, tried: float = 0.0) -> RedunError:
        """The error of one of the jobs that `error` concerns, which was met again and again for `tried` seconds. An
        error that is neither redun's nor the system's is a fault of the backend."""
        made: RedunError
        if isinstance(error, OSError):
            made = self._system_failure(spec, error)
        elif isinstance(error, RedunError):
            made = copied(error)
        else:
            told = f"{type(error).__name__}: {error}"
            made = job_failure("executor-broke", spec, name=self._site.name, error=told)
            made.__cause__ = error
        if tried:
            made.facts = [*made.facts, ("tried", f"for {tried:g} seconds")]
        return made

    def _system_failure(self, spec: JobSpec, error: OSError) -> RunError:
        """The error of a job whose scratch, whose files, or whose backend, which names no path, cannot be used."""
        if error.filename is None:
            return RunError("executor-unusable", name=self._site.name, error=reason(error))
        code = "scratch-unusable" if self._is_of_scratch(error) else "file-unstageable"
        return job_failure(code, spec, path=error.filename, reason=reason(error))

    def _is_of_scratch(self, error: OSError) -> bool:
        return stage.is_below(str(error.filename), self._scratch.url)


def facts_of_packages(header: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How the packages differ of who has written `header`: that may be why it understands other things by the same."""
    text = told_of(header.get("packages", {}))
    return [("packages", text)] if text else []


def copied(error: Any) -> Any:
    """The same error once more: each job has its own, because who is to blame is told by it."""
    return copy.copy(error)


def is_answer(job: ElsewhereJob, header: Mapping[str, Any]) -> bool:
    """Whether a result with this header is of the try that is waited for: one that was found goes on with what an
    earlier scheduler gave it. Who could not read what was to be done cannot say which it was."""
    assert job.placed is not None
    return job.is_found or header.get("attempt", "") in (job.placed.attempt, "")
