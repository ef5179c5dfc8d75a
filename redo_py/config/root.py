"""Finding the project that a folder belongs to. Used by the fast lane: imports os only."""

from __future__ import annotations

import os

REDUNFILE = "redunfile.py"
SETTINGS = "redun.toml"
STATE = ".redun"


def find_root(here: str, file: str = REDUNFILE) -> str | None:
    """The project's folder: the highest one from `here` upward that has a redunfile, within the same git work tree,
    unless a nearer redun.toml says `root = true`. None when there is no redunfile at all."""
    found = None
    folder = here
    while True:
        if os.path.isfile(f"{folder}/{file}"):
            found = folder
            if _is_declared_root(folder):
                return found
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(f"{folder}/.git"):
            return found
        folder = parent


def _is_declared_root(folder: str) -> bool:
    """Whether its redun.toml says `root = true` at the top level."""
    try:
        with open(f"{folder}/{SETTINGS}", encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError):
        return False
    if "root" not in text:
        return False
    import tomllib

    try:
        return tomllib.loads(text).get("root") is True
    except tomllib.TOMLDecodeError:
        return False  # app reads the same file and reports the error
