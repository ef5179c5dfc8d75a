"""Starts redo_py in another interpreter, into which it is not installed: a script, never imported.

    PYTHON -u -P boot.py PATH... -- WORDS

gives the command WORDS to the redo_py that lies on the first folder PATH. Of all that lies on the folders, only what
redo_py itself needs can be imported from there, and what the interpreter has of its own comes first: so a function
sees the packages of its environment, and misses those that it lacks.
"""

from __future__ import annotations

import runpy
import sys
from importlib.machinery import ModuleSpec, PathFinder

OURS = "redo_py"
NEEDED = frozenset((
    "annotated_types", "cloudpickle", "lark", "obstore", "pydantic", "pydantic_core", "typing_extensions",
    "typing_inspection", "xxhash",
))  # fmt: skip


class Lender:
    """A finder of the modules in `names`, on `folders`."""

    def __init__(self, names: frozenset[str], folders: list[str]) -> None:
        self.names = names
        self.folders = folders

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Where the module `name` is, if it is one that is lent."""
        return PathFinder.find_spec(name, self.folders) if path is None and name in self.names else None


def main() -> None:
    """Carry out the command."""
    words = sys.argv[1:]
    end = words.index("--")
    sys.meta_path.insert(0, Lender(frozenset((OURS,)), words[:1]))
    sys.meta_path.append(Lender(NEEDED, words[:end]))
    sys.argv[1:] = words[end + 1 :]
    runpy.run_module(OURS, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
