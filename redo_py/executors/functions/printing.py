"""Routing what Python functions print to the job that their thread runs.

While routes are installed, sys.stdout and sys.stderr are Routes: what a thread that runs a job writes goes to that job,
and what any other thread writes goes where it went before. Three things are not seen: what child processes and C code
write to the descriptors, what threads write that a function starts itself, and what is written to a stream that was
remembered before the routes were installed. These go to redun's own output.
"""

from __future__ import annotations

import io
import os
import sys
import threading

from redo_py.executors.api import Seen
from redo_py.executors.commands.capture import Printed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO


class Current(threading.local):
    """What the thread prints into; None in a thread that runs no job."""

    printed: Printed | None = None


class BytesRoute(io.RawIOBase):
    """The `buffer` of a Route: takes bytes."""

    def __init__(self, current: Current, before: Any, passes_on: bool) -> None:
        self._current = current
        self._before = before
        self._passes_on = passes_on

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any, /) -> int:
        """Print bytes; how many."""
        printed = self._current.printed
        if printed is None:
            return int(self._before.write(data))
        chunk = bytes(data)
        printed.add(chunk)
        if self._passes_on:
            try:
                self._before.write(chunk)
            except OSError:  # nobody listens any more
                self._passes_on = False
        return len(chunk)

    def flush(self) -> None:
        """See to it that what other threads wrote is out."""
        if self._passes_on or self._current.printed is None:
            self._before.flush()


class Route(io.TextIOBase):
    """A text stream in place of `before`. What it does not know itself, such as fileno, it asks of `before`."""

    def __init__(self, current: Current, before: TextIO, passes_on: bool = False) -> None:
        self._current = current
        self.before = before
        self._passes_on = passes_on
        buffer = getattr(before, "buffer", None)
        self.buffer = BytesRoute(current, buffer, passes_on and buffer is not None)
        self.is_removed = False  # it may still stand between others, through which it then passes everything

    def write(self, text: str, /) -> int:
        """Print `text`; its length."""
        printed = self._current.printed
        if printed is None:
            return self.before.write(text)
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            printed.add(encoded(text))
            if self._passes_on:
                self._pass_on(text)
        return len(text)

    def _pass_on(self, text: str) -> None:
        """Let `text` be seen now; a terminal or file that cannot take it does not fail the job."""
        try:
            self.before.write(text)
            if text[-1] == "\n":
                self.before.flush()
        except UnicodeEncodeError:
            self.before.write(text.encode("ascii", "backslashreplace").decode("ascii"))
        except OSError:
            self._passes_on = False

    def writable(self) -> bool:
        """Always."""
        return True

    def flush(self) -> None:
        """See to it that what other threads wrote is out; jobs have nothing waiting."""
        if self._passes_on or self._current.printed is None:
            self.before.flush()

    def isatty(self) -> bool:
        """Never for a job: what it prints is kept."""
        return self._current.printed is None and self.before.isatty()

    def fileno(self) -> int:
        """The descriptor behind, which child processes get."""
        return self.before.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """As before."""
        return self.before.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """As before."""
        return self.before.errors


class Routes:
    """Both streams of one executor."""

    def __init__(self, passes_on: bool = False, current: Any = None) -> None:
        self.current: Any = current or Current()  # has `printed`
        self._passes_on = passes_on
        self._installed: list[tuple[str, Route]] = []

    def whole(self, printed: Printed) -> bytes:
        """All that a job has `printed`."""
        return Seen(printed.whole()) if self._passes_on else printed.whole()

    def install(self) -> None:
        """Put routes in place of sys.stdout and sys.stderr, those of them that there are."""
        for name in ("stdout", "stderr"):
            before = getattr(sys, name)
            if before is not None:
                route = Route(self.current, before, self._passes_on)
                setattr(sys, name, route)
                self._installed.append((name, route))

    def remove(self) -> None:
        """Put back what was there, unless somebody has put something else in the place since; may be called twice.
        Routes of other executors that were removed before, but stood below this one, go with it."""
        for name, route in self._installed:
            route.is_removed = True
            now = getattr(sys, name)
            while isinstance(now, Route) and now.is_removed:
                now = now.before
                setattr(sys, name, now)
        self._installed.clear()


class Straight(Printed):
    """In a process whose whole output is one job's: what would be kept is printed there, in its order."""

    __slots__ = ()

    def add(self, chunk: bytes) -> None:
        """Print it."""
        flush_streams()
        while chunk:
            chunk = chunk[os.write(1, chunk) :]


def flush_streams() -> None:
    """Let nothing wait in sys.stdout and sys.stderr."""
    sys.stdout.flush()
    sys.stderr.flush()


def encoded(text: str) -> bytes:
    """`text` as UTF-8, with the bytes that it holds surrogate-escaped; other half characters are spelt out."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")
