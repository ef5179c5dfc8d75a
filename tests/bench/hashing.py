"""How fast files are read for their digests: one large file beside mere reading, and many small ones."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from redo_py.app.build import collect_garbage_rarely
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.files.reading import read_regular
from redo_py.ground.clock import Clock
from tests.bench.rounds import Cost, Figures, Key, Pace, Runner, in_turns
from tests.bench.tools import OURS

MIB = 1 << 20
READING, HASHING, OBSERVING = "read", "hashed", "looked at by a build"
READV = "readv"


def large(mebibytes: int) -> str:
    """What the large file is called."""
    return f"a file of {mebibytes:,} MiB"


def small(count: int) -> str:
    """What the small files are called."""
    return f"{count:,} small files"


def measure_large(mebibytes: int, pace: Pace, folder: Path) -> Figures:
    """Reading and hashing one file that is in memory already."""
    path = folder / "large"
    folder.mkdir(parents=True)
    write_large(path, mebibytes)
    runners = [
        Runner(Key(large(mebibytes), READING, READV), functools.partial(timed, read_all, path)),
        Runner(Key(large(mebibytes), HASHING, OURS), functools.partial(timed, read_regular, str(path))),
    ]
    figures = in_turns(runners, pace)
    path.unlink()
    return figures


def measure_small(count: int, pace: Pace, folder: Path) -> Figures:
    """Hashing `count` files, and seeing them as a build does that has never seen them."""
    folder.mkdir(parents=True)
    (folder / ".redun").mkdir()
    paths = [f"{number}.txt" for number in range(count)]
    for number, path in enumerate(paths):
        (folder / path).write_text(f"source {number}\n")
    full = [str(folder / path) for path in paths]
    collect_garbage_rarely()  # as in a build
    name = small(count)
    runners = [
        Runner(Key(name, HASHING, OURS), functools.partial(timed, hash_each, full)),
        Runner(Key(name, OBSERVING, OURS), functools.partial(timed, observe, folder, paths)),
    ]
    return in_turns(runners, pace)


def write_large(path: Path, mebibytes: int) -> None:
    """Write a file of which no two mebibytes are the same."""
    block = os.urandom(MIB)
    with path.open("wb") as file:
        for number in range(mebibytes):
            file.write(number.to_bytes(8, "little") + block[8:])


def read_all(path: Path) -> None:
    """Read the file and do nothing with it."""
    descriptor = os.open(path, os.O_RDONLY)
    buffers = [bytearray(MIB)]
    while os.readv(descriptor, buffers):
        continue
    os.close(descriptor)


def hash_each(paths: Sequence[str]) -> None:
    """Read all `paths` for their digests."""
    for path in paths:
        read_regular(path)


def observe(folder: Path, paths: Sequence[str]) -> None:
    """What a build sees of `paths`, remembering nothing from before."""
    files = LocalFiles(str(folder), StatMemo(str(folder / ".redun/no-memo")), None, Clock())
    files.observe(paths)


def timed(act: Callable[..., object], *arguments: object) -> Cost:
    """The time that `act` takes."""
    start = perf_counter()
    act(*arguments)
    return Cost(perf_counter() - start, 0)
