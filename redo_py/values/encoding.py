"""The canonical encoding of values: equal bytes if and only if no Python code can tell the values apart by content and
order. It is what digests are taken of and, for plain data, also what is stored.

Every item is a tag byte and then its content; sizes are 8 bytes, little-endian:

  N T F            None, True, False
  i n bytes        int, two's complement, shortest
  f 8 bytes        float (every NaN is one NaN); c 16 bytes: complex
  s n bytes        str (surrogates pass); b n bytes: bytes; y n bytes: bytearray
  l n items        list; t n items: tuple; d n pairs: dict in its order
  e n items        set, items sorted by their encoding; z n items: frozenset
  V name state     Value: type_name, then its state as a tuple
  E D S P A G R H  what only a pickle can give back, see values.foreign

Tags up to V can be read back (`decode`); a value with one of the others is stored as a pickle, by values.codec.
The encoding is for ever: ground.hashing.ENCODING_VERSION changes with it, and a test pins it.
"""

from __future__ import annotations

from struct import Struct, pack, unpack_from

from redo_py.ground import hashing
from redo_py.values.foreign import NotEncodable, describe, is_lazy, left_inside, text, unseen_inside
from redo_py.values.hooks import answer, hooks_of
from redo_py.values.proxy import ProxyValue
from redo_py.values.value import TYPES, Value, has_hook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any

    from redo_py.values.foreign import Described

_size_struct = Struct("<Q")
_size = _size_struct.pack
_SMALL_INTS = [b"i" + _size(size) for size in range(9)]  # how ints of so many bytes begin
_NAN = pack("<d", float("nan"))
_NAMES: dict[str, bytes] = {}  # the encodings of the names of parameters
_HEADERS: dict[type[Value], bytes] = {}  # how the encodings of values of each class begin
_SUSPICIOUS = 500_000  # containers opened before we first check that the value does not contain itself


EMPTY = b"t" + _size(0)  # the encoding of ()


class NotPlain(ValueError):
    """The bytes hold something that only a pickle can give back."""


def digest_of(value: Any) -> bytes:
    """The digest of any value; raises NotEncodable."""
    return hashing.digest(hashing.VALUE, encode(value))


def encode(value: Any) -> bytes:
    """The canonical encoding of `value`; raises NotEncodable."""
    return encode_checked(value)[0]


def encode_checked(value: Any, met: dict[int, Any] | None = None) -> tuple[bytes, bool]:
    """(canonical encoding, whether `decode` can read it back); raises NotEncodable. `met` gets one foreign object of
    each class, by the id of that, and each member of an Enum by its own."""
    leaf = _LEAVES.get(type(value))
    if leaf is not None:
        return leaf(value), True
    out = bytearray()
    stack = [value]
    opened, suspicious = 0, _SUSPICIOUS
    rare: _Rare | None = None  # made when something is met that is not handled here
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is str:  # as `_str` does it: most of what there is are texts
            encoded = item.encode("utf-8", "surrogatepass")
            out += b"s" + _size(len(encoded)) + encoded
        elif kind is int:
            out += _int(item)
        elif kind is tuple or kind is list:
            out += (b"t" if kind is tuple else b"l") + _size(len(item))
            stack.extend(item[::-1])
            opened += 1
        elif kind is bytes:
            out += b"b" + _size(len(item))
            out += item
        elif item is None:
            out += b"N"
        elif kind is bool:
            out += b"T" if item else b"F"
        elif kind is dict:
            out += b"d" + _size(len(item))
            for key in reversed(item):
                stack.append(item[key])
                stack.append(key)
            opened += 1
        elif kind is float:
            out += b"f" + _float(item)
        elif isinstance(item, Value) and not kind.by_hooks:
            if rare is not None and rare.inside and getattr(item, "digest", None) == b"":
                raise unseen_inside(item, next(reversed(rare.inside.values())))
            out += _HEADERS.get(kind) or _header(kind)
            stack.append(item.state())
        else:
            rare = rare or _Rare(met)
            out = rare.take(out, stack, item)
        if opened > suspicious:
            suspicious *= 4
            if _contains_itself(value):
                raise NotEncodable("the value contains itself")
    return bytes(out), rare is None or rare.plain


def _header(kind: type[Value]) -> bytes:
    name = kind.type_name.encode()
    return _HEADERS.setdefault(kind, b"V" + _size(len(name)) + name)


