"""What happens in an execution, as it happens: (kind, subject, detail) handed to listeners.

kinds: "queued" "started" "output" "done" "cached" "restored" "joined" "failed" "stopped" "retried" "skipped"
"would_run" "adopted" "displaced" "notice". The subject is the engine's Job (or None); the detail a text or None.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Listener = Callable[[str, Any, Any], None]


class Events:
    """Hands each event to every listener, in order."""

    __slots__ = ("listeners",)

    def __init__(self, *listeners: Listener) -> None:
        self.listeners = list(listeners)

    def emit(self, kind: str, subject: Any = None, detail: Any = None) -> None:
        """Tell all listeners."""
        for listener in self.listeners:
            listener(kind, subject, detail)


class Journal:
    """A listener that remembers, as (kind, origin) lines: what tests assert."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __call__(self, kind: str, subject: Any, detail: Any) -> None:
        self.lines.append((kind, getattr(subject, "origin", "") or str(detail or "")))

    def of(self, *kinds: str) -> list[str]:
        """The origins of the events of these kinds, in order."""
        return [origin for kind, origin in self.lines if kind in kinds]
