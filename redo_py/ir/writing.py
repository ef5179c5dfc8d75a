"""Expressions as Python would write them: `(add(1, 2) + 3)`. For people: what is long is cut, so that a graph in which
everything is used twice does not become an endless text."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

LONGEST = 2_000  # characters; what is written is about so long at most
CUT = "…"

BINARY = {
    "add": "+", "sub": "-", "mul": "*", "matmul": "@", "div": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "lshift": "<<", "rshift": ">>", "xor": "^", "and": "&", "or": "|", "eq": "==", "ne": "!=", "lt": "<", "le": "<=",
    "gt": ">", "ge": ">=",
}  # fmt: skip
UNARY = {"neg": "-", "pos": "+", "invert": "~"}
BRACKETS: dict[type, tuple[str, str]] = {list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}")}


def written(value: Any) -> str:
    """The text of `value`, an expression or what may hold some. Keeps its own stack."""
    text, length = [], 0
    stack = [pieces(value)]
    while stack:
        piece = next(stack[-1], None)
        if piece is None:
            stack.pop()
        elif type(piece) is str:
            text.append(piece)
            length += len(piece)
            if length > LONGEST:
                return "".join(text)[:LONGEST] + CUT
        else:
            stack.append(piece)
    return "".join(text)


def pieces(value: Any) -> Iterator[Any]:
    """The text of `value` in pieces: texts, and iterators over further pieces."""
    kind = getattr(type(value), "_kind", "")
    if kind in EXPRESSIONS:
        yield EXPRESSIONS[kind](value)
    elif type(value) in BRACKETS and value:
        opening, closing = BRACKETS[type(value)]
        yield opening
        yield listed(map(pieces, value))
        yield "," + closing if type(value) is tuple and len(value) == 1 else closing
    elif type(value) is dict:
        yield "{"
        yield listed(pair(pieces(key), ": ", pieces(item)) for key, item in value.items())
        yield "}"
    else:
        yield repr(value)


def operation(name: str, args: tuple[Any, ...]) -> Iterator[Any]:
    """The text of a SimpleExpression in pieces."""
    if name in BINARY and len(args) == 2:
        yield "("
        yield pair(pieces(args[0]), f" {BINARY[name]} ", pieces(args[1]))
        yield ")"
    elif name in UNARY:
        yield pair(iter(["(" + UNARY[name]]), "", pieces(args[0]))
        yield ")"
    elif name == "getattr":
        yield pair(pieces(args[0]), ".", iter([str(args[1])]))
    elif name == "getitem":
        yield pair(pieces(args[0]), "[", pieces(args[1]))
        yield "]"
    elif name == "slice":
        yield pair(pieces(args[0]), "[", iter([":".join("" if end is None else repr(end) for end in args[1:])]))
        yield "]"
    elif name == "variable":
        yield args[0]
    elif name == "call":
        yield pieces(args[0])
        yield called("", args[1], args[2])
    else:
        yield called(name, args, {})


def called(name: str, args: Iterable[Any], kwargs: Mapping[str, Any]) -> Iterator[Any]:
    """A call in pieces."""
    yield name + "("
    named = (pair(iter([key]), "=", pieces(value)) for key, value in kwargs.items())
    yield listed([*map(pieces, args), *named])
    yield ")"


def listed(parts: Iterable[Iterator[Any]]) -> Iterator[Any]:
    """`parts` with commas between them."""
    for number, part in enumerate(parts):
        if number:
            yield ", "
        yield part


def pair(first: Iterator[Any], between: str, second: Iterator[Any]) -> Iterator[Any]:
    """`first`, then `second`, with a text between them."""
    yield first
    yield between
    yield second


EXPRESSIONS: dict[str, Callable[[Any], Iterator[Any]]] = {  # the `_kind` of an expression -> its text in pieces
    "task": lambda call: called(call.task_name, call.args, call.kwargs),
    "simple": lambda simple: operation(simple.op, simple.args),
    "form": lambda form: called(form.form, form.args, {}),
    "value": lambda lazy: pieces(lazy.value),
    "quote": lambda quoted: called("quote", (quoted.expression,), {}),
}
