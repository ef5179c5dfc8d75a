"""The executors by name, each made when the first job asks for it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from redo_py.executors.api import Executor, Inbox

    class Environments(Protocol):
        """Makes executors of environments, see app.environments."""

        def executor(self, executors: Executors, name: str, environment: str, is_call: bool) -> Executor | None: ...


MODES = ("thread", "process")  # what runs the functions of an executor; "NAME MODE" is the one NAME in the other mode
LOCAL = ("default", *MODES)


class Executors:
    """A mapping from name to Executor that is filled on demand. `stop` ends them, the last made first."""

    def __init__(
        self,
        inbox: Inbox,
        factories: dict[str, Callable[[Executors], Executor]],
        behind: Callable[[str], str] | None = None,
        environments: Environments | None = None,
    ) -> None:
        self.inbox = inbox
        self._environments = environments
        self._behind = behind  # gives the executor that one of another name stands for
        self._factories = factories
        self._made: dict[str, Executor] = {}

    def get(self, name: str) -> Executor | None:
        """The executor of that name, or of a name and a mode, started; None when none is configured. Raises UsageError
        if it cannot be made."""
        if self._behind is not None:
            name = self._behind(name)
        made = self._made.get(name)
        if made is None and name in self._factories:
            made = self._factories[name](self)
            made.start(self.inbox)
            self._made[name] = made
        if made is None:
            plain, _, mode = name.rpartition(" ")
            return self._in_mode(plain, mode) if plain and mode in MODES else None
        return made

    def _in_mode(self, name: str, mode: str) -> Executor | None:
        """The executor `name` in `mode`, for a job that asks for it: only executors of this machine have modes."""
        if self._behind is not None:
            name = self._behind(name)
        if f"{name} {mode}" in self._factories:
            return self.get(f"{name} {mode}")
        return self.get(mode if name in LOCAL and mode != name else name)

    def within(self, name: str, environment: str, is_call: bool) -> Executor | None:
        """What runs in `environment`, see tasks.declaration.environments, jobs of the executor `name`: functions if
        `is_call`, else commands; None if there is no such executor. Raises UsageError if that cannot be."""
        assert self._environments is not None
        key = f"{name} in {environment} {'calls' if is_call else 'commands'}"
        made = self._made.get(key)
        if made is None:
            made = self._environments.executor(self, name, environment, is_call)
            if made is None:
                return None
            made.start(self.inbox)
            self._made[key] = made
        return made

    def is_here(self, name: str) -> bool:
        """Whether the executor `name` is one of this machine, in threads, processes or commands."""
        if self._behind is not None:
            name = self._behind(name)
        return name in (*LOCAL, "command") or any(f"{name} {mode}" in self._factories for mode in MODES)

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._factories if name.partition(" ")[2] not in MODES)

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
