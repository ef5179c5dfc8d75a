"""Dropping from a database that several machines share what nobody has used for long, while they go on.

What many executions refer to, CONTENTS, has the moment of its last use: whoever writes or finds it moves that forward,
unless it was moved within MARKED_WITHIN. Kept are the executions since a moment and those that go on, what has been
used since then, and all that these called in turn, with every trace of these calls, the job that last ran each, the
values and code behind them, and the tags of all these.

No run that goes on loses what it has found or written. The moment lies before its beginning by MARGIN, which is more
than MARKED_WITHIN, so what it has met until now is kept. What it meets later, while rows go, it marks, and no
transaction of ours overlooks that: each drops only rows that are still unused, and the server looks again at a row that
another transaction has just changed. A row that goes in that instant is written again by who writes it, and not found
by who asks for it, who then computes it.

The rows go in pieces, each with what hangs on it, so that nobody waits long for one of our locks and an interrupted
collection leaves nothing that is wrong. The ledger and the states of handles are never touched.
"""

from __future__ import annotations

from redo_py.ground.hashing import DIGEST_SIZE
from redo_py.ground.job_ids import job_id
from redo_py.records import KEPT
from redo_py.store.collecting import Collected
from redo_py.store.postgres.statements import MARKED_WITHIN, SCHEMA, USED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from psycopg import Connection

    from redo_py.store.postgres.connection import Server

    Row = tuple[Any, ...]

MARGIN = 2 * MARKED_WITHIN  # the half of it that is left is for clocks of machines that differ
PIECE = 5000  # rows that go in one transaction
TAGGED = "sha256(entity)"  # of tags: what the index has

ONE_STATE = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
MARKS = {
    "kept_execution": f"SELECT id FROM {SCHEMA}.execution WHERE started >= %(since)s OR id = ANY(%(running)s)",
    "kept_call": (
        "WITH RECURSIVE needed(call) AS ("
        f"(SELECT call FROM {SCHEMA}.job JOIN kept_execution ON id = execution WHERE call IS NOT NULL "
        f"UNION SELECT call FROM {SCHEMA}.trace WHERE {USED} >= %(since)s "
        f"UNION SELECT call FROM {SCHEMA}.call WHERE {USED} >= %(since)s) "
        f"UNION SELECT child FROM {SCHEMA}.edge JOIN needed ON parent = needed.call) SELECT call FROM needed"
    ),
    "kept_job": (
        f"SELECT DISTINCT ON (job.call) execution, seq FROM {SCHEMA}.job JOIN kept_call USING (call) "
        "WHERE state IN ('ran', 'adopted') ORDER BY job.call, started DESC"
    ),
    "kept_value": (
        f"SELECT value FROM {SCHEMA}.call JOIN kept_call USING (call) "
        f"UNION SELECT arguments FROM {SCHEMA}.call JOIN kept_call USING (call) "
        f"UNION SELECT result FROM {SCHEMA}.call JOIN kept_call USING (call) WHERE result IS NOT NULL "
        f"UNION SELECT value FROM {SCHEMA}.trace JOIN kept_call USING (call) "
        f"UNION SELECT value FROM {SCHEMA}.argument JOIN kept_call USING (call)"
    ),
}
UNUSED = f"{USED} < %(since)s AND NOT EXISTS"
DOOMED_JOBS = (
    f"SELECT execution, seq FROM {SCHEMA}.job WHERE ended < %(since)s "
    "AND NOT EXISTS (SELECT FROM kept_execution WHERE id = execution) "
    "AND NOT EXISTS (SELECT FROM kept_job WHERE kept_job.execution = job.execution AND kept_job.seq = job.seq)"
)
DOOMED = {
    "trace": (
        f"SELECT evaluation, discovered_digest FROM {SCHEMA}.trace "
        f"WHERE {UNUSED} (SELECT FROM kept_call WHERE kept_call.call = trace.call)"
    ),
    "call": f"SELECT call FROM {SCHEMA}.call WHERE {UNUSED} (SELECT FROM kept_call WHERE kept_call.call = call.call)",
    "value": (
        f"SELECT value FROM {SCHEMA}.value WHERE {UNUSED} (SELECT FROM kept_value WHERE kept_value.value = value.value)"
    ),
    "task": (  # the newest code of a task may be an argument of another one
        f"SELECT task_hash FROM {SCHEMA}.task WHERE {UNUSED} (SELECT FROM {SCHEMA}.call JOIN kept_call USING (call) "
        "WHERE call.task_hash = task.task_hash) AND "
        f"task_hash NOT IN (SELECT DISTINCT ON (task) task_hash FROM {SCHEMA}.task ORDER BY task, {USED} DESC)"
    ),
    "job": "SELECT execution, seq FROM doomed_job",
    "execution": (
        f"SELECT id FROM {SCHEMA}.execution WHERE NOT EXISTS (SELECT FROM kept_execution AS kept WHERE kept.id = "
        "execution.id) AND NOT EXISTS (SELECT FROM kept_job WHERE execution = execution.id)"
    ),
}
BEFORE = {table: f"SELECT count(*) FROM {SCHEMA}.{table}" for table in ("execution", "trace", "output")}
DOOMED_OUTPUTS = f"SELECT count(*) FROM {SCHEMA}.output JOIN doomed_job USING (execution, seq)"
PRODUCTS = (
    f"SELECT products FROM {SCHEMA}.trace WHERE {USED} >= %(since)s "
    f"UNION SELECT products FROM {SCHEMA}.trace JOIN kept_call USING (call)"
)
IS_LARGE = f"substr(format, 1, {len(KEPT)}) = '{KEPT}'"
LARGE = (
    f"SELECT substr(bytes, 1, {DIGEST_SIZE}) FROM {SCHEMA}.value WHERE {IS_LARGE} AND {USED} >= %(since)s "
    f"UNION SELECT substr(bytes, 1, {DIGEST_SIZE}) FROM {SCHEMA}.value JOIN kept_value USING (value) WHERE {IS_LARGE}"
)
OF_JOBS = "(execution, seq) IN (SELECT * FROM unnest(%(one)s::bytea[], %(two)s::bigint[]))"
OF_TRACES = "(evaluation, discovered_digest) IN (SELECT * FROM unnest(%(one)s::bytea[], %(two)s::bytea[]))"
# Table -> its key, and the columns of others that refer to its rows and go with them. In this order.
GOING = {
    "call": ("call", ("edge.parent", "argument.call", "origin.call", "latest.call")),
    "value": ("value", ("subvalue.value", "tag.id")),
    "task": ("task_hash", ("tag.id",)),
}


