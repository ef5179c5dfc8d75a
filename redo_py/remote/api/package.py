"""The project's code as one archive: what workers import. The same files give the same digest, wherever they lie."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from io import BytesIO

from redo_py.ground import hashing
from redo_py.remote.api import stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PASSED_OVER = frozenset((".git", ".redun", "__pycache__", "node_modules", "site-packages", "dist-packages"))
ENVIRONMENT = "pyvenv.cfg"  # what a folder has that is an environment of Python
PIECES = re.compile(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])")  # what has a meaning in patterns
ALL_BELOW = "/**"  # what a pattern ends with that matches all that is in a folder


def files_of(root: str, includes: Sequence[str], excludes: Sequence[str]) -> list[str]:
    """The paths below `root` that match one of the patterns `includes` and none of `excludes`, sorted. Folders that
    hold installed packages, records of git and the like are passed over; hidden files only match what begins with a
    dot, too. Links are followed, but for those that lead to a folder around them, which have no end, and those that
    lead nowhere."""
    wanted, unwanted = [regex(pattern) for pattern in includes], [regex(pattern) for pattern in excludes]
    hidden = any(part.startswith(".") for pattern in includes for part in pattern.split("/"))
    closed = [regex(pattern.removesuffix(ALL_BELOW)) for pattern in excludes if pattern.endswith(ALL_BELOW)]
    return sorted(
        path
        for path in _below(root, hidden, lambda folder: any(each.fullmatch(folder) for each in closed))
        if any(each.fullmatch(path) for each in wanted) and not any(each.fullmatch(path) for each in unwanted)
    )


def _below(root: str, hidden: bool, is_closed: Callable[[str], bool]) -> Iterator[str]:
    """The paths of all files below `root`, but in folders that are passed over or closed. What cannot be listed is
    empty."""
    waiting: list[tuple[str, tuple[str, ...]]] = [("", (os.path.realpath(root),))]
    while waiting:  # each is a folder, and where it and those that led to it truly are
        folder, way = waiting.pop()
        for entry in _listed(f"{root}/{folder}"):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name.startswith(".") and not hidden:
                continue
            if os.path.isfile(entry.path):  # neither a link that leads nowhere nor a pipe, which nobody writes to
                yield path
            elif os.path.isdir(entry.path) and not is_closed(path) and not _is_foreign(entry.path):
                place = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(way[-1], entry.name)
                if not entry.is_symlink() or _leads_on(place, way):
                    waiting.append((path, (*way, place)))


def _listed(folder: str) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing if it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_foreign(place: str) -> bool:
    """Whether what is in that folder is no code of the project."""
    return os.path.basename(place) in PASSED_OVER or os.path.exists(f"{place}/{ENVIRONMENT}")


def _leads_on(place: str, way: Sequence[str]) -> bool:
    """Whether a link to the folder `place`, found on this way, leads neither back nor to installed packages."""
    if any(stage.is_below(each, place) for each in way):
        return False
    while not stage.is_below(way[0], place):
        if _is_foreign(place):
            return False
        place = os.path.dirname(place)
    return True


def regex(pattern: str) -> re.Pattern[str]:
    """`pattern` for whole paths: `*` and `?` stay within a name, `**/` is any number of folders, `**` anything. What
    stands in brackets and is no set of characters, as `[z-a]`, is itself."""
    made = []
    for piece in PIECES.split(pattern.removeprefix("./")):
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
    is_turned = piece[1] in "!^"
    within = piece[2 if is_turned else 1 : -1].replace("\\", "\\\\").replace("--", "-\\-")
    made = ("[^" if is_turned else "[") + re.sub(r"([\[&~|^])", r"\\\1", within) + "]"
    try:
        re.compile(made)
    except re.error:
        return re.escape(piece)
    return made


def fault_of(pattern: str) -> str:
    """Why `pattern` matches no file of any project, or hardly what was meant; "" if nothing is wrong with it."""
    plain = pattern.removeprefix("./")
    if not plain:
        return "it is empty"
    if plain.startswith(("/", "~")) or ".." in plain.split("/"):
        return "patterns are relative to the project's root, and stay below it"
    if plain.endswith("/"):
        return f"a folder by itself matches nothing; `{plain}**` is all that is in it"
    for piece in PIECES.split(plain):
        if piece.startswith("[") and piece.endswith("]"):
            if _set_of(piece) == re.escape(piece):
                return f"`{piece}` is no set of characters"
        elif "[" in piece:
            return "`[` begins a set of characters, which nothing ends; `[[]` is the character itself"
    return ""


class Package:
    """The code as bytes to send."""

    __slots__ = ("content", "digest", "files")

    def __init__(self, root: str, includes: Sequence[str], excludes: Sequence[str]) -> None:
        """Read it; raises OSError."""
        contents = {}
        for path in files_of(root, includes, excludes):
            with suppress(FileNotFoundError), open(f"{root}/{path}", "rb") as stream:  # it may be gone by now
                contents[path] = stream.read()
        self.files = list(contents)
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
