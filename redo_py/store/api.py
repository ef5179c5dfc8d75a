"""The doors of the store. All digests are 16 bytes; all calls come from one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from redo_py.records import Buffer, Failed, Latest, Record, Table, Trace


class Store(Protocol):
    """The hot door: the engine asks in batches and writes in batches."""

    def lookup(self, evaluations: Sequence[bytes]) -> list[list[Trace]]:
        """For each evaluation its traces, newest first, at most 32; [] when there is none."""

    def latest(self, addresses: Sequence[tuple[str, int]]) -> list[Latest | None]:
        """For each address, which is what is alike and its number, the last call made there."""

    def failed(self) -> list[Failed]:
        """The jobs that failed by themselves, oldest first, and no more of them than FAILURES, the newest."""

    def values(self, digests: Sequence[bytes]) -> list[tuple[str, bytes] | None]:
        """For each digest the (format, bytes) of its value."""

    def ledger(self, paths: Sequence[str]) -> list[tuple[bytes, int] | None]:
        """For each path the (content, kind) that redun last put there."""

    def handles(self, states: Sequence[bytes]) -> list[bool | None]:
        """For each state of a handle whether it is valid; None for one that was never recorded."""

    def derived(self, states: Sequence[bytes]) -> list[tuple[bytes, str]]:
        """The valid states that were made from `states`, directly or not, as (state, name), each once."""

    def write(self, records: Buffer | Sequence[Record]) -> None:
        """Make `records` durable, all or none. Older traces of an evaluation beyond 32 are dropped."""

    def close(self) -> None:
        """Give everything back; may be called twice."""


class Claims(Protocol):
    """Who is at what, among the runs that share a store: of an evaluation whose result is not there yet, one run at a
    time computes it. Nobody waits in here. What a run does not give back is free when its process ends."""

    @property
    def is_alone(self) -> bool:
        """Whether nothing need be claimed now."""

    def look_round(self, at: Callable[[], Iterable[bytes]]) -> None:
        """To be called several times a second. If others have come, what this run is `at`, as evaluations, is claimed;
        `at` must have seen to it that all else is in the store."""

    def take(self, evaluation: bytes) -> bool:
        """Claim `evaluation`; True too if it is claimed already. False if another run is at it, or may be."""

    def is_stopped(self, evaluation: bytes) -> bool:
        """Whether the run that is at `evaluation` is known to have been stopped for a while, by a signal or a debugger,
        and need not be waited for."""

    def give_back(self, evaluations: Iterable[bytes]) -> None:
        """Others may claim `evaluations`, whose results are in the store if there are any. Those that are not claimed
        are passed over."""


class Reader(Protocol):
    """The read door for questions about the past."""

    def values(self, digests: Sequence[bytes]) -> list[tuple[str, bytes] | None]:
        """For each digest the (format, bytes) of its value; the bytes of a large one are not in its row."""

    def rows(
        self,
        table: Table,
        where: dict[str, Any] | None = None,
        order: str = "",
        descending: bool = False,
        limit: int | None = None,
        columns: Sequence[str] = (),
        after: Any = None,
    ) -> Iterable[tuple[Any, ...]]:
        """Rows of `table` whose columns equal `where`, as tuples in the table's column order, digests as bytes.

        If `columns` are named, rows have these cells alone. With `after` only rows behind that content of the column
        `order` are given: so a long answer is read in pages. `order` may be FIRST_WRITTEN for EXECUTION, without
        `after`; where several machines write that is the order in which they started.
        """

    def beginning(self, digits: str, limit: int) -> list[bytes]:
        """The digests and ids of any rows whose lower-case hexadecimal digits begin with `digits`, in order, at most
        `limit`; those of rows that were dropped may be among them."""

    def names(self, table: Table, column: str, after: str | None, limit: int) -> list[str]:
        """What the column of names holds, each once, in order, at most `limit`; with `after` what comes behind it."""

    def durations(self, origins: Sequence[str]) -> list[float | None]:
        """For each origin the seconds that its newest job took that ran and ended well."""

    def close(self) -> None:
        """Give everything back; may be called twice."""


class Records(Store, Reader, Protocol):
    """Both doors of one database."""


class Artifacts(Protocol):
    """Bytes by digest: contents of files (hashing.FILE), texts of links (LINK), listings of folders (DIRECTORY)."""

    def have(self, digests: Sequence[bytes]) -> list[bool]:
        """Whether each is kept here."""

    def put_file(self, path: str, digest: bytes, size: int) -> bool:
        """Keep the bytes of the file at `path`, whose digest is known; False if it is too large or cannot be kept."""

    def put_bytes(self, content: bytes, digest: bytes) -> bool:
        """Keep `content`, whose digest is known."""

    def read_bytes(self, digest: bytes, seed: int) -> bytes | None:
        """The bytes, verified in the domain of `seed`; None when they are not kept or do not match."""

    def fetch(self, digest: bytes, destination: str, executable: bool) -> bool:
        """Write the bytes of a file to `destination`, a path that does not exist yet in a folder that does.

        The digest is verified while writing; False, with nothing left behind, when it is not kept or does not match.
        """
