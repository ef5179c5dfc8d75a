"""Syntax trees as bytes, so that a redunfile seen before needs no parser; and their digest.

The body of a function is bytes by itself, thawed when it is asked for: a build runs few of those that a file has. The
names that it mentions stand beside it, since they are captured when the function is made.

The parser bounds how deep a tree nests (see depth.py), which makes recursion safe here.
"""

from __future__ import annotations

import gc
import marshal

from redo_py.front.redunfile.grammar.freenames import free_names
from redo_py.front.redunfile.grammar.syntax import KINDS, Constant, Def, Module, Name, Node
from redo_py.ground.hashing import DIGEST_SIZE, Digest, digest, seed_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

VERSION = 4  # of the form below; raised with every change of syntax.py or of this file
FROZEN = seed_of(f"frozen syntax {VERSION} {marshal.version}")
SYNTAX = seed_of("syntax")

CODES = {kind: code for code, kind in enumerate(KINDS)}
SETTERS = tuple(tuple(getattr(kind, field).__set__ for field in kind.fields) for kind in KINDS)
NAME, CONSTANT, DEF = CODES[Name], CODES[Constant], CODES[Def]
BODY = Def.fields.index("body")


def freeze(module: Module) -> bytes:
    """`module` with all its places, for `thaw` of the same version: a checksum, then marshalled nested tuples."""
    content = marshal.dumps((module.is_sound, _frozen(module)))
    return digest(FROZEN, content) + content


def thaw(frozen: bytes) -> Module | None:
    """The module that was frozen; None for bytes of another version and for damaged ones."""
    content = memoryview(frozen)[DIGEST_SIZE:]
    if digest(FROZEN, bytes(content)) != frozen[:DIGEST_SIZE]:
        return None
    collects = gc.isenabled()
    gc.disable()  # twice as fast: a tree has no cycles, and nothing of it becomes garbage
    try:
        is_sound, flat = marshal.loads(content)
        module: Module = _thawed(flat)
        module.is_sound = is_sound
    finally:
        if collects:
            gc.enable()
    return module


def _frozen(node: Node) -> tuple[Any, ...]:
    """A node as a tuple: code, line, column, fields; a tuple of a node as a list. Of a function the body as bytes, and
    the names in it at the end."""
    fields = [_frozen_field(getattr(node, name)) for name in node.fields]
    if isinstance(node, Def):
        fields[BODY] = marshal.dumps(fields[BODY])
        fields.append(list(free_names(node)))
    return (CODES[type(node)], node.line, node.column, *fields)


def _frozen_field(value: Any) -> Any:
    if isinstance(value, Node):
        return _frozen(value)
    if isinstance(value, tuple):
        return [_frozen_field(item) for item in value]
    return value


def _thawed(flat: tuple[Any, ...]) -> Any:
    code = flat[0]
    node = _new(KINDS[code])
    node.line = flat[1]
    node.column = flat[2]
    if code == NAME:
        node.id = flat[3]
    elif code == CONSTANT:
        node.value = flat[3]
    elif code == DEF:
        node.read = _reader_of(flat[3 + BODY])
        node.mentioned = tuple(flat[-1])
        for place, setter in enumerate(SETTERS[code]):
            if place != BODY:
                setter(node, _thawed_field(flat[3 + place]))
    else:
        for setter, value in zip(SETTERS[code], flat[3:], strict=True):
            kind = type(value)
            if kind is tuple:
                value = _thawed(value)
            elif kind is list:
                value = tuple([_thawed(item) if type(item) is tuple else item for item in value])
            setter(node, value)
    return node


def _reader_of(frozen: bytes) -> Callable[[], tuple[Node, ...]]:
    return lambda: tuple(map(_thawed, marshal.loads(frozen)))


def _thawed_field(value: Any) -> Any:
    if type(value) is tuple:
        return _thawed(value)
    return tuple(map(_thawed_field, value)) if type(value) is list else value


_new: Any = object.__new__


def digest_of(node: Node) -> Digest:
    """A digest of kind and content: the same for trees that differ in places only, on every Python."""
    pieces: list[bytes] = []
    _write(node, pieces.append)
    return digest(SYNTAX, b"".join(pieces))


def _write(value: Any, put: Any) -> None:
    """Hand the pieces of an encoding of `value` to `put`; no two values have the same, whatever their texts hold."""
    if isinstance(value, Node):
        put(b"%s(" % type(value).__name__.encode())
        for name in value.fields:
            _write(getattr(value, name), put)
    elif isinstance(value, tuple):
        put(b"%d[" % len(value))
        for item in value:
            _write(item, put)
    else:
        text = _scalar_text(value).encode("utf-8", "surrogatepass")
        put(b"%s %d:" % (type(value).__name__.encode(), len(text)))
        put(text)


def _scalar_text(value: None | bool | int | float | str) -> str:
    if isinstance(value, str):
        return value
    return value.hex() if isinstance(value, float) else repr(value)
