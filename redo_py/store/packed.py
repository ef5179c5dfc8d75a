"""Small artifacts in one database file, larger ones in the folder behind it.

Making a file costs more than writing a small one: on ext4 a thousand new files take longer than the thousand commands
that made their contents. So contents up to SMALL bytes go as rows into `small.db`, many in one transaction. What is
lost when the process is killed before that, or with a database that is damaged, is a miss and is built again.
"""

from __future__ import annotations

import os
from _sqlite3 import DatabaseError, OperationalError, connect  # the C half of sqlite3: half the time to import
from errno import EACCES

from redo_py.ground.hashing import FILE
from redo_py.ground.hashing import digest as digest_of
from redo_py.store.artifacts import write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection
    from collections.abc import Callable, Collection, Sequence

    from redo_py.ground.clock import Clock
    from redo_py.store.artifacts import LocalArtifacts

SMALL = 16 << 10  # bytes up to which a content is a row
ROWS_AT_ONCE = 1000  # rows after which what waits is written
BROKEN = (DatabaseError, UnicodeDecodeError)  # the latter when a message quotes a text that is damaged
SHARE = 4  # small artifacts may take one part in SHARE of the space

TABLE = "CREATE TABLE IF NOT EXISTS small (digest BLOB PRIMARY KEY, used INTEGER, content BLOB) WITHOUT ROWID"
PUT = "INSERT OR IGNORE INTO small VALUES (?, ?, ?)"
USE = "UPDATE small SET used = ? WHERE digest = ?"
GET = "SELECT content FROM small WHERE digest = ?"
OLDEST = "SELECT digest, coalesce(length(content), 0) FROM small ORDER BY used"
ENTRIES = (  # whatever damage has put into a row; one whose digest is damaged stands for nothing
    "SELECT CAST(coalesce(used, 0) AS INTEGER), coalesce(length(content), 0), digest FROM small "
    "WHERE typeof(digest) = 'blob'"
)
DELETE = "DELETE FROM small WHERE digest = ?"
SUM = "SELECT coalesce(sum(length(content)), 0) FROM small"


