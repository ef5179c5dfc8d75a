"""The executors by name, each made when the first job asks for it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redo_py.executors.api import Executor, Inbox


class Executors:
    """A mapping from name to Executor that is filled on demand. `stop` ends them, the last made first."""

    def __init__(
        self,
        inbox: Inbox,
        factories: dict[str, Callable[[Executors], Executor]],
        behind: Callable[[str], str] | None = None,
    ) -> None:
        self._inbox = inbox
        self._behind = behind  # gives the executor that one of another name stands for
        self._factories = factories
        self._made: dict[str, Executor] = {}

    def get(self, name: str) -> Executor | None:
        """The executor of that name, started; None when none is configured. Raises UsageError if it cannot be made."""
        if self._behind is not None:
            name = self._behind(name)
        made = self._made.get(name)
        if made is None and name in self._factories:
            made = self._factories[name](self)
            made.start(self._inbox)
            self._made[name] = made
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._factories)

    def cancel(self, seqs: list[int]) -> None:
        """Ask every executor to end these jobs."""
        for executor in self._made.values():
            executor.cancel(seqs)

    def tail(self, seq: int) -> bytes:
        """The last line that a running job has printed so far; empty if there is none."""
        return next(filter(None, (executor.tail(seq) for executor in self._made.values())), b"")

    def stop(self) -> None:
        """End what runs and give everything back."""
        for executor in reversed(self._made.values()):
            executor.stop()
