"""The real command on a terminal that is played by pyte."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping

import pyte

from tests.e2e.project import WAIT, Project


class Terminal:
    """`redun WORDS`, or another program, in a session of its own on a terminal of `columns` and `lines`."""

    def __init__(
        self,
        project: Project,
        *words: str,
        columns: int = 80,
        lines: int = 24,
        program: str = "redun",
        ignores_hangup: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self.history: list[list[str]] = []  # what was seen, after each piece of output
        self.raw = b""
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        self.resize(columns, lines)
        variables = {"TERM": "xterm-256color", "NO_COLOR": "", **(environment or {})}

        def prepare() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if ignores_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

        self.process = subprocess.Popen(
            [program, *words],
            cwd=project.folder,
            env={**project.environment, **variables},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=prepare,
        )
        os.close(slave)

    @property
    def shown(self) -> list[str]:
        """The lines that are seen now, without blanks at their ends and without empty ones below."""
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def until(self, holds: Callable[[Terminal], object]) -> None:
        """Let it print until `holds`."""
        limit = time.monotonic() + WAIT
        while not holds(self):
            assert self._read(limit - time.monotonic()), "\n".join(["this was never seen; at last:", *self.shown])

    def finish(self) -> int:
        """Let it print until it ends; the exit status."""
        limit = time.monotonic() + WAIT
        while self._read(limit - time.monotonic()):
            pass
        return self.process.wait(timeout=WAIT)

    def press(self, keys: bytes) -> None:
        """Type `keys`."""
        os.write(self._master, keys)

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size, as a window manager does."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def close(self) -> None:
        """Close the window."""
        os.close(self._master)

    def _read(self, seconds: float) -> bool:
        """Take what it prints next; False when nothing came or the other side is closed."""
        if seconds <= 0 or not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            output = os.read(self._master, 65536)
        except OSError:
            return False
        self.raw += output
        self._stream.feed(output)
        self.history.append(self.shown)
        return bool(output)
