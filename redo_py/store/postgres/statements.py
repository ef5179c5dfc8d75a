"""The tables of records as SQL of Postgres: what creates them, fills them and reads them.

Texts are kept as bytes (UTF-8 if they can be that), because TEXT takes neither a NUL nor a surrogate; the views
show them as texts. A text may be longer than an index takes, so that it is found by its SHA-256. What belongs to one
state folder, such as what redun last put at a path, has the mark of that folder before its key.
"""

from __future__ import annotations

from redo_py.records import CALL, FAILURES, FIRST_WRITTEN, KEPT, LATEST, LEDGER, TABLES, TASK, TRACE, VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.records import Table
    from redo_py.store.question import Question

SCHEMA = "redo_py"
STORED_AS = {"integer": "bigint", "real": "double precision"}  # the other kinds are bytes
TEXTS = ("text", "name")
LONG = (*TEXTS, "blob")
PLACED = (LATEST, LEDGER)  # tables whose rows hold for one state folder
PLACE = "place"
WRITTEN = "written"  # of two traces of one moment the one written last is the newer one
# Tables of what many executions refer to, whose rows have the moment of their last use, see `collecting`: what was
# marked within so many seconds is not marked again.
CONTENTS = (CALL, VALUE, TASK, TRACE)
USED = "used"
USED_COLUMN = f"{USED} double precision NOT NULL DEFAULT extract(epoch FROM now())"
MARKED_WITHIN = 12 * 3600

# Who shows rows to people meets bytes that are no text.
SHOWN = f"""
CREATE FUNCTION {SCHEMA}.shown(bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN convert_from($1, 'UTF8');
EXCEPTION WHEN others THEN
    RETURN encode($1, 'escape');
END $$
"""
INDEXES = (
    f"CREATE INDEX ON {SCHEMA}.job(call)",
    f"CREATE INDEX ON {SCHEMA}.job(sha256(origin), started, ended) WHERE state = 'ran'",
    f"CREATE INDEX ON {SCHEMA}.call(value)",
    f"CREATE INDEX ON {SCHEMA}.call(result) WHERE result IS NOT NULL",
    f"CREATE INDEX ON {SCHEMA}.edge(child)",
    f"CREATE INDEX ON {SCHEMA}.argument(value)",
    f"CREATE INDEX ON {SCHEMA}.file_use(sha256(path))",
)

