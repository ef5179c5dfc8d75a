"""Small files of ours that are believed only when they are whole: the stat memo and the snapshots.

    magic (8 bytes, with the version of the format) · length of the payload (8) · CRC-32 of the payload (4) · payload

The payload is marshal's encoding of builtin values, in a version that all supported Pythons read alike. A file that
is short, long, damaged, from another version or not there at all is the same: None. It is a cache; nobody is told.
The fast lane imports this, so it knows only what costs next to nothing.
"""

from __future__ import annotations

import marshal
import os
from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MARSHAL_VERSION = 4
_HEAD = 20


def read_sealed(path: str, magic: bytes) -> Any:
    """What `write_sealed` put into the file at `path`, or None."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        sealed = _read_all(descriptor)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return unseal(sealed, magic)


def write_sealed(path: str, magic: bytes, content: Any) -> bool:
    """Put `content`, made of builtin values, into the file at `path`, all or nothing. False if that cannot be done."""
    beside = f"{path}.{os.getpid()}~"
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            _write_all(descriptor, seal(content, magic))
        finally:
            os.close(descriptor)
        os.rename(beside, path)
    except OSError:
        _drop(beside)
        return False
    return True


def seal(content: Any, magic: bytes) -> bytes:
    """`content` as the bytes of a sealed file; `magic` must be 8 bytes."""
    payload = marshal.dumps(content, MARSHAL_VERSION)
    return b"".join((magic, len(payload).to_bytes(8, "little"), crc32(payload).to_bytes(4, "little"), payload))


def unseal(sealed: bytes, magic: bytes) -> Any:
    """The content of the bytes of a sealed file, None if anything about them is wrong."""
    payload = memoryview(sealed)[_HEAD:]
    if sealed[:8] != magic or int.from_bytes(sealed[8:16], "little") != len(payload):
        return None
    if int.from_bytes(sealed[16:_HEAD], "little") != crc32(payload):
        return None
    try:
        return marshal.loads(payload)
    except (EOFError, ValueError, TypeError):
        return None


def _read_all(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    content = os.read(descriptor, size + 1)
    if len(content) == size:
        return content
    parts = [content]
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _drop(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
