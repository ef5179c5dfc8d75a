"""Paths that no rule may make: what redun and git keep for themselves, and what redun reads to know its rules."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

PLACES = {".redun": "redun", ".git": "git"}  # folder at the root -> whose it is
SETTINGS = ("redun.toml", "pyproject.toml")


def owner_of(path: str, redunfiles: Collection[str], is_directory: bool) -> str:
    """What an output at `path` would write over, in words, "" if it is free. `redunfiles` are paths, too."""
    owner = PLACES.get(path.partition("/")[0])
    if owner:
        return f"what {owner} keeps for itself"
    if path in redunfiles or (is_directory and any(each.startswith(path + "/") for each in redunfiles)):
        return "the redunfile itself"
    return "a file of redun's settings" if path in SETTINGS else ""
