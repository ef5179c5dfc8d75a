"""Seals: a short hash beside each row on which a wrong answer could rest.

SQLite notices damage of its own structure, but not a flipped bit in a cell. Whoever reads one of these rows compares.
A seal finds accidents only: who can write the file can write seals.
"""

from __future__ import annotations

from redo_py.ground.hashing import digest, seed_of
from redo_py.records import LEDGER, TRACE, VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from redo_py.records import Table

SEED = seed_of("seal")
SIZE = 8  # bytes
PLAIN = b"plain"  # the form of nearly all values


def seal_of_value(value: bytes, form: str, content: bytes, preview: str = "") -> bytes:
    """The seal of a row of VALUE; the preview is not under it."""
    encoded = PLAIN if form == "plain" else form.encode("utf-8", "surrogatepass")
    return digest(SEED, b"%b%d%b%b" % (value, len(content), content, encoded))[:SIZE]


def seal_of_trace(
    evaluation: bytes,
    discovered_digest: bytes,
    value: bytes,
    call: bytes,
    discovered: bytes,
    products: bytes,
    recorded: float = 0.0,
) -> bytes:
    """The seal of a row of TRACE; its key's second half and its moment are not under it."""
    joined = b"%b%b%b%d%b%b" % (evaluation, value, call, len(discovered), discovered, products)
    return digest(SEED, joined)[:SIZE]


def seal_of_ledger(path: str, content: bytes, kind: int, origin: str = "") -> bytes:
    """The seal of a row of LEDGER; the origin is not under it."""
    return digest(SEED, b"%b%d" % (content, kind) + path.encode("utf-8", "surrogatepass"))[:SIZE]


SEALS: dict[Table, Callable[..., bytes]] = {VALUE: seal_of_value, TRACE: seal_of_trace, LEDGER: seal_of_ledger}
