"""Which commands hear of a jobserver, and when there is one: most builds never need it, and never load it."""

from __future__ import annotations

from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from redo_py.executors.commands.jobserver import Jobserver
    from redo_py.executors.inbox import SelectInbox
else:
    Protocol = object

VARIABLE = "MAKEFLAGS"
SPEAKERS = ("make", "ninja", "cargo", "redun")  # whoever has one of these in a command may start what can take part


class Places(Protocol):
    """Who knows how many jobs run."""

    def share(self, server: Jobserver) -> None:
        """From now on ask `server` before a job starts."""

    @property
    def whole_used(self) -> int:
        """How many places are in use."""


class Sharing:
    """The jobserver of one build: joined before it begins, opened when the first command may want it, or never.

    `serves` says which commands hear of it: "auto" for those that have one of SPEAKERS in their text and no -j of their
    own, "always" or "never". `tell` takes what the user should know.
    """

    def __init__(self, jobs: int, inbox: SelectInbox, tell: Callable[[str], None], serves: str) -> None:
        self.jobs = jobs  # how many may run at once
        self.server: Jobserver | None = None
        self.places: Places | None = None  # set before anything runs
        self._inbox = inbox
        self._tell = tell
        self._serves = serves
        self._lock = allocate_lock()  # guards the opening: commands are started by several threads

    def join(self, makeflags: str, is_fixed: bool) -> None:
        """Take part in the jobserver of whoever started redun, if there is one. `is_fixed` says that the number of jobs
        was given on the command line: then redun goes its own way, as make does."""
        if "--jobserver" not in makeflags:
            return
        from redo_py.executors.commands.jobserver import Unreachable, joined
        from redo_py.executors.commands.makeflags import jobs_in

        if is_fixed:
            self._tell(f"-j {self.jobs} was given: redun takes no part in the jobserver that it was called with")
            return
        try:
            self.server = joined(makeflags, jobs_in(makeflags) or self.jobs, self._inbox, self._tell)
        except Unreachable as error:
            self.jobs = 1
            self._tell(
                f"one job at a time: the jobserver that redun was called with cannot be used ({error}); a `+` before "
                "the command in the makefile lets redun take part"
            )
        else:
            self.jobs = jobs_in(makeflags) or self.jobs

    def concerns(self, text: str) -> bool:
        """Whether the command `text` shall hear of the jobserver."""
        if self._serves == "auto":
            return any(word in text for word in SPEAKERS) and " -j" not in text
        return self._serves == "always"

    def offer(self, seq: int, text: str) -> tuple[str, list[tuple[int, int, int]]]:
        """(what to add to MAKEFLAGS, what posix_spawn must do) for the command `text` of the job `seq`."""
        with self._lock:
            if self.server is None:
                self._open()
        return self.server.offer(seq, text) if self.server is not None else ("", [])

    def over(self, seq: int) -> None:
        """No command of the job `seq` runs any more."""
        if self.server is not None:
            self.server.over(seq)

    def close(self) -> None:
        """Put back what redun has of another program's places. May be called twice."""
        if self.server is not None:
            self.server.close()
            self.server = None

    def _open(self) -> None:
        """Open one of redun's own. Without it commands decide for themselves how much they run at once."""
        from redo_py.executors.commands.jobserver import opened

        if self.places is None:
            return
        try:
            self.server = opened(self.jobs, self.places.whole_used, self._inbox, self._tell)
        except OSError as error:
            self._serves = "never"
            self._tell(f"commands get no jobserver: {error.strerror}")
        else:
            self.places.share(self.server)
