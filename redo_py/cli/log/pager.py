"""Long answers on a terminal go through a pager."""

from __future__ import annotations

import os
from itertools import chain, islice

from redo_py.cli.terminal import is_terminal, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

AT_ONCE = 200  # lines that are written with one call


def show(lines: Iterable[str], may_page: bool) -> None:
    """Print `lines` as they come; on a terminal that is too low for them through a pager, if that `may` be."""
    rest = iter(lines)
    if may_page and is_terminal():
        first = list(islice(rest, height()))
        if len(first) == height():
            from click import echo_via_pager

            echo_via_pager(f"{line}\n" for line in chain(first, rest))
            return
        rest = iter(first)
    while some := list(islice(rest, AT_ONCE)):
        write("".join(f"{line}\n" for line in some))


def height() -> int:
    """How many lines the terminal shows beside the prompt."""
    try:
        return max(1, os.get_terminal_size(1).lines - 1)
    except OSError:
        return 24
