"""instances: what the code of the classes of a call's arguments adds to its identity.

A function that is given an object calls its methods, which no name in the function's code leads to. So a call rests on
the code of the classes of all objects that it is given, as far as they are the project's; the identity of the objects
themselves does not: two that hold the same are the same value, whatever their methods do.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.ground import hashing
from redo_py.values.encoding import encode
from redo_py.values.foreign import NotEncodable, is_a

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


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
    """The names at the top of modules of the project at which the classes of `objects` are defined."""
    kinds = {type(item) for item in objects if execution.doors.tasks.code_of(type(item))}
    return {f"{kind.__module__}.{kind.__qualname__.partition('.')[0]}" for kind in kinds}


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
