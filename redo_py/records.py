"""What the store holds, as plain rows. A record is (table, tuple), many of them are a Buffer. The tables below drive
SQL, migrations and views.

Column kinds: "id" 16 random bytes and "digest" 16 bytes of a content; "name" a text that comes again and again, as
those of tasks, targets and paths do (all three are stored once and referred to by integer); "text", "integer", "real",
"blob" as in SQL. A column whose name ends with "?" may be None. Texts are any Python text, lone surrogates included.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Table:
    """One table. A record with the key of an older one replaces it if `replace`, else it is left out."""

    __slots__ = ("columns", "key", "name", "positions", "replace")

    def __init__(self, name: str, columns: str, key: str, replace: bool = False) -> None:
        self.name = name
        self.columns: tuple[tuple[str, str], ...] = tuple(
            (column.split(":")[0], column.split(":")[1]) for column in columns.split()
        )
        self.positions = {column.rstrip("?"): place for place, (column, _) in enumerate(self.columns)}
        self.key = tuple(key.split())
        self.replace = replace

    def __repr__(self) -> str:
        return f"Table({self.name})"


Record = tuple[Table, tuple["Any", ...]]


class Buffer(dict[Table, list["Any"]]):
    """Records on their way to a store: for each table the cells of its rows, row after row, in one list, which is empty
    if the first row could not be made. Tables stand in the order in which they were first met. So a record is no object
    by itself, of which a run would make millions:

        buffer[EDGE] += (parent, position, child)
    """

    __slots__ = ()

    def __missing__(self, table: Table) -> list[Any]:
        cells: list[Any] = []
        self[table] = cells
        return cells

    @property
    def count(self) -> int:
        """How many there are."""
        return sum([len(cells) // len(table.columns) for table, cells in self.items()])

    def columns(self, table: Table) -> list[list[Any]]:
        """Those of one table, column by column. Raises ValueError if one of them was too short or too long."""
        cells, width = self[table], len(table.columns)
        if len(cells) % width:
            raise ValueError(f"records that do not fit {table.name}")
        return [cells[place::width] for place in range(width)]

    def rows(self, table: Table) -> list[tuple[Any, ...]]:
        """The same row by row."""
        return list(zip(*self.columns(table), strict=True))


FIRST_WRITTEN = "first written"  # an order of executions that is no column: whatever the clock did
BUILD, FORCED_BUILD = "redun build", "redun build -B"  # what the command lines of builds begin with
PARTS = "parts"  # the kind of a build that left out what no change could reach: it adds to the one before
EXECUTION = Table(
    # one run of the engine; status: "running" "done" "failed" "interrupted"; kind: "build" PARTS "run" "adopt";
    # process: who carries it out, see executors.processes.system, None when that is not known
    "execution",
    "id:id started:real ended?:real status:text argv:text cwd:text version:text kind:text process?:text",
    "id",
    replace=True,
)
JOB = Table(  # one reduction of one task call in one execution
    # state: "ran" "adopted" "cached" "restored" "joined", "failed" by itself or because of what it had called,
    # "stopped", or "running" as long as its end is not recorded; reason: why it ran, or was put back, as `why` tells
    # it; origin: the target or call it was asked for; parent: the seq of the job whose reduction made the call;
    # cpu: seconds of processor time, memory: the peak of its processes in bytes, both None where it was not measured
    "job",
    "execution:id seq:integer parent?:integer call?:digest task:name origin:name state:text reason:text "
    "started:real ended:real cpu?:real memory?:integer",
    "execution seq",
    replace=True,
)
CALL = Table(
    # a call node: the same call with the same result and children is one row for ever; value: what the task returned,
    # the error if it failed; result: the value of the expressions that it returned, None when it returned none;
    # arguments: the value that all of them are together, b"" if each of them has a row in ARGUMENT and can be read
    # back by itself
    "call",
    "call:digest task:name task_hash:digest arguments:digest value:digest result?:digest",
    "call",
)
EDGE = Table("edge", "parent:digest position:integer child:digest", "parent position")
ARGUMENT = Table(  # origin: the call whose result it is, when it is one
    "argument", "call:digest position:integer name:name value:digest origin?:digest", "call position"
)
ORIGIN = Table(  # the calls whose results an argument was made of, when it is not simply the result of one
    "origin", "call:digest position:integer number:integer origin:digest", "call position number"
)
KEPT = "kept:"  # before the format of a value whose bytes are a file, see store.large_values
KEPT_HEAD = 24  # bytes of its row that say which file and how large; the beginning of the bytes follows
VALUE = Table("value", "value:digest format:text bytes:blob preview:text", "value")
SUBVALUE = Table(  # the contents of the files in a value
    "subvalue", "value:digest position:integer part:digest", "value position"
)
TASK = Table("task", "task_hash:digest task:name code:text parts:blob", "task_hash")
TRACE = Table(  # what an evaluation gave, for one state of what it discovered; discovered, products: encoded tuples
    "trace",
    "evaluation:digest discovered_digest:digest value:digest call:digest discovered:blob products:blob recorded:real",
    "evaluation discovered_digest",
    replace=True,
)
FILE_USE = Table(  # mode: "r" read, "w" made
    "file_use", "execution:id seq:integer path:name mode:text content:digest", "execution seq path mode", replace=True
)
LATEST = Table(
    # the last call that ran or was reused at an address: what is alike, and its number, see engine.address; evaluation:
    # as engine.record.unremembered has it if it ran without a module
    "latest", "origin:name number:integer call:digest evaluation:digest discovered:blob execution:id seq:integer",
    "origin number", replace=True,
)  # fmt: skip
STAGED = ""  # the origin of what was copied for a script: `redun clean` leaves it
LEDGER = Table(  # what redun last put at a path of the project; kind: see files.api; origin: may be STAGED
    "ledger", "path:name content:digest kind:integer origin:name", "path", replace=True
)
UNLEDGER = Table("ledger", "path:name", "path")  # a record of it takes the path out of the ledger
OUTPUT = Table("output", "execution:id seq:integer origin:name text:blob", "execution seq", replace=True)
TAG = Table("tag", "entity:text id:blob key:text value:text", "entity id key value")

FAILURE = Table(  # what a job of its own fault failed with; kind: the error's class; trace: where, with local variables
    "failure", "execution:id seq:integer kind:text message:text trace:text", "execution seq", replace=True
)
FAILURES = 20_000  # of which it is told that they failed the last time, the newest ones; a run asks for them at once
HANDLE = Table(  # a state of something outside that a Handle stands for; valid: 0 once an earlier state was returned to
    "handle", "state:digest name:name valid:integer", "state", replace=True
)
HANDLE_EDGE = Table("handle_edge", "parent:digest child:digest", "parent child")  # from which state a state was made

TRACES_KEPT = 32  # of one evaluation, the newest ones

TABLES = (
    EXECUTION, JOB, CALL, EDGE, ARGUMENT, ORIGIN, VALUE, SUBVALUE, TASK, TRACE, FILE_USE, LATEST, LEDGER, OUTPUT, TAG,
    FAILURE, HANDLE, HANDLE_EDGE,
)  # fmt: skip


class Trace:
    """One remembered result of an evaluation."""

    __slots__ = ("call", "discovered", "products", "value", "value_bytes", "value_format")

    def __init__(
        self, call: bytes, value: bytes, value_format: str, value_bytes: bytes, discovered: bytes, products: bytes
    ) -> None:
        self.call = call
        self.value = value  # digest of the value
        self.value_format = value_format  # see values.codec
        self.value_bytes = value_bytes
        self.discovered = discovered  # encoded tuple of (path, digest), in recorded order
        self.products = products  # encoded tuple of (path, digest, kind)


class Latest:
    """What is known of the last call for an origin."""

    __slots__ = ("arguments_bytes", "call", "discovered", "evaluation", "task", "task_hash", "task_parts")

    def __init__(
        self,
        call: bytes,
        evaluation: bytes,
        task: str,
        task_hash: bytes,
        task_parts: bytes,
        arguments_bytes: bytes,
        discovered: bytes,
    ) -> None:
        self.call = call
        self.evaluation = evaluation
        self.task = task
        self.task_hash = task_hash
        self.task_parts = task_parts  # encoded dict of the named parts of the task's code
        self.arguments_bytes = arguments_bytes  # the encoding of the call's arguments; b"" if it is not kept
        self.discovered = discovered


class Failed:
    """A job that failed by itself."""

    __slots__ = ("arguments", "execution", "origin", "seq", "started", "task_hash")

    def __init__(
        self,
        origin: str,
        task_hash: bytes | None,
        arguments: bytes | None,
        execution: bytes,
        seq: int,
        started: float,
    ) -> None:
        self.origin = origin
        self.task_hash = task_hash  # of its code; None if it has come to no call
        self.arguments = arguments  # digest of all that it was given; None or b"" if that is not known
        self.execution = execution
        self.seq = seq
        self.started = started
