"""Parquet files that hold the same rows, written in the same way, as the same bytes.

The writer that Spark uses lists the encodings of each column in the order of a set of Java, which is another one in
each JVM. So the same table would hardly ever be the same twice. Here these lists are put in order, which means nothing
to readers.

A footer is a struct in Thrift's compact protocol: FileMetaData.row_groups[].columns[].meta_data.encodings.
"""

from __future__ import annotations

from redo_py.values.file import File
from redo_py.values.filing import filing
from redo_py.values.spelling import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MAGIC = b"PAR1"  # a file ends with its footer, four bytes with the length of that, and this
TAIL = 8
ENCODINGS = (4, 1, 3, 2)  # the numbers of the fields that lead to the list
REWRITTEN = 256 << 20  # bytes of a file in an object store that is still written anew for this
BOOLEANS, BYTE, INTEGERS, DOUBLE, BINARY, LISTS, MAP, STRUCT = (1, 2), 3, (4, 5, 6), 7, 8, (9, 10), 11, 12


class Unknown(Exception):
    """The bytes are no footer that we understand."""


class Walk:
    """Finds the lists of encodings in a footer."""

    __slots__ = ("_at", "_data", "found")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self.found: list[tuple[int, int]] = []  # where the items of each list begin and end
        self._struct(())

    def _struct(self, path: tuple[int, ...]) -> None:
        field = 0
        while head := self._byte():
            field = field + (head >> 4) if head >> 4 else self._number() >> 1
            self._value(head & 15, (*path, field), False)

    def _value(self, kind: int, path: tuple[int, ...], is_item: bool) -> None:
        if kind in BOOLEANS:
            self._at += is_item  # that of a field stands in its head
        elif kind == BYTE:
            self._at += 1
        elif kind in INTEGERS:
            self._number()
        elif kind == DOUBLE:
            self._at += 8
        elif kind == BINARY:
            length = self._number()
            self._at += length
        elif kind in LISTS:
            self._list(path)
        elif kind == MAP:
            self._map(path)
        elif kind == STRUCT:
            self._struct(path)
        else:
            raise Unknown(f"a field has the type {kind}")

    def _list(self, path: tuple[int, ...]) -> None:
        head = self._byte()
        count = head >> 4 if head >> 4 != 15 else self._number()
        start = self._at
        for _ in range(count):
            self._value(head & 15, path, True)
        if path == ENCODINGS and self._at - start == count:
            self.found.append((start, self._at))

    def _map(self, path: tuple[int, ...]) -> None:
        count = self._number()
        kinds = self._byte() if count else 0
        for _ in range(count):
            self._value(kinds >> 4, path, True)
            self._value(kinds & 15, path, True)

    def _number(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7

    def _byte(self) -> int:
        if self._at >= len(self._data):
            raise Unknown("it ends too early")
        self._at += 1
        return self._data[self._at - 1]


def in_order(footer: bytes) -> bytes:
    """`footer` with its lists of encodings in order. Raises Unknown."""
    made = bytearray(footer)
    for start, end in Walk(footer).found:
        made[start:end] = bytes(sorted(footer[start:end]))
    return bytes(made)


def settle_footers(files: Sequence[File]) -> None:
    """Put in order what the footers of `files` list. A file that is not understood stays as it is. Raises OSError."""
    for file in files:
        try:
            settle_footer(file)
        except Unknown:
            continue


def settle_footer(file: File) -> None:
    """The same of one file. Raises OSError and Unknown."""
    is_far, size = is_url(file.path), file.size()
    if size < TAIL:
        raise Unknown("it is too short")
    if is_far and size > REWRITTEN:
        return
    with file.open("rb" if is_far else "r+b") as stream:
        stream.seek(size - TAIL)
        tail = stream.read(TAIL)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != MAGIC or length > size - TAIL:
            raise Unknown("it does not end like a Parquet file")
        place = size - TAIL - length
        stream.seek(place)
        footer = stream.read(length)
        settled = in_order(footer)
        if settled == footer:
            return
        if not is_far:
            folder, slash, name = file.path.rpartition("/")
            filing().remove(f"{folder}{slash}.{name}.crc")  # what Hadoop compares the bytes with
            stream.seek(place)
            stream.write(settled)
            return
        stream.seek(0)
        content = stream.read(place) + settled + tail
    with file.open("wb") as stream:
        stream.write(content)
