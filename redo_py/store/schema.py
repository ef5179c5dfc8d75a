"""The tables of records as SQL: what creates them, fills them, reads them and shows them to people.

A table of records becomes one of three shapes:
- its key is one interned column: that integer is the row's own number, so that a look-up is one descent;
- it has a blob: an ordinary table with a unique index on the key, because long rows make WITHOUT ROWID slow; but those
  of SHORT are short nearly always;
- else WITHOUT ROWID: clustered by its key.
Those of `seals` have a column `seal` behind the columns of their records.
Beside them stand `digest` (see `digests`) and `name`, which hold each digest, id and repeating text once, and `meta`.
"""

from __future__ import annotations

from redo_py.records import FIRST_WRITTEN, KEPT, LATEST, TABLES, VALUE
from redo_py.store.digests import CREATE_DIGESTS
from redo_py.store.inserting import Insertion
from redo_py.store.seals import SEALS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from redo_py.records import Table
    from redo_py.store.question import Question

SHORT = (LATEST,)
INTERNED_IN = {"digest": "digest", "id": "digest", "name": "name"}  # kind of column -> the table of its contents
STORED_AS = {"text": "TEXT", "integer": "INTEGER", "real": "REAL", "blob": "BLOB"}  # the other kinds

FOUNDATION = (
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    *CREATE_DIGESTS,
    "CREATE TABLE name(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
)

# For questions about the past that would otherwise read a whole table: which jobs made this call or touched this path,
# which call gave this value, which call or argument it went to.
JOB_RAN = "CREATE INDEX job_ran ON job(origin, started, ended) WHERE state = 'ran'"  # for `durations`
INDEXES = (("job", "call"), ("call", "value"), ("edge", "child"), ("argument", "value"), ("file_use", "path"))
CALL_RESULT = "CREATE INDEX call_result ON call(result) WHERE result IS NOT NULL"  # few calls return expressions


class Column:
    """One column of a table of records."""

    __slots__ = ("interned_in", "kind", "name", "optional")

    def __init__(self, name: str, kind: str) -> None:
        self.name = name.rstrip("?")
        self.kind = kind
        self.optional = name.endswith("?")
        self.interned_in = INTERNED_IN.get(kind, "")  # "digest", "name", or "" when the cell itself is stored

    @property
    def definition(self) -> str:
        """The column in CREATE TABLE."""
        return f"{self.name} {STORED_AS.get(self.kind, 'INTEGER')}{'' if self.optional else ' NOT NULL'}"


