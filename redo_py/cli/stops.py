"""^Z while there is a status area: the area goes, redun stops, and the area is drawn again when it goes on."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` without its enums, which cost start-up time
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object

SIGTSTP = _signal.SIGTSTP


class Area(Protocol):
    """What stands on the terminal."""

    def take_away(self) -> list[str]:
        """Erase it; what to put back."""

    def put_back(self, area: list[str]) -> None:
        """Show it again."""


class Stops:
    """Heeds SIGTSTP from now on until `remove`; as a context it waits with that until the context is left.

    Where ^Z is ignored, or off the main thread, it does nothing.
    """

    def __init__(self, area: Area) -> None:
        self._area = area
        self._is_held = False
        self._is_asked = False  # to stop, while it was held
        try:
            self._heeds = _signal.getsignal(SIGTSTP) == _signal.SIG_DFL
            if self._heeds:
                _signal.signal(SIGTSTP, self._ask)
        except ValueError:
            self._heeds = False

    def __enter__(self) -> None:
        self._is_held = True

    def __exit__(self, *exception: object) -> None:
        self._is_held = False
        if self._is_asked:
            self._is_asked = False
            self._stop()

    def remove(self) -> None:
        """Have ^Z stop redun as it stops any program."""
        if self._heeds:
            _signal.signal(SIGTSTP, _signal.SIG_DFL)

    def _ask(self, number: int, frame: object) -> None:
        if self._is_held:
            self._is_asked = True
        else:
            self._stop()

    def _stop(self) -> None:
        lines = self._area.take_away()
        _signal.signal(SIGTSTP, _signal.SIG_DFL)
        os.kill(os.getpid(), SIGTSTP)  # here the time passes until somebody says `fg`
        _signal.signal(SIGTSTP, self._ask)
        self._area.put_back(lines)
