"""Where an error was raised, with the values of the local variables there: for the records."""

from __future__ import annotations

from reprlib import Repr

from redo_py.executors.failures import trace_elsewhere
from redo_py.ground.errors import RedunError, render
from redo_py.ground.frames import said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any

LONGEST = 200  # characters of one value
MOST = 30  # variables of one function, and functions of one error: the last ones
PACKAGE = "/redo_py/"


def where(error: BaseException | None) -> str:
    """The places that led to `error`, outermost first, each with its local variables; what else is to be said of an
    error of redun's own."""
    if isinstance(error, RedunError):
        return render(error).partition("\n")[2]
    if (there := trace_elsewhere(error)) and error is not None:
        return there.removesuffix(f"{said(error)}\n")
    return "".join(_places(error))


def _places(error: BaseException | None) -> Iterator[str]:
    import traceback

    if error is None:
        return
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    steps = list(zip(frames, traceback.extract_tb(error.__traceback__), strict=True))
    own = [(frame, step) for frame, step in steps if PACKAGE not in step.filename.replace("\\", "/")]
    for frame, step in own[-MOST:]:
        yield from traceback.format_list([step])
        yield from (f"    {name} = {text}\n" for name, text in variables(frame))


def variables(frame: FrameType) -> Iterator[tuple[str, str]]:
    """The names and values of the local variables of a function; a module has none of its own."""
    if frame.f_code.co_name == "<module>":
        return
    for name, value in list(frame.f_locals.items())[:MOST]:
        yield name, short(value)


def short(value: Any) -> str:
    """A value on one line, not too long, whatever its own `__repr__` thinks of that."""
    shortened = Repr()
    shortened.maxstring = shortened.maxother = LONGEST
    shortened.maxlevel, shortened.maxlist, shortened.maxdict, shortened.maxtuple = 3, 10, 10, 10
    try:
        text = shortened.repr(value)
    except Exception as failure:
        text = f"<{type(value).__name__}: repr failed: {type(failure).__name__}>"
    return " ".join(text.split("\n"))[: 2 * LONGEST]
