"""What a function or value at hand contributes: code that no name of a module leads to.

The function a Task was made from, what its closure holds, the functions in a partial, what `hash_includes` lists.
"""

from __future__ import annotations

import functools
from types import FunctionType, MethodType, ModuleType

from redo_py.ground.attributes import attribute
from redo_py.ground.errors import UsageError
from redo_py.tasks.code.nodes import made_by
from redo_py.tasks.code.plain import constant_text, plain_text
from redo_py.tasks.reading.leads import code_uses, origin_in, references_of
from redo_py.tasks.reading.locate import locate
from redo_py.tasks.reading.normalise import MODULE, TASK, normalise
from redo_py.tasks.reading.parts import NAME, TAKEN
from redo_py.tasks.reading.uses import Uses
from redo_py.tasks.task import PartialTask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from redo_py.tasks.code.reach import Reach
    from redo_py.tasks.reading.scopes import FunctionNode
    from redo_py.tasks.reading.sources import Source
    from redo_py.tasks.task import Task


def reach_objects(reach: Reach, found: Iterable[tuple[str, object]], *, task: object = None) -> None:
    """Let `reach` count each (label, object) and what hangs on it; `task` is the one that is the task's function."""
    waiting, seen = list(found), set[int]()
    while waiting:
        label, value = waiting.pop()
        if id(value) not in seen:
            seen.add(id(value))
            waiting.extend(_reach_object(reach, label, value, value is task))


def _reach_object(reach: Reach, label: str, value: Any, is_task_function: bool) -> Iterable[tuple[str, object]]:
    """Count `value`; returns what it holds."""
    if reach.project.is_task(value):
        reach.meet(value)
    elif isinstance(value, FunctionType):
        return _reach_function(reach, value, is_task_function)
    elif isinstance(value, type):
        reach.need([(NAME, value.__module__, (value.__qualname__.partition(".")[0],))])
    elif isinstance(value, ModuleType):
        reach.need([(TAKEN, value.__name__, ())])
    elif (text := plain_text(value, reach.project.root)) is not None:
        reach.add(label, text)
    else:
        if (text := constant_text(value, reach.project.root)) is not None:
            reach.add(label, text)
        return _held(label, value)
    return ()


def walk(reach: Reach) -> None:
    """Let `reach` follow everything that is needed, into tasks where the code looks into them."""
    reach.walk()
    while (task := reach.opened()) is not None:
        _open(reach, task)
        reach.walk()


def _open(reach: Reach, task: Task) -> None:
    """Let `reach` count all that the code can learn of a task: its function and its options."""
    reach_objects(reach, [(task.fullname, task.func)], task=task.func)
    for option, value in sorted(task.own_options.items()):
        reach_objects(reach, [(f"{task.fullname} option {option}", value)])
        if plain_text(value, reach.project.root) is None:
            reach.add(f"{task.fullname} option {option} (value)", _content(value))


def _content(value: object) -> str:
    """A text that tells what is in `value`, as far as that can be told."""
    from redo_py.values.encoding import digest_of
    from redo_py.values.foreign import NotEncodable

    try:
        return digest_of(value).hex()
    except NotEncodable:
        return type(value).__qualname__


def _held(label: str, value: Any) -> list[tuple[str, object]]:
    """What a thing is made of that is neither function nor plain: at least the class it is of."""
    held: list[tuple[str, object]] = [(label, type(value))]
    if isinstance(value, functools.partial):
        held += [(label, value.func), *((f"{label} {i}", argument) for i, argument in enumerate(value.args))]
        held += [(f"{label} {name}", argument) for name, argument in value.keywords.items()]
    elif isinstance(value, PartialTask):
        held += [(label, value.task), *((f"{label} {i}", argument) for i, argument in enumerate(value.args))]
        held += [(f"{label} {name}", argument) for name, argument in value.kwargs.items()]
    elif isinstance(value, MethodType):
        held += [(label, value.__func__), (label, value.__self__)]
    elif isinstance(value, (staticmethod, classmethod)):
        held.append((label, value.__func__))
    elif isinstance(value, (tuple, frozenset)):
        held += [(f"{label} {i}", item) for i, item in enumerate(value)]
    elif isinstance(wrapped := attribute(value, "__wrapped__"), FunctionType):
        held.append((label, wrapped))
    return held


