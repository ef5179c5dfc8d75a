"""subrun as redun has it: an expression whose calls run on one executor, if asked for as an execution of its own.

Such an execution is carried out by a job of the one that asks for it, with settings of its own where they are given,
and recorded beside it if the job sees the records on the same machine; another one could not write to them without
harm. Of that job nothing is remembered, since nothing here shows what it rests on; what its execution remembers, it
takes.
"""

from __future__ import annotations

import os

from redo_py.app.running.run import UNDER_WAY
from redo_py.compat.config import Config
from redo_py.compat.forms import scheduler_task
from redo_py.compat.scheduler import Scheduler
from redo_py.executors.processes.system import this_boot
from redo_py.ground.errors import RunError
from redo_py.ground.nested import collect
from redo_py.ir.expression import Expression, QuotedExpression, TaskExpression
from redo_py.ir.flat import uses_of
from redo_py.library import subrun as library
from redo_py.remote.api.spark import is_shared
from redo_py.tasks.making import task
from redo_py.tasks.options import checked
from redo_py.tasks.task import REGISTRY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from typing import Any

    Sections = Mapping[str, Mapping[str, Any]]  # name of a section -> its options, as redun.ini has them

BACKEND = "backend"  # the section of redun.ini that says where the records are


@task(name="subrun_apart", namespace="redun", version="2", cache=False)
def carry_out(
    quoted: Any,
    state: str,
    machine: str,
    config: Sections,
    config_dir: str | None,
    load_modules: Sequence[str],
) -> Any:
    """The value of a quoted expression, by an execution of its own; its records are in the folder `state` of `machine`,
    unless its configuration says where they are to be. Where that cannot be seen they go with the job. Raises RunError
    in a driver of Spark that it would share with others."""
    if is_shared():
        raise RunError("spark-subrun")
    scheduler = Scheduler(Config(config, configdir=config_dir))
    is_seen = machine == this_boot() and os.path.isdir(state)
    if config_dir is None and BACKEND not in config and is_seen:
        scheduler.keep_records_in(state)
    for module in load_modules:
        scheduler.load_module(module)
    return scheduler.run(quoted.eval(), exec_argv=("subrun", repr(quoted.eval())))


def modules_of(expr: Any) -> list[str]:
    """The modules of the user's that define the tasks that an expression calls by itself, sorted."""
    found: set[str] = set()
    stack = collect(expr, Expression)
    while stack:
        each = stack.pop()
        known = REGISTRY.get(each.task_name) if isinstance(each, TaskExpression) else None
        if known is not None and known.module is not None and not known.module.startswith("redo_py."):
            found.add(known.module)
        stack += uses_of(each)
    return sorted(found)


@scheduler_task(name="subrun", namespace="redun", version="1")
def apart(
    expr: Any,
    config: Sections,
    config_dir: str | None,
    load_modules: Sequence[str],
    options: Mapping[str, Any],
) -> Generator[Any, Any, Any]:
    """The value of `expr`, by an execution of its own, in a job with these options."""
    state = UNDER_WAY[-1].workspace.state
    load_modules = [*load_modules, *modules_of(expr)]
    quoted = QuotedExpression(expr)
    return (yield carry_out.options(**options)(quoted, state, this_boot(), config, config_dir, load_modules))


def subrun(
    expr: Any,
    executor: str,
    config: Sections | None = None,
    config_dir: str | None = None,
    new_execution: bool = False,
    load_modules: Sequence[str] | None = None,
    **task_options: Any,
) -> Any:
    """The value of `expr`, lazily, of which all calls run on `executor` with `task_options`, unless they say something
    else. With `new_execution`, and with settings of its own in `config` (as redun.ini has them, by sections) or in the
    folder `config_dir`, it is an execution of its own, recorded beside the one that asks for it, in one job on
    `executor`; it imports `load_modules` before. Otherwise the calls are part of the run that asks for them, and
    workers import the modules of tasks by themselves.
    """
    if not new_execution and config is None and config_dir is None:
        return library.subrun(expr, executor, **task_options)
    options = checked({**task_options, "executor": executor})
    sections = {name: dict(each) for name, each in (config or {}).items()}
    return apart(expr, sections, config_dir, list(load_modules or ()), options)
