"""Dropping the rows that no kept execution needs: mark and sweep, in one transaction.

Kept are the executions since a moment and those that go on, the last successful one and all after it, and the last
successful one for each command line. One that left out what no change could reach is not meant by that: it adds to a
whole one before it, whose command line may be spelt in another order, and is kept until there is a later one that is
whole.

What their jobs called is kept with all that it called in turn, with every trace of these calls, the job that last ran
each, what that printed, the values and code behind them, and the tags of all these. The ledger, which says what is
redun's own in the project, is never touched, and neither are the states of handles, which say what is true outside.

Integers stand for digests and names here. They ascend in the order in which they were first met, so the order of
executions is theirs, whatever the clock did.
"""

from __future__ import annotations

import re

from redo_py.ground.hashing import DIGEST_SIZE
from redo_py.ground.job_ids import job_id
from redo_py.records import BUILD, KEPT, PARTS
from redo_py.store.digests import DROP_LOST
from redo_py.store.schema import LAYOUTS
from redo_py.store.texts import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection
    from collections.abc import Sequence

COMMAND_LINES = 16  # whose last successful execution is kept, the latest ones: as many as there are snapshots

MARKS = (
    "CREATE TEMP TABLE kept_execution(id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE kept_call(id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE kept_job(execution INTEGER, seq INTEGER, PRIMARY KEY(execution, seq)) WITHOUT ROWID",
    "CREATE TEMP TABLE kept_tag(id BLOB PRIMARY KEY) WITHOUT ROWID",
    "CREATE TEMP TABLE used_digest(id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE used_name(id INTEGER PRIMARY KEY)",
)
UNMARK = tuple(
    f"DROP TABLE IF EXISTS temp.{name}"
    for name in ("kept_execution", "kept_call", "kept_job", "kept_tag", "used_digest", "used_name")
)
LAST = f"SELECT coalesce(max(id), 0) FROM execution WHERE status = 'done' AND kind <> '{PARTS}'"
FORCED = re.compile(rf"""\A{BUILD}(?: -B| --force=(?:'(?:[^']|'"'"')*'|[^ ']*))*(?= |$)""")
LAST_OF_EACH = (
    "SELECT max(CASE WHEN kind <> '{parts}' THEN id END) AS whole, asked(argv) AS asked, cwd FROM execution "
    "WHERE status = 'done' GROUP BY CASE kind WHEN '{parts}' THEN 'build' ELSE kind END, asked, cwd "
    f"ORDER BY max(id) DESC LIMIT {COMMAND_LINES}"
).replace("{parts}", PARTS)
KEEP_EXECUTIONS = (
    f"WITH last AS ({LAST_OF_EACH}) INSERT INTO kept_execution SELECT id FROM execution AS each "
    f"WHERE started >= ? OR id >= ({LAST}) OR id IN (SELECT whole FROM last) OR (kind = '{PARTS}' AND "
    "id > (SELECT min(whole) FROM last) AND NOT EXISTS "
    f"(SELECT 1 FROM last WHERE last.asked = asked(each.argv) AND last.cwd = each.cwd AND last.whole > each.id))"
)
KEEP_RUNNING = "INSERT OR IGNORE INTO kept_execution SELECT id FROM digest JOIN execution USING (id) WHERE digest = ?"
KEEP = (
    (
        "INSERT INTO kept_call WITH RECURSIVE needed(call) AS ("
        "SELECT call FROM job WHERE call IS NOT NULL AND execution IN kept_execution "
        "UNION SELECT edge.child FROM needed JOIN edge ON edge.parent = needed.call) SELECT call FROM needed"
    ),
    "INSERT INTO kept_job SELECT execution, seq FROM job WHERE execution IN kept_execution",
    # Beside a maximum the other columns are of the row that has it.
    (
        "INSERT OR IGNORE INTO kept_job SELECT execution, seq FROM (SELECT execution, seq, max(started) FROM job "
        "WHERE state IN ('ran', 'adopted') AND call IN kept_call GROUP BY call)"
    ),
)
SWEEP = (
    ("job", "(execution, seq) NOT IN kept_job"),
    ("failure", "(execution, seq) NOT IN kept_job"),
    ("output", "(execution, seq) NOT IN kept_job"),
    ("file_use", "(execution, seq) NOT IN kept_job"),
    ("execution", "id NOT IN kept_execution AND id NOT IN (SELECT execution FROM kept_job)"),
    ("trace", "call NOT IN kept_call"),
    ("latest", "call NOT IN kept_call"),
    ("call", "call NOT IN kept_call"),
    ("edge", "parent NOT IN kept_call"),
    ("argument", "call NOT IN kept_call"),
    ("origin", "call NOT IN kept_call"),
    (  # the newest code of a task may be an argument of another one
        "task",
        (
            "task_hash NOT IN (SELECT task_hash FROM call) AND "
            "task_hash NOT IN (SELECT max(task_hash) FROM task GROUP BY task)"
        ),
    ),
    (
        "value",
        (
            "value NOT IN (SELECT value FROM call UNION ALL SELECT arguments FROM call UNION ALL "
            "SELECT result FROM call WHERE result IS NOT NULL UNION ALL "
            "SELECT value FROM trace UNION ALL SELECT value FROM argument)"
        ),
    ),
    ("subvalue", "value NOT IN (SELECT value FROM value)"),
    (  # whose ids are no integers
        "tag",
        (
            "CASE entity WHEN 'execution' THEN id NOT IN (SELECT digest FROM digest JOIN execution USING (id)) "
            "WHEN 'value' THEN id NOT IN (SELECT digest FROM digest JOIN value ON value.value = digest.id) "
            "WHEN 'task' THEN id NOT IN (SELECT digest FROM digest JOIN task ON task.task_hash = digest.id) "
            "ELSE id NOT IN kept_tag END"
        ),
    ),
)
TAGGED_JOBS = "SELECT id FROM tag WHERE entity = 'job'"
KEPT_JOBS = "SELECT digest.digest, seq FROM kept_job JOIN digest ON digest.id = kept_job.execution"
NEXT_GENERATION = "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'"
PRODUCTS = "SELECT products FROM trace"
LARGE = f"SELECT substr(bytes, 1, {DIGEST_SIZE}) FROM value WHERE format LIKE '{KEPT}%'"


