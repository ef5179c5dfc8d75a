"""Artifacts in a local folder: the bytes with digest `abcdef...` are the file `a/bcdef...`.

A file is written beside the others and renamed, so nobody sees half of one; after a power failure one may be torn,
fails its digest when it is used, and is removed. Copies share blocks where the file system can do that, and are never
hard links, which an edit of the output would reach through. The time of a file is that of its last use.

There are sixteen folders, not 256: ext4 puts new folders far apart, and files in many of them cost twice as much.
"""

from __future__ import annotations

import os

from redo_py.ground.hashing import DIGEST_SIZE, FILE, digest, hasher
from redo_py.store.cloning import clone, copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

MAX_FILE = 256 << 20
MAX_TOTAL = 5 << 30
CHUNK = 1 << 20  # contents up to here are read and written in one go
NEW = "new-"  # the beginning of the names of files that are being written

WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
READ_WRITE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
READ = os.O_RDONLY | os.O_CLOEXEC


class LocalArtifacts:
    """The Artifacts door over `folder`, which is made when something is first kept.

    Files above `max_file` are kept only if they cost no space. `trim` keeps the sum below `max_total`. A folder that
    cannot be written is read from, and keeps nothing more; `trouble` then says why, for the user to be told once.
    """

    __slots__ = ("_count", "_folder", "_max_file", "_own", "added", "max_total", "outsized", "trouble")

    def __init__(self, folder: str, max_file: int = MAX_FILE, max_total: int = MAX_TOTAL) -> None:
        self._folder = folder
        self._max_file = max_file
        self._own = os.urandom(4).hex()  # in our names for files that are being written, and their number:
        self._count = 0
        self.max_total = max_total
        self.added = 0  # bytes kept by this process and not yet in the books of `trim`
        self.outsized = 0  # bytes of the largest one that by itself is more than all may be: the next `trim` drops it
        self.trouble: OSError | None = None  # why nothing can be kept any more

    def have(self, digests: Sequence[bytes]) -> list[bool]:
        """Whether each is kept here."""
        return [_exists(self._place(content)) for content in digests]

    def put_bytes(self, content: bytes, digest: bytes) -> bool:
        """Keep `content`, whose digest is known; False if it cannot be kept.

        A small content goes to its place in one write, without the renaming, which would cost as much again: half of it
        is never seen unless the process is killed in that instant, and then it is torn like after a power failure.
        """
        if len(content) > min(CHUNK, self._max_file):
            return self._put_large(content, digest)
        if self.trouble is not None:
            return self._touch(digest, len(content))
        place = self._place(digest)
        try:
            descriptor = self._create(place)
        except FileExistsError:
            return self._touch(digest, len(content)) or self._put_large(content, digest)
        except OSError as error:
            return self._give_up("", error)
        try:
            write_all(descriptor, content)
        except OSError as error:
            return self._give_up(place, error)
        finally:
            os.close(descriptor)
        self.added += len(content)
        return True

    def put_file(self, path: str, digest: bytes, size: int) -> bool:
        """Keep the bytes of the file at `path`, whose digest is known; False if it is too large or cannot be kept."""
        if self._touch(digest, size):
            return True
        try:
            source = os.open(path, READ)
        except OSError:
            return False
        try:
            return self._put_open(source, digest, size)
        finally:
            os.close(source)

    def read_bytes(self, digest: bytes, seed: int) -> bytes | None:
        """The bytes, verified in the domain of `seed`; None when they are not kept or do not match."""
        try:
            source = os.open(self._place(digest), READ)
        except OSError:
            return None
        try:
            content = read_all(source)
            _use(source)
        except OSError:
            return None
        finally:
            os.close(source)
        return self._verified(digest, content, seed)

    def fetch(self, digest: bytes, destination: str, executable: bool) -> bool:
        """Write the bytes of a file to `destination`, verified; raises OSError if that cannot be written.

        False, with nothing left behind, when they are not kept or do not match.
        """
        try:
            source = os.open(self._place(digest), READ)
        except OSError:
            return False
        try:
            _use(source)
            mode = 0o777 if executable else 0o666
            if os.fstat(source).st_size <= CHUNK:
                return self._fetch_small(source, digest, destination, mode)
            return self._fetch_large(source, digest, destination, mode)
        finally:
            os.close(source)

    def forget(self, digest: bytes) -> None:
        """Drop what is kept for `digest`, as far as that is possible."""
        _drop(self._place(digest))

    def entries(self) -> list[tuple[int, int, bytes]]:
        """(time of last use in ns, size, digest) of all that is kept. Raises OSError if a folder cannot be read."""
        from redo_py.store.eviction import files_in

        if not os.path.isdir(self._folder):
            return []
        return [(used, size, bytes.fromhex(name)) for used, size, name, _ in files_in(self._folder) if is_digest(name)]

    def remove(self, digests: Iterable[bytes]) -> None:
        """Drop what is kept for each of `digests`. Raises OSError for what cannot be removed."""
        for content in digests:
            try:
                os.unlink(self._place(content))
            except FileNotFoundError:
                continue
        from redo_py.store.eviction import forget_total

        forget_total(self._folder)

    def trim(self, keep: Callable[[], Collection[bytes]]) -> int:
        """Bring the sum of sizes below `max_total`, dropping what was not used for longest, and never what
        `keep` gives. Returns how many were dropped."""
        from redo_py.store.eviction import trim

        dropped = trim(self._folder, self.added, self.max_total, keep)
        self.added = 0
        return dropped

    def _place(self, digest: bytes) -> str:
        name = digest.hex()
        return f"{self._folder}/{name[0]}/{name[1:]}"

    def _touch(self, digest: bytes, size: int) -> bool:
        """Whether `digest`, of `size` bytes, is kept and not torn; if so this is a use of it."""
        place = self._place(digest)
        try:
            if os.stat(place).st_size != size:
                return False
            os.utime(place)
        except PermissionError:  # in a folder of somebody else, who does not trim by our uses
            return True
        except OSError:
            return False
        return True

    def _put_large(self, content: bytes, digest: bytes) -> bool:
        if self._touch(digest, len(content)):
            return True
        if len(content) > self._max_file:
            return False
        beside, descriptor = self._begin()
        if descriptor < 0:
            return False
        try:
            write_all(descriptor, content)
        except OSError as error:
            return self._give_up(beside, error)
        finally:
            os.close(descriptor)
        return self._publish(beside, digest, len(content))

    def _begin(self) -> tuple[str, int]:
        """(name, descriptor) of a new file; the descriptor is -1 if there cannot be one."""
        self._count += 1
        beside = f"{self._folder}/{NEW}{os.getpid()}-{self._own}-{self._count}"
        if self.trouble is not None:
            return beside, -1
        try:
            return beside, self._create(beside)
        except OSError as error:
            self.trouble = error
            return beside, -1

    def _create(self, place: str) -> int:
        """Open the new file `place`, which nobody shall edit later; its folder is made if need be."""
        try:
            return os.open(place, WRITE, 0o444)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            return os.open(place, WRITE, 0o444)

    def _publish(self, beside: str, digest: bytes, size: int) -> bool:
        place = self._place(digest)
        try:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.rename(beside, place)
        except OSError as error:
            return self._give_up(beside, error)
        self.added += size
        if size > self.max_total:
            self.outsized = max(self.outsized, size)
        return True

    def _give_up(self, place: str, error: OSError) -> bool:
        """Keep nothing more because of `error`, nor what is at `place`."""
        self.trouble = error
        _drop(place)
        return False

    def _put_open(self, source: int, digest: bytes, size: int) -> bool:
        beside, descriptor = self._begin()
        if descriptor < 0:
            return False
        try:
            kept = clone(source, descriptor) or (size <= self._max_file and copy(source, descriptor) == size)
        except OSError as error:
            return self._give_up(beside, error)
        finally:
            os.close(descriptor)
        if kept:
            return self._publish(beside, digest, size)
        _drop(beside)
        return False

    def _verified(self, digest_wanted: bytes, content: bytes, seed: int) -> bytes | None:
        if digest(seed, content) == digest_wanted:
            return content
        self.forget(digest_wanted)
        return None

    def _fetch_small(self, source: int, digest: bytes, destination: str, mode: int) -> bool:
        content = self._verified(digest, read_all(source), FILE)
        if content is None:
            return False
        descriptor = os.open(destination, WRITE, mode)
        try:
            write_all(descriptor, content)
        except OSError:
            _drop(destination)
            raise
        finally:
            os.close(descriptor)
        return True

    def _fetch_large(self, source: int, digest: bytes, destination: str, mode: int) -> bool:
        descriptor = os.open(destination, READ_WRITE, mode)
        try:
            if not clone(source, descriptor):
                copy(source, descriptor)
            matches = _digest_of(descriptor) == digest
        except OSError:
            _drop(destination)
            raise
        finally:
            os.close(descriptor)
        if not matches:
            _drop(destination)
            self.forget(digest)
        return matches


def is_digest(name: str) -> bool:
    """Whether `name` is a digest in hexadecimal; anything else in the folder is not ours."""
    return len(name) == 2 * DIGEST_SIZE and not name.strip("0123456789abcdef")


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of `content`, however often the system takes only some of it."""
    count = os.write(descriptor, content)
    while count < len(content):
        count += os.write(descriptor, memoryview(content)[count:])


def read_all(descriptor: int) -> bytes:
    """All bytes of an open file."""
    size = os.fstat(descriptor).st_size
    content = os.read(descriptor, size + 1)
    if len(content) == size:
        return content
    parts = [content]
    while part := os.read(descriptor, CHUNK):
        parts.append(part)
    return b"".join(parts)


def _digest_of(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    hashed = hasher(FILE)
    while chunk := os.read(descriptor, CHUNK):
        hashed.update(chunk)
    return hashed.digest()


def _use(descriptor: int) -> None:
    try:
        os.utime(descriptor)
    except OSError:  # in a folder of somebody else, who does not trim by our uses
        return


def _exists(place: str) -> bool:
    try:
        os.stat(place)
    except OSError:
        return False
    return True


def _drop(place: str) -> None:
    try:
        os.unlink(place)
    except OSError:
        return
