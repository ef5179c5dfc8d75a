"""How a service of AWS says no."""

from __future__ import annotations


class Refusal(Exception):
    """An answer that is an error: its HTTP status, its type as clients see it, and its text."""

    def __init__(self, message: str, kind: str = "ClientException", status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.status = status
