"""What belongs to the user and not to a project."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

USER_VARIABLES = ("REDUN_USER", "USER", "LOGNAME")


def user_name(environ: Mapping[str, str]) -> str:
    """What the user is called; "" if nobody knows. Containers and jobs of cron often have none of the variables."""
    for variable in USER_VARIABLES:
        if name := environ.get(variable):
            return name
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except (KeyError, OSError):
        return ""


def cache_folder(environ: Mapping[str, str]) -> str:
    """The folder for what can be worked out again, shared by all projects of a user; "" when there is no home.

    It is $XDG_CACHE_HOME/redun, or ~/.cache/redun (source: the XDG base directory specification).
    """
    base = _base(environ, "XDG_CACHE_HOME", ".cache")
    return f"{base}/redun" if base else ""


def settings_file(environ: Mapping[str, str]) -> str:
    """The file for settings of all projects of a user; "" when there is no home.

    It is $XDG_CONFIG_HOME/redun/redun.toml, or ~/.config/redun/redun.toml.
    """
    base = _base(environ, "XDG_CONFIG_HOME", ".config")
    return f"{base}/redun/redun.toml" if base else ""


def _base(environ: Mapping[str, str], variable: str, below_home: str) -> str:
    """The folder that `variable` names, else the one below the home; a relative path counts as none."""
    base = environ.get(variable, "")
    home = environ.get("HOME", "")
    if base.startswith("/"):
        return base
    return f"{home}/{below_home}" if home.startswith("/") else ""