class Collected:
    """What a collection dropped."""

    __slots__ = ("before", "dropped", "large", "products")

    def __init__(
        self, before: dict[str, int], dropped: dict[str, int], products: list[bytes], large: set[bytes]
    ) -> None:
        self.before = before  # table -> rows that there were
        self.dropped = dropped  # table -> rows that went
        self.products = products  # of the traces that stay: encoded tuples of (path, digest, kind)
        self.large = large  # the digests of the files that values which stay are in, see store.large_values


class Rehearsed(Exception):
    """Ends the transaction of a collection that was only to be tried."""


def asked(cell: str | bytes) -> bytes:
    """What a command line asks for: one of a build that forces anything asks for no other results."""
    return str(FORCED.sub(BUILD, as_text(cell))).encode("utf-8", "surrogatepass")


def collect(connection: Connection, since: float, running: Sequence[bytes] = ()) -> Collected:
    """Drop what no kept execution needs; `since` is in seconds since 1970, `running` are the ids of executions that go
    on. Must be inside a writing transaction."""
    for statement in (*UNMARK, *MARKS):
        connection.execute(statement)
    connection.create_function("asked", 1, asked)
    connection.execute(KEEP_EXECUTIONS, (since,))
    connection.executemany(KEEP_RUNNING, [(execution,) for execution in running])
    for statement in KEEP:
        connection.execute(statement)
    keep_tags_of_jobs(connection)
    before = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name, _ in SWEEP}
    dropped = {name: connection.execute(f"DELETE FROM {name} WHERE {test}").rowcount for name, test in SWEEP}
    if any(dropped.values()):
        drop_contents(connection, "digest")
        for statement in DROP_LOST:
            connection.execute(statement)
        drop_contents(connection, "name")
        connection.execute(NEXT_GENERATION)
    products = [row[0] for row in connection.execute(PRODUCTS).fetchall()]
    large = {bytes(row[0]) for row in connection.execute(LARGE)}
    for statement in UNMARK:
        connection.execute(statement)
    return Collected(before, dropped, products, large)


def keep_tags_of_jobs(connection: Connection) -> None:
    """Mark the ids of kept jobs that have tags."""
    tagged = {id_ for (id_,) in connection.execute(TAGGED_JOBS)}
    if tagged:
        jobs = connection.execute(KEPT_JOBS).fetchall()
        kept = tagged & {bytes.fromhex(job_id(execution, seq).replace("-", "")) for execution, seq in jobs}
        connection.executemany("INSERT INTO kept_tag VALUES (?)", [(id_,) for id_ in kept])


def drop_contents(connection: Connection, kind: str) -> None:
    """Drop the digests or names, as `kind` says, that no row refers to any more; never the greatest integer, so that no
    integer comes to mean something else."""
    for layout in LAYOUTS.values():
        for column in layout.columns:
            if column.interned_in == kind:
                connection.execute(
                    f"INSERT OR IGNORE INTO used_{kind} SELECT {column.name} FROM {layout.name} "
                    f"WHERE {column.name} IS NOT NULL"
                )
    connection.execute(f"DELETE FROM {kind} WHERE id NOT IN used_{kind} AND id < (SELECT max(id) FROM {kind})")


def is_worth_vacuuming(connection: Connection) -> bool:
    """Whether a quarter of the file, or more, is free pages."""
    ((free,),) = connection.execute("PRAGMA freelist_count").fetchall()
    ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
    return bool(free * 4 >= pages)


def compact(connection: Connection) -> None:
    """Give the disk back what the file does not need any more; must be outside of a transaction. If much of it is free,
    that needs room for a second copy meanwhile."""
    if is_worth_vacuuming(connection):
        connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
