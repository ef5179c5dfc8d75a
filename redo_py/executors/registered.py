"""Classes that a program has registered for a type of executor, in the way of redun: `@register_executor("type")`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REGISTERED: dict[str, Any] = {}  # type of an executor in the settings -> the user's class for it
