"""After a build that found or made everything up to date: the snapshot of all that this answer rests on.

There is none when the answer rests on something that no signature shows: a job that is declared to run always, an
action or a check, a value that was asked for, an input too fresh to be trusted, the version of an installed package, a
value that a module computes when it is imported.
"""

from __future__ import annotations

from redo_py.config.root import SETTINGS, STATE
from redo_py.files.globbing import glob
from redo_py.files.snapshot import snapshot_of, write_snapshot
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from redo_py.app.project import Project
    from redo_py.app.redunfile import OpenRedunfile
    from redo_py.app.tools import ProjectTools
    from redo_py.engine.execution import Execution
    from redo_py.files.api import Stamp

TICK = 0.020  # seconds within which a folder may change again without its signature showing it


def remember(
    project: Project, opened: OpenRedunfile, tools: ProjectTools, execution: Execution, key: str, message: str
) -> bool:
    """Write the snapshot under `key`; False when there can be none."""
    if not can_be_remembered(execution) or opened.tasks.rests_on_packages or opened.tasks.rests_on_computed:
        return False
    config = project.files.observe([SETTINGS, "pyproject.toml"])
    links = [stamp for path, stamp in execution.links.items() if path not in execution.stamps]
    stamps = [*execution.stamps.values(), *links, *opened.stamps, *tools.stamps.values(), *config]
    settled = project.files.settle(stamps)
    if any(has_moved(execution, stamp) for stamp in settled):
        return False
    seen = folders_now(project, opened)
    if seen is None:
        return False
    seen.update(opened.host.seen_absent)
    if project.opened_modules is not None:
        seen.update({path: signature for path, _, signature in project.opened_modules.loaded_files()})
        seen.update(dict.fromkeys(project.opened_modules.absent, ()))
    snapshot = snapshot_of(unique(settled), seen, environment(project, opened), message)
    return snapshot is not None and write_snapshot(STATE, key, snapshot)


def can_be_remembered(execution: Execution) -> bool:
    """Whether every job is one that signatures can speak for."""
    return not execution.volatile and not any(
        job.always or job.kind in ("action", "check") or job.outcome == "failed" for job in execution.frontier.jobs
    )


def has_moved(execution: Execution, stamp: Stamp) -> bool:
    """Whether a path that was read again has other content than the build used."""
    known = execution.stamps.get(stamp.path) or execution.links.get(stamp.path)
    return known is not None and (known.digest or ABSENT_DIGEST) != (stamp.digest or ABSENT_DIGEST)


def unique(stamps: Iterable[Stamp]) -> list[Stamp]:
    """One stamp for each path, the last one."""
    return list({stamp.path: stamp for stamp in stamps}.values())


def folders_now(project: Project, opened: OpenRedunfile) -> dict[str, tuple[int, ...]] | None:
    """The signatures of all folders that globs look into, after the build has made its outputs in them; None if a glob
    gives something else than it gave, or a folder is still too fresh to be trusted."""
    for _ in range(3):
        seen: dict[str, tuple[int, ...]] = {}
        for (pattern, exclude), paths in opened.redunfile.reads.globs.items():
            found = glob(project.root, pattern, exclude)
            if found.paths != paths:
                return None
            seen.update(found.seen)
        newest = max((max(signature[4:6]) for signature in seen.values() if signature), default=0)
        if newest < project.clock.now_ns() - TICK * 1e9:
            return seen
        project.clock.sleep(TICK)
    return None


def environment(project: Project, opened: OpenRedunfile) -> dict[str, str | None]:
    """The variables that the answer rests on: those read, those passed, and PATH, which finds the tools."""
    names = ["PATH", *project.settings.pass_env]
    return {**opened.redunfile.reads.env, **{name: project.environ.get(name) for name in names}}
