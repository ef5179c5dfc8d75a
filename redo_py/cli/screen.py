"""A terminal while a build runs: finished lines scroll by, and below them stands the status area.

The cursor waits at the first character of the area. So the area is erased by erasing what is behind the cursor,
however the terminal has rearranged its lines after a change of its size.
"""

from __future__ import annotations

import os

from redo_py.cli.escapes import harmless
from redo_py.cli.terminal import write
from redo_py.ground.clock import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from redo_py.app.watching.progress import Picture
    from redo_py.cli.stops import Stops

ERASE = "\r\x1b[J"
UP = "\x1b[{}A"
RED, GREEN, BOLD, PLAIN = "\x1b[1;31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"
PAINTS = {"failed": RED, "again": RED, "made": GREEN, "ran": GREEN, "passed": GREEN}  # word of a line -> its colour
EVERY = 0.1  # seconds between two changes of what is seen, while there is an area
SMALLEST = (12, 3)  # columns and lines of a terminal that has room for an area
ESCAPES_NOTHING = ("", "dumb")  # values of TERM of terminals that do not know the sequences above
NO = ("", "0", "false")  # values of CI that mean that this is not CI


class Screen:
    """Standard output, which must be a terminal. Close it, or the area stays."""

    def __init__(self, environ: Mapping[str, str], is_quiet: bool) -> None:
        knows_escapes = environ.get("TERM", "") not in ESCAPES_NOTHING
        self.has_colours = knows_escapes and not environ.get("NO_COLOR")
        self._has_area = knows_escapes and not is_quiet and environ.get("CI", "") in NO
        self._clock = Clock()
        self._area: list[str] = []  # the lines below the cursor
        self._waiting: list[str] = []  # what is to be printed above the area with the next change
        self._changed = 0.0  # when what is seen was last changed
        self._stops: Stops | None = None  # heeds ^Z while there is an area

    def write(self, text: str) -> None:
        """Print `text`, whole lines, above the area; at most EVERY seconds later, if somebody draws so often."""
        self._waiting.append(harmless(text, self.has_colours))
        if not self._area or self._clock.monotonic() - self._changed >= EVERY:
            self._change(self._area)

    def paint(self, word: str) -> str:
        """A word at the beginning of a line, in its colour."""
        return f"{PAINTS[word]}{word}{PLAIN}" if self.has_colours and word in PAINTS else word

    def room(self) -> int:
        """Of how many running jobs the area can tell now; -1 when there can be no area."""
        from redo_py.cli.status import jobs_shown

        size = self._size()
        return jobs_shown(size[1]) if size is not None else -1

    def draw(self, picture: Picture) -> None:
        """Show the area, with what has waited above it."""
        from redo_py.cli.status import lines_of

        size = self._size()
        if size is None:
            self.erase()
            return
        if self._stops is None:
            from redo_py.cli.stops import Stops

            self._stops = Stops(self)
        self._change(lines_of(picture, size[0]))

    def erase(self) -> None:
        """Take the area away, until it is drawn again."""
        if self._stops is not None:
            self._stops.remove()
            self._stops = None
        if self._area or self._waiting:
            self._change([])

    def take_away(self) -> list[str]:
        """Erase the area for as long as redun is stopped; what to put back."""
        area = self._area
        self._change([])
        return area

    def put_back(self, area: list[str]) -> None:
        """Show what was taken away, if it still has its place."""
        if self._size() is not None:
            self._change(area)

    def _change(self, area: list[str]) -> None:
        """Print what has waited, and `area` below it instead of the one that is there."""
        erase = ERASE if self._area else ""
        below = "\r\n".join(area) + (UP.format(len(area) - 1) if len(area) > 1 else "") + "\r" if area else ""
        text = erase + "".join(self._waiting) + below
        self._waiting.clear()
        self._area = area
        self._changed = self._clock.monotonic()
        if self._stops is None:
            write(text)
        else:
            with self._stops:
                write(text)

    def _size(self) -> tuple[int, int] | None:
        """Columns and lines; None when an area has no place there: too small, another's, or gone."""
        if not self._has_area:
            return None
        try:
            size = os.get_terminal_size(1)
            is_ours = has_foreground()
        except OSError:
            return None
        return size if is_ours and size[0] >= SMALLEST[0] and size[1] >= SMALLEST[1] else None


def has_foreground() -> bool:
    """Whether this process may draw on its terminal: it was not put in the background of a shell."""
    try:
        return os.tcgetpgrp(1) == os.getpgrp()
    except OSError:  # it is not the terminal that controls this process: no shell does, either
        return True
