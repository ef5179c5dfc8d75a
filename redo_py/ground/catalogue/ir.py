"""Expressions written as JSON."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "ir-json": ("the expressions are no JSON: {error}", "`redun build --print-ir TARGET` shows how they are written"),
    "ir-item": ("{path}: {error}", "`redun build --print-ir TARGET` shows how expressions are written"),
    "ir-version": (
        "these expressions are written in version {found}; this redun reads version {known}",
        "write them again with this redun, or read them with the one that wrote them",
    ),
}
