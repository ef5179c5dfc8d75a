"""The tasks that this process knows, as users look at them."""

from __future__ import annotations

from redo_py.tasks.task import REGISTRY, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class TaskRegistry:
    """All tasks that have been defined, by their full names."""

    __slots__ = ()

    def get(self, task_name: str) -> Task | None:
        """The task of that full name; None if there is none."""
        return REGISTRY.get(task_name)

    def __iter__(self) -> Iterator[Task]:
        return iter(list(REGISTRY.values()))

    def __len__(self) -> int:
        return len(REGISTRY)

    def __contains__(self, task_name: object) -> bool:
        return task_name in REGISTRY


_REGISTRY = TaskRegistry()


def get_task_registry() -> TaskRegistry:
    """All tasks that this process knows."""
    return _REGISTRY