class _Rare:
    """The rarer kinds of one encoding."""

    __slots__ = ("inside", "met", "plain")

    def __init__(self, met: dict[int, Any] | None) -> None:
        self.met = met
        self.plain = True  # whether nothing foreign was met
        self.inside: dict[int, Any] = {}  # the foreign objects that we are inside of, by id

    def take(self, out: bytearray, stack: list[Any], item: Any) -> bytearray:
        """Encode `item` or open it; gives the bytearray to go on with."""
        kind = type(item)
        if kind is set or kind is frozenset:
            return _open_set(out, stack, item)
        if kind is _Parts:
            return item.take(out, stack)  # type: ignore[no-any-return]
        if kind is _Left:
            del self.inside[id(item.item)]
        elif kind is complex:
            out += b"c" + _float(item.real) + _float(item.imag)
        elif kind is bytearray:
            out += b"y" + _size(len(item)) + item
        else:
            self.open(out, stack, item)
        return out

    def open(self, out: bytearray, stack: list[Any], item: Any) -> None:
        """A foreign object; raises NotEncodable for one that has no identity or that we are inside of."""
        self.plain = False
        if id(item) in self.inside:
            kind = type(item)
            raise NotEncodable(f"{kind.__module__}.{kind.__qualname__}: the value contains itself")
        if is_lazy(type(item)) and self.inside:
            raise left_inside(item, next(reversed(self.inside.values())))
        header, parts = describe_hooked(item) or describe(item)
        out += header
        if self.met is not None:
            self.met[id(item if header[:1] == b"E" else type(item))] = item
        if parts:
            self.inside[id(item)] = item
            stack.append(_Left(item))
            stack.extend(parts[::-1])


def describe_hooked(item: Any) -> Described | None:
    """(header, what is inside) of an object that says by hooks what identifies it; None for one that does not. Raises
    RunError for what goes wrong in a hook."""
    kind = hooks_of(type(item))
    if kind is Value:
        return None
    is_apart = issubclass(kind, ProxyValue) and kind.keeps_apart
    for hook in ("get_hash", "serialize", "_serialize") if is_apart else ("get_hash", "serialize"):
        if has_hook(kind, hook):
            return b"H" + text(kind.type_name), [answer(item, hook)]
    return None


class _Left:
    """On the stack: we come out of a foreign object."""

    __slots__ = ("item",)

    def __init__(self, item: Any) -> None:
        self.item = item


class _Parts:
    """On the stack: one more part of a set is encoded. They are sorted at the end, so each gets bytes of its own."""

    __slots__ = ("done", "left", "outer", "tag")

    def __init__(self, tag: bytes, outer: bytearray, left: list[Any]) -> None:
        self.tag = tag
        self.outer = outer  # what was encoded before the set
        self.left = left
        self.done: list[bytes] = []

    def take(self, part: bytearray, stack: list[Any]) -> bytearray:
        """Put `part` to the others; gives the bytearray to go on with."""
        self.done.append(bytes(part))
        if self.left:
            stack.append(self)
            stack.append(self.left.pop())
            return bytearray()
        self.outer += self.tag + _size(len(self.done)) + b"".join(sorted(self.done))
        return self.outer


def _open_set(out: bytearray, stack: list[Any], item: Any) -> bytearray:
    """Begin a set; of one item it needs no sorting, so that a deep nest is not copied again and again."""
    tag = b"e" if type(item) is set else b"z"
    if len(item) < 2:
        out += tag + _size(len(item))
        stack.extend(item)
        return out
    left = list(item)
    stack.append(_Parts(tag, out, left))
    stack.append(left.pop())
    return bytearray()


def join_dict(names: Collection[str], pieces: Sequence[tuple[bytes, bool]]) -> bytes:
    """The encoding of a dict with these keys, from what `encode_checked` gave for its values, one for each."""
    parts = [b"d", _size(len(pieces))]
    for name, piece in zip(names, pieces, strict=True):
        parts.append(_NAMES.get(name) or _NAMES.setdefault(name, encode(name)))
        parts.append(piece[0])
    return b"".join(parts)


def encode_named(named: Mapping[str, Any]) -> tuple[bytes, list[tuple[bytes, bool]]]:
    """(the encoding of a dict with texts for keys, what `encode_checked` gives for each of its values); raises
    NotEncodable."""
    parts, pieces = [b"d", _size(len(named))], []
    for name, value in named.items():
        leaf = _LEAVES.get(type(value))
        piece = encode_checked(value) if leaf is None else (leaf(value), True)
        pieces.append(piece)
        parts.append(_NAMES.get(name) or _NAMES.setdefault(name, encode(name)))
        parts.append(piece[0])
    return b"".join(parts), pieces


def decode(data: bytes) -> Any:
    """The value of an encoding of plain data; raises NotPlain for anything else, be it a value that needs a pickle, an
    unknown type, or bytes that are damaged."""
    if data == EMPTY:  # what most jobs have discovered
        return ()
    size = len(data) - 9
    if 0 <= size < len(_SMALL_INTS) and data[:9] == _SMALL_INTS[size]:
        return int.from_bytes(data[9:], "little", signed=True)
    try:
        return _decode(data)
    except NotPlain:
        raise
    except Exception as error:  # whatever a `from_state` thinks of a state that it never gave, too
        raise NotPlain("the bytes are damaged") from error


