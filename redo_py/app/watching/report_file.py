"""A file that a build writes for other programs: its events, its trace, the results of its checks."""

from __future__ import annotations

import os
import stat
from errno import EACCES, EBUSY, EPERM, EROFS

from redo_py.app.leave import put_whole
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

STANDARD_OUTPUT = "-"
NO_PLACE_BESIDE = (EACCES, EBUSY, EPERM, EROFS)  # a file may be writable whose folder is not, or be mounted there


class ReportFile:
    """The file at `path`, or standard output. Raises UsageError when it cannot be opened; what goes wrong later is told
    once to `notice`, and the build goes on. One that is only replaced has its old content until then: opening makes
    none."""

    def __init__(self, path: str, folder: str, notice: Callable[[str], None], is_appended: bool = False) -> None:
        self._is_output = path == STANDARD_OUTPUT
        self._name = "standard output" if self._is_output else path
        self._notice = notice
        self._fd = -1
        self._place = ""
        self._is_regular = False
        try:
            if self._is_output:
                self._fd = os.dup(1)
            else:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
                self._place = os.path.join(folder, path)
                is_new = not os.path.exists(self._place)
                self._fd = os.open(self._place, flags, 0o666)
                self._is_regular = stat.S_ISREG(os.fstat(self._fd).st_mode)
                if is_new and not is_appended:
                    os.unlink(os.path.realpath(self._place))
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
            self._give_up(error)

    def replace(self, content: bytes) -> None:
        """Let the file hold `content` and nothing else; it never holds a part of it."""
        if not self._is_regular:
            self.append(content)
            return
        try:
            put_whole(self._place, content)
        except OSError as error:
            if error.errno not in NO_PLACE_BESIDE:
                self._give_up(error)
                return
            os.ftruncate(self._fd, 0)
            self.append(content)

    def _give_up(self, error: OSError) -> None:
        self._notice(f"{self._name} cannot be written any more: {error.strerror}")
        self.close()

    def close(self) -> None:
        """Nothing more will be written; may be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
