"""A file that a build writes for other programs: its events, its trace, the results of its checks."""

from __future__ import annotations

import os

from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

STANDARD_OUTPUT = "-"


class ReportFile:
    """The file at `path`, or standard output. Raises UsageError when it cannot be opened; what goes wrong later is told
    once to `notice`, and the build goes on."""

    def __init__(self, path: str, folder: str, notice: Callable[[str], None]) -> None:
        self._is_output = path == STANDARD_OUTPUT
        self._name = "standard output" if self._is_output else path
        self._notice = notice
        self._fd = -1
        try:
            if self._is_output:
                self._fd = os.dup(1)
            else:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
                self._fd = os.open(os.path.join(folder, path), flags, 0o666)
        except (OSError, ValueError) as error:
            raise UsageError("report-unwritable", path=path, error=getattr(error, "strerror", None) or error) from None

    def append(self, content: bytes) -> None:
        """Write `content` behind what is there."""
        if self._fd < 0:
            return
        try:
            while content:
                content = content[os.write(self._fd, content) :]
        except OSError as error:
            self._notice(f"{self._name} cannot be written any more: {error.strerror}")
            self.close()

    def replace(self, content: bytes) -> None:
        """Let the file hold `content` and nothing else."""
        if self._fd >= 0 and not self._is_output:
            try:
                os.ftruncate(self._fd, 0)
            except OSError:
                pass  # a pipe or device, which holds nothing
        self.append(content)

    def close(self) -> None:
        """Nothing more will be written; may be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
