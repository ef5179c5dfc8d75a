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
    from typing import Any

FOLDER = "datasets"  # see library.frames
ABOVE = ("", "/scratch")  # where it is in the state folder: of drivers here, of applications in a cluster
AGE = 24 * 3600.0  # seconds; a younger one may be of a run that has not recorded it yet
PAGE = 1000  # values that are looked through at a time


def forgotten_datasets(store: Any, state: str, now: float) -> list[str]:
    """The folders of those that no value in `store` names, sorted, and what was left half written. Raises OSError."""
    finished, half = [], []
    for above in ABOVE:
        folder = f"{state}{above}/{FOLDER}"
        finished += [path for path in entries(folder) if os.path.basename(path) != WRITING]
        half += entries(f"{folder}/{WRITING}")
    kept = named(store) if finished else set()
    lost = [path for path in finished if os.path.basename(path) not in kept]
    return sorted(path for path in [*lost, *half] if last_change(path) < (now - AGE) * 1e9)


def named(store: Any) -> set[str]:
    """The names of all datasets that values speak of."""
    pattern = re.compile(rb"/%s/([0-9a-f]{32})\b" % FOLDER.encode())
    found: set[str] = set()
    rows = [(b"", b"")] * PAGE
    while len(rows) == PAGE:
        rows = store.rows(VALUE, order="value", limit=PAGE, columns=("value", "bytes"), after=rows[-1][0])
        for _, content in rows:
            found.update(name.decode() for name in pattern.findall(content))
    return found
