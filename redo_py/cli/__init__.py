"""Floor 6: command lines in, text and exit status out. The only room that prints."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.cli.client import RedunClient as RedunClient


def __getattr__(name: str) -> object:
    """RedunClient, loaded when it is asked for."""
    if name != "RedunClient":
        raise AttributeError(f"module 'redo_py.cli' has no attribute {name!r}")
    from redo_py.cli.client import RedunClient

    return RedunClient
