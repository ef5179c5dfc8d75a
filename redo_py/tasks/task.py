"""Task: a function that is called lazily."""

from __future__ import annotations

from sys import _getframe

from redo_py.ir.expression import TaskExpression
from redo_py.ir.made import NOTES
from redo_py.tasks.declaration.signature import Signature
from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable, Mapping
    from types import FrameType
    from typing import Any, Generic

    from typing_extensions import ParamSpec, TypeVar

    P = ParamSpec("P", default=...)
    R = TypeVar("R", default=Any)
else:
    from redo_py.tasks.typing import Generic, P, R

REGISTRY: dict[str, Task] = {}  # fullname -> the task that was defined last under it

COROUTINE = 0x80  # the flag of code made by `async def`


class Task(Generic[P, R]):
    """A named function; calling it makes a TaskExpression. The function itself is `func`.

    A copy with other options is a task like any other, whose calls carry them.
    """

    __slots__ = (
        "__weakref__", "_nout", "base", "call_options", "caller", "fullname", "func", "module", "name", "namespace",
        "own_options", "parameters", "usual", "version", "wrapped_task",
    )  # fmt: skip

    def __init__(self, func: Callable[..., Any], name: str, namespace: str, options: dict[str, Any]) -> None:
        self.func = func
        self.caller = func  # what runs; a redunfile puts a conversion of arguments around `func`
        self.name = name
        self.namespace = namespace
        self.fullname = f"{namespace}.{name}" if namespace else name  # its identity beside its code
        self.module = getattr(func, "__module__", None) or "builtins"
        self.version: str | None = options.get("version")
        self.own_options = options  # of the decorator, as tasks.options.normal gives them
        self.call_options: dict[str, Any] = {}  # what each call is given; {} unless this is a copy
        self.base = self  # of a copy, the task that has the same identity; itself if it has its own
        self.wrapped_task: Task | None = None  # of one made by `wraps_task`, the one inside
        self.use(Signature(func, name))
        self._nout: Any = options.get("nout", ...)  # ...: not looked for yet

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """A lazy call. The arguments are checked against the signature here, at the caller's line; raises TypeError."""
        if kwargs or len(args) != self.usual:
            self.parameters.check(args, kwargs)
        frame = _getframe(1)
        made = TaskExpression(self.fullname, args, kwargs, self.call_options, (frame.f_code, frame.f_lasti), self)
        if NOTES.calls is not None:
            NOTES.calls.append(made)
        return made  # type: ignore[return-value]

    def call(self, args: tuple[Any, ...], kwargs: dict[str, Any], frame: FrameType) -> R:
        """The same, written where `frame` is."""
        self.parameters.check(args, kwargs)
        made = TaskExpression(self.fullname, args, kwargs, self.call_options, (frame.f_code, frame.f_lasti), self)
        if NOTES.calls is not None:
            NOTES.calls.append(made)
        return made  # type: ignore[return-value]

    def use(self, parameters: Signature) -> None:
        """From now on calls are checked and bound by `parameters`."""
        self.parameters = parameters
        self.usual = parameters.usual  # how many arguments a call usually has

    # ---- copies

    def options(self, **options: Any) -> Task[P, R]:
        """The task, called with further options; those that identify a task make it another one. Raises TypeError."""
        from redo_py.tasks.options import OF_THE_TASK, checked

        for name in OF_THE_TASK:
            if name in options:
                raise TypeError(f"`{name}` is what the task {self.fullname} is found by: a call cannot change it")
        return self.copy({**self.call_options, **checked(options)})

    def export_options(self, **options: Any) -> Task[P, R]:
        """The task, called with further options for itself and all calls below. Raises TypeError."""
        from redo_py.tasks.options import checked

        own = checked(options)
        exported = {**self.call_options.get("export_options", {}), **own}
        return self.copy({**self.call_options, **own, "export_options": exported})

    def update_context(self, context: dict[str, Any] | None = None, **values: Any) -> Task[P, R]:
        """The task, called in a context in which these are other values. Raises TypeError."""
        from redo_py.tasks.options import CONTEXT

        if context is not None and not isinstance(context, dict):
            raise TypeError(f"a context is a dict, not {context!r}")
        merged = merge(merge(self.call_options.get(CONTEXT, {}), context or {}), values)
        return self.copy({**self.call_options, CONTEXT: merged})

    def copy(self, call_options: dict[str, Any]) -> Task[P, R]:
        """The task called with `call_options` and no others. It has an identity of its own if one of them is part of
        that."""
        from redo_py.tasks.options import in_key

        copy = object.__new__(type(self))
        for name in Task.__slots__:
            if name != "__weakref__":
                setattr(copy, name, getattr(self, name))
        copy.call_options = call_options
        own = in_key(call_options)
        if own:
            copy.own_options = {**self.own_options, **own}
            copy.version = copy.own_options.get("version")
            copy.base = copy
        return copy

    def __reduce_ex__(self, protocol: Any) -> Any:
        """A task travels to another process by name, as functions do, where it can be found by that; else whole."""
        if self.module == "__main__" or REGISTRY.get(self.fullname) is not self.base:
            return super().__reduce_ex__(protocol)
        return task_of, (self.module, self.fullname, self.call_options)

    def partial(self, *args: Any, **kwargs: Any) -> PartialTask[R]:
        """The task with some of its arguments. Raises TypeError if no call could have them."""
        self.parameters.check_some(args, kwargs)
        return PartialTask(self, args, kwargs)

    # ---- what it is

    @property
    def inner_task(self) -> Task:
        """The innermost of the tasks that `wraps_task` has put into each other; itself if there is one alone."""
        task: Task = self
        while task.wrapped_task is not None:
            task = task.wrapped_task
        return task

    @property
    def hash_includes(self) -> list[Any]:
        """Further things that identify the task."""
        return list(self.own_options.get("hash_includes") or ())

    @property
    def nout(self) -> int | None:
        """How many items the result has: of the option, or of the annotated tuple; None if that is not known."""
        if self._nout is ...:
            from redo_py.tasks.declaration.nout import annotated_nout

            self._nout = annotated_nout(self.func)
        found = self.call_options.get("nout", self._nout)
        return found if type(found) is int else None

    @property
    def __name__(self) -> str:
        return self.name

    @property
    def signature(self) -> inspect.Signature:
        """The signature of the function, as `inspect` describes it."""
        from inspect import signature

        return signature(self.func)

    @property
    def hash(self) -> str:
        """What identifies the task, options of calls that count included: its name, its code and all of the project
        that it reaches, or its version. Raises UsageError for code that cannot be seen."""
        return self.get_hash()

    def get_hash(self, data: bytes | None = None) -> str:
        """The same; `data` is there because values of redun have it."""
        from redo_py.tasks.identity import current_door

        digest: bytes = current_door().digest(self.base)
        return digest.hex()

    @property
    def source(self) -> str:
        """The text of the function with its decorators, or what `source=` says; "" if it cannot be seen."""
        from redo_py.tasks.identity import current_door

        return str(self.own_options.get("source") or current_door().text(self))

    @property
    def load_module(self) -> str:
        """The module that a worker imports to find the task."""
        return str(self.own_options.get("load_module") or self.module)

    def get_task_options(self) -> dict[str, Any]:
        """All options: those of the decorator and over them those of `.options()`; memory in gigabytes."""
        from redo_py.tasks.options import told

        return told({**self.own_options, **self.call_options})

    def get_task_option(self, name: str, default: Any = None) -> Any:
        """The option `name`, or `default` if nobody has said it."""
        return self.get_task_options().get(name, default)

    def has_task_option(self, name: str) -> bool:
        """Whether somebody has said the option `name`."""
        return self.get_task_option(name, ...) is not ...

    def is_async(self) -> bool:
        """Whether the function is `async def`."""
        code = getattr(self.func, "__code__", None)
        return code is not None and bool(code.co_flags & COROUTINE)

    def is_valid(self) -> bool:
        """Whether the task of this name is this one."""
        found = REGISTRY.get(self.fullname)
        return found is not None and found.func is self.func

    def __repr__(self) -> str:
        return f"Task({self.fullname})"