def _reach_function(reach: Reach, func: FunctionType, is_task_function: bool) -> list[tuple[str, object]]:
    source = reach.project.source_at(func.__code__.co_filename)
    if source is None:
        _refuse_invisible(reach, func)
        return _hanging_on(func)
    node = locate(func.__code__, source)
    if node is None:
        raise UsageError("code-not-in-file", name=func.__qualname__, file=source.shown)
    reach.enter(source)
    text = normalise(node, origin_in(reach.project, source), TASK if is_task_function else MODULE)
    reach.add(name_of(source, func), text, source.shown, node.lineno)
    reach.need(references_of(source, _uses_outside(reach, source, func, node)))
    if is_task_function and _has_opaque_closure(func):
        _count_making(reach, source, func)
    if _has_opaque_closure(func):  # what made the closure tells what is in it
        reach.need([(NAME, source.module, (func.__qualname__.partition(".")[0],))])
    return _hanging_on(func)


def _count_making(reach: Reach, source: Source, func: FunctionType) -> None:
    """What a factory of tasks was given for this one: by the statement of the factory's module that keeps the task, or
    else by the content of the closure."""
    namespace = reach.project.namespace_of(source)
    names = [name for name in source.bindings.names if _keeps(reach, namespace.get(name), func)]
    for name in names:
        node = made_by(reach.project, source, name)
        reach.parts.update(node.parts)
        reach.need(node.references)
    for name, value in () if names else _cells(func):
        if _is_opaque(value):
            reach.add(f"{name_of(source, func)}: {name} (content)", _content(value))


def _keeps(reach: Reach, value: Any, func: FunctionType) -> bool:
    """Whether `value` is the function, its task, or a container of the task."""
    if isinstance(value, (list, tuple, dict)):
        inside = value.values() if isinstance(value, dict) else value
        return any(reach.project.is_task(item) and item.func is func for item in inside)
    return value is func or (reach.project.is_task(value) and value.func is func)


def name_of(source: Source, func: FunctionType) -> str:
    """The name under which a function counts: the same whether its file was imported or run as a script."""
    return f"{source.module}.{func.__qualname__}"


def _uses_outside(reach: Reach, source: Source, func: FunctionType, node: FunctionNode) -> Uses:
    """What the function takes from its module: not what it takes from the functions around it."""
    uses = code_uses(reach.project, source, [node])
    around = func.__code__.co_freevars
    uses.names = {chain: None for chain in uses.names if chain[0] not in around}
    return uses


def _hanging_on(func: FunctionType) -> list[tuple[str, object]]:
    """What the function's closure and, if it was made inside another function, its defaults hold."""
    name = f"{func.__module__}.{func.__qualname__}"
    hanging = [(f"{name}: {variable}", value) for variable, value in _cells(func)]
    if "<locals>" in func.__qualname__:
        hanging += [(f"{name} default {i}", value) for i, value in enumerate(func.__defaults__ or ())]
        hanging += [(f"{name} default {key}", value) for key, value in (func.__kwdefaults__ or {}).items()]
    wrapped = getattr(func, "__wrapped__", None)
    return hanging if wrapped is None else [*hanging, (name, wrapped)]


def _cells(func: FunctionType) -> Iterator[tuple[str, object]]:
    for name, cell in zip(func.__code__.co_freevars, func.__closure__ or (), strict=True):
        try:
            value = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
        yield name, value


def _has_opaque_closure(func: FunctionType) -> bool:
    return any(_is_opaque(value) for _, value in _cells(func))


def _is_opaque(value: object) -> bool:
    return not isinstance(value, (FunctionType, type)) and plain_text(value, "\0") is None


def _refuse_invisible(reach: Reach, func: FunctionType) -> None:
    """Raises UsageError for a function of the project that no file holds: it cannot be told from its next version."""
    made_up = func.__code__.co_filename.startswith("<")
    if made_up and (func.__module__ == "__main__" or reach.project.source_of(func.__module__ or "") is not None):
        raise UsageError(
            "code-without-source", name=func.__qualname__, reason=f"{func.__code__.co_filename} is no file"
        )
