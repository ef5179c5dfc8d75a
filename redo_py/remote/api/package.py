"""The project's code as one archive: what workers import. The same files give the same digest, wherever they lie."""

from __future__ import annotations

import os
import re
from io import BytesIO

from redo_py.ground import hashing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PASSED_OVER = frozenset((".git", ".redun", "__pycache__", "node_modules", "site-packages"))
ENVIRONMENT = "pyvenv.cfg"  # what a folder has that is an environment of Python


def files_of(root: str, includes: Sequence[str], excludes: Sequence[str]) -> list[str]:
    """The paths below `root` that match one of the patterns `includes` and none of `excludes`, sorted. Folders that
    hold installed packages, records of git and the like are passed over; hidden files only match what begins with a
    dot, too."""
    wanted, unwanted = [regex(pattern) for pattern in includes], [regex(pattern) for pattern in excludes]
    hidden = any(part.startswith(".") for pattern in includes for part in pattern.split("/"))
    return sorted(
        path
        for path in _below(root, hidden)
        if any(each.fullmatch(path) for each in wanted) and not any(each.fullmatch(path) for each in unwanted)
    )


def _below(root: str, hidden: bool) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [
            name
            for name in folders
            if name not in PASSED_OVER
            and (hidden or not name.startswith("."))
            and not os.path.exists(f"{folder}/{name}/{ENVIRONMENT}")
        ]
        above = os.path.relpath(folder, root)
        for name in names:
            if hidden or not name.startswith("."):
                yield name if above == "." else f"{above}/{name}"


def regex(pattern: str) -> re.Pattern[str]:
    """`pattern` for whole paths: `*` and `?` stay within a name, `**/` is any number of folders, `**` anything. What
    stands in brackets and is no set of characters, as `[z-a]`, is itself."""
    made = []
    for piece in re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", pattern.removeprefix("./")):
        if piece == "**/":
            made.append("(?:.*/)?")
        elif piece == "**":
            made.append(".*")
        elif piece == "*":
            made.append("[^/]*")
        elif piece == "?":
            made.append("[^/]")
        elif piece.startswith("[") and piece.endswith("]"):
            made.append(_set_of(piece))
        else:
            made.append(re.escape(piece))
    return re.compile("".join(made), re.DOTALL)


def _set_of(piece: str) -> str:
    """The set of characters of a pattern, `[a-z]` or `[!a-z]`, as a regular expression has it."""
    made = "[^" + piece[2:] if piece[1] == "!" else piece
    try:
        re.compile(made)
    except re.error:
        return re.escape(piece)
    return made


class Package:
    """The code as bytes to send."""

    __slots__ = ("content", "digest", "files")

    def __init__(self, root: str, includes: Sequence[str], excludes: Sequence[str]) -> None:
        """Read it; raises OSError."""
        self.files = files_of(root, includes, excludes)
        contents = {}
        for path in self.files:
            with open(f"{root}/{path}", "rb") as stream:
                contents[path] = stream.read()
        self.digest = digest_of(contents)
        self.content = archive(contents)


def digest_of(contents: dict[str, bytes]) -> str:
    """What tells one package from another."""
    hasher = hashing.hasher(hashing.DIRECTORY)
    for path, content in contents.items():
        name = path.encode("utf-8", "surrogateescape")
        hasher.update(b"%d %d " % (len(name), len(content)) + name + content)
    return hasher.digest().hex()


def archive(contents: dict[str, bytes]) -> bytes:
    """A compressed tar of these files."""
    import gzip
    import tarfile

    packed = BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0, filename="") as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as made,
    ):
        for path, content in contents.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            member.mode = 0o644
            made.addfile(member, BytesIO(content))
    return packed.getvalue()


class Damaged(Exception):
    """An archive is not what was sent."""


def unpack_archive(content: bytes, folder: str, digest: str) -> None:
    """Put the files of the archive with this digest below `folder`. Raises OSError, and Damaged before anything is
    there."""
    import gzip
    import tarfile
    import zlib

    try:
        plain = gzip.decompress(content)
        with tarfile.open(fileobj=BytesIO(plain), mode="r:") as packed:
            found = {each.name: packed.extractfile(each) for each in packed.getmembers()}
            contents = {path: stream.read() for path, stream in found.items() if stream is not None}
    except (EOFError, OSError, tarfile.TarError, zlib.error) as error:
        raise Damaged(str(error)) from None
    if digest_of(contents) != digest:
        raise Damaged("its digest is not that of what was sent")
    for path, data in contents.items():
        place = os.path.join(folder, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(data)