class PartialTask(Generic[R]):
    """A task with the first of its arguments and some keywords. A value: it may be passed to tasks and returned, and is
    identified by the task and the arguments. Must not be written to."""

    __slots__ = ("args", "kwargs", "task")
    nested_fields = ("task", "args", "kwargs")  # as a container, see ground.nested

    def __init__(self, task: Task[..., R], args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> None:
        self.task = task
        self.args = args
        self.kwargs = kwargs or {}

    def __call__(self, *args: Any, **kwargs: Any) -> R:
        """A lazy call of the task with its arguments and these; of a keyword given twice the later one counts. Raises
        TypeError."""
        return self.task.call(self.args + args, {**self.kwargs, **kwargs}, _getframe(1))

    def partial(self, *args: Any, **kwargs: Any) -> PartialTask[R]:
        """The same with more arguments; of a keyword given twice the later one counts. Raises TypeError."""
        return self.task.partial(*self.args, *args, **{**self.kwargs, **kwargs})

    def options(self, **options: Any) -> PartialTask[R]:
        """The same, called with further options. Raises TypeError and ValueError."""
        return PartialTask(self.task.options(**options), self.args, self.kwargs)

    def export_options(self, **options: Any) -> PartialTask[R]:
        """The same, called with further options for all calls below. Raises TypeError and ValueError."""
        return PartialTask(self.task.export_options(**options), self.args, self.kwargs)

    def update_context(self, context: dict[str, Any] | None = None, **values: Any) -> PartialTask[R]:
        """The same, called in another context. Raises TypeError."""
        return PartialTask(self.task.update_context(context, **values), self.args, self.kwargs)

    @property
    def name(self) -> str:
        """The name of the task."""
        return self.task.name

    @property
    def namespace(self) -> str:
        """The namespace of the task."""
        return self.task.namespace

    @property
    def fullname(self) -> str:
        """The full name of the task."""
        return self.task.fullname

    @property
    def func(self) -> Callable[..., Any]:
        """The function of the task, without the arguments."""
        return self.task.func

    @property
    def nout(self) -> int | None:
        """How many items the result has, if that is known."""
        return self.task.nout

    def get_task_options(self) -> dict[str, Any]:
        """All options of the task."""
        return self.task.get_task_options()

    def get_task_option(self, name: str, default: Any = None) -> Any:
        """An option of the task, or `default` if nobody has said it."""
        return self.task.get_task_option(name, default)

    def has_task_option(self, name: str) -> bool:
        """Whether somebody has said an option of the task."""
        return self.task.has_task_option(name)

    def is_async(self) -> bool:
        """Whether the function is `async def`."""
        return self.task.is_async()

    def is_valid(self) -> bool:
        """Whether the task is one that this process knows."""
        return self.task.is_valid()

    def __repr__(self) -> str:
        parts = [repr(arg) for arg in self.args] + [f"{name}={value!r}" for name, value in self.kwargs.items()]
        return f"{self.fullname}.partial({', '.join(parts)})"


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Both, that of `over` where both have a value; dicts at any depth are merged in their turn."""
    merged = dict(under)
    for name, value in over.items():
        below = merged.get(name)
        merged[name] = merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def task_of(module: str, fullname: str, call_options: dict[str, Any]) -> Task:
    """The task of that name, called with those options; `module` defines it. Raises LookupError if it does not."""
    if fullname not in REGISTRY:
        from importlib import import_module

        import_module(module)
    if fullname not in REGISTRY:
        raise LookupError(f"{module} defines no task {fullname}")
    task = REGISTRY[fullname]
    return task.copy(call_options) if call_options else task


class TaskReference(Value):
    """A task as an argument: identified by its name and code. `digest` is b"" until the engine has looked."""

    __slots__ = ("digest", "name", "options")
    type_name = "redun.TaskReference"

    def __init__(self, name: str, digest: bytes = b"", options: tuple[Any, ...] = ()) -> None:
        self.name = name
        self.digest = digest
        self.options = options  # with which it is called, as ir.flat.flatten gives them; () without any

    @property
    def fullname(self) -> str:
        """The full name of the task."""
        return self.name

    def __repr__(self) -> str:
        return f"Task({self.name})"

    def state(self) -> tuple[Any, ...]:
        return (self.name, self.digest, self.options) if self.options else (self.name, self.digest)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> TaskReference:
        return cls(*state)
