"""The tasks that this process knows, as users look at them."""

from __future__ import annotations

from redo_py.tasks.task import REGISTRY, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class TaskRegistry:
    """All tasks that have been defined, by their full names."""

    __slots__ = ()

    def get(self, task_name: str | None = None, hash: str | None = None) -> Task | None:
        """The task of that full name, of that hash, or of both; None if there is none."""
        if task_name is not None:
            found = REGISTRY.get(task_name)
            return found if hash is None or found is None or found.hash == hash else None
        return next((task for task in self if task.hash == hash), None)

    @property
    def task_hashes(self) -> set[str]:
        """The hashes of all tasks. Raises UsageError for code that cannot be seen."""
        return {task.hash for task in self}

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
