"""After a build that found or made everything up to date: the snapshot of all that this answer rests on.

There is none when the answer rests on something that no signature shows: a job that is declared to run always, an
action or a check, a value that was asked for, an input too fresh to be trusted, the version of an installed package, a
value that a module computes when it is imported.

A build of parts rests on what it has looked at itself, and on the rest of the snapshot that told it what to leave out.
"""

from __future__ import annotations

import os

from redo_py.app.parts import listed, parts_of
from redo_py.config.layers import RESTED_ON
from redo_py.config.root import STATE
from redo_py.files.api import FILE, LINK, Stamp
from redo_py.files.globbing import glob
from redo_py.files.signature import MODE, kind_of
from redo_py.files.snapshot import snapshot_of, write_snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redo_py.app.parts import Globs, Rest
    from redo_py.app.project import Project
    from redo_py.app.redunfile import OpenRedunfile
    from redo_py.app.tools import ProjectTools
    from redo_py.engine.execution import Execution

TICK = 0.020  # seconds to wait for folders that have just changed


def remember(
    project: Project,
    opened: OpenRedunfile,
    tools: ProjectTools,
    execution: Execution,
    key: str,
    message: str,
    rest: Rest | None = None,
) -> bool:
    """Write the snapshot under `key`; False when there can be none. `rest` is what this build has left out."""
    if not can_be_remembered(execution) or opened.tasks.rests_on_packages or opened.tasks.rests_on_computed:
        return False
    if tools.rests_on_folders:
        return False
    stamps = list(rested_on(project, opened, tools, execution))
    settled = project.files.settle(stamps)
    if any(differ(used, now) for used, now in zip(stamps, settled, strict=True)):
        return False
    globs = {question: listed(paths) for question, paths in opened.redunfile.reads.globs.items()}
    globs = {**(rest.parts.globs if rest is not None else {}), **globs}
    folders = folders_now(project, globs)
    if folders is None:
        return False
    seen = {**(rest.signatures() if rest is not None else {}), **folders}
    named = [os.path.join(project.root, path) for path in opened.host.no_files]
    if any(map(os.path.isfile, named)):  # made by the build besides its outputs: the next plan takes it for an input
        return False
    no_files = ways_now(project, opened.host.no_files)
    if no_files is None:
        return False
    seen.update(no_files)
    if project.opened_modules is not None:
        seen.update(dict.fromkeys(project.opened_modules.absent, ()))
    variables = {**dict(rest.snapshot.environment if rest is not None else ()), **environment(project, opened)}
    snapshot = snapshot_of(settled, seen, variables, message)
    if snapshot is None:
        return False
    fixed = {each.path for stamp in planned_on(project, opened, tools) for each in (stamp, *stamp.parts)}
    fixed.update(folders, no_files, rest.fixed if rest is not None else ())
    parts = parts_of(execution, opened.planner.planned, rest, fixed, globs)
    snapshot.parts = parts.packed() if parts is not None else b""
    return write_snapshot(STATE, key, snapshot)


def rested_on(project: Project, opened: OpenRedunfile, tools: ProjectTools, execution: Execution) -> Iterator[Stamp]:
    """Everything that was read or looked at, under the signatures that it had then."""
    yield from execution.stamps.values()
    yield from (stamp for path, stamp in execution.links.items() if path not in execution.stamps)
    yield from (stamp for path, stamp in opened.sources.items() if path not in execution.stamps)
    yield from planned_on(project, opened, tools)


def planned_on(project: Project, opened: OpenRedunfile, tools: ProjectTools) -> Iterator[Stamp]:
    """What the plan rests on, and the programs that it names."""
    yield from opened.stamps
    yield from tools.stamps.values()
    yield from project.stamps
    if project.opened_modules is not None:
        for path, digest, signature in project.opened_modules.loaded_files():
            yield Stamp(path, FILE, digest, signature, False)


def differ(used: Stamp, now: Stamp) -> bool:
    """Whether a path that was read again has another content than the build used. Of modules the mode is not known."""
    return used.digest != now.digest


def can_be_remembered(execution: Execution) -> bool:
    """Whether every job is one that signatures can speak for."""
    return not execution.volatile and not any(
        job.always or job.kind in ("action", "check") or job.outcome == "failed" for job in execution.frontier.jobs
    )


def folders_now(project: Project, globs: Globs) -> dict[str, tuple[int, ...]] | None:
    """The signatures of all folders that globs look into, after the build has made its outputs in them; None if a glob
    gives something else than it gave, or a folder is still too fresh to be trusted."""
    for _ in range(3):
        start = project.files.moment()
        seen: dict[str, tuple[int, ...]] = {}
        for question, answer in globs.items():
            found = glob(project.root, *question)
            if listed(found.paths) != answer:
                return None
            seen.update(found.seen)
        if project.files.trusts(seen.values(), start):
            return seen
        project.clock.sleep(TICK)
    return None


def ways_now(project: Project, paths: Iterable[str]) -> dict[str, tuple[int, ...]] | None:
    """The signatures of `paths`, at which no files are, and of all that links there lead to: a file that appears
    changes one. None if a link is still too fresh to be trusted. No folder is entered."""
    start = project.files.moment()
    seen: dict[str, tuple[int, ...]] = {}
    for path in paths:
        seen.update(project.files.way(path))
    links = [signature for signature in seen.values() if signature and kind_of(signature[MODE]) == LINK]
    return seen if project.files.trusts(links, start) else None


def environment(project: Project, opened: OpenRedunfile) -> dict[str, str | None]:
    """The variables that the answer rests on: those read, those passed, those that are settings or say where settings
    are, and PATH, which finds the tools."""
    names = ["PATH", *RESTED_ON, *project.settings.pass_env]
    return {**opened.redunfile.reads.env, **{name: project.environ.get(name) for name in names}}
