"""options: what is asked of a job, resolved once, in one place.

It comes from several places, and the later ones win: the settings of its executor, the task, what the calls above it
export, the call, the settings of the execution. A value that is lazy is computed before, the task's own ones in the
context of the job.
"""

from __future__ import annotations

from redo_py.engine.context import copied, note_reads, updated
from redo_py.engine.manner import ORDINARY, Manner
from redo_py.engine.traits import LAZY
from redo_py.ground.errors import RunError, UsageError
from redo_py.ground.nested import collect
from redo_py.tasks.options import CONTEXT, OPTIONS, OptionError, RepeatedOption, normal
from redo_py.values.foreign import NotEncodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job
    from redo_py.engine.traits import Traits

SCOPES = ("NONE", "CSE", "BACKEND")  # how far results are taken from: from nowhere, this execution, earlier ones
BACKEND = 2


def equip(execution: Execution, job: Job, own: Mapping[str, Any], above: Manner, traits: Traits | None) -> None:
    """Give a new `job`, whose task has the options `own`, its manner, as far as that is known before its lazy options
    are. Raises UsageError."""
    job.manner = manner = Manner(above, traits)
    given: Any = job.expression.options  # type: ignore[union-attr]
    if CONTEXT in given:
        if collect(given[CONTEXT], LAZY):
            manner.update = (given[CONTEXT], own)
            return
        change_context(execution, job, given[CONTEXT])
    take_options(execution, job, own, above)


def equip_late(execution: Execution, job: Job, update: Mapping[str, Any]) -> None:
    """Go on where `equip` has stopped: the `update` of the context of `job` was computed, like all that is given with a
    call in the context of the caller. Raises RedunError."""
    assert job.manner.update is not None
    own = job.manner.update[1]
    job.manner.update = None
    change_context(execution, job, update)
    take_options(execution, job, own, execution.manner if job.parent is None else job.parent.manner.below)


def change_context(execution: Execution, job: Job, update: Mapping[str, Any]) -> None:
    """Put `update`, which is not lazy, over the context of `job`. Raises RunError."""
    try:
        job.manner.context = updated(execution, job.manner.context, update)
    except NotEncodable as error:
        raise RunError("no-identity", task=job.name, error=str(error)) from None


def take_options(execution: Execution, job: Job, own: Mapping[str, Any], above: Manner) -> None:
    """Collect the options of `job`, whose context is there; resolve them unless some are lazy. Raises UsageError."""
    manner = job.manner
    traits = manner.traits
    given: Any = job.expression.options  # type: ignore[union-attr]
    if traits is not None and traits.lazy:
        own, manner.defaults = copied(execution, job.task, traits, manner.context)
    over = {**above.exported, **given, **execution.settings.options}
    if traits is not None and traits.lazy:
        manner.lazy = traits.lazy_in({name: own[name] for name in own if name not in over}, manner.defaults)
    job.options = {**own, **over}
    job.options.pop(CONTEXT, None)
    manner.waits = [name for name, value in job.options.items() if collect(value, LAZY)]
    if not manner.waits:
        resolve(execution, job)


def resolve(execution: Execution, job: Job) -> None:
    """Settle everything that the options of `job` decide; none of them may be lazy any more. Raises UsageError for an
    option that cannot have the value that it was computed to have."""
    options = job.options = checked(execution, job, job.options)
    manner = job.manner
    scope = scope_of(options)
    allowed = options.get("allowed_cache_results")
    manner.recorded = manner.recorded and options.get("prov") is not False
    manner.exported = {**manner.exported, **(options.get("export_options") or {})}
    manner.joins = scope > 0 and (allowed is None or "CSE" in allowed)
    manner.single = not manner.is_async and (allowed is None or "SINGLE" in allowed)
    manner.ultimate = allowed is None or "ULTIMATE" in allowed
    manner.shallow = options.get("check_valid") == "shallow"
    manner.waits = []
    job.always = options.get("always") is True or scope < BACKEND or not manner.recorded
    if manner.recorded and manner.context is None and not manner.exported and execution.manner is ORDINARY:
        manner.below = ORDINARY
    if manner.lazy:
        note_reads(execution, job)


def scope_of(options: Mapping[str, Any]) -> int:
    """How far results are taken from, as a place in SCOPES."""
    asked = options.get("cache_scope")
    scope = SCOPES.index(asked) if asked is not None else BACKEND
    return min(scope, 1) if options.get("cache") is False else scope


def checked(execution: Execution, job: Job, options: Mapping[str, Any]) -> dict[str, Any]:
    """`options` with those of the executor below them. Those that were lazy are checked now, as the others were when
    they were given."""
    configured = execution.settings.executor_options.get(options.get("executor") or "default")
    merged = {**configured, **options} if configured else dict(options)
    if job.manner.waits:
        try:
            merged.update(normal({name: merged[name] for name in job.manner.waits if name in OPTIONS}))
        except (OptionError, RepeatedOption) as error:
            raise UsageError("bad-lazy-option", task=job.name, error=str(error)) from None
    return merged