class Layout:
    """A table of records as SQL; written once, read by everything that speaks to the database."""

    __slots__ = (
        "columns",
        "digest_places",
        "insertion",
        "name",
        "name_places",
        "numbered",
        "seal",
        "table",
        "text_places",
    )

    def __init__(self, table: Table) -> None:
        self.table = table
        self.name = table.name
        self.columns = [Column(name, kind) for name, kind in table.columns]
        self.digest_places = self._places("digest", "id")
        self.name_places = self._places("name")
        self.text_places = self._places("text", "name")
        self.numbered = len(table.key) == 1 and self.column(table.key[0]).interned_in != ""
        self.seal = SEALS.get(table)
        self.insertion = self._insertion()

    def column(self, name: str) -> Column:
        """The column called `name`; ValueError when there is none."""
        if name not in self.table.positions:
            raise ValueError(f"{self.name} has no column {name}")
        return self.columns[self.table.positions[name]]

    def creation(self) -> list[str]:
        """The table, and the unique index on its key if it needs one."""
        key = ", ".join(self.table.key)
        if self.numbered:
            return [f"CREATE TABLE {self.name}({self._definitions()})"]
        if any(column.kind == "blob" for column in self.columns) and self.table not in SHORT:
            unique = f"CREATE UNIQUE INDEX {self.name}_key ON {self.name}({key})"
            return [f"CREATE TABLE {self.name}({self._definitions()})", unique]
        return [f"CREATE TABLE {self.name}({self._definitions()}, PRIMARY KEY({key})) WITHOUT ROWID"]

    def view(self) -> str:
        """The view for people: digests as lower-case hex, names as texts."""
        cells = [
            f"lower(hex({self.cell(column)})) AS {column.name}"
            if column.interned_in == "digest"
            else f"{self.cell(column)} AS {column.name}"
            for column in self.columns
        ]
        return f"CREATE VIEW v_{self.name} AS SELECT {', '.join(cells)} FROM {self._joined(self.columns)}"

    def select(self, question: Question) -> str:
        """The rows that answer `question`, with digests and names in place. Its parameters are the contents of `where`
        as they are stored, `after` if that is given, and the greatest number of rows, -1 for all.
        """
        columns = [self.column(name) for name in question.columns] or self.columns
        order = self.column(question.order) if question.order not in ("", FIRST_WRITTEN) else None
        wanted = [(self.column(name), content) for name, content in question.where.items()]
        clauses = [f"SELECT {', '.join(map(self.cell, columns))} FROM {self._joined([*columns, order])}"]
        # Not IS for all: an index of rows that have a content is not used for that.
        tests = [f"{self.name}.{column.name} {'IS' if content is None else '='} ?" for column, content in wanted]
        if order is not None and question.after is not None:
            tests.append(f"{self.cell(order)} {'<' if question.descending else '>'} ?")
        if tests:
            clauses.append("WHERE " + " AND ".join(tests))
        if question.order:
            by = self.cell(order) if order is not None else f"{self.name}.{self.table.key[0]}"  # numbers ascend
            clauses.append(f"ORDER BY {by} {'DESC' if question.descending else 'ASC'}")
        return " ".join([*clauses, "LIMIT ?"])

    def cell(self, column: Column) -> str:
        """The content of `column` in a query over the joined table."""
        return f"of_{column.name}.{column.interned_in}" if column.interned_in else f"{self.name}.{column.name}"

    def _joined(self, columns: Iterable[Column | None]) -> str:
        """The table with the contents of `columns` beside it."""
        interned = {column.name: column.interned_in for column in columns if column is not None and column.interned_in}
        joins = [
            f" LEFT JOIN {table} AS of_{name} ON of_{name}.id = {self.name}.{name}" for name, table in interned.items()
        ]
        return self.name + "".join(joins)

    def _insertion(self) -> Insertion:
        width = len(self.columns) + (1 if self.seal else 0)
        if self.table.replace:
            return Insertion(f"INSERT OR REPLACE INTO {self.name}", width, "")
        # Not OR IGNORE, which would also leave out a row that breaks NOT NULL.
        rest = f"ON CONFLICT({', '.join(self.table.key)}) DO {self._renewal() if self.table is VALUE else 'NOTHING'}"
        return Insertion(f"INSERT INTO {self.name}", width, rest)

    def _renewal(self) -> str:
        """A value whose file is lost is made anew, and an equal one may have other bytes: the row must name theirs."""
        names = [column.name for column in self.columns if column.name not in self.table.key]
        renewed = ", ".join(f"{name} = excluded.{name}" for name in (*names, "seal")[: len(names) + bool(self.seal)])
        is_file = f"substr({self.name}.format, 1, {len(KEPT)}) = '{KEPT}'"
        return f"UPDATE SET {renewed} WHERE {is_file} AND {self.name}.bytes <> excluded.bytes"

    def _definitions(self) -> str:
        number = self.table.key[0] if self.numbered else ""
        columns = [
            f"{column.name} INTEGER PRIMARY KEY" if column.name == number else column.definition
            for column in self.columns
        ]
        return ", ".join([*columns, "seal BLOB NOT NULL"] if self.seal else columns)

    def _places(self, *kinds: str) -> tuple[int, ...]:
        return tuple(place for place, column in enumerate(self.columns) if column.kind in kinds)


LAYOUTS: dict[Table, Layout] = {table: Layout(table) for table in TABLES}


def creation() -> list[str]:
    """All statements that make an empty database; `meta` is left to be filled."""
    tables = [statement for layout in LAYOUTS.values() for statement in layout.creation()]
    indexes = [f"CREATE INDEX {table}_{column} ON {table}({column})" for table, column in INDEXES]
    return [*FOUNDATION, *tables, *indexes, JOB_RAN, CALL_RESULT, *views()]


def views() -> list[str]:
    """The views for people, one for each table."""
    return [layout.view() for layout in LAYOUTS.values()]
