"""The environment variables of this process, for the command line to hand on."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The folder in which this very redo_py lies.
OURS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def environment() -> dict[str, str]:
    """All of them, as they are now."""
    return dict(os.environ)


def worker_environment(environ: Mapping[str, str], folders: Sequence[str] = ()) -> dict[str, str]:
    """`environ` for another Python process that must find this very redo_py, and modules in `folders`."""
    path = environ.get("PYTHONPATH", "")
    return {**environ, "PYTHONPATH": os.pathsep.join(filter(None, (OURS, *folders, path)))}


def own_folders(search_path: Sequence[str]) -> list[str]:
    """Where this very redo_py and what it needs lie, it itself first."""
    return list(dict.fromkeys((OURS, *(folder for folder in search_path if folder.endswith("-packages")))))


def foreign_environment(environ: Mapping[str, str], folders: Sequence[str] = ()) -> dict[str, str]:
    """`environ` for another interpreter that must find modules in `folders`, and nothing of ours."""
    given = (folder for folder in environ.get("PYTHONPATH", "").split(os.pathsep) if folder != OURS)
    path = os.pathsep.join(filter(None, (*folders, *given)))
    kept = {name: value for name, value in environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    return {**kept, "PYTHONPATH": path} if path else kept


def set_variable(name: str, value: str | None) -> None:
    """Change a variable of this process, for the user's code in it; None takes it away."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
