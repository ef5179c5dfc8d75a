"""After a kill -9: end what the killed build left running, and tell what it may have left half made.

Only processes that are proven to be the killed build's are touched: a process group whose leader has the pid *and* the
start that the journal tells, or a process that carries the build's id and the unfinished job's number in its
environment. Where the journal was written on another boot or in another container, nothing can be proven and nothing is
touched.

Until the journal's last line the killed build was alive, and what was changed at the outputs of a job that it had not
finished was that job's work. What was changed later may be the work of a command that outlived it, or the user's:
nothing can tell, so it is not taken for the job's even where such a command is found and ended.

The project's lock must be held. It also proves that no child of the killed build is still on its way from fork to exec,
where it carries nothing yet: until its exec such a child has the lock's descriptor, and the lock with it.
"""

from __future__ import annotations

import os

from redo_py.executors.processes.journal import lock, unescape
from redo_py.executors.processes.strays import carriers
from redo_py.executors.processes.system import (
    GRACE,
    SIGKILL,
    SIGTERM,
    group_lives,
    group_of,
    is_alive,
    name_of,
    place,
    send,
)
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.ground.clock import Clock

    Outputs = dict[str, int]  # path -> the moment, in ns, until which a change there is the job's own work

TICK = 20_000_000  # ns by which the clock of a file system may lag
RUN_JOURNAL = "run-"  # how the names of the journals of runs begin
_PAUSE = 0.02  # seconds between two looks at what still runs


class Recovery:
    """What the journal of a killed build told."""

    __slots__ = ("ended", "outputs_in_progress", "outputs_made")

    def __init__(self, outputs_in_progress: Outputs, outputs_made: Outputs, ended: list[str]) -> None:
        self.outputs_in_progress = outputs_in_progress  # may be half made; the job failed or was never finished;
        #                                                 depfiles of such jobs too
        self.outputs_made = outputs_made  # whole and made by redun, but perhaps not recorded
        self.ended = ended  # the processes that had to be ended, to be shown


def recover(path: str, clock: Clock) -> Recovery:
    """Read the journal at `path`, end and await what still runs of its build, and tell what was left.

    The project's lock must be held. Raises UsageError when a process cannot be ended.
    """
    try:
        with open(path, "rb") as file:
            left = _Left(file.read().decode("utf-8", "surrogateescape"), os.fstat(file.fileno()).st_mtime_ns)
    except FileNotFoundError:
        return Recovery({}, {}, [])
    ended = _end_all(left, clock) if left.place == place() else []
    unfinished = left.failed | left.open.keys()
    in_progress = left.paths(left.intents, unfinished) | left.paths(left.depfiles, unfinished)
    return Recovery(in_progress, left.paths(left.intents, left.made - left.open.keys()), ended)


def abandoned(folder: str) -> list[str]:
    """The journals of runs in `folder` whose processes are gone."""
    try:
        names = [name for name in os.listdir(folder) if name.startswith(RUN_JOURNAL) and "." not in name]
    except FileNotFoundError:
        return []
    return [path for name in names if not is_held(path := f"{folder}/{name}")]


def is_held(path: str) -> bool:
    """Whether somebody holds the journal of a run; one that is gone by now needs nobody."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        return not lock(fd)
    finally:
        os.close(fd)


class _Left:
    """A journal, read. Lines that are torn or senseless are passed over."""

    def __init__(self, text: str, written: int) -> None:
        self.written = written  # when the last line was, in ns
        self.build_id = ""
        self.place = ""
        self.intents: dict[int, list[str]] = {}  # seq -> outputs
        self.depfiles: dict[int, list[str]] = {}  # seq -> depfiles
        self.groups: dict[int, list[tuple[int, str]]] = {}  # seq -> (pid, start) of its commands
        self.workers: dict[int, list[tuple[int, str]]] = {}  # seq -> (pid, start) of those that had it
        self.open: dict[int, int] = {}  # seq -> how many of its intents have no end; those of a job may be nested
        self.made: set[int] = set()
        self.failed: set[int] = set()
        self.moments: dict[int, int] = {}  # seq -> when it ended, in ns
        for line in text.split("\n")[:-1]:  # a torn last line has no newline
            try:
                self._read(*line.split("\t"))
            except (TypeError, ValueError):
                continue

    def _read(self, kind: str, first: str, *rest: str) -> None:
        if kind == "build":
            self.build_id, self.place = first, rest[2] if len(rest) > 2 else ""
            return
        seq = int(first)
        if kind == "intent":
            self.intents.setdefault(seq, []).extend(map(unescape, rest))
            self.open[seq] = self.open.get(seq, 0) + 1
        elif kind == "depfile":
            self.depfiles.setdefault(seq, []).extend(map(unescape, rest))
        elif kind in ("start", "worker"):
            pid, start = rest
            (self.groups if kind == "start" else self.workers).setdefault(seq, []).append((int(pid), start))
        elif kind in ("made", "failed"):
            self.moments[seq] = int(rest[0]) if rest else 0
            self._end(seq, *((self.made, self.failed) if kind == "made" else (self.failed, self.made)))

    def _end(self, seq: int, now: set[int], not_now: set[int]) -> None:
        """One intent of `seq` has ended, as one of `now`; the last word counts."""
        self.open[seq] = self.open.get(seq, 1) - 1
        if not self.open[seq]:
            del self.open[seq]
        now.add(seq)
        not_now.discard(seq)

    def paths(self, declared: dict[int, list[str]], seqs: set[int]) -> Outputs:
        """The paths that these jobs declared, in the order of their start."""
        return {path: self.moment(seq) for seq, paths in declared.items() if seq in seqs for path in paths}

    def moment(self, seq: int) -> int:
        """Until when the changes at the outputs of `seq` are known to be its own: it ended then, or the build lived."""
        return self.written + TICK if seq in self.open else self.moments[seq]


def _end_all(left: _Left, clock: Clock) -> list[str]:
    """TERM to all that still runs, KILL after a grace, until nothing does; what it was."""
    asked: dict[int, str] = {}  # who got TERM, as in os.kill a group as the negative number of its leader
    started = clock.monotonic()
    while running := _running(left) | {target for target in asked if _is_living_group(target)}:
        waited = clock.monotonic() - started
        if waited > 2 * GRACE:
            raise UsageError("process-will-not-end", process=name_of(abs(min(running))))
        for target in running:
            if waited > GRACE or target not in asked:
                send(target, SIGKILL if waited > GRACE else SIGTERM)
            asked.setdefault(target, name_of(abs(target)))
        clock.sleep(_PAUSE)
    return list(asked.values())


def _is_living_group(target: int) -> bool:
    return target < 0 and group_lives(-target)


def _running(left: _Left) -> set[int]:
    """What still runs of unfinished jobs: groups whose leader is proven (negative), and proven processes."""
    own = {0, os.getpid(), os.getpgrp()}
    started = [leader for seq in left.open for leader in (*left.groups.get(seq, ()), *left.workers.get(seq, ()))]
    groups = {pid for pid, start in started if pid not in own and is_alive(pid, start)}
    loose = {pid for pid in _carriers(left) if not {pid, group_of(pid)} & (own | groups)}
    return loose | {-group for group in groups}


def _carriers(left: _Left) -> set[int]:
    """Processes that carry the build's id and an unfinished job's number. Of a job whose group is known only those that
    are still in it: one that left it is a daemon, and meant to stay."""
    found = set()
    for pid, seq in carriers(left.build_id, left.open):
        known = {leader for leader, _ in left.groups.get(seq, ())}
        if not known or group_of(pid) in known:
            found.add(pid)
    return found
