"""Nodes and values as what json can write. `items` and `nodes` read it."""

from __future__ import annotations

from redo_py.ir.flat import Ref
from redo_py.values.codec import dump, preview
from redo_py.values.encoding import encode_checked
from redo_py.values.file import File, Output, Tool
from redo_py.values.foreign import NotEncodable
from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1
DEEPEST = 60  # what is nested deeper is written in the canonical encoding: readers of JSON recurse
EXACT = 2**53  # integers from here on are rounded by readers that know floats only


def written_node(kind: str, fields: tuple[Any, ...]) -> dict[str, Any]:
    """A node of ir.flat as JSON-able data."""
    node: dict[str, Any] = _NODES[kind](*fields)
    return node


def written(item: Any, depth: int = 0) -> Any:
    """A value as JSON-able data; `depth` is how deep it lies."""
    kind = type(item)
    if item is None or kind is bool:
        return item
    if kind is str:
        return _text(item)
    if kind is int:
        return item if -EXACT < item < EXACT else {"int": hex(item)}
    if kind is float:
        return item if item - item == 0 else {"float": repr(item)}
    if depth > DEEPEST:
        return _deep(item)
    if kind is list:
        return [written(part, depth + 1) for part in item]
    if kind is dict:
        return {"dict": [[written(key, depth + 1), written(part, depth + 1)] for key, part in item.items()]}
    if kind in (tuple, set, frozenset):
        parts = item if kind is tuple else sorted(item, key=_order)
        return {kind.__name__: [written(part, depth + 1) for part in parts]}
    if isinstance(item, Value):
        return _value(item, depth)
    return _rare(item)


def _text(item: str) -> Any:
    try:
        item.encode()
    except UnicodeEncodeError:
        return {"text": item.encode("utf-8", "surrogatepass").hex()}
    return item


def _value(item: Value, depth: int) -> Any:
    """The short form where it says all, else type and state."""
    if isinstance(item, Ref):
        return {"ref": item.of}
    if type(item) is File and not item.digest and not item.kind:
        return _named("File", item.path)
    if type(item) is Tool and not item.digest and item.path is None and not item.cwd:
        return _named("Tool", item.name)
    if type(item) is Output and not item.path.endswith("/"):
        return _named("Output", item.path + "/" * item.directory)
    return {"instance": type(item).type_name, "state": written(item.state(), depth + 1)}


def _named(kind: str, name: str) -> Any:
    text = _text(name)
    return {kind: name} if text is name else {"instance": f"redun.{kind}", "state": {"tuple": _state(kind, name, text)}}


def _state(kind: str, name: str, text: Any) -> list[Any]:
    if kind == "Output":
        return [_text(name.rstrip("/")), name.endswith("/")]
    return [text, {"bytes": ""}, 0] if kind == "File" else [text, {"bytes": ""}]


def _rare(item: Any) -> Any:
    kind = type(item)
    if kind is bytes or kind is bytearray:
        return {kind.__name__: item.hex()}
    if kind is complex:
        return {"complex": [repr(item.real), repr(item.imag)]}
    try:
        return {"object": _text_shown(item), "pickle": dump(item)[2].hex()}
    except Exception:
        return {"object": _text_shown(item)}


def _text_shown(item: Any) -> str:
    return preview(item).encode("utf-8", "backslashreplace").decode()


def _deep(item: Any) -> Any:
    try:
        encoded, plain = encode_checked(item)
    except NotEncodable:
        return _rare(item)
    return {"encoded": encoded.hex()} if plain else _rare(item)


def _order(part: Any) -> bytes:
    """Sets are written in the order of their encoding, so that equal graphs give equal texts."""
    try:
        return encode_checked(part)[0]
    except NotEncodable:
        return repr(part).encode("utf-8", "backslashreplace")


def _items(args: Any) -> list[Any]:
    return [written(part) for part in args]


def _names(values: dict[str, Any]) -> dict[str, Any]:
    return {name: written(part) for name, part in values.items()}


def _task(name: str, args: Any, kwargs: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    node = {"task": name, "args": _items(args), "kwargs": _names(kwargs), "options": _names(options)}
    return {key: part for key, part in node.items() if part or key == "task"}


_NODES: dict[str, Any] = {
    "task": _task,
    "simple": lambda op, args: {"op": op, "args": _items(args)},
    "form": lambda form, args: {"form": form, "args": _items(args)},
    "value": lambda value: {"value": written(value)},
    "quote": lambda expression: {"quote": written(expression)},
}
