"""`.redun/running`: what a build has started and not yet finished, for the build that comes after a kill -9.

One line a fact, fields parted by tabs, written with one call each, so that a line is whole or is the torn last one:

    build   ID PID START PLACE   who writes; ID is also in REDUN_BUILD of every command
    intent  SEQ OUTPUT...        a job is about to start; these paths may be half made from now on
    depfile SEQ PATH...          these too, which are read and removed when it succeeds
    start   SEQ PID START        a command of it runs in the process group PID, and did so at START
    worker  SEQ PID START        it was sent to the worker PID, which leads a group; commands that the worker starts
                                 for it lead groups that are not told here, and carry ID and SEQ
    made    SEQ MOMENT           it succeeded: its outputs are whole, though perhaps not yet recorded
    failed  SEQ MOMENT           it did not, and nothing of it runs any more: its outputs may be half made

What changes at its outputs after the MOMENT of its end, in ns, is somebody else's work.

The descriptor is close-on-exec. Whoever opens the journal of a build holds the project's lock; runs, which hold none,
have a journal each and lock that.
"""

from __future__ import annotations

import os

from redo_py.executors.api import Finished
from redo_py.executors.failures import failed_after, system_failure
from redo_py.executors.processes.system import latest_start, place, start_of
from redo_py.ground.clock import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.executors.api import JobSpec, Outcome
    from redo_py.ground.errors import RunError

BUILD_VARIABLE = "REDUN_BUILD"  # the build's id, in the environment of every command
JOB_VARIABLE = "REDUN_JOB"  # the job's seq


class Unwritten:
    """In place of a journal, for a build that makes nothing: there is nothing to be cleared up after a kill."""

    def __init__(self) -> None:
        self.build_id = os.urandom(8).hex()

    def intend(self, seq: int, outputs: Sequence[str], depfiles: Sequence[str] = ()) -> None:
        """Must have no outputs."""
        if outputs or depfiles:
            raise AssertionError(f"BUG: job {seq} makes {outputs}, {depfiles} in a build that makes nothing")

    def started(self, seq: int, pid: int) -> None:
        """A command runs."""

    def sent(self, seq: int, pid: int) -> None:
        """A worker has it."""

    def ended(self, seq: int, is_made: bool) -> None:
        """It does no more."""

    def close(self) -> None:
        """There is nothing to close."""


class Journal:
    """The journal of one build. Opening it drops what an earlier build left there: `recover` must come first.

    What is written raises OSError when the disk is full.
    """

    def __init__(self, path: str, clock: Clock | None = None, is_locked: bool = False) -> None:
        self.path = path
        self._clock = clock or Clock()
        self.build_id = os.urandom(8).hex()
        begun = f"{path}.begun" if is_locked else path  # nobody may find it before it is locked
        self._fd = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC, 0o666)
        if is_locked:
            lock(self._fd)
            os.rename(begun, path)
        self._write(f"build\t{self.build_id}\t{os.getpid()}\t{start_of(os.getpid())}\t{place()}\n")

    def intend(self, seq: int, outputs: Sequence[str], depfiles: Sequence[str] = ()) -> None:
        """The job `seq` is about to start and will make `outputs`, and `depfiles` that do not outlive it."""
        self._write("\t".join((f"intent\t{seq}", *map(escape, outputs))) + "\n")
        if depfiles:
            self._write("\t".join((f"depfile\t{seq}", *map(escape, depfiles))) + "\n")

    def started(self, seq: int, pid: int) -> None:
        """A command of `seq` runs as `pid`, which leads a process group of the same number."""
        self._write(f"start\t{seq}\t{pid}\t{latest_start(pid, self._clock)}\n")

    def sent(self, seq: int, pid: int) -> None:
        """The worker `pid`, which leads a process group of the same number, runs `seq`."""
        self._write(f"worker\t{seq}\t{pid}\t{latest_start(pid, self._clock)}\n")

    def ended(self, seq: int, is_made: bool) -> None:
        """Nothing of the job is left to be ended; `is_made` says whether its outputs are whole."""
        self._write(f"{'made' if is_made else 'failed'}\t{seq}\t{self._clock.now_ns()}\n")

    def close(self) -> None:
        """The build is over and recorded: nothing is in progress. May be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
            os.unlink(self.path)

    def _write(self, line: str) -> None:
        encoded = line.encode("utf-8", "surrogateescape")
        if os.write(self._fd, encoded) < len(encoded):
            from errno import ENOSPC

            raise OSError(ENOSPC, os.strerror(ENOSPC), self.path)


def announce(spec: JobSpec, pid: int, journal: Journal | Unwritten) -> None:
    """Let the journal say that the process `pid` has a job that may leave something half made. Raises RunError."""
    if not spec.outputs and not spec.depfiles:
        return
    try:
        journal.intend(spec.seq, spec.outputs, spec.depfiles)
        journal.sent(spec.seq, pid)
    except OSError as error:
        raise system_failure(spec, error) from error


def conclude(spec: JobSpec, outcome: Outcome, journal: Journal | Unwritten) -> Outcome:
    """Let the journal say that nothing of a job is left to be ended; what its `outcome` is then. A success that cannot
    be written down is a failure, because its outputs would be taken for half made."""
    fault = unwritten_end(spec, isinstance(outcome, Finished), journal)
    return outcome if fault is None else failed_after(outcome, fault)


def unwritten_end(spec: JobSpec, is_made: bool, journal: Journal | Unwritten) -> RunError | None:
    """Let the journal say that nothing of a job is left to be ended; the error of one that `is_made` if that cannot be
    written down. One that is not has an error of its own, and without a word here its outputs are half made, too."""
    try:
        journal.ended(spec.seq, is_made)
    except OSError as error:
        return system_failure(spec, error) if is_made else None
    return None


def lock(fd: int) -> bool:
    """Lock the file behind `fd` for as long as it is open; False if somebody else has it, or it cannot be locked."""
    from fcntl import LOCK_EX, LOCK_NB, flock

    try:
        flock(fd, LOCK_EX | LOCK_NB)
    except OSError:
        return False
    return True


def escape(path: str) -> str:
    """`path` as one field of a line."""
    return path.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def unescape(field: str) -> str:
    """The path that `escape` made `field` of."""
    if "\\" not in field:
        return field
    pieces = field.split("\\\\")
    return "\\".join(piece.replace("\\t", "\t").replace("\\n", "\n") for piece in pieces)
