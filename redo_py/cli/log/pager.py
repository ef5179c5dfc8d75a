"""Long answers on a terminal go through a pager."""

from __future__ import annotations

import os
import sys
from itertools import chain, islice

from redo_py.cli.terminal import is_terminal, write
from redo_py.config.environment import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AT_ONCE = 200  # lines that are written with one call


def show(lines: Iterable[str], may_page: bool) -> None:
    """Print `lines` as they come; on a terminal that is too low for them through a pager, if that `may` be and there is
    one."""
    rest = iter(lines)
    if may_page and is_terminal():
        first = list(islice(rest, height()))
        rest = _not_paged(first, rest) if len(first) == height() else iter(first)
    while some := list(islice(rest, AT_ONCE)):
        write("".join(f"{line}\n" for line in some))


def _not_paged(first: list[str], rest: Iterator[str]) -> Iterator[str]:
    """What is still to be printed of `first` and `rest` when the pager has had its turn: all if it did not start."""
    from redo_py.executors.commands.pager import page, pager_of

    environ = environment()
    command = pager_of(environ)
    if not command:
        return chain(first, rest)
    taken: list[str] = []  # what the pager was given, for the case that it was none

    def pieces() -> Iterator[bytes]:
        for line in chain(first, rest):
            taken.append(line)
            yield _encoded(f"{line}\n")

    return iter(()) if page(command, pieces(), environ) else chain(taken, rest)


def _encoded(text: str) -> bytes:
    """The bytes of `text` for the terminal, whatever its encoding."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "surrogateescape" if encoding.lower() == "utf-8" else "backslashreplace")


def height() -> int:
    """How many lines the terminal shows beside the prompt."""
    try:
        return max(1, os.get_terminal_size(1).lines - 1)
    except OSError:
        return 24
