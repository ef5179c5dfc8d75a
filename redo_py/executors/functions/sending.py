"""What is sent of a job to a process that loads the project's modules itself: functions by name where they have one,
with the digest of the code that they must turn out to have there."""

from __future__ import annotations

from redo_py.executors.api import CallStep, CommandStep, ScriptStep
from redo_py.executors.failures import job_failure
from redo_py.remote.api import Reference, RemoteCall, RemoteScript, RemoteSpec
from redo_py.tasks.reading.parts import CodeDigest
from redo_py.values.codec import pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redo_py.executors.api import JobSpec
    from redo_py.tasks.task import Task


class Sending:
    """Turns steps into what travels. `identify` gives the digest of a task's code, of whole files if `by_files`."""

    def __init__(self, identify: Callable[[Task], bytes], by_files: bool = False) -> None:
        self._identify = identify
        self._by_files = by_files
        # by id of the task, held so that no other gets it: what is sent of it, None for its code, and the modules that
        # change what it reaches
        self._references: dict[int, tuple[Task, Reference | None, Sequence[str]]] = {}

    def request(self, spec: JobSpec, env: dict[str, str] | None, build_id: str) -> bytes:
        """What a process is told of a job, whose commands carry `build_id`; `env` is None if it knows the environment.
        Raises RunError."""
        try:
            steps = [self.step(step) for step in spec.steps]
            return pack(
                RemoteSpec(
                    spec.seq, spec.label, steps, env, spec.outputs, spec.depfiles, spec.answers, spec.script, build_id
                )
            )  # fmt: skip
        except Exception as error:
            raise job_failure("call-unsendable", spec, error=f"{type(error).__name__}: {error}") from error

    def step(self, step: CommandStep | CallStep | ScriptStep) -> CommandStep | RemoteCall | RemoteScript:
        """A step as it is sent. Raises whatever pickling a function raises."""
        if isinstance(step, CallStep):
            return self.call(step)
        return RemoteScript(step.command, step.errand) if isinstance(step, ScriptStep) else step

    def call(self, step: CallStep) -> RemoteCall:
        """A call as it is sent: with a reference if the worker can import the function, else with its code."""
        task = step.task
        if task is None:
            return RemoteCall(pack(step.function, by_value=True), step.args, step.kwargs)
        known = self._references.get(id(task))
        if known is None:
            known = self._references[id(task)] = task, *self._reference(task)
        _, reference, modules = known
        function = pack(step.function, by_value=True) if reference is None else reference
        return RemoteCall(function, step.args, step.kwargs, modules)

    def _reference(self, task: Task) -> tuple[Reference | None, Sequence[str]]:
        function, code = task.func, self._identify(task)
        modules = code.modules if isinstance(code, CodeDigest) else ()
        if not is_importable(function):
            return None, modules
        reference = Reference(
            task.fullname, function.__module__, function.__qualname__, bytes(code), task.caller is not function,
            task.version, self._by_files,
        )  # fmt: skip
        return reference, modules


def is_importable(function: object) -> bool:
    """Whether another process can import `function`: it is bound at the top of a module that has a name."""
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "<")
    return bool(module) and module != "__main__" and "<" not in name