TRACES = (
    "SELECT evaluation, call, trace.value, format, bytes, discovered, products, "
    f"trace.{USED} < extract(epoch FROM now()) - {MARKED_WITHIN} FROM {SCHEMA}.trace JOIN {SCHEMA}.value USING (value) "
    f"WHERE evaluation = ANY(%s) ORDER BY recorded DESC, {WRITTEN} DESC"
)
# To be executed in this order, that of the tables, with the keys of CONTENTS but TASK.
MARKS = tuple(
    f"WITH old AS (SELECT {key} FROM {SCHEMA}.{table.name} WHERE {key} = ANY(%s) ORDER BY {key} FOR UPDATE) "
    f"UPDATE {SCHEMA}.{table.name} SET {USED} = extract(epoch FROM now()) FROM old WHERE {table.name}.{key} = old.{key}"
    for table, key in ((CALL, "call"), (VALUE, "value"), (TRACE, "evaluation"))
)
LATEST_CALLS = (
    "SELECT latest.origin, number, latest.call, latest.evaluation, call.task, call.task_hash, task.parts, value.bytes, "
    f"latest.discovered FROM {SCHEMA}.latest JOIN {SCHEMA}.call USING (call) "
    f"LEFT JOIN {SCHEMA}.task USING (task_hash) LEFT JOIN {SCHEMA}.value ON value.value = call.arguments "
    f"WHERE {PLACE} = %s AND (sha256(latest.origin), number) IN (SELECT * FROM unnest(%s::bytea[], %s::bigint[]))"
)
FAILED = (
    f"SELECT origin, call.task_hash, call.arguments, execution, seq, started FROM (SELECT job.* FROM {SCHEMA}.failure "
    f"JOIN {SCHEMA}.job USING (execution, seq) WHERE state = 'failed' ORDER BY started DESC LIMIT {FAILURES}) AS job "
    f"LEFT JOIN {SCHEMA}.call USING (call) ORDER BY started"
)
GIVEN = (
    "SELECT argument.call, name, format, bytes "
    f"FROM {SCHEMA}.argument JOIN {SCHEMA}.value USING (value) WHERE argument.call = ANY(%s) ORDER BY call, position"
)
VALUES = f"SELECT value, format, bytes FROM {SCHEMA}.value WHERE value = ANY(%s)"
LEDGER_ROWS = f"SELECT path, content, kind FROM {SCHEMA}.ledger WHERE {PLACE} = %s AND sha256(path) = ANY(%s)"
UNLEDGER_ROWS = f"DELETE FROM {SCHEMA}.ledger WHERE {PLACE} = %s AND sha256(path) = ANY(%s)"
HANDLES = f"SELECT state, valid FROM {SCHEMA}.handle WHERE state = ANY(%s)"
DERIVED = (
    f"WITH RECURSIVE made(state) AS (SELECT child FROM {SCHEMA}.handle_edge WHERE parent = ANY(%s) "
    f"UNION SELECT child FROM {SCHEMA}.handle_edge JOIN made ON parent = made.state) "
    f"SELECT state, name FROM {SCHEMA}.handle JOIN made USING (state) WHERE valid <> 0 ORDER BY state"
)
DURATIONS = (
    f"SELECT DISTINCT ON (origin) origin, ended - started FROM {SCHEMA}.job "
    "WHERE state = 'ran' AND sha256(origin) = ANY(%s) ORDER BY origin, started DESC"
)
TRIM = (
    f"DELETE FROM {SCHEMA}.trace USING (SELECT evaluation AS crowded, discovered_digest AS which, row_number() OVER "
    f"(PARTITION BY evaluation ORDER BY recorded DESC, {WRITTEN} DESC) AS age FROM {SCHEMA}.trace "
    "WHERE evaluation = ANY(%s)) AS ranked WHERE evaluation = crowded AND discovered_digest = which AND age > %s"
)

COMING = "coming"  # the temporary table of rows that are copied


