"""Handle: something outside that tasks change, such as a database, in the state that it is in.

A handle that a task gives back is in another state than the one it was given, and a state counts as an argument. Which
states are true outside is kept in the store, see engine.handles. Only what a handle was made with is kept of it.
"""

from __future__ import annotations

from redo_py.ground import hashing
from redo_py.values.encoding import encode
from redo_py.values.value import IN_USE, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class Made:
    """What a handle was made with, and the state that it stands for."""

    __slots__ = ("args", "asleep", "kwargs", "parents", "state")

    def __init__(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        self.args = args
        self.kwargs = dict(kwargs)
        self.state = b""  # its digest, once somebody has asked for it
        self.parents: tuple[bytes, ...] = ()  # the states from which it was forked or merged here
        self.asleep = False  # whether it was read from a record, and its `__init__` has not run yet


class Handle(Value):
    """The base of classes of handles. A subclass says `__init__(self, name, ...)`, makes the thing itself there and
    puts it into `self.instance`; attributes that the handle does not have are those of the instance."""

    type_name = "redun.Handle"
    _made: Made
    instance: Any

    def __new__(cls, *args: Any, **kwargs: Any) -> Handle:
        handle = object.__new__(cls)
        handle.__dict__["_made"] = Made(args, kwargs)
        return handle

    def __init__(self, name: str) -> None:
        """A handle without an instance."""

    @property
    def fullname(self) -> str:
        """The class and the name."""
        made = self._made
        name = made.args[0] if made.args else made.kwargs.get("name", "")
        return f"{type(self).type_name}({name})"

    @property
    def digest(self) -> bytes:
        """What identifies the state; at first, what the handle was made with. Raises NotEncodable."""
        made = self._made
        if not made.state:
            first = (type(self).type_name, made.args, made.kwargs)
            made.state = hashing.digest(hashing.HANDLE, encode(first))
        return made.state

    @property
    def parents(self) -> tuple[bytes, ...]:
        """The states from which this one was forked or merged, if that was done in this process."""
        return self._made.parents

    def fork(self, key: str) -> Handle:
        """The handle in a state of its own, for a task that changes it beside others."""
        return self.copied(hashing.digest(hashing.HANDLE, self.digest + b"fork" + encode(key)), (self.digest,))

    def merged(self, others: Sequence[Handle]) -> Handle:
        """The handle in the state that has come of its own and that of `others`, whatever their order. Raises TypeError
        for handles of another thing."""
        states = {self.digest}
        for other in others:
            if getattr(other, "fullname", "") != self.fullname:
                raise TypeError(f"{other!r} cannot be merged with {self!r}: they are not forks of one handle")
            states.add(other.digest)
        parents = tuple(sorted(states))
        return self.copied(hashing.digest(hashing.HANDLE, b"merge" + b"".join(parents)), parents)

    def after(self, evaluation: bytes) -> Handle:
        """The handle in the state into which the call that `evaluation` identifies has brought it."""
        return self.copied(hashing.digest(hashing.HANDLE, self.digest + b"call" + evaluation), ())

    def copied(self, state: bytes, parents: tuple[bytes, ...]) -> Handle:
        """The handle in another state."""
        made = self._made
        copy = type(self).__new__(type(self), *made.args, **made.kwargs)
        copy.__dict__.update({name: value for name, value in self.__dict__.items() if name != "_made"})
        copy._made.asleep = made.asleep
        copy._made.state = state
        copy._made.parents = parents
        return copy

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        IN_USE.add("handle")

    # ---- as a value

    def state(self) -> tuple[Any, ...]:
        made = self._made
        return (made.args, made.kwargs, self.digest)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> Handle:
        args, kwargs, digest, *parents = state
        handle = cls.__new__(cls, *args, **kwargs)
        handle._made.state = digest
        handle._made.parents = tuple(parents)
        handle._made.asleep = True
        return handle

    def __reduce__(self) -> tuple[Any, ...]:
        return (awaken, (type(self), (*self.state(), *self.parents)))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __getattr__(self, name: str) -> Any:
        """An attribute that is not there: `__init__` runs if it has not yet, and the instance is asked."""
        made = self.__dict__.get("_made")
        if made is not None and made.asleep and not (name.startswith("__") and name.endswith("__")):
            made.asleep = False
            type(self).__init__(self, *made.args, **made.kwargs)
            return getattr(self, name)
        if "instance" in self.__dict__:
            return getattr(self.instance, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"{self.fullname}@{self.digest.hex()[:8]}"


def awaken(cls: type[Handle], state: tuple[Any, ...]) -> Handle:
    """A handle from its pickle."""
    return cls.from_state(state)
