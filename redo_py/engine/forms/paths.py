"""Forms about paths that are known only while the graph runs."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Cell
from redo_py.ground.errors import RunError
from redo_py.ir.expression import Expression, SchedulerExpression
from redo_py.values.file import File
from redo_py.values.unknown import ABSENT_DIGEST, UNKNOWN, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any


def need(execution: Execution, cell: Cell, wanted: Any, missing_ok: bool = False) -> Generator[Any, Any, Any]:
    """The Files at paths that are known only now: each is brought up to date if a rule makes it."""
    value = yield wanted
    if isinstance(value, Unknown):
        return UNKNOWN
    files = [await_path(execution, path, missing_ok) for path in paths_in(value)]
    return files if isinstance(value, (list, tuple)) else files[0]


def paths_in(value: Any) -> list[str]:
    """The paths that `value` names: a text, a File, or lists of them. Raises RunError for anything else."""
    if isinstance(value, (list, tuple)):
        return [path for item in value for path in paths_in(item)]
    if isinstance(value, str) or hasattr(value, "__fspath__"):
        path = File(value).path
        if path != ".":
            return [path]
    raise RunError("bad-lazy-need", kind=repr(value) if isinstance(value, str) else f"a {type(value).__name__}")


def await_path(execution: Execution, path: str, missing_ok: bool) -> Any:
    """A File for `path`, or an expression that will be one. Raises UsageError for a path that cannot be had."""
    from redo_py.engine.observe import observe

    producer = execution.doors.planner.producer(path)
    if producer is not None:
        return SchedulerExpression("product", (producer, path))
    stamp = observe(execution, [path])[0]
    if not stamp.digest and not missing_ok:
        raise execution.doors.planner.missing_input(path)
    return File(path, stamp.digest or ABSENT_DIGEST, stamp.kind)


def product(execution: Execution, cell: Cell, call: Expression, path: str) -> Generator[Any, Any, Any]:
    """The File that the job of `call` left at `path`, or below a folder that it left."""
    from redo_py.engine.product import product_at

    yield call
    return product_at(execution, call, path)
