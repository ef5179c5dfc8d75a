"""The door of the files.

Paths are text: relative to the project's root with `/` and no `.` or `..`, or absolute if outside; bytes that are no
UTF-8 are surrogate-escaped. A directory has no trailing slash here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol
else:
    Protocol = object

ABSENT = 0  # nothing there; digest is b""
FILE = 1  # a regular file, not executable by its owner
EXECUTABLE = 2  # a regular file, executable by its owner
DIRECTORY = 3  # digest covers the whole tree
LINK = 4  # a symbolic link as such: digest of its text (outputs only; input links are followed)
OTHER = 5  # a device, socket or pipe: has no content; digest is b""

Signature = tuple[int, int, int, int, int, int]  # device, inode, mode, size, mtime_ns, ctime_ns; () when absent


class Stamp:
    """What was seen at a path at one moment."""

    __slots__ = ("digest", "kind", "left_out", "parts", "path", "signature", "trusted")

    def __init__(
        self,
        path: str,
        kind: int,
        digest: bytes,
        signature: tuple[int, ...],
        trusted: bool,
        parts: tuple[Stamp, ...] = (),
        left_out: str = "",
    ) -> None:
        self.path = path
        self.kind = kind
        self.digest = digest  # of content; of an input link: of its texts and the content
        self.signature = signature  # of the path as it was just before it was read
        self.trusted = trusted  # whether an equal signature later proves equal content
        self.parts = parts  # other paths the digest rests on, each with its signature: entries of a directory
        #                     (at any depth, the folders themselves included), hops of a link
        self.left_out = left_out  # below a directory: a path that its digest leaves out, "" if there is none

    def is_just(self, entry: tuple[bytes, int] | None) -> bool:
        """Whether the (digest, kind) of `entry` is all that lies there. Only then may it be removed as redun's own."""
        return entry == (self.digest, self.kind) and not self.left_out

    @property
    def is_link(self) -> bool:
        """Whether a link lies there, even if it was followed: then what it leads to is the first of the parts."""
        return self.kind == LINK or (bool(self.parts) and not self.parts[0].path.startswith(f"{self.path}/"))

    def __repr__(self) -> str:
        return f"Stamp({self.path}, kind={self.kind}, {self.digest.hex()[:8]})"


class Files(Protocol):
    """What the engine asks of the project's files. Batches in, batches out, in the same order."""

    def observe(self, paths: Sequence[str]) -> list[Stamp]:
        """What each path holds now, links followed; content is read only where the stat memo does not know it."""

    def observe_outputs(self, paths: Sequence[str]) -> list[Stamp]:
        """What each path holds now, a link being a link."""

    def unchanged(self, stamps: Sequence[Stamp]) -> list[bool]:
        """Whether each path (and each part) still has the signature of its stamp. One stat each, nothing is read."""

    def changed_since(self, paths: Sequence[str], moment: float) -> list[str]:
        """Those of `paths` at which a regular file lies, links followed, that may have changed at `moment` or later, in
        seconds since the epoch. Nothing is read: folders are not entered, and what cannot be reached is none."""

    def tick(self, signature: tuple[int, ...]) -> float:
        """The seconds within which what has `signature` may change again without another signature: those by which the
        times in it may lag behind the clock."""

    def collect(self, paths: Sequence[str]) -> list[Stamp]:
        """Like observe_outputs for outputs just made, and keep their bytes as artifacts, in one reading. What `restore`
        could not put back as it is, is not kept: a folder with something that its digest leaves out, and what fewer
        people may read than a new file."""

    def restore(self, products: Sequence[tuple[str, bytes, int]]) -> bool:
        """Put every (path, digest, kind) in place from the artifacts, all or none; what stood there must have been
        cleared with `clear`. False when one of them is not kept."""

    def can_restore(self, products: Sequence[tuple[str, bytes, int]]) -> bool:
        """Whether `restore` would find all the bytes."""

    def clear(self, paths: Sequence[str], ledger: Sequence[tuple[bytes, int] | None]) -> list[tuple[str, str]]:
        """Make room at `paths`: unlink what is just what redun put there (`ledger` tells what), move anything else to
        .redun/displaced/, make parent folders. Returns (path, new place) of what was displaced; of a folder moved for
        what its digest leaves out, those of that."""

    def tracked(self, paths: Sequence[str]) -> set[str]:
        """Those of `paths` at which something lies that the project's version control keeps."""

    def discard(self, paths: Sequence[str]) -> None:
        """Remove partial outputs of a failed command, files or trees; absent ones are fine."""

    def settle(self, stamps: Sequence[Stamp]) -> list[Stamp]:
        """Wait until the stamps that are not trusted can be, read those again and return all: the content a snapshot
        may rest on. A stamp that cannot become trusted soon stays as it is."""
