"""Runs the user's functions in one executor and all else in another."""

from __future__ import annotations

from redo_py.executors.api import CallStep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.executors.api import Executor, Inbox, JobSpec

OURS = "redo_py."


class ApartExecutor:
    """The Executor of a project with an interpreter of its own: `theirs` runs its functions, `ours` what belongs to
    redo_py. Both are started, and stopped, with it."""

    def __init__(self, theirs: Executor, ours: Executor) -> None:
        self._theirs = theirs
        self._ours = ours

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""
        self._theirs.start(inbox)
        self._ours.start(inbox)

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""
        for spec in specs:
            (self._theirs if is_users(spec) else self._ours).submit([spec])

    def cancel(self, seqs: Sequence[int]) -> None:
        """Ask these jobs to end soon; their outcome still arrives. Unknown ones are ignored."""
        self._theirs.cancel(seqs)
        self._ours.cancel(seqs)

    def tail(self, seq: int) -> bytes:
        """The last line that the job has printed so far; empty if there is none."""
        return self._theirs.tail(seq) or self._ours.tail(seq)

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""
        self._theirs.stop()
        self._ours.stop()


def is_users(spec: JobSpec) -> bool:
    """Whether a function of the user's is among the steps."""
    calls = [step.function for step in spec.steps if isinstance(step, CallStep)]
    return any(not str(getattr(function, "__module__", "")).startswith(OURS) for function in calls)
