"""Lending the terminal to an interactive command, and taking it back."""

from __future__ import annotations

import os

from redo_py.executors.processes.system import send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Terminal:
    """The terminal at descriptor 0, if there is one. One command at a time may borrow it."""

    def __init__(self) -> None:
        self._settings: list[Any] | None = None  # how it is set while redun has it; None if it cannot be lent

    def prepare(self) -> None:
        """Remember how the terminal is set, if redun has it. Comes before the command starts: what `lend` does must not
        take long, because until then ^C goes to redun."""
        import signal  # noqa: F401  # loaded now, for lend
        import termios

        try:
            has_it = os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
            self._settings = termios.tcgetattr(0) if has_it else None
        except (OSError, termios.error):
            self._settings = None

    def lend(self, pid: int) -> None:
        """Make the group of `pid` the one that reads keys and gets ^C. Nothing happens if redun does not have the
        terminal."""
        if self._settings is None:
            return
        import signal

        try:
            os.tcsetpgrp(0, pid)
        except OSError:
            return  # the terminal or the command has gone meanwhile: its end will be noticed
        send(-pid, signal.SIGCONT)  # it may have tried to read before the terminal was its own

    def take_back(self) -> None:
        """Have the terminal again, as it was set before. Nothing happens if it was not lent."""
        if self._settings is None:
            return
        import signal
        import termios

        settings, self._settings = self._settings, None
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})  # or asking for it would stop us
        try:
            os.tcsetpgrp(0, os.getpgrp())
            termios.tcsetattr(0, termios.TCSADRAIN, settings)
        except (OSError, termios.error):
            pass  # the terminal was closed
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def stop_with(self, pid: int) -> None:
        """The command of the group of `pid` was stopped with ^Z: stop redun too, and once the user's shell lets it go
        on, let the command go on."""
        import signal

        self.take_back()
        os.killpg(os.getpgrp(), signal.SIGTSTP)
        self.prepare()
        self.lend(pid)
        send(-pid, signal.SIGCONT)
