"""Writing values down and reading them back. The only place that pickles.

Formats: "plain" the canonical encoding, which cannot execute anything when read; "pickle" a pickle, protocol 5.
"""

from __future__ import annotations

from redo_py.ground import hashing
from redo_py.values.encoding import NotPlain, decode, encode_checked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Unreadable(Exception):
    """A stored value cannot be read back here: its class is gone, its pickle is broken."""


def dump(value: Any, domain: int = hashing.VALUE) -> tuple[bytes, str, bytes]:
    """(digest, format, bytes) of `value`. Raises NotEncodable, and whatever pickling it raises."""
    encoded, plain = encode_checked(value)
    digest = hashing.digest(domain, encoded)
    if plain:
        return digest, "plain", encoded
    import pickle

    return digest, "pickle", pickle.dumps(value, 5)


def load(format_: str, data: bytes) -> Any:
    """The value; raises Unreadable."""
    try:
        if format_ == "plain":
            return decode(data)
        import pickle

        return pickle.loads(data)
    except NotPlain as error:
        raise Unreadable(str(error)) from error
    except Exception as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def preview(value: Any, limit: int = 200) -> str:
    """A short text of `value` for people, kept beside its bytes so that no reader needs to decode them."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"<{type(value).__name__}: repr failed: {error}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"
