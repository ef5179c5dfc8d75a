"""What a traceback tells, as plain data: where each frame was, the text of its line, and its local variables."""

from __future__ import annotations

from os.path import dirname

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

LONGEST = 200  # characters of a variable
MOST = 20  # variables of a frame
DEEPEST = 40  # frames; of more the middle is left out
EARLIEST = 20  # errors that one came from
CAUSE = "The above exception was the direct cause of the following one:"
CONTEXT = "While the above exception was handled, another one was raised:"
OURS = dirname(dirname(__file__)) + "/"


class Frame:
    """One frame of a traceback."""

    __slots__ = ("file", "function", "line", "text", "variables")

    def __init__(self, file: str, line: int, function: str, text: str, variables: list[tuple[str, str]]) -> None:
        self.file = file
        self.line = line
        self.function = function
        self.text = text  # of the line, without indentation; "" if it cannot be read
        self.variables = variables  # (name, what its value looks like)


def trace_of(error: BaseException) -> list[str]:
    """All that there is to tell of an error: where it was raised, the errors that it came from, and what it says. The
    frames of redun itself are left out."""
    lines = []
    for each, link in earlier_errors(error):
        lines += [*lines_of(frames_of(each)), *said(each).splitlines(), "", link, ""]
    return [*lines, *lines_of(frames_of(error)), *said(error).splitlines()]


def earlier_errors(error: BaseException) -> list[tuple[BaseException, str]]:
    """The errors that `error` came from, the first one first, and how each of them led to the next."""
    found: list[tuple[BaseException, str]] = []
    seen = {id(error)}
    current: BaseException | None = error
    while current is not None:
        link = CAUSE if current.__cause__ is not None else CONTEXT
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        if current is None or id(current) in seen or len(found) == EARLIEST:
            break
        seen.add(id(current))
        found.insert(0, (current, link))
    return found


def frames_of(error: BaseException) -> list[Frame]:
    """The frames through which `error` was raised, outermost first; those of redun itself are left out."""
    from linecache import getline  # imports re, which is nothing for a run that goes well

    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith(OURS):
            text = getline(code.co_filename, trace.tb_lineno, trace.tb_frame.f_globals).strip()
            variables = list(shown_variables(trace.tb_frame.f_locals))
            frames.append(Frame(code.co_filename, trace.tb_lineno, code.co_name, text, variables))
        trace = trace.tb_next
    return frames


def lines_of(frames: list[Frame]) -> Iterator[str]:
    """The frames as lines of text."""
    for number, frame in enumerate(frames):
        if number == DEEPEST // 2 and len(frames) > DEEPEST:
            yield f"  ... {len(frames) - DEEPEST} more ..."
        if number < DEEPEST // 2 or number >= len(frames) - DEEPEST // 2:
            yield f'  File "{frame.file}", line {frame.line}, in {frame.function}'
            yield from details_of(frame.text, frame.variables)


def details_of(text: str, variables: list[tuple[str, str]]) -> Iterator[str]:
    """The lines below the one that says where."""
    if text:
        yield f"    {text}"
    for name, shown in variables:
        yield f"      {name} = {shown}"


def shown_variables(variables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What there is to see of `variables`."""
    for number, (name, value) in enumerate(variables.items()):
        if number == MOST:
            yield "...", f"{len(variables) - MOST} more"
            return
        yield name, shown_value(value)


TEXTS = (str, bytes, bytearray)  # whose repr may be far longer than what is shown of it


def shown_value(value: Any, longest: int = LONGEST) -> str:
    """`value` on one line that is not too long."""
    try:
        text = repr(beginning(value, longest))
    except Exception as error:  # somebody's own repr
        text = f"<{type(value).__name__}, whose repr fails: {type(error).__name__}>"
    if not text.isprintable():
        text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def beginning(value: Any, longest: int) -> Any:
    """`value`, of a long text only so much that its repr begins alike up to `longest` characters."""
    return value[: longest + 1] if type(value) in TEXTS and len(value) > longest else value


def said(error: BaseException) -> str:
    """The class and the text of an error, as the last line of a traceback has them."""
    from traceback import format_exception_only

    return "".join(format_exception_only(type(error), error)).rstrip("\n")
