"""What type checkers see as generic classes is plain at run time: importing typing costs more than all tasks do."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Base:
    """What a class inherits that type checkers see as generic: `Task[[int], str]` is Task."""

    __slots__ = ()

    def __class_getitem__(cls, parameters: Any) -> type[Base]:
        return cls


class Subscripted:
    """Stands for typing.Generic: `Generic[P, R]` is Base."""

    def __getitem__(self, parameters: Any) -> type[Base]:
        return Base


Generic = Subscripted()
P = R = None
