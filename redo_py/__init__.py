"""redo_py: build files and run workflows from one graph of lazy expressions."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_WHERE = {  # public name -> module that has it; loaded when it is asked for
    "File": "redo_py.values.file",
    "Task": "redo_py.tasks.task",
    "command": "redo_py.tasks.builtin",
    "run": "redo_py.app.running.from_python",
    "task": "redo_py.tasks.task",
}

__all__ = ["File", "Task", "__version__", "command", "run", "task"]  # __getattr__ has them


def home_of(name: str) -> str:
    """The module that has the public name; "" if it is none."""
    return _WHERE.get(name, "")


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'redo_py' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(_WHERE[name]), name)
    globals()[name] = found
    return found
