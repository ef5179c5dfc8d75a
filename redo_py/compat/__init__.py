"""Floor 5.1: what workflows of redun expect beside tasks: Scheduler, Promise, Config, executors as objects.

Nothing below this floor knows any of it. `install` is for programs of the user's own, which our command does not start.
"""

from __future__ import annotations


def install() -> None:
    """From now on `import redun` gives redo_py in this process, unless a redun has been imported already."""
    from redo_py.ground.alias.finder import install as answer

    answer()
