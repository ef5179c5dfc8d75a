"""Hashes as texts, for `get_hash` of values that users define. They are ours: those of redun differ."""

from __future__ import annotations

from redo_py.ground.hashing import VALUE, digest, hasher
from redo_py.values.encoding import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO


def hash_struct(struct: Any) -> str:
    """That of nested plain data. Raises NotEncodable."""
    return digest(VALUE, encode(struct)).hex()


def hash_bytes(bytes: bytes) -> str:
    """That of bytes."""
    return digest(VALUE, bytes).hex()


def hash_tag_bytes(tag: str, bytes: bytes) -> str:
    """That of bytes that are of the kind `tag`: the same ones of another kind have another."""
    return hash_struct([tag, bytes])


def hash_text(text: str) -> str:
    """That of a text: of its bytes in UTF-8."""
    return hash_bytes(text.encode())


def hash_stream(stream: BinaryIO, block_size: int = 1 << 16) -> str:
    """That of all that is left in a stream of bytes."""
    state = hasher(VALUE)
    while block := stream.read(block_size):
        state.update(block)
    return state.digest().hex()
