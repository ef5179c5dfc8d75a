"""Texts in calls of `sh`, `stdout`, `need` and `group` that cannot be what was meant."""

from __future__ import annotations

from redo_py.front.redunfile.builtins.table import TABLE
from redo_py.front.redunfile.commands.shapes import Shape
from redo_py.front.redunfile.evaluation.resources import RESOURCES
from redo_py.front.redunfile.grammar import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.loading.blocks import Block

_COMMANDS = ("sh", "stdout")
_TAKES_PATHS = ("default", "group", "need", *_COMMANDS)


def check_call(machine: Machine, node: syntax.Call, block: Block, raws: set[str], report: Callable[..., None]) -> None:
    """Report holes inside quotes, and braces with a known name in plain strings."""
    function = node.function
    if not isinstance(function, syntax.Name) or function.id not in _TAKES_PATHS or block.knows(function.id):
        return
    positional = [argument.value for argument in node.arguments if argument.kind == "positional"]
    for text in _texts(positional):
        name = _brace_name(text.value, block)
        if name:
            report("plain-braces", text, name=name)
    is_posix = not any(argument.name == "shell" for argument in node.arguments)
    if function.id in _COMMANDS and is_posix and positional and isinstance(positional[0], syntax.FString):
        _check_holes(positional[0], raws, report)


def _texts(nodes: list[Any]) -> Iterator[Any]:
    """The plain strings among `nodes`, also in lists."""
    for node in nodes:
        if isinstance(node, syntax.Constant) and isinstance(node.value, str):
            yield node
        elif isinstance(node, (syntax.ListLiteral, syntax.TupleLiteral)):
            yield from _texts(list(node.items))


def _brace_name(text: str, block: Block) -> str:
    """The first known name that stands alone between braces, not those of the shell's `${name}`."""
    start = text.find("{")
    while start >= 0:
        end = text.find("}", start)
        name = text[start + 1 : end]
        if (
            end > 0
            and name.isidentifier()
            and text[start - 1 : start] != "$"
            and name not in TABLE
            and (block.knows(name) or name in RESOURCES)
        ):
            return name
        start = text.find("{", start + 1)
    return ""


def _check_holes(node: syntax.FString, raws: set[str], report: Callable[..., None]) -> None:
    texts = [""]
    holes: list[syntax.Hole] = []
    for part in node.parts:
        if isinstance(part, str):
            texts[-1] += part
        else:
            holes.append(part)
            texts.append("")
    for number, where in Shape(texts).faults.items():
        if not _is_raw(holes[number].value, raws):
            report("quoted-hole", holes[number], where=where)


def _is_raw(node: Any, raws: set[str]) -> bool:
    if isinstance(node, syntax.Name):
        return node.id in raws
    return isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name) and node.function.id == "raw"
