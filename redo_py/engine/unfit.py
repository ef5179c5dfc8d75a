"""Lazy operations that do not fit the values that they got, told to who wrote them."""

from __future__ import annotations

from redo_py.ground.errors import RunError
from redo_py.ir.commands import HoleError
from redo_py.ir.expression import SimpleExpression, TaskExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.ir.expression import Expression

KINDS = {  # what has no items, or not this one -> how to call it
    "NoneType": "nothing (null, None)", "bool": "a truth value", "int": "a number", "float": "a number",
}  # fmt: skip
COUNTED = {"str": ("a text", "characters"), "list": ("a list", "items"), "tuple": ("a list", "items")}


def operation_error(expression: Expression, name: str, error: Exception, args: Sequence[Any] = ()) -> Exception:
    """The error of the lazy operation or form `name` of `args`, with the place where it was written. What Python code
    wrote fails with the error itself, which a `catch` may be for."""
    span = expression.span
    if span is None:
        return error
    if type(expression._place) is tuple:
        error.add_note(f"{span}: in `{expression!r:.200}`")
        return error
    if isinstance(error, HoleError):
        return RunError("bad-hole", span=span, kind=error.kind)
    if name == "getitem" and isinstance(error, (KeyError, IndexError, TypeError)) and len(args) == 2:
        container, key = args
        source = source_of(expression)
        facts = [("of", source)] if source else []
        if isinstance(error, KeyError):
            hint = closest_key(container, key)
            return RunError("no-late-key", span=span, facts=facts, key=repr(key), hint=hint)
        return RunError("no-late-item", span=span, facts=facts, kind=kind_of(container), key=repr(key))
    return RunError("operation-failed", span=span, operation=name, error=str(error))


def kind_of(value: Any) -> str:
    """What `value` is, for people."""
    name = type(value).__name__
    if name in COUNTED:
        kind, items = COUNTED[name]
        return f"{kind} of {len(value)} {items if len(value) != 1 else items[:-1]}"
    return KINDS.get(name, f"a {name}")


def source_of(value: Any) -> str:
    """The call that `value`, a part of its result, is taken from, as it is shown, `data(in.json)`; else ""."""
    while isinstance(value, SimpleExpression) and value.args:
        value = value.args[0]
    return str(value.options.get("origin") or value.task_name) if isinstance(value, TaskExpression) else ""


def closest_key(container: Any, key: Any) -> str:
    """The key of `container` that `key` may have been meant for, as a hint; "" when there is none."""
    from difflib import get_close_matches

    names = [name for name in container if isinstance(name, str)] if isinstance(container, dict) else []
    close = get_close_matches(key, names, 1) if isinstance(key, str) else []
    return f"did you mean `{close[0]}`?" if close else ""
