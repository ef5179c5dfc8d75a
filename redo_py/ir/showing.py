"""Whether the text of a lazy value goes to a reader and nowhere else.

A text with a call in it is a mistake wherever it becomes part of something: a path, a command, a file. What `print` and
loggers take is for people alone, who see by it what they have: there it is the call as it was written.

Python does not say what a text is wanted for, but the code that runs does: the text is an argument of the calls that
surround its place. All of it is looked at only when somebody asks for such a text, which is while he looks for a fault.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from dis import Instruction
    from types import FrameType
    from typing import Any

    Place = tuple[int, int]  # line and column

PASSING = frozenset({"str", "format", "join"})  # what they make is wanted by what they stand in
LOGGING = "logging"  # the module
ELSEWHERE = "file"  # the argument that lets print write into a file, where nobody may look


def is_shown(frame: FrameType) -> bool:
    """Whether what `frame` makes a text of right now is only printed or logged."""
    if frame.f_globals.get("__name__") == LOGGING:
        return True
    for path, keywords in calls_around(frame):
        if path[-1] not in PASSING:
            return is_print(frame, path, keywords) or is_logging(frame, path)
    return False


def is_print(frame: FrameType, path: list[str], keywords: set[str]) -> bool:
    """Whether the call of what `path` leads to prints to where people look."""
    is_own = "print" in frame.f_locals or "print" in frame.f_globals
    return path == ["print"] and not is_own and ELSEWHERE not in keywords


def is_logging(frame: FrameType, path: list[str]) -> bool:
    """Whether the call of what `path` leads to is one of a logger, or of the module that has them."""
    value: Any = frame.f_locals.get(path[0], frame.f_globals.get(path[0]))
    for name in path[1:]:
        if getattr(value, "__name__", "") == LOGGING or any(kind.__module__ == LOGGING for kind in type(value).__mro__):
            return True
        value = getattr(value, name, None)
    return False


def calls_around(frame: FrameType) -> Iterator[tuple[list[str], set[str]]]:
    """The calls that the running instruction of `frame` is or stands in, innermost first: the names that lead to what
    is called, as `["log", "info"]`, and those of its keywords. None where the code does not tell its columns."""
    from dis import get_instructions

    instructions = [each for each in get_instructions(frame.f_code) if None not in (each.positions or [None])]
    here = [range_of(each) for each in instructions if each.offset == frame.f_lasti]
    calls = {range_of(each) for each in instructions if each.opname.startswith("CALL")}
    around = [(first, last) for first, last in calls if here and first <= here[0][0] and here[0][1] <= last]
    around.sort(key=lambda ends: (ends[0], (-ends[1][0], -ends[1][1])), reverse=True)
    for first, last in around:
        inside = [each for each in instructions if first <= range_of(each)[0] and range_of(each)[1] <= last]
        yield path_of(inside, first, last), keywords_of(inside, frame.f_code.co_consts)


def range_of(instruction: Instruction) -> tuple[Place, Place]:
    """Where the text of what `instruction` does begins and ends; it must be known."""
    assert instruction.positions is not None
    line, last_line, column, last_column = instruction.positions
    return (line or 0, column or 0), (last_line or 0, last_column or 0)


def path_of(instructions: list[Instruction], first: Place, last: Place) -> list[str]:
    """The names that lead to what the call from `first` to `last` calls; [""] if no variable is where they begin."""
    loads = [each for each in instructions if each.opname.startswith("LOAD_") and isinstance(each.argval, str)]
    ends = {range_of(each): each.argval for each in loads}
    names = {end: name for (begin, end), name in ends.items() if begin == first and end < last}
    return [names[end] for end in sorted(names)] or [""]


def keywords_of(instructions: list[Instruction], constants: tuple[Any, ...]) -> set[str]:
    """The names of the arguments that are given by name, or more; where only the running program knows them, any may be
    there."""
    codes = {each.opname for each in instructions}
    found = {each.argval for each in instructions if "CALL_FUNCTION_EX" in codes and isinstance(each.argval, str)}
    for each in instructions:
        names = constants[each.arg or 0] if each.opname == "KW_NAMES" else each.argval
        found.update(names if type(names) is tuple else ())
    return found | {ELSEWHERE} if "DICT_MERGE" in codes else found
