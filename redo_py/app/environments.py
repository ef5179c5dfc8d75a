"""The executors of jobs that ask for an environment, or whose project has an interpreter of its own."""

from __future__ import annotations

import os
import sys

from redo_py.config.environment import foreign_environment, own_folders
from redo_py.ground.errors import UsageError
from redo_py.tasks.declaration.environments import ENVIRONMENTS

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


ALONE = "env= is for functions and commands of this machine, and for executors over a backend"  # nobody says why else
BOOT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "cli", "boot.py")


class Environments:
    """Makes the executors of one execution that run in environments."""

    def __init__(self, workspace: Workplace, processes: Processes, notice: Callable[[str], None]) -> None:
        self._workspace = workspace
        self._processes = processes
        self._notice = notice
        self._told: set[str] = set()  # environments that the user was told of

    def executor(self, executors: Executors, name: str, environment: str, is_call: bool) -> Executor | None:
        """What runs in `environment` the jobs that would run in the executor `name`: functions, if `is_call`; None if
        there is no such executor. Raises UsageError for one that cannot."""
        from redo_py.executors.environments.recipes import variables

        is_here = executors.is_here(name)
        found: Any = None if is_here else executors.get(name)
        if not is_here and (found is None or not self._is_local(found, name, environment)):
            return None if found is None else Borrowed(found)

        def inner(made: Made) -> Executor:
            if not is_call:
                return Borrowed(found or executors.get(name))
            environ = variables(made.scheme, made.folder, dict(self._workspace.environ))
            program = program_of(f"{made.folder}/bin/python")
            if found is not None:
                return started(found.within(program, foreign_environment(environ)), executors)
            return started(self._processes(program, environ)(executors), executors)

        return self._waiting(environment, inner, is_call)

    def _is_local(self, executor: Any, name: str, environment: str) -> bool:
        """Whether an executor that the settings name has its functions called by processes of this machine; else its
        workers make the environment where they are. Raises UsageError if it can have none."""
        without = getattr(executor, "without_environments", ALONE)
        if without:
            raise UsageError("environment-elsewhere", name=name, environment=environment, hint=without)
        return hasattr(executor, "within")

    def _waiting(self, environment: str, inner: Callable[[Made], Executor], is_call: bool) -> Executor:
        """What makes `environment` on this machine when the first job comes, and then hands on to `inner`."""
        from redo_py.executors.environments.making import Maker
        from redo_py.executors.environments.waiting import EnvironmentExecutor

        place = self._workspace
        maker = Maker(
            environment, place.folder, f"{os.path.abspath(place.state)}/{ENVIRONMENTS}", place.python or sys.executable,
            place.environ, place.clock,
        )  # fmt: skip
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
