"""`redun doctor`: what redun has recorded about a project, and what it keeps for it."""

from __future__ import annotations

import os
from contextlib import closing

from redo_py.app.care.findings import OK, PROBLEM, WARNING, Finding
from redo_py.app.shared_records import looked_at
from redo_py.config.root import STATE
from redo_py.executors.commands.programs import find
from redo_py.files.rubbish import displaced, size_of
from redo_py.files.snapshot import FOLDER as SNAPSHOTS
from redo_py.files.snapshot import is_readable
from redo_py.ground.errors import StoreError
from redo_py.ground.nested import collect
from redo_py.ground.units import shown_size
from redo_py.records import EXECUTION
from redo_py.store.inspection import Inspection, inspect
from redo_py.values.codec import Unreadable, load
from redo_py.values.file import Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redo_py.config.settings import Settings
    from redo_py.ground.clock import Clock

SHOWN = 6  # names in a line


def records(root: str, environ: Mapping[str, str], clock: Clock) -> Iterator[Finding]:
    """All about the state folder of the project at `root`."""
    state = f"{root}/{STATE}"
    if not os.path.isdir(state):
        yield Finding(OK, "records", "none: nothing was built here yet")
        return
    yield from database(f"{state}/state.db", root, environ, clock)
    yield snapshots(f"{state}/{SNAPSHOTS}")
    yield from left_behind(state)
    yield Finding(
        OK, "size", f"{shown_size(size_of([state]))}, of it for reuse {shown_size(size_of([f'{state}/artifacts']))}"
    )


def shared(settings: Settings, environ: Mapping[str, str], clock: Clock) -> Iterator[Finding]:
    """Whether the database that the settings name for the records of runs can be read."""
    if not settings.database:
        return
    try:
        with closing(looked_at(settings, environ, clock)) as store:
            count = sum(1 for _ in store.rows(EXECUTION, columns=["id"]))
    except StoreError as error:
        level = WARNING if error.code in ("database-empty", "database-older") else PROBLEM
        yield Finding(level, "runs", error.headline, error.hint)
    else:
        yield Finding(OK, "runs", f"{count} recorded in the database {store.name}")


def database(path: str, root: str, environ: Mapping[str, str], clock: Clock) -> Iterator[Finding]:
    """Whether the database is whole, and what it tells."""
    if not os.path.exists(path):
        yield Finding(OK, "database", "none: nothing was recorded yet")
        return
    found = inspect(path)
    if found.trouble:
        advice = "the next build sets it aside and starts with an empty one"
        yield Finding(PROBLEM, "database", found.trouble, advice)
        return
    yield Finding(OK, "database", f"whole, {shown_size(size_of([path]))}")
    if found.newest > clock.now() + 1:
        text = f"the last build began {found.newest - clock.now():.0f} seconds from now: the clock was put back"
        yield Finding(WARNING, "clock", text, "builds stay right; times that `redun why` tells may be odd")
    if found.adopted:
        plural = "outputs were" if found.adopted > 1 else "output was"
        text = f"{found.adopted} {plural} adopted, and nothing has verified it"
        yield Finding(WARNING, "adopted", text, "`redun build -B` makes everything once")
    yield programs(found, root, environ)


def programs(found: Inspection, root: str, environ: Mapping[str, str]) -> Finding:
    """Whether the programs of the last builds are still found."""
    tools = {tool.key: tool for encoded in found.arguments for tool in tools_in(encoded)}
    missing = {
        tool.name
        for tool in tools.values()
        if not find(root, tool.name, environ.get("PATH") if tool.path is None else tool.path, tool.cwd)[0]
    }
    names = sorted({tool.name for tool in tools.values()} - missing)
    if missing:
        text = f"not found any more: {listed(sorted(missing))}"
        return Finding(WARNING, "programs", text, "install them, or put their folder on PATH: commands call them")
    return Finding(OK, "programs", listed(names) or "no command has run yet")


def tools_in(encoded: bytes) -> list[Tool]:
    """The programs among the arguments of a call; none if they are of another version."""
    try:
        return list(collect(load("plain", encoded), Tool))
    except Unreadable:
        return []


def listed(names: Sequence[str]) -> str:
    """Some of `names`."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def snapshots(folder: str) -> Finding:
    """Whether builds with nothing to do are answered at once."""
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    broken = [name for name in names if not is_readable(f"{folder}/{name}")]
    if broken:
        text = f"{len(broken)} of {len(names)} cannot be read"
        return Finding(WARNING, "snapshots", text, "the next build writes them anew; until then it is a little slower")
    return Finding(OK, "snapshots", f"{len(names)}")


def left_behind(state: str) -> Iterator[Finding]:
    """What killed builds have left, and what was moved out of the way."""
    if os.path.exists(f"{state}/running"):
        text = "a build is running, or one was killed"
        yield Finding(WARNING, "journal", text, "the next build ends what a killed one has left, and puts things right")
    aside = displaced(state, float("inf"))
    if aside:
        text = f"{len(aside)} in {STATE}, {shown_size(size_of(aside))}: files that were in the way of outputs"
        yield Finding(WARNING, "displaced", text, "take back what you need; `redun gc --displaced` drops them")
