"""The pure operations of SimpleExpression: name -> function of evaluated arguments. `and` and `or` are Python's words,
as in redun: the value of one of the two sides."""

from __future__ import annotations

import math
import operator

from redo_py.ir.commands import glue, render, variable_text
from redo_py.ir.paths import from_folder, from_root
from redo_py.ir.words import split_words
from redo_py.values.file import Tool
from redo_py.values.handle import Handle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _call(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return function(*args, **kwargs)


def _slice(value: Any, lower: Any, upper: Any, step: Any = None) -> Any:
    return value[lower:upper:step]


def _format(*parts: Any) -> str:
    """The text of an f-string: literal texts and (value, spec) pairs."""
    return "".join(part if type(part) is str else format(part[0], part[1]) for part in parts)


def _words(text: Any) -> list[str]:
    """The words of a text, as a shell would split it."""
    if not isinstance(text, str):
        raise TypeError(f"it splits a text, not a {type(text).__name__}")
    try:
        return split_words(text)
    except ValueError as error:
        raise ValueError(f"a quote {error} is not closed in {text!r}") from None


def _unpack(value: Any, count: int) -> list[Any]:
    """The `count` items of `value`, for as many names."""
    items = list(value)
    if len(items) != count:
        raise ValueError(f"{count} names for {len(items)} item{'s' * (len(items) != 1)}")
    return items


def _flat(lists: Any) -> list[Any]:
    """The items of several lists as one list."""
    return [item for each in lists for item in each]


def _merge_handles(handles: Any) -> Any:
    first, *others = handles
    if not isinstance(first, Handle):
        raise TypeError(f"{first!r} is no handle and cannot be merged with others")
    return first.merged(others)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "getattr": getattr,
    "merge_handles": _merge_handles,
    "getitem": operator.getitem,
    "slice": _slice,
    "unpack": _unpack,
    "flat": _flat,
    "call": _call,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "matmul": operator.matmul,
    "divmod": divmod,
    "pow": pow,
    "lshift": operator.lshift,
    "rshift": operator.rshift,
    "xor": operator.xor,
    "neg": operator.neg,
    "pos": operator.pos,
    "invert": operator.invert,
    "abs": abs,
    "trunc": math.trunc,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "and": lambda left, right: left and right,
    "or": lambda left, right: left or right,
    "not": operator.not_,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "in": lambda item, container: item in container,
    "len": len,
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "sorted": sorted,
    "reversed": lambda items: list(reversed(items)),
    "min": min,
    "max": max,
    "sum": sum,
    "any": any,
    "all": all,
    "format": _format,
    "words": _words,
    "render": render,  # the text of a command with values in its holes
    "variable_text": variable_text,  # a value as an environment variable
    "glue": glue,  # the words of one hole with text glued to it
    "from_root": from_root,  # what texts written in another folder name
    "from_folder": from_folder,  # files as a command in another folder names them
    "tool": lambda name, path, cwd: Tool(name, b"", str(path), cwd),  # what a command names, once its PATH is known
}
