"""What lies in the folder of a job, as bytes: a line of JSON that every version can read, then what this one packs.

redun-remote 2
{"redun": "1.2.0", "python": [3, 13], ...}
the digest of that line and of all that follows
bytes packed by values.codec
"""

from __future__ import annotations

import json
import sys

from redo_py import __version__
from redo_py.ground import hashing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMAT = b"redun-remote 2\n"


class Torn(Exception):
    """The bytes are not what was written."""


def written(header: dict[str, Any], payload: bytes) -> bytes:
    """`header` and `payload` as bytes, with who wrote them."""
    own = {"redun": __version__, "python": list(sys.version_info[:2])}
    line = json.dumps({**header, **own}, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return FORMAT + line + b"\n" + _digest(line, payload) + b"\n" + payload


def read(content: bytes) -> tuple[dict[str, Any], bytes]:
    """(header, payload) of what was written; raises Torn."""
    if not content.startswith(FORMAT):
        raise Torn("it was not written by redun, or by one that is much newer or older")
    line, _, rest = content[len(FORMAT) :].partition(b"\n")
    digest, _, payload = rest.partition(b"\n")
    if digest != _digest(line, payload):
        raise Torn("its digest is not that of what was written")
    header: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
    return header, payload


def _digest(line: bytes, payload: bytes) -> bytes:
    hasher = hashing.hasher(hashing.FILE)
    hasher.update(line + b"\n")
    hasher.update(payload)
    return hasher.digest().hex().encode()


def misfit(header: dict[str, Any]) -> dict[str, str] | None:
    """The words of an error if who wrote `header` cannot be understood by this process: another Python reads neither
    its code nor all of its pickles. None if it can."""
    theirs = ".".join(map(str, header.get("python", ())))
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if theirs == ours and header.get("redun") == __version__:
        return None
    return {"python": ours, "redun": __version__, "their_python": theirs, "their_redun": str(header.get("redun"))}
