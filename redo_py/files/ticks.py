"""Whether a signature can be trusted to notice the next change.

A file system stamps changes with a clock that stands still for some milliseconds. A file that changes twice within one
tick, and is read in between, has the signature it was read under and another content. So a signature counts only if
its last change lies before the start of the reading by more than a tick of that file system's own clock. That
clock is read by touching a probe in the state folder, because the wall clock may be another one (another machine's,
or a finer one).
"""

from __future__ import annotations

import os

from redo_py.files.signature import CTIME, MTIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.ground.clock import Clock

SECOND = 1_000_000_000
FINE = 20_000_000  # ns; twice the slowest tick of a local file system that keeps fractions of a second
COARSE = 2 * SECOND  # FAT counts in steps of two seconds; caches of network file systems are not finer
SOON = 50_000_000  # ns that are worth waiting for

LOCAL = frozenset(b"ext2 ext3 ext4 xfs btrfs f2fs zfs bcachefs tmpfs ramfs overlay reiserfs jfs".split())
PROBE = "probe"
PROBE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class Ticks:
    """The clock of the file system that `state_dir` is on."""

    __slots__ = ("_clock", "_descriptor", "_fine", "_state_dir")

    def __init__(self, state_dir: str, clock: Clock) -> None:
        self._descriptor = -1  # of the probe, once it is open
        self._state_dir = state_dir
        self._clock = clock
        self._fine: frozenset[int] | None = None  # devices whose stamps are fine; None until asked for

    def __del__(self, close=os.close) -> None:  # type: ignore[no-untyped-def]
        if self._descriptor >= 0:
            close(self._descriptor)

    def now(self) -> int:
        """The file system's time in ns; 0, which is before everything, while the state folder cannot be written."""
        try:
            if self._descriptor < 0:
                self._descriptor = os.open(f"{self._state_dir}/{PROBE}", PROBE_FLAGS, 0o666)
            os.utime(self._descriptor)
            return os.fstat(self._descriptor).st_mtime_ns
        except OSError:
            return 0

    def trusts(self, signature: tuple[int, ...], start: int) -> bool:
        """Whether `signature`, of something whose reading began at `start`, will differ after any later change."""
        return self.trusted_from(signature) < start

    def trusted_from(self, signature: tuple[int, ...]) -> int:
        """Readings that begin after this moment make `signature` trusted; for a stamp in the future that is far off."""
        return max(signature[MTIME], signature[CTIME]) + self.tick(signature)

    def tick(self, signature: tuple[int, ...]) -> int:
        """The ns within which what has `signature` may have changed again under the same stamp."""
        if self._fine is None:
            self._fine = fine_devices()
        return FINE if signature[0] in self._fine and signature[CTIME] % SECOND else COARSE

    def wait_for(self, moment: int) -> bool:
        """Wait until `moment` is past; False without waiting if that is not soon."""
        left = moment - self.now()
        for _ in range(4):  # a sleeper may wake between two ticks
            if left < 0 or left > SOON:
                break
            self._clock.sleep((left + 1_000_000) / SECOND)
            left = moment - self.now()
        return left < 0


def fine_devices(mounts: str = "/proc/self/mountinfo") -> frozenset[int]:
    """The devices of local file systems known to keep fractions of a second; none if the system does not tell."""
    try:
        with open(mounts, "rb") as lines:
            folders = [mount_point(line) for line in lines if is_local(line)]
    except OSError:
        return frozenset()
    return frozenset(device for device in map(_device_of, folders) if device is not None)


def is_local(line: bytes) -> bool:
    """Whether a line of mountinfo (`36 35 98:0 / /mnt rw - ext4 /dev/sda1 rw`) is about a local file system."""
    return line.partition(b" - ")[2].split(b" ", 1)[0] in LOCAL


def mount_point(line: bytes) -> bytes:
    """The folder of a line of mountinfo; blanks and the like are written there as `\\040`."""
    head, *escapes = line.split(b" ", 5)[4].split(b"\\")
    return head + b"".join(bytes((int(text[:3], 8),)) + text[3:] for text in escapes)


def _device_of(folder: bytes) -> int | None:
    try:
        return os.stat(folder).st_dev  # what files there say; btrfs has another number in the table
    except OSError:
        return None
