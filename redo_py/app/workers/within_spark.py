"""What surrounds the calls of one job where a Spark session is."""

from __future__ import annotations

from redo_py.library.frames import kept_table
from redo_py.remote.api.spark import Plan
from redo_py.remote.spark_driver import send_code, within, write_archive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from redo_py.remote.spark_mark import Mark

    Function = Callable[..., Any]


def surroundings(mark: Mark, datasets: str) -> Callable[[Function], Function]:
    """Makes of a function the one that is called in its place. What Spark does for it has this `mark`; tables that it
    returns go below the folder `datasets`."""
    return lambda function: within(mark, function, lambda table: kept_table(table, datasets))


def send_project(session: Any, archive: str, root: str, folders: Sequence[str], config: Mapping[str, Any]) -> None:
    """Let Spark's executors have the modules at `root` and in `folders`, by an archive at that path. Raises OSError."""
    plan = Plan("", {}, "", root, folders, ["**/*.py"], config=config)
    if write_archive(plan, archive):
        send_code(session, archive)
