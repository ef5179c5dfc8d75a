"""The scratch: where a scheduler and its workers leave things for each other. A folder that both can reach, or a place
in an object store.

    code/DIGEST.tar.gz    the project's code, sent once
    blobs/DIGEST          the bytes of a staged file
    arrays/DIGEST         the keys of jobs that are started together, a line each
    jobs/KEY/job          what is to be done
    jobs/KEY/result       what came of it: written as the last act, and only if it is whole

Whatever is there is there as a whole. All of it may be removed when no job runs. It holds pickles, which both sides
load: who may write there can run code as both. In a folder nobody but its owner may even read, unless `access` says so.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from errno import EIO, ENOTDIR

from redo_py.ground import hashing
from redo_py.values.filing import filing
from redo_py.values.spelling import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import IO

PIECE = 1 << 20  # bytes that are copied at once
JOB, RESULT = "job", "result"  # names in the folder of a job
PARTS = ("code", "blobs", "arrays", "jobs")  # folders of a scratch
PROBE = bytes(4096)  # what is put there to see whether one can; a full disk takes no whole block
STORES = ("s3", "gs", "az")  # schemes of object stores that a worker can reach before it has any code of a project
OWNER, GROUP = "owner", "group"  # who may read and write what is in a folder
MODES = {OWNER: (0o700, 0o600), GROUP: (0o2770, 0o660)}  # of folders and files; what is in a folder has its group


class Changed(Exception):
    """The content of a file is not what it was when its digest was taken."""


def code_name(digest: str) -> str:
    """Where a package of code lies."""
    return f"code/{digest}.tar.gz"


def blob_name(digest: str) -> str:
    """Where the bytes of a file lie."""
    return f"blobs/{digest}"


def job_name(key: str, part: str) -> str:
    """Where a part of a job lies."""
    return f"jobs/{key}/{part}"


def fault_at(url: str) -> str:
    """Why nothing can be a scratch at `url`; "" if something may be."""
    scheme, colon, rest = url.partition(":")
    stores = ", ".join(f"{each}://" for each in STORES)
    if "\0" in url:
        return "a path has no NUL in it"
    if url.startswith("~"):
        return f"`{url}`: nobody replaces `~` here; write the whole path"
    if colon and scheme in (*STORES, "file") and not rest.startswith("//"):
        return f"`{url}`: did you mean {scheme}://{rest.lstrip('/')}?"
    if "://" not in url:
        return ""
    if scheme == "file":
        return "" if rest.startswith("///") else f"`{url}`: a folder is a path, or file:// and an absolute one"
    if scheme not in STORES:
        return f"`{url}`: nothing can be sent through {scheme}://; a scratch is a folder, or in {stores}"
    return "" if rest.strip("/") else f"`{url}`: {scheme}:// has the name of a bucket behind it"


class Scratch:
    """One scratch, at a folder, relative to `root`, or at a URL. Everything raises OSError that names the path."""

    def __init__(self, url: str, access: str = OWNER, root: str = "") -> None:
        self.access = access  # OWNER GROUP
        self.url = url.rstrip("/")
        self.is_folder = not is_url(self.url) or self.url.startswith("file://")
        if self.is_folder:
            self.url = os.path.abspath(os.path.join(root, self.url.removeprefix("file://")))

    def at(self, name: str) -> str:
        """The path or URL of what is called `name` here."""
        return f"{self.url}/{name}"

    def check(self) -> None:
        """Show that one can write and read here: a few bytes are put there, or, as long as a folder is not there, into
        the one in which it will be, and taken away again. Raises OSError."""
        if self.is_folder:
            for part in ("", *PARTS):
                check_folder(self.at(part).rstrip("/"))
            return
        name = probe_name()
        try:
            self.write(name, PROBE)
            found = self.read(name)
            self.remove([name])
        except OSError as error:
            error.filename = self.url
            raise
        if found != PROBE:
            raise OSError(EIO, "what was put there is not found again", self.url)

    def read(self, name: str) -> bytes | None:
        """What is there; None if nothing is."""
        try:
            with naming(self.at(name)), self._open(name, "rb") as stream:
                return stream.read()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Put `content` there; nobody sees a part of it."""
        with naming(self.at(name)), self._sink(name) as sink:
            sink.write(content)

    def send(self, path: str, name: str, digest: str) -> None:
        """Put the content of a file there, which has this digest; raises Changed if it has another one by now."""
        with naming(self.at(name)):
            if self.is_folder:
                with open(path, "rb") as source, self._sink(name) as sink:
                    if pour(source, sink, path).hex() != digest:
                        raise Changed(path)
                return
            with open(path, "rb") as source, self._sink(name) as sink:
                found = pour(source, sink, path).hex()
            if found != digest:
                self.remove([name])
                raise Changed(path)

    def fetch(self, name: str, path: str, mode: int = 0o666) -> bytes:
        """Write what is there to a new file, which has `mode` without what the umask takes away; the digest of what was
        written. Raises FileNotFoundError if nothing is there."""
        place = self.at(name)
        with (
            naming(place),
            self._open(name, "rb") as source,
            naming(path),
            open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as sink,
        ):
            return pour(source, sink, place)

    def absent(self, names: Sequence[str]) -> list[str]:
        """Those that are not there."""
        if self.is_folder:
            return [name for name in names if not os.path.exists(self.at(name))]
        sizes = filing().sizes([self.at(name) for name in names])
        return [name for name, size in zip(names, sizes, strict=True) if size is None]

    def keep(self, names: Iterable[str]) -> None:
        """Let these, which are there, count as just used: from a folder what nobody has used for long may be removed.
        That of others who do not allow it stays as it is."""
        for name in names if self.is_folder else ():
            with suppress(OSError):
                os.utime(self.at(name))

    def remove(self, names: Iterable[str]) -> None:
        """Remove these; fine if they are not there."""
        for name in names:
            if not self.is_folder:
                filing().remove(self.at(name))
                continue
            try:
                os.unlink(self.at(name))
                os.rmdir(os.path.dirname(self.at(name)))
            except OSError:
                continue  # it is gone, or others are in its folder

    def make_folder(self, name: str = "") -> str:
        """Make the folder `name` of a scratch that is one, for what is not a part of any job; its path."""
        place = self.at(name) if name else self.url
        os.makedirs(os.path.dirname(self.url), exist_ok=True)
        missing = []
        while len(place) >= len(self.url) and not os.path.isdir(place):
            missing.append(place)
            place = os.path.dirname(place)
        mode = MODES[self.access][0]
        for each in reversed(missing):
            try:
                os.mkdir(each, 0o700)
            except FileExistsError:
                continue
            if mode != 0o700:
                os.chmod(each, mode)
        return self.at(name) if name else self.url

    def _sink(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """What is written to it is there when it is closed."""
        return Whole(self, name) if self.is_folder else self._open(name, "wb")

    def _open(self, name: str, mode: str) -> IO[bytes]:
        return open(self.at(name), mode) if self.is_folder else filing().open(self.at(name), mode)


def check_folder(place: str) -> None:
    """Raise OSError unless things can be put into the folder `place`, or to where it will be."""
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), place)
    probe = f"{place}/{probe_name()}"
    try:
        with open(probe, "xb") as file, suppress(FileNotFoundError):
            try:
                file.write(PROBE)
                file.flush()
            finally:
                os.unlink(probe)
    except OSError as error:
        said = error.strerror or str(error)
        raise OSError(error.errno, f"nothing can be written there: {said[:1].lower()}{said[1:]}", place) from None


