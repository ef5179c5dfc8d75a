"""Tables that tasks of Spark have returned, and that nobody can be given any more."""

from __future__ import annotations

import os
import re

from redo_py.files.rubbish import entries
from redo_py.files.signature import last_change
from redo_py.library.frames import WRITING
from redo_py.records import VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from redo_py.store.api import Reader

FOLDER = "datasets"  # see library.frames
ABOVE = ("", "/scratch")  # where it is in the state folder: of drivers here, of applications in a cluster
AGE = 24 * 3600.0  # seconds; a younger one may be of a run that has not recorded it yet
PAGE = 1000  # values that are looked through at a time


def forgotten_datasets(readers: Callable[[], Sequence[Reader]], state: str, now: float) -> list[str]:
    """The folders of those that no value of all `readers` names, sorted, and what was left half written. Raises
    OSError, and StoreError."""
    finished, half = [], []
    for above in ABOVE:
        folder = f"{state}{above}/{FOLDER}"
        finished += [path for path in entries(folder) if os.path.basename(path) != WRITING]
        half += entries(f"{folder}/{WRITING}")
    old = [path for path in finished if is_old(path, now)]
    kept = {name for reader in readers() for name in named(reader)} if old else set()
    lost = [path for path in old if os.path.basename(path) not in kept]
    return sorted([*lost, *[path for path in half if is_old(path, now)]])


def is_old(path: str, now: float) -> bool:
    """Whether no run that has not recorded it yet can be at it."""
    return last_change(path) < (now - AGE) * 1e9


def named(store: Reader) -> set[str]:
    """The names of all datasets that values speak of."""
    pattern = re.compile(rb"/%s/([0-9a-f]{32})\b" % FOLDER.encode())
    found: set[str] = set()
    rows: list[tuple[Any, ...]] = [(b"", b"")] * PAGE
    while len(rows) == PAGE:
        columns, after = ("value", "bytes"), rows[-1][0]
        rows = list(store.rows(VALUE, order="value", limit=PAGE, columns=columns, after=after))
        for _, content in rows:
            found.update(name.decode() for name in pattern.findall(content))
    return found
