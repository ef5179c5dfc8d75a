"""A console block: commands, and what they print.

$ redun build           a command; `> ` lines below go on with it
compiled 3 files        what it prints, standard error included
...                     any number of lines
made x in ... s         three dots inside a line stand for any text of that line
[exit 2]                last line of a command that does not end with status 0
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

EXIT = re.compile(r"^\[exit (\d+)\]$")


class Step(NamedTuple):
    """One command and what must come of it."""

    line: int  # of the command, from 1
    command: str
    output: tuple[str, ...]  # lines, with dots
    status: int


class NoCommand(Exception):
    """A console block that does not begin with a command."""


def steps(text: str, first_line: int = 1) -> list[Step]:
    """The commands of a console block whose first line is `first_line`. Raises NoCommand."""
    found: list[Step] = []
    for number, line in enumerate(text.splitlines(), first_line):
        if line.startswith("$ "):
            found.append(Step(number, line[2:], (), 0))
        elif not found:
            raise NoCommand(f"line {number}: a console block begins with `$ COMMAND`")
        elif line.startswith("> ") and not found[-1].output:
            found[-1] = found[-1]._replace(command=found[-1].command + "\n" + line[2:])
        elif status := EXIT.match(line):
            found[-1] = found[-1]._replace(status=int(status[1]))
        else:
            found[-1] = found[-1]._replace(output=(*found[-1].output, line))
    if not found:
        raise NoCommand(f"line {first_line}: a console block begins with `$ COMMAND`")
    return [step._replace(output=without_blank_end(step.output)) for step in found]


def without_blank_end(lines: Sequence[str]) -> tuple[str, ...]:
    """`lines` without the empty ones at the end, which only set commands apart."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return tuple(lines[:end])


def is_match(expected: Sequence[str], printed: str) -> bool:
    """Is `printed` what the `expected` lines describe?"""
    pattern = "".join(line_pattern(line) for line in expected)
    lines = without_blank_end([line.rstrip() for line in printed.splitlines()])
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in lines)) is not None


def line_pattern(line: str) -> str:
    """A regular expression for one expected line with its newline."""
    if line.strip() == "...":
        return r"(?:.*\n)*?"
    return ".*?".join(re.escape(part) for part in line.rstrip().split("...")) + r"\n"
