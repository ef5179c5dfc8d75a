"""Value: the base of everything that has its own identity beside plain Python data."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

TYPES: dict[str, type[Value]] = {}  # type_name -> class, filled by subclassing


class Value:
    """A value that says by itself what identifies it.

    `state()` must be plain data that determines the value; equal states mean equal values, for ever: the encoding of
    type_name and state is what is hashed and stored. A subclass without a `type_name` of its own gets module.qualname.
    """

    __slots__ = ()
    type_name: ClassVar[str] = "redun.Value"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "type_name" not in cls.__dict__:
            cls.type_name = f"{cls.__module__}.{cls.__qualname__}"
        TYPES[cls.type_name] = cls

    def state(self) -> tuple[Any, ...]:
        """Plain data that determines the value."""
        raise NotImplementedError

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Value:
        """The value with that state."""
        raise NotImplementedError
