"""Attributes and methods: those of texts, dicts and files that the language has, and nothing else."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.callables import Outputs
from redo_py.front.redunfile.evaluation.kinds import is_lazy, kind_of, plain
from redo_py.front.redunfile.names.suggest import closest
from redo_py.ir.expression import Expression, SimpleExpression
from redo_py.values.file import File, Output, PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Attribute, Node

TEXT_METHODS = (
    "endswith", "join", "lower", "removeprefix", "removesuffix", "replace", "split", "splitlines", "startswith",
    "strip", "upper",
)  # fmt: skip
DICT_METHODS = ("get", "items", "keys", "values")
FILE_ATTRIBUTES = ("name", "parent", "path", "stem", "suffix")
FILE_METHODS = ("with_suffix",)
FOLDER_BOUND = ("parent", "path", "with_suffix")  # texts that differ from folder to folder


class Method:
    """A method of a value, about to be called."""

    __slots__ = ("name", "receiver")

    def __init__(self, receiver: Any, name: str) -> None:
        self.receiver = receiver
        self.name = name


def attribute(machine: Machine, node: Attribute, value: Any, is_called: bool) -> Any:
    """`value.name`; a Method if that is called."""
    if isinstance(value, Expression):
        value = machine.seen(value, machine.unit.folder) if node.name in FOLDER_BOUND else value
        return SimpleExpression("getattr", (value, node.name), machine.span(node))
    if isinstance(value, Outputs):
        output = value.named(node.name)
        if output is None:
            hint = taken(machine, node.name) or closest(node.name, [each for each in value.keywords if each])
            raise machine.error(
                "no-output", node, name=node.name, hint=hint or "numbers select positional ones: `out[0]`"
            )
        return output
    attributes, methods = _offered(value)
    if node.name in attributes or (node.name in methods and is_called):
        if isinstance(value, PathLike) and machine.unit.folder:
            value = File(machine.text(value))  # what a text made of it is relative to
        return getattr(value, node.name) if node.name in attributes else Method(value, node.name)
    code = "method-not-called" if node.name in methods else "no-attribute"
    hint = taken(machine, node.name) if isinstance(value, Output) else ""
    hint = hint or closest(node.name, (*attributes, *methods))
    if isinstance(value, dict) and node.name in value:
        hint = f'write `["{node.name}"]` for what the dict has'
    raise machine.error(code, node, name=node.name, kind=kind_of(value), hint=hint)


def taken(machine: Machine, name: str) -> str:
    """What to do about an output called `name` if the rule at hand takes that for an option; "" if it does not."""
    recipe = machine.body.instance.recipe if machine.body is not None else None
    if recipe is None or name not in recipe.options:
        return ""
    return f"`{name}=` is an option of this rule, not an output: give the output another name"


def _offered(value: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(attributes, methods) of `value`."""
    if isinstance(value, str):
        return (), TEXT_METHODS
    if isinstance(value, dict):
        return (), DICT_METHODS
    return (FILE_ATTRIBUTES, FILE_METHODS) if isinstance(value, PathLike) else ((), ())


def call_method(machine: Machine, node: Node, method: Method, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Call a method of a text, dict or file."""
    args = [_argument(machine, node, method, arg) for arg in args]
    kwargs = {name: _argument(machine, node, method, arg) for name, arg in kwargs.items()}
    if is_lazy(args) or is_lazy(kwargs):
        return _lazy_method(machine, node, method, args, kwargs)
    try:
        result = getattr(method.receiver, method.name)(*args, **kwargs)
    except (TypeError, ValueError):
        given = ", ".join([kind_of(arg) for arg in args] + [f"{name}={kind_of(arg)}" for name, arg in kwargs.items()])
        raise machine.error("bad-arguments", node, name=method.name, given=given or "nothing") from None
    return list(result) if isinstance(method.receiver, dict) and method.name != "get" else result


def _argument(machine: Machine, node: Node, method: Method, value: Any) -> Any:
    """What a method is given: files in `join` are their paths."""
    value = plain(machine, value, node)
    if method.name != "join" or not isinstance(value, (list, tuple)):
        return value
    return [machine.text(item) if isinstance(item, PathLike) else item for item in value]


def _lazy_method(machine: Machine, node: Node, method: Method, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if is_lazy(method.receiver):
        raise machine.error("lazy-inside", node)
    bound = SimpleExpression("getattr", (method.receiver, method.name), machine.span(node))
    return SimpleExpression("call", (bound, tuple(args), kwargs), machine.span(node))
