"""Thread: an evaluation that goes on by itself, see engine.forms fork_thread."""

from __future__ import annotations

from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Thread(Value):
    """What `fork_thread` gives: `join_thread` gets the value of it. Good in the execution that made it."""

    __slots__ = ("digest",)
    type_name = "redun.Thread"

    def __init__(self, digest: bytes) -> None:
        self.digest = digest  # of the expression

    def __repr__(self) -> str:
        return f"Thread({self.digest.hex()[:8]})"

    def state(self) -> tuple[bytes]:
        return (self.digest,)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Thread:
        return cls(*state)
