"""ProxyValue: how redun treats objects of a class that knows nothing of it."""

from __future__ import annotations

import copyreg

from redo_py.values.foreign import PLAIN_VALUE
from redo_py.values.value import DEFAULTS, Value, has_hook, restored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

PROXIES: dict[type, type[ProxyValue]] = {}  # class -> its proxy, filled by subclassing
_IDENTIFYING = ("get_hash", "serialize", "is_valid", "preprocess", "postprocess")


class ProxyValue(Value):
    """The hooks of Value for another class, `type`: a subclass is all that is needed. In its methods the object is
    `instance`."""

    __slots__ = ("instance",)
    type: ClassVar[Any] = None
    keeps_apart: ClassVar[bool] = False  # whether `serialize` is for the records alone, and not for other processes

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.nested_fields = None
        kind = cls.__dict__.get("type")
        if kind is None:
            return
        if not isinstance(kind, type):
            raise TypeError(f"`type` of {cls.__name__} is a class, not {kind!r}")
        if kind in PLAIN_VALUE or kind in (bool, type(None)):
            refuse_plain(cls, kind)
        PROXIES[kind] = cls
        if has_hook(cls, "serialize"):
            copyreg.pickle(kind, cls.reduce)

    def __init__(self, instance: Any) -> None:
        self.instance = instance

    @classmethod
    def reduce(cls, instance: Any) -> tuple[Any, ...]:
        """What pickle keeps of an object of the class."""
        return restored, (cls, type(instance), cls(instance).serialize())

    def serialize(self) -> bytes:
        """The bytes to keep."""
        return DEFAULTS["serialize"](self.instance)  # type: ignore[no-any-return]


def refuse_plain(proxy: type[ProxyValue], kind: type) -> None:
    """Raise TypeError if `proxy` would change what a plain value of Python is: only how it is read may differ."""
    changed = [name for name in _IDENTIFYING if has_hook(proxy, name)]
    if proxy.keeps_apart:
        raise TypeError(f"{proxy.__name__} cannot keep {kind.__name__} in files: it is plain data")
    if changed:
        raise TypeError(f"{proxy.__name__} cannot have {', '.join(changed)}: {kind.__name__} is plain data")


def proxy_of(kind: type) -> type[ProxyValue] | None:
    """The proxy of a class: that of itself or of the nearest class that it inherits."""
    if not PROXIES:
        return None
    return next((PROXIES[each] for each in kind.__mro__ if each in PROXIES), None)
