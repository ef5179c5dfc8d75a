"""Small functions over texts that modules of redun's users import."""

from __future__ import annotations

import json
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta, tzinfo
    from typing import Any


def trim_string(text: str, max_length: int = 200, ellipsis: str = "...") -> str:
    """`text`, its end replaced if it is longer than that."""
    return text if len(text) <= max_length else text[: max_length - len(ellipsis)] + ellipsis


def str2bool(text: str) -> bool:
    """The truth that `true` and `false` stand for, however they are spelled; raises ValueError for anything else."""
    word = text.lower()
    if word not in ("true", "false"):
        raise ValueError(f"neither true nor false: {text!r}")
    return word == "true"


def json_dumps(value: Any) -> str:
    """JSON without white space, keys sorted."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def format_timedelta(duration: timedelta) -> str:
    """Hours, minutes and seconds, as 1:02:03.45."""
    minutes, seconds = divmod(duration.total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{seconds:05.2f}"


def format_timestamp(timestamp: datetime, tz: tzinfo | None = None) -> str:
    """Date and time to the second, in the time zone `tz` or else that of this machine."""
    return timestamp.astimezone(tz).strftime("%Y-%m-%d %H:%M:%S")


def get_func_source(func: Callable[..., Any]) -> str:
    """The source of a function from its `def` on, without the indentation that it shares. Raises OSError."""
    from inspect import getsource
    from textwrap import dedent

    lines = dedent(getsource(func)).splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if line.startswith(("def ", "async def "))]
    return "".join(lines[starts[0] if starts else 0 :])


def split_task_fullname(task_fullname: str) -> tuple[str, str]:
    """(namespace, name)."""
    namespace, _, name = task_fullname.rpartition(".")
    return namespace, name


def compute_namespace(obj: Any, namespace: str | None = None) -> str:
    """`namespace`, or that of the module in which a function or class was defined."""
    from redo_py.tasks.naming import names_around, namespace_in

    return namespace if namespace is not None else namespace_in(names_around(obj))


def add_import_path(path: str) -> None:
    """Let modules be imported from the folder `path`, before those of all others."""
    if path not in sys.path:
        sys.path.insert(0, path)


def get_import_paths() -> list[str]:
    """The folders that modules are imported from."""
    return list(sys.path)
