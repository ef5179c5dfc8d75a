"""The redunfile: its syntax, its names, its evaluation."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {}