class Form:
    """One table of records in this database."""

    __slots__ = ("columns", "from_arrays", "key", "long_places", "name", "placed", "stored", "table")

    def __init__(self, table: Table) -> None:
        self.table = table
        self.name = f"{SCHEMA}.{table.name}"
        self.columns = {name.rstrip("?"): kind for name, kind in table.columns}
        self.placed = table in PLACED
        self.long_places = tuple(place for place, (_, kind) in enumerate(table.columns) if kind in LONG)
        self.key = ", ".join([PLACE] * self.placed + [self.found_by(name) for name in table.key])
        self.stored = self._stored()
        self.from_arrays = self.insertion(f"unnest({', '.join(f'%s::{kind}[]' for kind in self.stored.values())})")

    def _stored(self) -> dict[str, str]:
        """The type of each column that is written."""
        types = {PLACE: "bytea"} if self.placed else {}
        return types | {name: STORED_AS.get(kind, "bytea") for name, kind in self.columns.items()}

    def kind(self, name: str) -> str:
        """The kind of the column `name`; ValueError when there is none."""
        if name not in self.columns:
            raise ValueError(f"{self.table.name} has no column {name}")
        return self.columns[name]

    def found_by(self, name: str, cell: str = "") -> str:
        """What indexes have of the column `name`, or of a `cell` of it."""
        return f"sha256({cell or name})" if self.columns[name] in TEXTS else cell or name

    def creation(self) -> list[str]:
        """The table, and the index on its key."""
        columns = [f"{PLACE} bytea NOT NULL"] * self.placed
        for name, kind in self.table.columns:
            wanted = "" if name.endswith("?") else " NOT NULL"
            columns.append(f"{name.rstrip('?')} {STORED_AS.get(kind, 'bytea')}{wanted}")
        columns += [f"{WRITTEN} bigint GENERATED ALWAYS AS IDENTITY"] * (self.table is TRACE)
        columns += [USED_COLUMN] * (self.table in CONTENTS)
        return [
            f"CREATE TABLE {self.name}({', '.join(columns)})",
            f"CREATE UNIQUE INDEX ON {self.name}({self.key})",
        ]

    def view(self) -> str:
        """The view for people."""
        cells = [f"{PLACE}"] * self.placed + [self._shown(name) for name in self.columns]
        return f"CREATE VIEW {SCHEMA}.v_{self.table.name} AS SELECT {', '.join(cells)} FROM {self.name}"

    def select(self, question: Question) -> str:
        """The rows that answer `question`. The parameters are the mark of the folder where there is one, the cells of
        `where` that are not None, `after` if that is given, and the greatest number of rows. Raises ValueError for a
        column that there is not."""
        tests = [f"{PLACE} = %s"] * self.placed
        for name, cell in question.where.items():
            given = self.found_by(name, f"%s::{STORED_AS.get(self.kind(name), 'bytea')}")
            tests.append(f"{self.found_by(name)} = {given}" if cell is not None else f"{name} IS NULL")
        if question.after is not None:
            tests.append(f"{question.order} {'<' if question.descending else '>'} %s")
        clauses = [f"SELECT {', '.join(question.columns or self.columns)} FROM {self.name}"]
        if tests:
            clauses.append("WHERE " + " AND ".join(tests))
        order = "started" if question.order == FIRST_WRITTEN else question.order
        if order and self.kind(order):
            direction = "DESC NULLS LAST" if question.descending else "ASC NULLS FIRST"
            clauses.append(f"ORDER BY {order} {direction}")
        return " ".join([*clauses, "LIMIT %s"])

    def insertion(self, source: str) -> str:
        """The statement that takes rows of `source`, in which no key comes twice."""
        return (
            f"INSERT INTO {self.name} AS old ({', '.join(self.stored)}) SELECT * FROM {source} "
            f"ON CONFLICT ({self.key}) DO {self._again()}"
        )

    def _again(self) -> str:
        """What becomes of a row whose key is there."""
        renewed = [f"{name} = excluded.{name}" for name in self.columns if name not in self.table.key]
        marked = f"{USED} = greatest(old.{USED}, excluded.{USED})"
        is_stale = f"old.{USED} < excluded.{USED} - {MARKED_WITHIN}"
        if self.table is VALUE:  # a value whose file is lost is made anew, and an equal one may have other bytes
            is_kept = f"substr(old.format, 1, {len(KEPT)}) = '{KEPT}'"
            cells = [
                f"{name} = CASE WHEN {is_kept} THEN excluded.{name} ELSE old.{name} END"
                for name in self.columns
                if name not in self.table.key
            ]
            changed = f"({is_kept} AND old.bytes <> excluded.bytes)"
            return f"UPDATE SET {', '.join([*cells, marked])} WHERE {changed} OR {is_stale}"
        if not self.table.replace:
            return f"UPDATE SET {marked} WHERE {is_stale}" if self.table in CONTENTS else "NOTHING"
        renewed += [f"{name} = excluded.{name}" for name in self.table.key if self.columns[name] in TEXTS]
        renewed += [f"{WRITTEN} = DEFAULT", marked] * (self.table is TRACE)
        return f"UPDATE SET {', '.join(renewed)}"

    def _shown(self, name: str) -> str:
        kind = self.columns[name]
        if kind in TEXTS:
            return f"{SCHEMA}.shown({name}) AS {name}"
        return f"encode({name}, 'hex') AS {name}" if kind in ("digest", "id") else name


FORMS: dict[Table, Form] = {table: Form(table) for table in TABLES}


def creation() -> list[str]:
    """All statements that make an empty schema."""
    tables = [statement for form in FORMS.values() for statement in form.creation()]
    meta = f"CREATE TABLE {SCHEMA}.meta(key text PRIMARY KEY, value text NOT NULL)"
    return [f"CREATE SCHEMA {SCHEMA}", meta, SHOWN, *tables, *INDEXES, *views()]


def views() -> list[str]:
    """The statements that make all views."""
    return [form.view() for form in FORMS.values()]


def beginning() -> str:
    """The digests and ids of any rows between two, in order. The parameters come by name: `low`, `high`, `limit`."""
    branches = [
        f"(SELECT DISTINCT {name} AS digest FROM {form.name} WHERE {name} BETWEEN %(low)s AND %(high)s LIMIT %(limit)s)"
        for form in FORMS.values()
        for name, kind in form.columns.items()
        if kind in ("digest", "id")
    ]
    return f"{' UNION '.join(branches)} ORDER BY digest LIMIT %(limit)s"
