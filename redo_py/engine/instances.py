"""instances: what the code of the classes of a call's arguments adds to its identity.

A function that is given an object calls its methods, which no name in the function's code leads to. So a call rests on
the code of the classes of all objects that it is given, as far as they are the project's; the identity of the objects
themselves does not: two that hold the same are the same value, whatever their methods do.
"""

from __future__ import annotations

from functools import partial
from types import FunctionType, MethodType

from redo_py.engine.execution import Execution
from redo_py.ground import hashing
from redo_py.ground.nested import PLAIN, children
from redo_py.values.encoding import encode
from redo_py.values.foreign import NotEncodable, is_a

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from redo_py.engine.job import Cell


def code_behind(execution: Execution, objects: Iterable[Any]) -> bytes:
    """What identifies the code of the project behind `objects`; b"" if there is none. A member of an Enum counts with
    its value: in its encoding it has only its name."""
    counted = set()
    for item in objects:
        kind = type(item)
        code = execution.doors.tasks.code_of(kind)
        if code:
            counted.add((name_of(kind), code, value_of(item) if is_a(kind, "enum", "Enum") else b""))
    return hashing.digest(hashing.CODE, encode(sorted(counted))) if counted else b""


def classes_behind(execution: Execution, objects: Iterable[Any]) -> str:
    """The names of the classes that count in `code_behind`."""
    return ", ".join(sorted({name_of(type(item)) for item in objects if execution.doors.tasks.code_of(type(item))}))


def homes_of(execution: Execution, objects: Iterable[Any]) -> set[str]:
    """The names at the top of modules of the project at which `objects`, if they are functions or classes, and else
    their classes are defined."""
    homes = set()
    stack = list(objects)
    while stack:
        item = stack.pop()
        if isinstance(item, partial):
            stack += [item.func, *item.args, *item.keywords.values()]
            continue
        if isinstance(item, MethodType):
            item = item.__self__
        code = item if isinstance(item, (FunctionType, type)) else type(item)
        if execution.doors.tasks.code_of(code):
            homes.add(f"{code.__module__}.{code.__qualname__.partition('.')[0]}")
    return homes


def note_operands(execution: Execution, cell: Cell, args: Any) -> None:
    """The operation of `cell` is done with `args`, and runs the code of objects among them: what is concluded from it
    rests on that."""
    stack, met = [args], dict[int, "Any"]()
    while stack:
        item = stack.pop()
        if type(item) not in PLAIN and id(item) not in met:
            met[id(item)] = item
            stack += children(item) or ()
    if homes := homes_of(execution, met.values()):
        execution.operated.setdefault(needed_by(cell), set()).update(homes)


def needed_by(cell: Cell) -> int:
    """The seq of the job that had `cell` evaluated; -1 for what is no job's."""
    return -1 if cell.parent is None else cell.parent.seq


def value_of(member: Any) -> bytes:
    """The encoding of the value of a member of an Enum; b"" for one that has no identity."""
    try:
        return encode(member._value_)
    except NotEncodable:
        return b""


def name_of(kind: type) -> str:
    """Module and qualified name of a class."""
    return f"{kind.__module__}.{kind.__qualname__}"


def own_values(notable: Iterable[Any]) -> dict[int, Any]:
    """One object for each class of the user's among `notable` that inherits one of ours, like File, by id of the
    class."""
    return {id(type(item)): item for item in notable if not type(item).__module__.startswith("redo_py.")}
