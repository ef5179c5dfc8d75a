"""Putting products in place from the artifacts, all or none.

Every product is made in `.redun/staging` first, as <process>-<number>, and moved into place when all are there. What a
killed build leaves in the staging folder is nobody's, and goes when the next one begins or stages something.
"""

from __future__ import annotations

import os

from redo_py.files.api import DIRECTORY, EXECUTABLE, FILE, LINK
from redo_py.files.clearing import move
from redo_py.files.contents import entries_of
from redo_py.files.sweeping import STAGING, drop, sweep
from redo_py.ground.hashing import DIRECTORY as DIRECTORY_SEED
from redo_py.ground.hashing import LINK as LINK_SEED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.store.api import Artifacts

Product = tuple[str, bytes, int]  # path, digest, kind


class Staging:
    """The folder that products are made in, below the state folder."""

    __slots__ = ("_artifacts", "_count", "_folder")

    def __init__(self, state_dir: str, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self._folder = f"{state_dir}/{STAGING}"
        self._count = 0

    def make(self, products: Sequence[Product]) -> list[str] | None:
        """The places where all `products` now are; None, with nothing left behind, if one of them is not kept."""
        if not self._count:
            self._open()
        made: list[str] = []
        complete = False
        try:
            for _, content, kind in products:
                self._count += 1
                made.append(f"{self._folder}/{os.getpid()}-{self._count}")
                if not self._make(made[-1], content, kind):
                    return None
            complete = True
        finally:
            if not complete:
                drop(made)
        return made

    def _open(self) -> None:
        """Make the folder, and remove what processes left there that are no more."""
        os.makedirs(self._folder, exist_ok=True)
        sweep(self._folder)

    def _make(self, place: str, content: bytes, kind: int) -> bool:
        if kind == DIRECTORY:
            return self._make_tree(place, content)
        if kind == LINK:
            return self._make_link(place, content)
        return kind in (FILE, EXECUTABLE) and self._artifacts.fetch(content, place, kind == EXECUTABLE)

    def _make_link(self, place: str, content: bytes) -> bool:
        text = self._artifacts.read_bytes(content, LINK_SEED)
        if not text:
            return False
        os.symlink(os.fsdecode(text), place)
        return True

    def _make_tree(self, place: str, content: bytes) -> bool:
        entries = tree_of(self._artifacts, content)
        if entries is None:
            return False
        os.mkdir(place)
        for path, digest, kind in entries:
            below = f"{place}/{path}"
            if kind == DIRECTORY:
                os.mkdir(below)
            elif not self._make(below, digest, kind):
                return False
        return True


def tree_of(artifacts: Artifacts, content: bytes) -> list[Product] | None:
    """The entries of the kept directory with the digest `content`, folders before what is in them."""
    listing = artifacts.read_bytes(content, DIRECTORY_SEED)
    entries = None if listing is None else entries_of(listing)
    return None if entries is None else [(path, digest, kind) for path, kind, digest in entries]


def are_kept(artifacts: Artifacts, products: Sequence[Product]) -> bool:
    """Whether all the bytes of `products` are kept, those below directories included."""
    digests = [digest for _, digest, _ in products]
    for _, digest, kind in products:
        if kind == DIRECTORY:
            entries = tree_of(artifacts, digest)
            if entries is None:
                return False
            digests += [below for _, below, kind_below in entries if kind_below != DIRECTORY]
    return all(artifacts.have(digests))


def put_all(staged: Sequence[str], destinations: Sequence[str]) -> None:
    """Move every staged thing to its destination; if one cannot be moved, none is left there and OSError is raised."""
    for count, (place, full) in enumerate(zip(staged, destinations, strict=True)):
        try:
            move(place, full)
        except OSError:
            drop(destinations[:count])
            drop(staged[count:])
            raise
