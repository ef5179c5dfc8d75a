"""What belongs to the user and not to a project."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def cache_folder(environ: Mapping[str, str]) -> str:
    """The folder for what can be worked out again, shared by all projects of a user; "" when there is no home.

    It is $XDG_CACHE_HOME/redun, or ~/.cache/redun (source: the XDG base directory specification).
    """
    base = environ.get("XDG_CACHE_HOME", "")
    if not base.startswith("/"):
        home = environ.get("HOME", "")
        base = f"{home}/.cache" if home.startswith("/") else ""
    return f"{base}/redun" if base else ""
