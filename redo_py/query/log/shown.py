"""Values as text, read from how they are encoded: nothing is made of the bytes, whatever they hold.

Only as much is read as is shown. What only a pickle can give back has no text here; who recorded it kept one beside
the bytes.
"""

from __future__ import annotations

import struct
from struct import pack, unpack_from

from redo_py.ground.hashing import DIGEST_SIZE
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CUT = "..."  # stands where something was left out
HASH = 8  # digits of a content that are shown
CONTAINERS = {  # tag -> what stands before its items, behind them, and in place of it all if there are none
    "l": ("[", "]", "[]"), "t": ("(", ")", "()"), "d": ("{", "}", "{}"), "e": ("{", "}", "set()"),
    "z": ("frozenset({", "})", "frozenset()"),
}  # fmt: skip
CONSTANTS = {"N": "None", "T": "True", "F": "False"}
WITH_CONTENT = ("redun.File", "redun.Dir")  # types whose state begins with a path and the digest of what is there
TASK, THREAD = "redun.TaskReference", "redun.Thread"  # types whose state begins with a full name, and with a digest
PARTS_OF_A_HANDLE = 3
STATE = b"b" + pack("<Q", DIGEST_SIZE)  # how the digest of a handle's state begins
LONGEST_NAME = 200  # characters


class Foreign(Exception):
    """The value holds what only a pickle can give back, or the bytes are damaged."""


class Frame:
    """A container, or the state of a Value, whose items are being shown."""

    __slots__ = ("is_dict", "left", "size", "tag")

    def __init__(self, tag: str, size: int) -> None:
        self.tag = tag
        self.is_dict = tag == "d"
        self.size = self.left = 2 * size if self.is_dict else size

    def take(self) -> str:
        """What stands before the next item, which is taken."""
        first, is_value = self.left == self.size, self.is_dict and (self.size - self.left) % 2 == 1
        self.left -= 1
        return "" if first else ": " if is_value else ", "

    def closing(self) -> str:
        """What stands behind the last item."""
        if self.tag == "V":
            return ")"
        return ",)" if self.tag == "t" and self.size == 1 else CONTAINERS[self.tag][1]


def cut(text: str, limit: int) -> str:
    """`text`, with its end left out if it is longer than `limit`."""
    return text if len(text) <= limit else text[: max(0, limit - len(CUT))] + CUT


def text_of(data: bytes, limit: int, at: int = 0) -> str:
    """The text of the value whose encoding begins at `at`, cut to `limit` characters. Raises Foreign."""
    try:
        return cut(_text(data, at, limit), limit)
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise Foreign from error


def _text(data: bytes, at: int, limit: int) -> str:
    pieces: list[str] = []
    length = 0
    stack: list[Frame] = []
    while True:
        piece, at, frame = _item(data, at, limit)
        pieces.append(piece)
        length += len(piece)
        if frame is not None:
            stack.append(frame)
        while stack and not stack[-1].left:
            pieces.append(stack.pop().closing())
        if not stack or length > limit:
            return "".join(pieces)
        pieces.append(stack[-1].take())


def _item(data: bytes, at: int, limit: int) -> tuple[str, int, Frame | None]:
    """The text of what begins at `at`, where it ends, and its frame if items follow."""
    tag = chr(data[at])
    if tag in CONSTANTS:
        return CONSTANTS[tag], at + 1, None
    if tag == "f":
        return repr(unpack_from("<d", data, at + 1)[0]), at + 9, None
    if tag == "c":
        return repr(complex(*unpack_from("<dd", data, at + 1))), at + 17, None
    (size,) = unpack_from("<Q", data, at + 1)
    if tag in CONTAINERS:
        opening, _, empty = CONTAINERS[tag]
        return (opening, at + 9, Frame(tag, size)) if size else (empty, at + 9, None)
    if tag == "V":
        return _value(data, at + 9, size)
    return _leaf(tag, data, at + 9, size, limit), at + 9 + size, None


def _leaf(tag: str, data: bytes, at: int, size: int, limit: int) -> str:
    if tag == "i":
        return str(int.from_bytes(data[at : at + size], "little", signed=True)) if size < 1000 else f"<{size} byte int>"
    body = data[at : at + min(size, 4 * limit)]
    if tag == "s":
        return repr(body.decode("utf-8", "surrogatepass" if len(body) == size else "replace"))
    if tag == "b":
        return repr(body)
    if tag == "y":
        return repr(bytearray(body))
    raise Foreign


