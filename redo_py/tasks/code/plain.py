"""Values whose content can be part of a code's identity: immutable, and of known types all the way down."""

from __future__ import annotations

from redo_py.tasks.reading.normalise import literal_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_ATOMS = frozenset({type(None), bool, int, float, complex, str, bytes, type(...), range})


def is_plain(value: object) -> bool:
    """Whether `value` is None, a number, text, bytes, a range, or a tuple or frozenset of plain values."""
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) in (tuple, frozenset):
            stack.extend(item)  # type: ignore[arg-type]
        elif type(item) not in _ATOMS:
            return False
    return True


def plain_text(value: object, root: str) -> str | None:
    """An exact text of a plain value, the same in every process; None if it is not plain.

    A text that names a place below `root` is written relative to it, so that moving the project changes nothing.
    """
    return _text(value, root) if is_plain(value) else None


def constant_text(value: object, root: str) -> str | None:
    """The same for the immutable values of the standard library, too: dates and times, Decimal, Fraction, UUID, paths,
    members of enums, and tuples and frozensets of all these."""
    kind = type(value)
    if kind in (tuple, frozenset):
        texts = [constant_text(item, root) for item in value]  # type: ignore[attr-defined]
        known = [text for text in texts if text is not None]
        return f"{kind.__name__}({','.join(known if kind is tuple else sorted(known))})" if known == texts else None
    if is_plain(value):
        return _text(value, root)
    written = _WRITTEN.get((kind.__module__.partition(".")[0], kind.__qualname__))
    if written is not None:
        return f"{kind.__qualname__} {_text(written(value), root)}"
    return _member_text(value, root) if any(_is_enum(base) for base in kind.__mro__) else None


def _is_enum(kind: type) -> bool:
    return kind.__module__ == "enum" and kind.__qualname__ == "Enum"


def _member_text(member: Any, root: str) -> str:
    value = constant_text(member._value_, root)
    return f"{type(member).__qualname__}.{member._name_} {value}"


def _moment(value: Any) -> str:
    """A date or time; one that stands twice because the clock is put back says which it is."""
    return f"{value.isoformat()} {getattr(value, 'fold', 0)}"


# (top module, class) -> what tells its values apart, without an import of the module
_WRITTEN: dict[tuple[str, str], Callable[[Any], str]] = {
    ("datetime", "date"): _moment,
    ("datetime", "datetime"): _moment,
    ("datetime", "time"): _moment,
    ("datetime", "timedelta"): repr,
    ("datetime", "timezone"): repr,
    ("decimal", "Decimal"): str,
    ("fractions", "Fraction"): str,
    ("pathlib", "PosixPath"): str,
    ("pathlib", "PurePosixPath"): str,
    ("pathlib", "PureWindowsPath"): str,
    ("pathlib", "WindowsPath"): str,
    ("uuid", "UUID"): str,
}


def _text(value: object, root: str) -> str:
    if type(value) is tuple:
        return "(" + "".join(_text(item, root) + "," for item in value) + ")"
    if type(value) is frozenset:
        return "{" + ",".join(sorted(_text(item, root) for item in value)) + "}"
    if type(value) is str and (value == root or value.startswith(root + "/")):
        return "below-root:" + ascii(value[len(root) :])
    return literal_text(value)
