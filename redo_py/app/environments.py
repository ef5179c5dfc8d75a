"""The executors of jobs that ask for an environment, or whose project has an interpreter of its own."""

from __future__ import annotations

import os
import sys

from redo_py.config.environment import own_folders
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Protocol

    from redo_py.app.executors import Executors
    from redo_py.executors.api import Executor
    from redo_py.executors.environments.making import Made
    from redo_py.ground.clock import Clock

    class Workplace(Protocol):
        """What is asked of a workspace."""

        clock: Clock
        environ: Mapping[str, str]
        folder: str
        state: str

        @property
        def python(self) -> str: ...

    class Processes(Protocol):
        """Gives what runs functions in processes: those that `program` starts, with `environ`."""

        def __call__(self, program: Sequence[str], environ: Mapping[str, str]) -> Callable[[Executors], Executor]: ...


ENVIRONMENTS = "envs"  # the folder of environments below the state folder
BOOT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "cli", "boot.py")


class Environments:
    """Makes the executors of one execution that run in environments."""

    def __init__(self, workspace: Workplace, processes: Processes, notice: Callable[[str], None]) -> None:
        self._workspace = workspace
        self._processes = processes
        self._notice = notice
        self._told: set[str] = set()  # environments that the user was told of

    def executor(self, executors: Executors, name: str, environment: str, is_call: bool) -> Executor:
        """What runs in `environment` the jobs that would run in the executor `name`: functions, if `is_call`. Raises
        UsageError for an executor that is elsewhere."""
        from redo_py.executors.environments.making import Maker
        from redo_py.executors.environments.recipes import variables
        from redo_py.executors.environments.waiting import EnvironmentExecutor

        if not executors.is_here(name):
            raise UsageError("environment-elsewhere", name=name, environment=environment)
        place = self._workspace
        maker = Maker(
            environment, place.folder, f"{os.path.abspath(place.state)}/{ENVIRONMENTS}", place.python or sys.executable,
            place.environ, place.clock,
        )  # fmt: skip

        def inner(made: Made) -> Executor:
            if not is_call:
                return Borrowed(executors.get(name))
            environ = variables(made.scheme, made.folder, dict(place.environ))
            return started(self._processes(program_of(f"{made.folder}/bin/python"), environ)(executors), executors)

        return EnvironmentExecutor(maker, inner, is_call, place.clock, self._tell)

    def _tell(self, text: str) -> None:
        """Tell the user once: functions and commands may both need it."""
        if text not in self._told:
            self._told.add(text)
            self._notice(text)


def started(executor: Executor, executors: Executors) -> Executor:
    """`executor`, which has just been made."""
    executor.start(executors.inbox)
    return executor


class Borrowed:
    """An executor that others use, too: whoever has borrowed it does not stop it."""

    def __init__(self, executor: Any) -> None:
        self.submit = executor.submit
        self.cancel = executor.cancel
        self.tail = executor.tail

    def start(self, inbox: object) -> None:
        """It was started by its owner."""

    def stop(self) -> None:
        """Its owner stops it."""


def program_of(python: str) -> list[str]:
    """The words that start redo_py in the interpreter `python`, into which it is not installed."""
    return [python, "-u", "-P", BOOT, *own_folders(sys.path), "--"]
