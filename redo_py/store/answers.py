"""The questions of the hot door as SQL, and how a row of an answer is checked and becomes an object.

Each query ends with IN, for `interning.select_in`, or is one for `interning.select_pairs`. In the rows digests and
names are still integers; `digests` and `names` say what they stand for.
"""

from __future__ import annotations

from redo_py.records import FAILURES, Failed, Latest, Trace
from redo_py.store.damage import Damage
from redo_py.store.seals import seal_of_ledger, seal_of_trace, seal_of_value
from redo_py.store.texts import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    Row = tuple[Any, ...]
    Digests = Mapping[int | None, bytes]
    Names = Mapping[int | None, str]
    T = TypeVar("T")

TRACES = (  # whose rows have the digests of the value and of the call beside their integers
    "SELECT evaluation, trace.value, call, of_value.digest, of_call.digest, format, bytes, discovered, products, "
    "trace.seal, value.seal, recorded, trace.rowid FROM trace JOIN value ON value.value = trace.value "
    "LEFT JOIN digest AS of_value ON of_value.id = trace.value LEFT JOIN digest AS of_call ON of_call.id = call "
    "WHERE evaluation IN"
)
LATEST_CALLS = (  # of the addresses in `wanted`
    "SELECT latest.origin, latest.number, latest.call, evaluation, call.task, call.task_hash, parts, bytes, discovered "
    "FROM wanted CROSS JOIN latest ON latest.origin = wanted.origin AND latest.number = wanted.number "
    "JOIN call ON call.call = latest.call "
    "LEFT JOIN task ON task.task_hash = call.task_hash LEFT JOIN value ON value.value = call.arguments"
)
FAILED = (
    "SELECT job.origin, call.task_hash, call.arguments, job.execution, job.seq, job.started FROM "
    f"(SELECT execution, seq FROM failure ORDER BY execution DESC, seq DESC LIMIT {FAILURES}) AS failure "
    "CROSS JOIN job ON job.execution = failure.execution AND job.seq = failure.seq "
    "LEFT JOIN call ON call.call = job.call WHERE job.state = 'failed' ORDER BY job.started"
)
GIVEN = (
    "SELECT argument.call, argument.name, format, bytes FROM argument JOIN value ON value.value = argument.value "
    "WHERE argument.call IN"
)
TOGETHER_AT_MOST = 1 << 20  # bytes of all arguments of a call that are asked for at once
IN_THEIR_ORDER = "ORDER BY argument.call, position"
VALUES = "SELECT value, format, bytes, seal FROM value WHERE value IN"
HANDLES = "SELECT state, valid FROM handle WHERE state IN"
CHILDREN = "SELECT child FROM handle_edge WHERE parent IN"
VALID_HANDLES = "SELECT state, name FROM handle WHERE valid AND state IN"
LEDGER_ROWS = "SELECT path, content, kind, seal FROM ledger WHERE path IN"


def zip_checked(
    rows: list[Row], what: Callable[..., T], *contents: Mapping[int | None, Any]
) -> list[tuple[int | None, T]]:
    """For each of `rows` its first cell and `what` it is. Raises Damage when a row cannot be what was written."""
    try:
        return [(row[0], what(row, *contents)) for row in rows]
    except (AttributeError, TypeError) as error:
        raise Damage("a cell has the wrong type") from error


def newest_first(rows: list[Row]) -> list[Row]:
    """The rows of TRACES by moment, then by order of writing. Raises Damage when a moment is none."""
    try:
        return sorted(rows, key=lambda row: (row[-2], row[-1]), reverse=True)
    except TypeError as error:
        raise Damage("a cell has the wrong type") from error


def trace_of(row: Row, digests: Digests) -> Trace:
    """The trace of a row of TRACES; raises Damage when a seal does not fit."""
    evaluation, _, _, value, call, form, content, discovered, products, trace_seal, value_seal, _, _ = row
    form = as_text(form)
    if value is None or call is None:
        raise Damage("a digest is missing")
    if seal_of_trace(digests[evaluation], b"", value, call, discovered, products) != trace_seal:
        raise Damage("a trace does not fit its seal")
    if seal_of_value(value, form, content) != value_seal:
        raise Damage("a value does not fit its seal")
    return Trace(call, value, form, content, discovered, products)


def latest_of(row: Row, digests: Digests, names: Names, given: Mapping[int | None, bytes]) -> Latest:
    """The last call of a row of LATEST_CALLS; `given` has the arguments of those that are kept one by one."""
    _, _, call, evaluation, task, code, parts, bound, discovered = row
    if bound is None:
        bound = given.get(call, b"")
    return Latest(digests[call], digests[evaluation], names[task], digests[code], parts or b"", bound, discovered)


def failed_of(row: Row, digests: Digests, names: Names) -> Failed:
    """The job of a row of FAILED."""
    origin, code, arguments, execution, seq, started = row
    return Failed(names[origin], digests.get(code), digests.get(arguments), digests[execution], seq, started)


def together(arguments: Sequence[tuple[str, str, bytes]]) -> bytes:
    """The encoding of all arguments of a call, of each of which the name and the (format, bytes) are given; b"" if one
    cannot be read back, or if they are too large to be compared."""
    from redo_py.values.encoding import join_dict

    size = sum([len(content) for _, _, content in arguments])
    if not 0 < size <= TOGETHER_AT_MOST or any(form != "plain" for _, form, _ in arguments):
        return b""
    return join_dict([name for name, _, _ in arguments], [(content, True) for _, _, content in arguments])


def value_of(row: Row, digests: Digests) -> tuple[str, bytes]:
    """The (format, bytes) of a row of VALUES; raises Damage when its seal does not fit."""
    number, form, content, seal = row
    form = as_text(form)
    if seal_of_value(digests[number], form, content) != seal:
        raise Damage("a value does not fit its seal")
    return form, content


def ledger_entry_of(row: Row, digests: Digests, names: Names) -> tuple[bytes, int]:
    """The (content, kind) of a row of LEDGER_ROWS; raises Damage when its seal does not fit."""
    path, content, kind, seal = row
    if seal_of_ledger(names[path], digests[content], kind) != seal:
        raise Damage("an entry of the ledger does not fit its seal")
    return digests[content], kind
