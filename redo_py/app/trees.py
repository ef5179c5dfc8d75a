"""Syntax trees of redunfiles, remembered by the very bytes they were parsed from.

A project keeps the tree of its redunfile; the user's cache folder keeps those of the latest ones of all projects, so
that a fresh clone needs no parser either. Both are caches: what is damaged or of another version is parsed again.
"""

from __future__ import annotations

import os

from redo_py import __version__
from redo_py.config.root import STATE
from redo_py.files.sealed import read_sealed, write_sealed
from redo_py.front.redunfile.frozen import freeze, thaw
from redo_py.ground.hashing import FILE, digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.syntax import Module

MAGIC = b"redunP\x01\x00"
MOST = 64  # trees in the user's cache folder, the latest ones


def parsed(file: str, content: bytes, cache: str) -> Module:
    """The syntax tree of a redunfile; raises ErrorList. Lark is loaded only for bytes that were never parsed before.

    `cache` is the user's folder for what can be worked out again, "" if there is none.
    """
    key = f"{__version__} {file}".encode() + b"\0" + content
    own = f"{STATE}/parsed"
    tree = _read(own, key)
    if tree is not None:
        return tree
    shared = f"{cache}/trees/{digest(FILE, key).hex()}" if cache else ""
    tree = _read(shared, key) if shared else None
    if tree is None:
        from redo_py.front.redunfile.parse import parse_bytes

        tree = parse_bytes(content, file, cache or STATE)
        if shared:
            _keep(shared, key, tree)
    write_sealed(own, MAGIC, (key, freeze(tree)))
    return tree


def _read(place: str, key: bytes) -> Module | None:
    kept = read_sealed(place, MAGIC)
    return thaw(kept[1]) if isinstance(kept, tuple) and len(kept) == 2 and kept[0] == key else None


def _keep(place: str, key: bytes, tree: Module) -> None:
    """Write `tree` to the shared folder, and drop the oldest beyond MOST."""
    folder = os.path.dirname(place)
    try:
        os.makedirs(folder, exist_ok=True)
        write_sealed(place, MAGIC, (key, freeze(tree)))
        entries = sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime_ns)
        for entry in entries[:-MOST]:
            os.unlink(entry.path)
    except OSError:  # somebody else's folder, or another process has dropped it
        return
