"""The environment variables of this process, for the command line to hand on."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def environment() -> dict[str, str]:
    """All of them, as they are now."""
    return dict(os.environ)


def worker_environment(environ: Mapping[str, str], folders: Sequence[str] = ()) -> dict[str, str]:
    """`environ` for another Python process that must find this very redo_py, and modules in `folders`."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path = environ.get("PYTHONPATH", "")
    return {**environ, "PYTHONPATH": os.pathsep.join(filter(None, (here, *folders, path)))}


def set_variable(name: str, value: str | None) -> None:
    """Change a variable of this process, for the user's code in it; None takes it away."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
