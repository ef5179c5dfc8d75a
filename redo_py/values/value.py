"""Value: the base of everything that has its own identity beside plain Python data.

Our own classes give a `state` of plain data. A class of the user's may do that, too; else it is known by the hooks of
redun, any of which it may have: what identifies it is `get_hash`, else what `serialize` gives, else what pickle would
keep of it, which `__getstate__` says.
"""

from __future__ import annotations

from redo_py.ground.nested import ALL_FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, ClassVar

TYPES: dict[str, type[Value]] = {}  # type_name -> class, filled by subclassing
DEFAULTS: dict[str, Callable[[Any], Any]] = {}  # what hooks do that a class does not have; values.codec fills it in

IN_USE: set[str] = set()  # of the hooks around a job, those that some class has


class Value:
    """A value that says by itself what identifies it.

    `state()` must be plain data that determines the value; equal states mean equal values, for ever: the encoding of
    type_name and state is what is hashed and stored. A subclass without a `type_name` of its own gets module.qualname.
    """

    __slots__ = ()
    type_name: ClassVar[str] = "redun.Value"
    by_hooks: ClassVar[bool] = True  # whether it is known by the hooks and not by a `state`
    nested_fields: ClassVar[tuple[str, ...] | None] = None  # of one that is opened like a container, see ground.nested

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "type_name" not in cls.__dict__:
            cls.type_name = f"{cls.__module__}.{cls.__qualname__}"
        TYPES[cls.type_name] = cls
        cls.by_hooks = cls.state is Value.state
        IN_USE.update(name for name in ("is_valid", "preprocess", "postprocess") if has_hook(cls, name))
        if "nested_fields" not in cls.__dict__:
            is_closed = not cls.by_hooks or has_hook(cls, "get_hash") or has_hook(cls, "serialize")
            cls.nested_fields = None if is_closed else ALL_FIELDS
        elif cls.nested_fields == ALL_FIELDS and "nested_fields" not in cls.__dict__:
            cls.nested_fields = None  # it says by its state what it is; what it inherits from does not

    def state(self) -> tuple[Any, ...]:
        """Plain data that determines the value."""
        raise NotImplementedError

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Value:
        """The value with that state."""
        raise NotImplementedError

    # ---- hooks of redun

    def get_hash(self, data: bytes | None = None) -> str:
        """A text that is equal for equal values and differs for others; `data` is what `serialize` gave, if anybody has
        asked already."""
        return DEFAULTS["get_hash"](self)  # type: ignore[no-any-return]

    def is_valid(self) -> bool:
        """Whether what the value stands for is still as it was; a remembered result that holds one that is not valid is
        not used."""
        return True

    def serialize(self) -> bytes:
        """The bytes to keep."""
        return DEFAULTS["serialize"](self)  # type: ignore[no-any-return]

    @classmethod
    def deserialize(cls, raw_type: Any, data: bytes) -> Any:
        """The value of these bytes. What it raises makes a remembered result one that cannot be read."""
        return DEFAULTS["deserialize"](data)

    @classmethod
    def get_serialization_format(cls) -> str:
        """The media type of what `serialize` gives."""
        return "application/python-pickle"

    def preprocess(self, preprocess_args: dict[str, Any]) -> Any:
        """What the function of a task is given for it; told is `pre_call_hash`, and `call_order`, the number of the
        job."""
        return self

    def postprocess(self, postprocess_args: dict[str, Any]) -> Any:
        """What is taken for it in the result of a task's function; told is `pre_call_hash`."""
        return self

    def iter_subvalues(self) -> Iterable[Any]:
        """The values in it that are recorded as parts of it."""
        return ()

    def __reduce_ex__(self, protocol: Any) -> Any:
        if has_hook(type(self), "serialize"):
            return restored, (type(self), None, self.serialize())
        return super().__reduce_ex__(protocol)


def has_hook(kind: type[Value], name: str) -> bool:
    """Whether a class has a hook `name` of its own."""
    for each in kind.__mro__:
        if name in each.__dict__:
            return each is not Value and not each.__module__.startswith("redo_py.")
    return False


def restored(kind: type[Value], raw_type: Any, data: bytes) -> Any:
    """What `kind` makes of the bytes that it gave."""
    return kind.deserialize(raw_type or kind, data)
