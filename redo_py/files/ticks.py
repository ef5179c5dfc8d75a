"""Whether a signature can be trusted to notice the next change.

A file system stamps changes with a clock that stands still for some milliseconds. A file that changes twice within one
tick, and is read in between, has the signature it was read under and another content. So a signature counts only if
its last change lies before the start of the reading by more than a tick of that file system's own clock. That
clock is read by touching a probe in the state folder, because the wall clock may be another one (another machine's,
or a finer one).

Some file systems stamp a change finely when somebody has looked since the one before (Linux from 6.13 on, for ext4,
xfs, btrfs and tmpfs; see "multigrain timestamps" in the kernel's documentation), or always. Whether the one of the
state folder does is tried out on the probe. There every signature counts that was taken before the reading began.
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
TRIALS = 8  # changes in a row
BRIEF = 500_000  # ns; half a tick of the fastest clock that stands still, which shows at most two stamps in that time
ATTEMPTS = 3  # at TRIALS that are as brief: another process may have come in between
PROBE = "probe"
PROBE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class Ticks:
    """The clock of the file system that `state_dir` is on."""

    __slots__ = ("_clock", "_descriptor", "_exact", "_fine", "_state_dir")

    def __init__(self, state_dir: str, clock: Clock) -> None:
        self._descriptor = -1  # of the probe, once it is open
        self._state_dir = state_dir
        self._clock = clock
        self._exact: int | None = None  # the device on which every change shows, -1 if none is known; None until tried
        self._fine: frozenset[int] | None = None  # devices whose stamps are fine; None until asked for

    def __del__(self, close=os.close) -> None:  # type: ignore[no-untyped-def]
        if self._descriptor >= 0:
            close(self._descriptor)

    def now(self) -> int:
        """The file system's time in ns; 0, which is before everything, while the state folder cannot be written."""
        try:
            os.utime(self._probe())
            return os.fstat(self._descriptor).st_mtime_ns
        except OSError:
            return 0

    def _probe(self) -> int:
        """The descriptor of the probe; raises OSError."""
        if self._descriptor < 0:
            self._descriptor = os.open(f"{self._state_dir}/{PROBE}", PROBE_FLAGS, 0o666)
        return self._descriptor

    def trusts(self, signature: tuple[int, ...], start: int) -> bool:
        """Whether `signature`, of something whose reading began at `start` and after it was taken, will differ after
        any later change."""
        return self.shows_all(signature) or self.trusted_from(signature) < start

    def shows_all(self, signature: tuple[int, ...]) -> bool:
        """Whether every later change of what has `signature` shows, whenever its reading begins."""
        return signature[0] == self._exact_device()

    def _exact_device(self) -> int:
        """The device on which every change shows; -1 if none is known."""
        if self._exact is None:
            try:
                device = os.fstat(self._probe()).st_dev
                self._exact = device if shows_each_change(self._descriptor) else -1
            except OSError:
                self._exact = -1
        return self._exact

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


def shows_each_change(descriptor: int) -> bool:
    """Whether changes of a file, with a look after each, all have stamps of their own, however fast they follow."""
    for _ in range(ATTEMPTS):
        stamps = stamps_of_trials(descriptor)
        if len(set(stamps)) < TRIALS:
            return False
        if max(stamps) - min(stamps) < BRIEF:
            return True
    return False  # where a change takes as long as a tick, as over a network, all differ that are made one by one


def stamps_of_trials(descriptor: int) -> list[int]:
    """The stamps of TRIALS changes of a file, with a look after each."""
    stamps = []
    for _ in range(TRIALS):
        os.utime(descriptor)
        stamps.append(os.fstat(descriptor).st_ctime_ns)
    return stamps


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
