"""Syntax trees of redunfiles, remembered by the very bytes they were parsed from.

A project keeps the trees of its redunfiles; the user's cache folder keeps those of the latest ones of all projects, so
that a fresh clone needs no parser either. Both are caches: what is damaged or of another version is parsed again.
"""

from __future__ import annotations

import os

from redo_py import __version__
from redo_py.config.root import REDUNFILE, STATE
from redo_py.files.sealed import read_sealed, write_sealed
from redo_py.front.redunfile.grammar.frozen import freeze, thaw
from redo_py.ground.hashing import FILE, digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.grammar.syntax import Module

MAGIC = b"redunP\x02\x00"
MOST = 64  # trees in the user's cache folder, the latest ones
OWN = f"{STATE}/parsed"


class Trees:
    """The syntax trees of one project. `cache` is the user's folder for what can be worked out again, "" if there is
    none."""

    def __init__(self, cache: str) -> None:
        self._cache = cache
        kept = read_sealed(OWN, MAGIC)
        self._kept: dict[bytes, bytes] = kept if isinstance(kept, dict) else {}  # bytes of a file -> its tree, frozen
        self._used: dict[bytes, bytes] = {}
        self._fresh: dict[bytes, Module] = {}  # parsed just now; frozen later, when it is known whether they are sound

    def parsed(self, file: str, content: bytes) -> Module:
        """The syntax tree of a redunfile; raises ErrorList. Lark is loaded only for bytes that were never parsed."""
        return self._remembered("", file, content)

    def embedded(self, module: str, file: str, content: bytes) -> Module:
        """The tree of what is redun's in the Python module of that dotted name; raises ErrorList."""
        return self._remembered(module, file, content)

    def _remembered(self, module: str, file: str, content: bytes) -> Module:
        """`module` is "" for a redunfile, and for what `-f` names."""
        key = f"{__version__} {module}:{file}".encode("utf-8", "surrogateescape") + b"\0" + content
        for frozen in filter(None, (self._kept.get(key), _read(self._shared(key), key))):
            tree = thaw(frozen)
            if tree is not None:
                self._used[key] = frozen
                return tree
        tree = self._fresh[key] = _parse(module, file, content, self._cache or STATE)
        return tree

    def save(self) -> None:
        """Keep the trees that were asked for, and no others."""
        for key, tree in self._fresh.items():
            self._used[key] = freeze(tree)
            _keep(self._shared(key), key, self._used[key])
        self._fresh = {}
        if self._used != self._kept:
            write_sealed(OWN, MAGIC, self._used)

    def _shared(self, key: bytes) -> str:
        """Where all projects of the user have the tree; "" for nowhere."""
        return f"{self._cache}/trees/{digest(FILE, key).hex()}" if self._cache else ""


def _parse(module: str, file: str, content: bytes, tables: str) -> Module:
    """The tree of a redunfile, or of what is redun's in a Python module; `tables` is the folder of the parser's."""
    if module or (os.path.basename(file) != REDUNFILE and b"redo_py" in content):
        from redo_py.front.embedded.reading import read_module
        from redo_py.front.embedded.telling import is_module
        from redo_py.tasks.reading.sources import Source

        source = Source(os.path.abspath(file), file, module or file.removesuffix(".py"), content)
        if module or is_module(source, tables):
            return read_module(source, tables)
    from redo_py.front.redunfile.grammar.parse import parse_bytes

    return parse_bytes(content, file, tables)


def _read(place: str, key: bytes) -> bytes | None:
    kept = read_sealed(place, MAGIC) if place else None
    return kept[1] if isinstance(kept, tuple) and len(kept) == 2 and kept[0] == key else None


def _keep(place: str, key: bytes, frozen: bytes) -> None:
    """Write a tree to the shared folder, if there is one, and drop the oldest beyond MOST."""
    if not place:
        return
    folder = os.path.dirname(place)
    try:
        os.makedirs(folder, exist_ok=True)
        write_sealed(place, MAGIC, (key, frozen))
        entries = sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime_ns)
        for entry in entries[:-MOST]:
            os.unlink(entry.path)
    except OSError:  # somebody else's folder, or another process has dropped it
        return
