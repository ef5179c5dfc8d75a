"""`redun log --output TARGET`: what a target printed when it last ran."""

from __future__ import annotations

from redo_py.app.project import Project
from redo_py.app.telling.history import History, column
from redo_py.front.redunfile.names.labels import names_for
from redo_py.front.redunfile.names.paths import relative
from redo_py.front.redunfile.names.suggest import closest
from redo_py.front.redunfile.planning.requests import named
from redo_py.ground.errors import ErrorList, RedunError, UsageError
from redo_py.ir.paths import rooted
from redo_py.query.log.files import Files
from redo_py.query.log.finding import JOBS, find, tasks_called
from redo_py.records import JOB, LATEST, LEDGER, OUTPUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.app.request import Request
    from redo_py.store.api import Reader


def printed(request: Request, environ: Mapping[str, str]) -> bytes:
    """What the one target of `request` printed when it last ran. Raises UsageError if it never did.

    If the records know the target they alone are asked: the redunfile may be broken or gone, or have no such rule any
    more. It is read for the name of a lazy value, which records do not know.
    """
    project = Project(request.directory, request.file, environ, request.profile, rules=False)
    try:
        return _printed(project, request)
    finally:
        project.close()


def _printed(project: Project, request: Request) -> bytes:
    target = request.targets[0]
    project.make_state()
    project.only_reads = True
    store = project.store(lambda _: None)
    for origin in origins_of(store, target, project.here):
        job = History(store).last_run(origin)
        if job is not None:
            return output_of(store, job)
    text = _printed_by_calls(project, request, store) if project.file else None
    if text is not None:
        return text
    job = _job_called(store, target, project.here)
    if job is None:
        raise UsageError("never-ran", target=target, hint=_advice(project, store, target))
    return output_of(store, job)


def _job_called(store: Reader, asked: str, here: str) -> tuple[Any, ...] | None:
    """The one job with such an id, the one that has written such a file, or the newest of the one task with that bare
    name."""
    file = Files(store).get(rooted(asked, here))
    found = [(use.execution, use.seq) for use in file.uses if use.is_made][-1:] if file is not None else []
    found = found or [(each.digest, each.seq) for each in find(store, asked) if each.kind == JOBS]
    if len(found) == 1:
        return next(iter(store.rows(JOB, {"execution": found[0][0], "seq": found[0][1]})), None)
    tasks = tasks_called(store, asked)
    return History(store).last_run(tasks[0]) if len(tasks) == 1 else None


def _advice(project: Project, store: Reader, target: str) -> str:
    """How to run the target, and which of all that ever ran may have been meant."""
    origins = [relative(row[LATEST.positions["origin"]], project.here) for row in store.rows(LATEST, {"number": 1})]
    meant = closest(target, origins)
    if not project.file:
        return meant or "it takes a task, the id of a job, or a file that one has made: `redun log -` lists jobs"
    return f"`redun build {target}` runs it" + (f", or {meant}" if meant else "")


def _printed_by_calls(project: Project, request: Request, store: Reader) -> bytes | None:
    """What the calls of a lazy name printed when they last ran, one after another; None when the redunfile cannot be
    read, or has no such name, or nothing of it ever ran. Nothing runs now."""
    from redo_py.app.build import Build

    build = Build(project, request, lambda _: None, "")
    try:
        jobs = build.rehearse().frontier.jobs
    except (RedunError, ErrorList):
        return None
    if not named(build.opened.redunfile, request.targets[0], project.here, "lazy"):
        return None
    history = History(store)
    rows = [history.run_of(job.call_hash, job.origin) for job in jobs if job.kind == "task"]
    told = dict.fromkeys(row for row in rows if row is not None)
    return b"".join(output_of(store, row) for row in told) if told else None


def origins_of(store: Reader, target: str, here: str) -> list[str]:
    """Whom `target` may mean, as records name jobs: a name as it is, a path by the first output made with it."""
    names = names_for(target, here)
    made = [row[LEDGER.positions["origin"]] for row in store.rows(LEDGER, {"path": names[-1]})]
    return list(dict.fromkeys([*names, *made]))


def output_of(store: Reader, job: tuple[Any, ...]) -> bytes:
    """What the job printed, both streams as they came."""
    for row in store.rows(OUTPUT, {"execution": column(job, "execution"), "seq": column(job, "seq")}):
        return bytes(row[OUTPUT.positions["text"]])
    return b""