class Collection:
    """One collection in the database of `server`, of what was not used since `moment`, in seconds since 1970; `running`
    are the ids of executions that go on, the first of which has begun at `begun`."""

    def __init__(self, server: Server, moment: float, running: Sequence[bytes], begun: float) -> None:
        self._server = server
        self._asked = {"since": min(moment, begun) - MARGIN, "running": list(running)}
        self._doomed: dict[str, list[Row]] = {}

    def look(self) -> Collected:
        """What would be dropped, and what the rest is made of."""
        return self._server.transact(self._look)

    def drop(self) -> None:
        """Drop what `look` has found, as far as nobody has used it since."""
        for piece in self._pieces("trace"):
            self._drop(f"DELETE FROM {SCHEMA}.trace WHERE {OF_TRACES} AND {USED} < %(since)s", piece)
        for table, (key, places) in GOING.items():
            gone = f"DELETE FROM {SCHEMA}.{table} WHERE {key} = ANY(%(one)s) AND {USED} < %(since)s RETURNING {key}"
            for piece in self._pieces(table):
                self._drop(gone, piece, [below(table, place) for place in places])
        for piece in self._pieces("job"):
            self._drop_jobs(piece)
        gone = f"DELETE FROM {SCHEMA}.execution WHERE id = ANY(%(one)s) RETURNING id"
        for piece in self._pieces("execution"):
            self._drop(gone, piece, [below("execution", "tag.id")])

    def _look(self, connection: Connection[Any]) -> Collected:
        def rows(query: str) -> list[Row]:
            return connection.execute(query, self._asked, binary=True).fetchall()

        connection.execute(ONE_STATE)
        for name, query in {**MARKS, "doomed_job": DOOMED_JOBS}.items():
            connection.execute(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {query}", self._asked)
            connection.execute(f"ANALYZE {name}")
        self._doomed = {table: rows(query) for table, query in DOOMED.items()}
        before = {table: rows(query)[0][0] for table, query in BEFORE.items()}
        dropped = {table: len(each) for table, each in self._doomed.items()}
        dropped["output"] = rows(DOOMED_OUTPUTS)[0][0]
        return Collected(before, dropped, [row[0] for row in rows(PRODUCTS)], {row[0] for row in rows(LARGE)})

    def _pieces(self, table: str) -> Iterator[dict[str, Any]]:
        """The keys of the doomed rows of `table`, as parameters."""
        rows = sorted(self._doomed[table])
        for place in range(0, len(rows), PIECE):
            yield {**columns_of(rows[place : place + PIECE]), **self._asked}

    def _drop(self, statement: str, cells: dict[str, Any], below: Sequence[str] = ()) -> None:
        """Execute `statement`, and `below` it those about the keys that it returns."""

        def work(connection: Connection[Any]) -> None:
            found = connection.execute(statement, cells, binary=True)
            if below:
                gone = {"one": [key for (key,) in found.fetchall()]}
                for each in below:
                    connection.execute(each, gone)

        self._server.transact(work)

    def _drop_jobs(self, cells: dict[str, Any]) -> None:
        """Drop jobs with what hangs on them."""
        pairs = zip(cells["one"], cells["two"], strict=True)
        ids = [bytes.fromhex(job_id(execution, seq).replace("-", "")) for execution, seq in pairs]

        def work(connection: Connection[Any]) -> None:
            for table in ("job", "file_use", "output", "failure"):
                connection.execute(f"DELETE FROM {SCHEMA}.{table} WHERE {OF_JOBS}", cells)
            connection.execute(below("job", "tag.id"), {"one": ids})

        self._server.transact(work)


def below(table: str, place: str) -> str:
    """The statement that drops what refers to rows of `table` at `place`, a column."""
    name, column = place.split(".")
    tagged = f"{TAGGED} = sha256('{table}') AND " if name == "tag" else ""
    return f"DELETE FROM {SCHEMA}.{name} WHERE {tagged}{column} = ANY(%(one)s)"


def columns_of(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """The cells of the first and the second column of `rows`, as parameters."""
    return {"one": [row[0] for row in rows], "two": [row[-1] for row in rows]}
