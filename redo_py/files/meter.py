"""Telling of files that take long to read."""

from __future__ import annotations

from redo_py.ground.units import shown_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from redo_py.ground.clock import Clock

LONG = 1.0  # seconds after which there is something to tell
EVERY = 5.0  # seconds between two tellings of one file


class Meter:
    """Who is told, if anybody is."""

    __slots__ = ("_clock", "tell")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.tell: Callable[[str], None] | None = None

    def begin(self, path: str, size: int) -> Reading:
        """The file at `path`, of `size` bytes, is about to be read."""
        return Reading(self, path, size, self._clock.monotonic() + LONG)

    def now(self) -> float:
        """The monotonic clock."""
        return self._clock.monotonic()


class Reading:
    """One file that is being read."""

    __slots__ = ("_due", "_meter", "_path", "_size")

    def __init__(self, meter: Meter, path: str, size: int, due: float) -> None:
        self._meter = meter
        self._path = path
        self._size = size  # 0 if it is not known
        self._due = due

    def reached(self, done: int) -> None:
        """So many bytes are read."""
        meter = self._meter
        if meter.tell is not None and meter.now() >= self._due:
            whole = f" of {shown_size(self._size)}" if self._size else ""
            meter.tell(f"reading {self._path}: {shown_size(done)}{whole}")
            self._due = meter.now() + EVERY
