"""Errors as values: what is kept of an exception.

An exception is identified by its class, its arguments and its attributes, like any object, and kept as a pickle. Where
that cannot be, because it holds what cannot be pickled or its class stands inside a function, an ErrorValue stands for
it wherever it has to be told from others or kept.
"""

from __future__ import annotations

from redo_py.values.codec import dump, load, made_again

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST_TEXT = 10_000  # characters of an error's own text


class ErrorValue(Exception):
    """Stands for an error that cannot be kept: the name of its class, and its text without addresses in memory."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind, text)
        self.kind = kind
        self.text = text

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}" if self.text else self.kind


class Carried:
    """Carries an error to another process, which gets the error itself: of its class, and with its arguments and
    attributes, but without a call of the class, which may want other arguments than it keeps."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __reduce__(self) -> tuple[Any, ...]:
        return made_again, (type(self.error), self.error.args, vars(self.error))


def kept_error(error: BaseException) -> tuple[bytes, str, bytes] | None:
    """(digest, format, bytes) of `error`; None if it could not be given back as it is."""
    try:
        written = dump(error)
        again = load(*written[1:])
        return written if type(again) is type(error) and dump(again)[0] == written[0] else None
    except Exception:  # whatever the error's own methods think of this
        return None


def keepable(error: BaseException) -> BaseException:
    """`error`, or what stands for it if it cannot be kept."""
    return error if kept_error(error) is not None else stand_in(error)


def stand_in(error: BaseException) -> ErrorValue:
    """What stands for `error`."""
    import re  # nothing for a run that goes well

    try:
        text = str(error)
    except Exception as failure:
        text = f"<its text cannot be had: {type(failure).__name__}>"
    kind = type(error)
    return ErrorValue(f"{kind.__module__}.{kind.__qualname__}", re.sub(r"\b0x[0-9a-fA-F]+", "0x…", text[:LONGEST_TEXT]))
