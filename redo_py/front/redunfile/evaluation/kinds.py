"""What values are called in messages, and the two questions that every operation asks of them."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.callables import Builtin, Declaration, Function, Imported, Outputs
from redo_py.front.redunfile.evaluation.declared import Group, Recipe
from redo_py.front.redunfile.evaluation.resources import Resource
from redo_py.front.redunfile.evaluation.texts import ArgumentsFile, Raw, Template
from redo_py.ir.expression import Expression, SchedulerExpression, SimpleExpression
from redo_py.values.file import PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Node

_WORDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "True or False"),
    ((str, Template), "a text"),
    ((int, float), "a number"),
    (type(None), "None"),
    ((list, range), "a list"),
    (tuple, "a tuple"),
    (dict, "a dict"),
    (PathLike, "a file"),
    (Outputs, "several outputs"),
    (Expression, "a lazy value"),
    (Raw, "a raw text"),
    (ArgumentsFile, "a file of arguments"),
    (Group, "a group"),
    (Declaration, "a decorator"),
    ((Function, Builtin), "a function"),
    (Imported, "a task"),
    (Resource, "a number that is known when the command starts"),
)


def kind_of(value: Any) -> str:
    """A noun with its article for `value`."""
    for kind, words in _WORDS:
        if isinstance(value, kind):
            return words
    return f"a {value.kind}" if isinstance(value, Recipe) else f"a {type(value).__name__}"


def plain(machine: Machine, value: Any, node: Node) -> Any:
    """`value`, an f-string as its text: a str, or an expression if a hole is lazy."""
    return text_of(machine, value, node) if type(value) is Template else value


def text_of(machine: Machine, template: Template, node: Node) -> Any:
    """The text of an f-string: a str, or an expression that will be one."""
    parts: list[Any] = [template.texts[0]]
    is_lazy = False
    for value, text in zip(template.values, template.texts[1:], strict=True):
        if type(value) is not str:
            value = hole_text(machine, value, node)
            is_lazy = is_lazy or type(value) is tuple
        parts.append(value)
        if text:
            parts.append(text)
    return SimpleExpression("format", tuple(parts), machine.span(node)) if is_lazy else "".join(parts)


def hole_text(machine: Machine, value: Any, node: Node) -> Any:
    """The text of one value of an f-string; for a lazy value what the operation `format` takes."""
    if isinstance(value, str):
        return value
    if isinstance(value, PathLike):
        return machine.text(value)
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, Template):
        value = text_of(machine, value, node)
        return value if isinstance(value, str) else (value, "")
    if isinstance(value, Expression):
        return (as_text(machine, value, machine.unit.folder), "")
    raise machine.error("no-text", node, kind=kind_of(value))


def as_text(machine: Machine, value: Expression, folder: str) -> Expression:
    """What stands for a lazy value where a text for the folder `folder` is wanted: for a lazy file its path."""
    seen = machine.seen(value, folder)
    if isinstance(value, SchedulerExpression) and value.form == "need":
        return SimpleExpression("getattr", (seen, "path"), value.span)
    return seen


def is_lazy(value: Any) -> bool:
    """Is `value` known only when tasks have run, at any depth of its lists and dicts?"""
    if isinstance(value, Expression):
        return True
    if isinstance(value, (list, tuple)):
        return any(map(is_lazy, value))
    if isinstance(value, dict):
        return any(map(is_lazy, value.values()))
    if isinstance(value, Template):
        return any(map(is_lazy, value.values))
    return False


def items_of(machine: Machine, value: Any, node: Node) -> Any:
    """What a loop over `value` goes through. Raises UsageError for what cannot be looped over."""
    if isinstance(value, (list, tuple, dict, range)):
        return value
    if isinstance(value, Outputs):
        return value.items
    if isinstance(value, (str, Template)):
        raise machine.error("text-not-iterable", node)
    raise machine.error("not-iterable", node, kind=kind_of(value))
