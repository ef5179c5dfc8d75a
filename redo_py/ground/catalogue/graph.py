"""Targets, rules and their graph, before anything runs."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {}
