"""Values whose content can be part of a code's identity: immutable, and of builtin types all the way down."""

from __future__ import annotations

from redo_py.tasks.normalise import literal_text

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


def _text(value: object, root: str) -> str:
    if type(value) is tuple:
        return "(" + "".join(_text(item, root) + "," for item in value) + ")"
    if type(value) is frozenset:
        return "{" + ",".join(sorted(_text(item, root) for item in value)) + "}"
    if type(value) is str and (value == root or value.startswith(root + "/")):
        return "below-root:" + ascii(value[len(root) :])
    return literal_text(value)