def _decode(data: bytes) -> Any:
    # What is open: its tag, how many items are still missing, those so far, and the name of a Value. It closes into the
    # items of what is open around it.
    items: list[Any] = []
    tag, missing, name = 0, 1, ""
    outer: list[tuple[int, int, list[Any], str]] = []
    size_at = _size_struct.unpack_from
    at = 0
    while True:
        while not missing:
            if not outer:
                if at != len(data):
                    raise NotPlain("the bytes are damaged")
                return items[0]
            closed = tuple(items) if tag == _TUPLE else _close(tag, items, name)
            tag, missing, items, name = outer.pop()
            items.append(closed)
        missing -= 1
        kind = data[at]
        at += 1
        if kind == _STR:
            (size,) = size_at(data, at)
            at += 8 + size
            items.append(data[at - size : at].decode("utf-8", "surrogatepass"))
        elif kind == _INT:
            (size,) = size_at(data, at)
            at += 8 + size
            items.append(int.from_bytes(data[at - size : at], "little", signed=True))
        elif kind in _CONTAINERS:
            (size,) = size_at(data, at)
            at += 8
            if size:
                outer.append((tag, missing, items, name))
                tag, missing, items = kind, size * 2 if kind == _DICT else size, []
            else:
                items.append(_close(kind, [], ""))
        elif kind == _VALUE:
            (size,) = size_at(data, at)
            at += 8 + size
            outer.append((tag, missing, items, name))
            tag, missing, items, name = kind, 1, [], data[at - size : at].decode()
        elif kind in _CONSTANTS:
            items.append(_CONSTANTS[kind])
        elif kind in _BYTES:
            (size,) = size_at(data, at)
            at += 8 + size
            items.append(_BYTES[kind](data[at - size : at]))
        elif kind in _FLOATS:
            items.append(_FLOATS[kind](data, at))
            at += 8 if kind == _FLOAT else 16
        else:
            raise NotPlain(f"{chr(kind)!r} is no tag of plain data")


# Tags are numbers in bytes that are read.
_STR, _INT, _FLOAT, _TUPLE, _LIST, _DICT, _SET, _FROZENSET, _VALUE = b"siftldezV"
_CONTAINERS = frozenset((_TUPLE, _LIST, _DICT, _SET, _FROZENSET))
_CONSTANTS = {ord("N"): None, ord("T"): True, ord("F"): False}
_BYTES: dict[int, Callable[[bytes], Any]] = {ord("b"): bytes, ord("y"): bytearray}
_FLOATS: dict[int, Callable[[bytes, int], Any]] = {
    _FLOAT: lambda data, at: unpack_from("<d", data, at)[0],
    ord("c"): lambda data, at: complex(*unpack_from("<dd", data, at)),
}


def _close(tag: int, items: list[Any], name: str) -> Any:
    if tag == _LIST:
        return items
    if tag == _TUPLE:
        return tuple(items)
    if tag == _DICT:
        return dict(zip(items[::2], items[1::2], strict=True))
    if tag == _SET:
        return set(items)
    if tag == _FROZENSET:
        return frozenset(items)
    kind = TYPES.get(name) or late_type(name)
    if kind is None:
        raise NotPlain(f"unknown type {name}")
    return kind.from_state(items[0])


def late_type(name: str) -> type[Value] | None:
    """A class of ours that nothing has imported yet."""
    if not name.startswith("redun."):
        return None
    import redo_py.values.folder
    import redo_py.values.outputs  # noqa: F401 - defining their classes is what they do

    return TYPES.get(name)


def _int(item: int) -> bytes:
    size = (item.bit_length() + 8) // 8
    head = _SMALL_INTS[size] if size < len(_SMALL_INTS) else b"i" + _size(size)
    return head + item.to_bytes(size, "little", signed=True)


def _str(item: str) -> bytes:
    text = item.encode("utf-8", "surrogatepass")
    return b"s" + _size(len(text)) + text


def _float(item: float) -> bytes:
    return _NAN if item != item else pack("<d", item)


# How what has no parts is encoded by itself.
_LEAVES: dict[type, Callable[[Any], bytes]] = {
    int: _int,
    str: _str,
    bytes: lambda item: b"b" + _size(len(item)) + item,
    bool: lambda item: b"T" if item else b"F",
    type(None): lambda _: b"N",
    float: lambda item: b"f" + _float(item),
}


def _contains_itself(value: Any) -> bool:
    """Whether a container holds itself at some depth: a depth-first walk that knows the containers it is inside of."""
    from redo_py.ground.nested import children

    inside: set[int] = set()
    finished: set[int] = set()
    stack: list[tuple[Any, bool]] = [(value, False)]
    while stack:
        item, leaving = stack.pop()
        if leaving:
            inside.discard(id(item))
            finished.add(id(item))
            continue
        parts = children(item)
        if parts is None or id(item) in finished:
            continue
        if id(item) in inside:
            return True
        inside.add(id(item))
        stack.append((item, True))
        stack.extend((part, False) for part in parts)
    return False
