"""What a dry run knows of the result of something that it does not run: nothing."""

from __future__ import annotations

from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ABSENT_DIGEST = bytes(16)  # the content of a file that is not there
UNKNOWN_DIGEST = b"\xff" * 16  # the content of a file that a dry run would make


class Unknown(Value):
    """The value of a call that a dry run did not make. What is computed from it is Unknown too."""

    __slots__ = ()
    type_name = "redun.Unknown"

    def __repr__(self) -> str:
        return "<not known before it runs>"

    def state(self) -> tuple[Any, ...]:
        return ()

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Unknown:
        return UNKNOWN


UNKNOWN = Unknown()
