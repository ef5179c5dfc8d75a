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
  E class name     enum member
  D class fields   dataclass: a dict of its fields
  A dtype shape b  numpy array
  S class base x   instance of a subclass of a builtin: the base's encoding, then its __dict__ (None without one)
  G name           a class or function, by module and qualified name
  R callable ...   anything else: what __reduce_ex__(5) gives

Tags up to V can be read back (`decode`); a value with one of the others is stored as a pickle, by values.codec.
The encoding is for ever: ground.hashing.ENCODING_VERSION changes with it, and a test pins it.
"""

from __future__ import annotations

from struct import pack, unpack_from

from redo_py.ground import hashing
from redo_py.values.value import TYPES, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_SIZE = "<Q"
_NAN = pack("<d", float("nan"))
_NAMES: dict[str, bytes] = {}  # the encodings of the names of parameters
_SUSPICIOUS = 1_000_000  # containers opened before we check that the value does not contain itself


class NotEncodable(TypeError):
    """The value has no identity that we can see: it cannot be hashed, so it cannot be an argument or a result."""


class NotPlain(ValueError):
    """The bytes hold something that only a pickle can give back."""


def digest_of(value: Any) -> bytes:
    """The digest of any value; raises NotEncodable."""
    return hashing.digest(hashing.VALUE, encode(value))


def encode(value: Any) -> bytes:
    """The canonical encoding of `value`; raises NotEncodable."""
    return encode_checked(value)[0]


def encode_checked(value: Any) -> tuple[bytes, bool]:
    """(canonical encoding, whether `decode` can read it back); raises NotEncodable."""
    out = bytearray()
    stack = [value]
    opened = 0
    plain = True
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is str:
            text = item.encode("utf-8", "surrogatepass")
            out += b"s" + pack(_SIZE, len(text)) + text
        elif kind is int:
            _int(out, item)
        elif kind is tuple:
            out += b"t" + pack(_SIZE, len(item))
            stack.extend(item[::-1])
            opened += 1
        elif kind is bytes:
            out += b"b" + pack(_SIZE, len(item)) + item
        elif item is None:
            out += b"N"
        elif kind is bool:
            out += b"T" if item else b"F"
        elif kind is list:
            out += b"l" + pack(_SIZE, len(item))
            stack.extend(item[::-1])
            opened += 1
        elif kind is dict:
            out += b"d" + pack(_SIZE, len(item))
            for key in reversed(item):
                stack.append(item[key])
                stack.append(key)
            opened += 1
        elif isinstance(item, Value):
            name = type(item).type_name.encode()
            out += b"V" + pack(_SIZE, len(name)) + name
            stack.append(item.state())
        else:
            plain = _cold(out, stack, item) and plain
            opened += 1
        if opened > _SUSPICIOUS:
            opened = 0
            if _contains_itself(value):
                raise NotEncodable("the value contains itself")
    return bytes(out), plain


def join_dict(names: Iterable[str], pieces: Iterable[tuple[bytes, bool]]) -> bytes:
    """The encoding of a dict with these keys, from what `encode_checked` gave for its values."""
    parts = [b"d"]
    for name, (piece, _) in zip(names, pieces, strict=True):
        parts += (_NAMES.get(name) or _NAMES.setdefault(name, encode(name)), piece)
    parts[0] += pack(_SIZE, len(parts) // 2)
    return b"".join(parts)


def decode(data: bytes) -> Any:
    """The value of an encoding of plain data; raises NotPlain for anything else, be it a value that needs a pickle, an
    unknown type, or bytes that are damaged."""
    try:
        return _decode(data)
    except NotPlain:
        raise
    except Exception as error:  # whatever a `from_state` thinks of a state that it never gave, too
        raise NotPlain("the bytes are damaged") from error


def _decode(data: bytes) -> Any:
    # A frame is [tag, items still missing, items so far, name]; it closes into its parent's items.
    frames: list[list[Any]] = [["root", 1, [], ""]]
    at = 0
    while True:
        while frames[-1][1] == 0:
            tag, _, items, name = frames.pop()
            if tag == "root":
                if at != len(data):
                    raise NotPlain("the bytes are damaged")
                return items[0]
            frames[-1][2].append(_close(tag, items, name))
        frames[-1][1] -= 1
        tag = chr(data[at])
        at += 1
        if tag in "NTF":
            frames[-1][2].append({"N": None, "T": True, "F": False}[tag])
        elif tag == "f":
            frames[-1][2].append(unpack_from("<d", data, at)[0])
            at += 8
        elif tag == "c":
            frames[-1][2].append(complex(*unpack_from("<dd", data, at)))
            at += 16
        elif tag in "ltdez":
            (size,) = unpack_from(_SIZE, data, at)
            at += 8
            frames.append([tag, size * 2 if tag == "d" else size, [], ""])
        elif tag in "isbyV":
            (size,) = unpack_from(_SIZE, data, at)
            body = data[at + 8 : at + 8 + size]
            at += 8 + size
            if tag == "V":
                frames.append(["V", 1, [], body.decode()])
            else:
                frames[-1][2].append(_leaf(tag, body))
        else:
            raise NotPlain(f"{tag!r} is no tag of plain data")


def _leaf(tag: str, body: bytes) -> Any:
    if tag == "s":
        return body.decode("utf-8", "surrogatepass")
    if tag == "i":
        return int.from_bytes(body, "little", signed=True)
    return body if tag == "b" else bytearray(body)


def _close(tag: str, items: list[Any], name: str) -> Any:
    if tag == "l":
        return items
    if tag == "t":
        return tuple(items)
    if tag == "d":
        return dict(zip(items[::2], items[1::2], strict=True))
    if tag == "e":
        return set(items)
    if tag == "z":
        return frozenset(items)
    kind = TYPES.get(name)
    if kind is None:
        raise NotPlain(f"unknown type {name}")
    return kind.from_state(items[0])


def _int(out: bytearray, item: int) -> None:
    size = (item.bit_length() + 8) // 8
    out += b"i" + pack(_SIZE, size) + item.to_bytes(size, "little", signed=True)


def _float(item: float) -> bytes:
    return _NAN if item != item else pack("<d", item)


def _text(out: bytearray, text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    out += pack(_SIZE, len(raw)) + raw


def _cold(out: bytearray, stack: list[Any], item: Any) -> bool:
    """The rarer kinds: append to `out`, push what is inside; says whether `decode` can read it back."""
    kind = type(item)
    if kind is float:
        out += b"f" + _float(item)
    elif kind is complex:
        out += b"c" + _float(item.real) + _float(item.imag)
    elif kind is bytearray:
        out += b"y" + pack(_SIZE, len(item)) + item
    elif kind is set or kind is frozenset:
        parts = sorted(encode_checked(part) for part in item)
        out += (b"e" if kind is set else b"z") + pack(_SIZE, len(parts)) + b"".join(part for part, _ in parts)
        return all(plain for _, plain in parts)
    else:
        _foreign(out, stack, item)
        return False
    return True


def _foreign(out: bytearray, stack: list[Any], item: Any) -> None:
    """What only a pickle can give back."""
    kind = type(item)
    if isinstance(item, type) or (callable(item) and hasattr(item, "__qualname__") and not hasattr(item, "__self__")):
        _global(out, item)
    elif _is_enum(item):
        out += b"E"
        _text(out, _class_name(kind))
        _text(out, item.name if item.name is not None else repr(item.value))
    elif hasattr(kind, "__dataclass_fields__"):
        out += b"D"
        _text(out, _class_name(kind))
        stack.append({name: getattr(item, name) for name in kind.__dataclass_fields__ if hasattr(item, name)})
    elif kind.__module__ == "numpy" and hasattr(item, "dtype"):
        _array(out, stack, item)
    else:
        _subclass_or_reduce(out, stack, item)


def _subclass_or_reduce(out: bytearray, stack: list[Any], item: Any) -> None:
    kind = type(item)
    bases: tuple[Any, ...] = (str, int, float, bytes, tuple, list, dict, set, frozenset, bytearray, complex)
    for base in bases:
        if isinstance(item, base) and _reduces_as(item, base):
            out += b"S"
            _text(out, _class_name(kind))
            stack.append(getattr(item, "__dict__", None) or None)
            stack.append(dict(item.items()) if base is dict else base(item))
            return
    _reduced(out, stack, item)


def _reduces_as(item: Any, base: type) -> bool:
    """Whether content and __dict__ are all there is: a subclass with its own __reduce__ (defaultdict) says more."""
    kind = type(item)
    return kind.__reduce_ex__ is base.__reduce_ex__ and kind.__reduce__ is base.__reduce__


def _reduced(out: bytearray, stack: list[Any], item: Any) -> None:
    try:
        reduced = item.__reduce_ex__(5)
    except Exception as error:
        raise NotEncodable(f"{_class_name(type(item))}: {error}") from None
    if isinstance(reduced, str):
        out += b"G"
        _text(out, f"{type(item).__module__}.{reduced}")
        return
    out += b"R"
    maker, args, state, list_items, dict_items = (*reduced, None, None, None)[:5]
    stack.append(
        (maker, args, state, None if list_items is None else list(list_items),
         None if dict_items is None else dict(dict_items))
    )  # fmt: skip


def _global(out: bytearray, item: Any) -> None:
    name = item.__qualname__
    if "<locals>" in name or "<lambda>" in name:
        raise NotEncodable(f"{name}: a function or class made inside a function cannot be told from another one")
    out += b"G"
    _text(out, f"{item.__module__}.{name}")


def _array(out: bytearray, stack: list[Any], item: Any) -> None:
    out += b"A"
    if item.dtype.hasobject:
        stack.append(("object", item.shape, item.tolist()))
    else:
        stack.append((str(item.dtype.descr if item.dtype.names else item.dtype.str), item.shape, item.tobytes()))


def _class_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_enum(item: Any) -> bool:
    """Whether it is an enum member, without importing enum."""
    return any(base.__module__ == "enum" and base.__name__ == "Enum" for base in type(item).__mro__)


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