def _value(data: bytes, at: int, size: int) -> tuple[str, int, Frame | None]:
    """A Value: its type and state. Of files the path and some digits of the content, of tasks the name."""
    name = data[at : at + size].decode()
    at += size
    if name in (TASK, THREAD):
        behind = skip(data, at)
        first = items(data, at)[0]
        shown = first.hex()[:HASH] if isinstance(first, bytes) else first
        return f"{'Task' if name == TASK else 'Thread'}({shown})", behind, None
    if name in WITH_CONTENT:
        behind = skip(data, at)
        path, content, *_ = items(data, at)
        return f"{name.rpartition('.')[2]}(path={path}{hash_of(content)})", behind, None
    (count,) = unpack_from("<Q", data, at + 1)
    frame = Frame("V", count)
    if data[at : at + 1] != b"t" or not count:
        return name.rpartition(".")[2], at if count else at + 9, None
    if count == PARTS_OF_A_HANDLE and (handle := _handle(name, data, at + 9)):
        return *handle, None
    return name.rpartition(".")[2] + "(", at + 9, frame


def _handle(name: str, data: bytes, at: int) -> tuple[str, int] | None:
    """The text of a handle, whose class may have any name, as it has it itself, and where it ends; None if it is none:
    a tuple of arguments, a dict of those with names, and the digest of its state."""
    if data[at : at + 1] != b"t":
        return None
    try:
        named = skip(data, at)
        if data[named : named + 1] != b"d":
            return None
        state = skip(data, named)
        (size,) = unpack_from("<Q", data, at + 1)
        place = at + 9 if size else _place_of(b"name", data, named)
        thing = _spoken(data, place) if place else ""
    except (IndexError, struct.error, UnicodeDecodeError, Foreign):  # it is cut off, say
        return None
    end = state + 9 + DIGEST_SIZE
    if data[state : state + 9] != STATE or end > len(data):
        return None
    return f"{name}({thing})@{data[state + 9 : end].hex()[:HASH]}", end


def _place_of(key: bytes, data: bytes, at: int) -> int:
    """Where the value of the text `key` begins in the dict at `at`; 0 if that has none."""
    (count,) = unpack_from("<Q", data, at + 1)
    at += 9
    for _ in range(count):
        behind = skip(data, at)
        if data[at + 9 : behind] == key:
            return behind
        at = skip(data, behind)
    return 0


def _spoken(data: bytes, at: int) -> str:
    """What begins at `at` as `str` has it: a text without quotes, of a file the path. Raises Foreign."""
    if data[at : at + 1] == b"s":
        return data[at + 9 : skip(data, at)].decode("utf-8", "surrogatepass")
    if data[at : at + 1] == b"V":
        state = at + 9 + unpack_from("<Q", data, at + 1)[0]
        if data[at + 9 : state].decode() in WITH_CONTENT:
            return str(items(data, state)[0])
    return text_of(data, LONGEST_NAME, at)


def hash_of(content: bytes) -> str:
    """How the content of a file is shown behind its path."""
    if content == ABSENT_DIGEST:
        return ", absent"
    return f", hash={content.hex()[:HASH]}" if content else ""


def items(data: bytes, at: int) -> list[Any]:
    """The items of a tuple that holds texts and bytes, in full; of others None."""
    (count,) = unpack_from("<Q", data, at + 1)
    at += 9
    found: list[Any] = []
    for _ in range(count):
        behind = skip(data, at)
        tag, body = data[at : at + 1], data[at + 9 : behind]
        found.append(body.decode("utf-8", "surrogatepass") if tag == b"s" else body if tag == b"b" else None)
        at = behind
    return found


def skip(data: bytes, at: int) -> int:
    """Where the value that begins at `at` ends. Raises Foreign."""
    left = 1
    while left:
        left -= 1
        tag = chr(data[at])
        if tag in CONSTANTS:
            at += 1
        elif tag in "fc":
            at += 9 if tag == "f" else 17
        else:
            (size,) = unpack_from("<Q", data, at + 1)
            at += 9
            if tag in CONTAINERS:
                left += 2 * size if tag == "d" else size
            elif tag in "isbyV":
                at += size
                left += tag == "V"
            else:
                raise Foreign
    return at


def pairs(data: bytes, limit: int) -> list[tuple[str, str]]:
    """The names and texts of bound arguments, which are encoded as a dict. Raises Foreign."""
    try:
        return list(_pairs(data, limit))
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise Foreign from error


def _pairs(data: bytes, limit: int) -> Any:
    if data[:1] != b"d":
        raise Foreign
    (count,) = unpack_from("<Q", data, 1)
    at = 9
    for _ in range(count):
        behind = skip(data, at)
        yield data[at + 9 : behind].decode("utf-8", "surrogatepass"), text_of(data, limit, behind)
        at = skip(data, behind)
