"""written: the results of calls as the store keeps them."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.observe import files_in, see, stamped_file, with_references, with_tasks
from redo_py.ground import hashing
from redo_py.ground.errors import RedunError
from redo_py.ground.nested import PLAIN, collect, substitute
from redo_py.ir.expression import Expression
from redo_py.ir.flat import CALLS, COLUMNS, flatten, shortened, unflatten
from redo_py.records import Trace
from redo_py.tasks.task import Task
from redo_py.values.codec import Unreadable, dump, load, preview
from redo_py.values.file import Observed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Written = tuple[bytes, str, bytes]  # digest, format, bytes
IN_SHORT = (CALLS, COLUMNS)  # kinds of entries that stand for calls of one task with plain arguments
HOLDING = "expression:"  # before the format of a value that holds expressions


def write_value(execution: Execution, value: Any) -> Written:
    """(digest, format, bytes) of a result, which may hold expressions; raises what encoding and pickling raise."""
    special = collect(value, (Expression, Task)) if type(value) not in PLAIN else ()
    if not special:
        return dump(value, room=execution.settings.room)
    if all(isinstance(item, Task) for item in special):
        return dump(with_references(execution, value), room=execution.settings.room)
    kept: Any = shortened(*flatten(value))  # what is in short is plain data alone, and soon looked through
    if held := collect(kept, (Observed, Task)):
        see(execution, [item for item in held if isinstance(item, Observed)])
        kept = substitute(with_references(execution, kept), Observed, lambda file: stamped_file(execution, file))
    digest, format_, data = dump(kept, hashing.EXPRESSION, execution.settings.room)
    return digest, HOLDING + format_, data


def shown(written: Written, value: Any) -> str:
    """The text that is kept beside a value whose bytes only Python can read."""
    return preview(value) if written[1] == "pickle" else ""


def read_value(execution: Execution, trace: Trace) -> Any:
    """The value of a trace, expressions and all; raises Unreadable, also when it calls a task that there is no more."""
    return read_written(execution, trace.value_format, trace.value_bytes)


def read_with_files(execution: Execution, trace: Trace) -> tuple[Any, list[Observed]]:
    """The same, and what `files_in` finds in it; calls that are kept in short have no files."""
    form = trace.value_format
    kept = load(form.removeprefix(HOLDING), trace.value_bytes)
    value = read_loaded(execution, form, kept)
    if not form.startswith(HOLDING):
        return value, files_in(value)
    nodes, rest = kept
    return value, collect(([fields for kind, fields in nodes if kind not in IN_SHORT], rest), Observed)


def read_written(execution: Execution, form: str, data: bytes) -> Any:
    """What record.write_value has written, see read_value."""
    return read_loaded(execution, form, load(form.removeprefix(HOLDING), data))


def read_loaded(execution: Execution, form: str, value: Any) -> Any:
    """The value of what was loaded, see read_value."""
    if type(value) in PLAIN:
        return value
    try:
        if not form.startswith(HOLDING):
            return with_tasks(execution, value)
        for kind, fields in value[0]:
            if kind == "task" or kind in IN_SHORT:
                execution.doors.tasks.resolve(fields[0])
        return unflatten(*value)
    except RedunError as error:
        raise Unreadable(error.headline) from error
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
