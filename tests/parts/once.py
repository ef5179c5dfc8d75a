"""Folders that are made once, and used by all later runs of the tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def made_once(folder: Path, proof: str) -> Iterator[Path]:
    """A new folder to fill, which becomes `folder` in the end. Two who do that at once do not disturb each other: a
    folder that has `proof` by then stays."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        yield made
        try:
            made.rename(folder)
        except OSError:
            if not (folder / proof).exists():  # nobody else was faster
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
