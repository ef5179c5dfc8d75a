"""traits: what is special about a task, found out once for each task of an execution."""

from __future__ import annotations

from redo_py.ground.nested import collect
from redo_py.ir.expression import SchedulerExpression, SimpleExpression, TaskExpression, ValueExpression
from redo_py.tasks.declaration.session import SESSION
from redo_py.tasks.job_info import JobInfo
from redo_py.tasks.options import CONTEXT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.tasks.task import Task

# Options that make a job a special one; the others only matter where they are used.
SPECIAL = frozenset((
    "allowed_cache_results", "cache", "cache_scope", "check_valid", "env", "export_options", "prov", "tags", CONTEXT,
))  # fmt: skip
LAZY = (TaskExpression, SimpleExpression, SchedulerExpression, ValueExpression)  # a QuotedExpression is a value


class Traits:
    """What makes a task special."""

    __slots__ = ("informed", "is_async", "is_plain", "is_special", "lazy", "lazy_defaults", "task", "unhashed")

    def __init__(self, task: Task) -> None:
        defaults = task.parameters.defaults
        self.task = task  # kept alive, so that no id is used twice
        self.lazy_defaults = {name: value for name, value in defaults.items() if collect(value, LAZY)}
        self.lazy = bool(self.lazy_defaults) or bool(collect(task.own_options, LAZY))
        self.informed = [name for name, value in defaults.items() if isinstance(value, JobInfo)]  # who gets a JobInfo
        sessions = [name for name, value in defaults.items() if value is SESSION]
        self.unhashed = frozenset(
            [*self.informed, *sessions, *(task.own_options.get("config_args") or ())]
        )  # parameters in no key
        self.is_special = not SPECIAL.isdisjoint(task.own_options)
        self.is_async = task.is_async()
        self.is_plain = not (self.lazy or self.unhashed or self.is_special or self.is_async)  # nothing is special

    def lazy_in(self, options: Mapping[str, Any], defaults: Mapping[str, Any]) -> list[Any]:
        """What must have a value before these options and defaults of the task have."""
        return collect((dict(options), dict(defaults)), LAZY)