class PackedArtifacts:
    """The Artifacts door: `large` is asked for whatever is not kept here. Close it, or the newest rows are lost."""

    __slots__ = ("_clock", "_connection", "_folder", "_is_filled", "_is_given_up", "_large", "_used", "_waiting")

    def __init__(self, folder: str, large: LocalArtifacts, clock: Clock) -> None:
        self._clock = clock
        self._folder = folder
        self._large = large
        self._connection: Connection | None = None  # opened when it is first needed
        self._is_given_up = False  # whether the database cannot be used
        self._is_filled = False  # whether rows were written since the last `trim`
        self._waiting: dict[bytes, bytes] = {}  # kept, and not written yet
        self._used: set[bytes] = set()  # used since the last writing

    @property
    def trouble(self) -> OSError | None:
        """Why nothing more can be kept, if that is so."""
        return self._large.trouble

    @property
    def has_grown(self) -> bool:
        """Whether this process has kept something that `trim` has not seen."""
        return bool(self._is_filled or self._waiting or self._large.added)

    def have(self, digests: Sequence[bytes]) -> list[bool]:
        """Whether each is kept here."""
        return [self._content(digest) is not None or self._large.have((digest,))[0] for digest in digests]

    def put_bytes(self, content: bytes, digest: bytes) -> bool:
        """Keep `content`, whose digest is known; False if it cannot be kept."""
        if len(content) > SMALL:
            return self._large.put_bytes(content, digest)
        self._waiting[digest] = content
        if len(self._waiting) >= ROWS_AT_ONCE:
            self.flush()
        return True

    def put_file(self, path: str, digest: bytes, size: int) -> bool:
        """Keep the bytes of the file at `path`, whose digest is known; False if it is too large or cannot be kept."""
        return self._large.put_file(path, digest, size)

    def read_bytes(self, digest: bytes, seed: int) -> bytes | None:
        """The bytes, verified in the domain of `seed`; None when they are not kept or do not match."""
        content = self._content(digest)
        if content is None:
            return self._large.read_bytes(digest, seed)
        self._used.add(digest)
        if digest_of(seed, content) != digest:
            self._drop(digest)
            return None
        return content

    def fetch(self, digest: bytes, destination: str, executable: bool) -> bool:
        """Write the bytes of a file to `destination`, verified; raises OSError if that cannot be written.

        False, with nothing left behind, when they are not kept or do not match.
        """
        content = self._content(digest)
        if content is None:
            return self._large.fetch(digest, destination, executable)
        if digest_of(FILE, content) != digest:
            self._drop(digest)
            return False
        self._used.add(digest)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(destination, flags, 0o777 if executable else 0o666)
        try:
            write_all(descriptor, content)
        except OSError:
            os.unlink(destination)
            raise
        finally:
            os.close(descriptor)
        return True

    def trim(self, keep: Callable[[], Collection[bytes]]) -> int:
        """Bring the sum of sizes below what is allowed, dropping what was not used for longest, and never what `keep`
        gives, which is asked only if something must go. Returns how many were dropped."""
        self.flush()
        self._is_filled = False
        dropped = self._trim_rows(keep) if self._is_large() else 0
        return dropped + self._large.trim(keep)

    def entries(self) -> list[tuple[int, int, bytes]]:
        """(time of last use in ns, size, digest) of all that is kept. Raises OSError if a folder cannot be read."""
        self.flush()
        connection = self._open() if os.path.exists(self._place) else None
        try:
            rows = connection.execute(ENTRIES).fetchall() if connection is not None else []
        except BROKEN as error:
            self._give_up(error)
            rows = []
        return rows + self._large.entries()

    def remove(self, digests: Sequence[bytes]) -> None:
        """Drop what is kept for each of `digests`, and give the space back. Raises OSError if one cannot be removed."""
        connection = self._open() if os.path.exists(self._place) else None
        if connection is not None:
            try:
                with connection:
                    connection.executemany(DELETE, [(digest,) for digest in digests])
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except OperationalError as error:
                raise OSError(EACCES, str(error), self._place) from error
            except BROKEN as error:
                self._give_up(error)
        self._large.remove(digests)

    def flush(self) -> None:
        """Write what waits; what cannot be written is not kept."""
        connection = self._open()
        if connection is not None and (self._waiting or self._used):
            now = self._clock.now_ns()
            try:
                with connection:
                    connection.executemany(PUT, [(digest, now, content) for digest, content in self._waiting.items()])
                    connection.executemany(USE, [(now, digest) for digest in self._used])
            except BROKEN as error:
                self._give_up(error)
        self._is_filled = self._is_filled or bool(self._waiting)
        self._waiting = {}
        self._used = set()

    def close(self) -> None:
        """Write what waits and give everything back; may be called twice."""
        if self._waiting or self._used:
            self.flush()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _content(self, digest: bytes) -> bytes | None:
        waiting = self._waiting.get(digest)
        if waiting is not None:
            return waiting
        connection = self._open()
        if connection is None:
            return None
        try:
            row = connection.execute(GET, (digest,)).fetchone()
        except BROKEN as error:
            self._give_up(error)
            return None
        return row[0] if row is not None and isinstance(row[0], bytes) else None

    def _drop(self, digest: bytes) -> None:
        """Forget a content that does not match its digest, so that it is kept anew when it is made again."""
        self._waiting.pop(digest, None)
        connection = self._open()
        if connection is not None:
            try:
                with connection:
                    connection.execute(DELETE, (digest,))
            except BROKEN as error:
                self._give_up(error)

    def _open(self) -> Connection | None:
        """The database; None where none can be had, which only means that nothing is kept."""
        if self._connection is None and not self._is_given_up:
            try:
                os.makedirs(self._folder, exist_ok=True)
                self._connection = self._connect()
            except BROKEN as error:
                self._give_up(error)
            except OSError:
                self._is_given_up = True
        return self._connection

    def _connect(self) -> Connection:
        connection = connect(self._place, timeout=10, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(TABLE)
        return connection

    @property
    def _place(self) -> str:
        return f"{self._folder}/small.db"

    def _give_up(self, error: Exception) -> None:
        """Keep nothing here any more in this process. A database that is damaged is removed: it is a cache; one that is
        locked or cannot be written is left alone."""
        self._is_given_up = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if isinstance(error, OperationalError):
            return
        for ending in ("", "-wal", "-shm"):
            try:
                os.unlink(self._place + ending)
            except OSError:
                continue

    def _is_large(self) -> bool:
        """Whether the database may hold more than its share, by the size of its file."""
        try:
            return os.stat(self._place).st_size > self._large.max_total // SHARE
        except OSError:
            return False

    def _trim_rows(self, keep: Callable[[], Collection[bytes]]) -> int:
        connection = self._open()
        if connection is None:
            return 0
        limit = self._large.max_total // SHARE
        try:
            (total,) = connection.execute(SUM).fetchone()
            if total <= limit:
                return 0
            kept = set(keep())
            dropped = []
            for digest, size in connection.execute(OLDEST):
                if total <= limit * 9 // 10:
                    break
                if digest not in kept:
                    dropped.append((digest,))
                    total -= size
            with connection:
                connection.executemany(DELETE, dropped)
        except BROKEN as error:
            self._give_up(error)
            return 0
        return len(dropped)