def probe_name() -> str:
    """A name that nothing has yet."""
    return f".redun-probe-{os.urandom(6).hex()}"


class Whole:
    """A file of a scratch that is a folder, written beside its place and put there when it is whole. Folders above it
    are made."""

    def __init__(self, scratch: Scratch, name: str) -> None:
        self._scratch = scratch
        self._name = name
        self._path = scratch.at(name)
        self._beside = f"{self._path}.{os.urandom(6).hex()}.part"

    def __enter__(self) -> IO[bytes]:
        try:
            self._sink = self._opened()
        except FileNotFoundError:
            self._scratch.make_folder(os.path.dirname(self._name))
            self._sink = self._opened()
        return self._sink

    def _opened(self) -> IO[bytes]:
        opened = os.open(self._beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        mode = MODES[self._scratch.access][1]
        if mode != 0o600:
            os.fchmod(opened, mode)
        if os.geteuid() == 0:
            self._hand_over(opened)
        return open(opened, "wb")

    def _hand_over(self, opened: int) -> None:
        """Root of a container writes for who has made the folder, and who must be able to read it."""
        above = os.stat(os.path.dirname(self._beside))
        if above.st_uid != os.fstat(opened).st_uid:
            try:
                os.fchown(opened, above.st_uid, above.st_gid)
            except PermissionError:  # root is nobody special on a disk of another machine
                return

    def __exit__(self, kind: object, *trouble: object) -> None:
        try:
            self._sink.close()
            if kind is None:
                os.rename(self._beside, self._path)
        finally:
            if os.path.exists(self._beside):
                os.unlink(self._beside)


def pour(source: IO[bytes], sink: IO[bytes], origin: str) -> bytes:
    """Copy what is left in one stream to the other; its digest. What keeps the source from being read names `origin`,
    where that is."""
    hasher = hashing.hasher(hashing.FILE)
    while True:
        with naming(origin):
            piece = source.read(PIECE)
        if not piece:
            return hasher.digest()
        hasher.update(piece)
        sink.write(piece)


@contextmanager
def naming(path: str) -> Iterator[None]:
    """An OSError in here names `path` if it names none: what fails at an open file says not which."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise
        raise OSError(error.errno or EIO, error.strerror or str(error), path) from None
