"""The project folder: the command line, settings, database, lock, cache."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {}
