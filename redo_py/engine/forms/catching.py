"""Forms that handle errors."""

from __future__ import annotations

from redo_py.engine.attempts import Attempt, fits, given
from redo_py.engine.execution import Execution
from redo_py.engine.forms.calling import any_lazy, any_unknown, callable_now, known
from redo_py.engine.handled import begin, give_up, is_in_vain, lead, succeed
from redo_py.engine.job import Cell
from redo_py.ground.nested import collect, substitute
from redo_py.ir.expression import Expression, SchedulerExpression
from redo_py.values.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from typing import Any


def catch(execution: Execution, cell: Cell, attempt: Any, *clauses: Any) -> Generator[Any, Any, Any]:
    """The value of `attempt`, or for an error of a class the recovery that follows it: class, task, class, task ..."""
    if any_lazy(clauses):
        clauses = yield from known(clauses)
    if any_unknown(clauses):
        return UNKNOWN
    anew = False
    value: Any = None
    while True:
        under_way = begin(execution, cell, clauses[::2], anew)
        try:
            value = yield attempt
        except GeneratorExit:  # nobody asks any more
            raise
        except BaseException as error:
            failure = error
        else:
            break
        try:
            kind, recover = clause_for(failure, clauses)
            lead(execution, under_way, failure)
            value = yield callable_now(execution, recover)(given(failure, kind))
            break
        except GeneratorExit:
            raise
        except BaseException as error:
            give_up(execution, cell, under_way, error)
            if not is_in_vain(execution, cell, [failure], error):
                raise
            anew = True
    succeed(execution, under_way)
    return value


def clause_for(error: BaseException, clauses: tuple[Any, ...]) -> tuple[Any, Any]:
    """(class, recovery) of the first clause that `error` fits; raises it again if there is none."""
    for kind, recover in zip(clauses[::2], clauses[1::2], strict=True):
        if fits(error, kind):
            return kind, recover
    raise error


class Settled:
    """The error of one part of a `catch_all`."""

    __slots__ = ("attempt", "error")

    def __init__(self, attempt: Attempt, error: BaseException) -> None:
        self.attempt = attempt
        self.error = error


def settle(execution: Execution, cell: Cell, part: Any, anew: bool, *kinds: Any) -> Generator[Any, Any, Any]:
    """The value of `part`, or its error as a Settled: one part of a `catch_all`, which will have to do with errors of
    `kinds`; with `anew` no remembered ones. No value outside of that form."""
    under_way = begin(execution, cell, kinds, anew)
    try:
        value = yield part
    except GeneratorExit:
        raise
    except BaseException as error:
        lead(execution, under_way, error)
        return Settled(under_way, error)
    succeed(execution, under_way)
    return value


def catch_all(
    execution: Execution, cell: Cell, nested: Any, kinds: Any = None, recover: Any = None
) -> Generator[Any, Any, Any]:
    """The value of `nested`, all of whose parts come to their end; if any of them fails, what `recover` makes of it
    with errors in their places. Without `recover`, or if some are of another class, the first such is raised."""
    if any_lazy((kinds, recover)):
        kinds, recover = yield from known((kinds, recover))
    if any_unknown((kinds, recover)):
        return UNKNOWN
    handled = () if recover is None else (Exception if kinds is None else kinds,)
    parts = collect(nested, Expression)
    anew = False
    value: Any = None
    while True:
        settled = yield [SchedulerExpression("settle", (part, anew, *handled)) for part in parts]
        ends = {id(part): end for part, end in zip(parts, settled, strict=True)}
        failed = [end for end in settled if isinstance(end, Settled)]
        try:
            for end in failed:
                if not any(fits(end.error, kind) for kind in handled):
                    raise end.error
            value = with_ends(nested, ends)
            if failed:
                value = yield callable_now(execution, recover)(value)
            break
        except GeneratorExit:
            raise
        except BaseException as error:
            for end in failed:
                give_up(execution, cell, end.attempt, error)
            if not is_in_vain(execution, cell, [end.error for end in failed], error):
                raise
            anew = True
    for end in failed:
        succeed(execution, end.attempt)
    return value


def with_ends(nested: Any, ends: Mapping[int, Any]) -> Any:
    """`nested` with what has come of its parts, by the id of each, in their places: values and errors."""
    value = substitute(nested, Expression, lambda part: ends[id(part)])
    return substitute(value, Settled, lambda end: end.error)
