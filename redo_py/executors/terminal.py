"""Lending the terminal to an interactive command, and taking it back."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Terminal:
    """The terminal at descriptor 0, if there is one and redun has it. One command at a time may borrow it."""

    def __init__(self) -> None:
        self._settings: list[Any] | None = None

    def lend(self, pid: int) -> None:
        """Make the group of `pid` the one that reads keys and gets ^C."""
        import signal
        import termios

        try:
            if not os.isatty(0) or os.tcgetpgrp(0) != os.getpgrp():
                return
            self._settings = termios.tcgetattr(0)
            os.tcsetpgrp(0, pid)
            os.killpg(pid, signal.SIGCONT)  # it may have tried to read before the terminal was its own
        except (OSError, termios.error):
            pass  # the terminal or the command has gone meanwhile: its end will be noticed

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
