"""`redun log --output TARGET`: what a target printed when it last ran."""

from __future__ import annotations

from redo_py.app.history import History, column
from redo_py.app.project import Project
from redo_py.ground.errors import UsageError
from redo_py.records import LEDGER, OUTPUT
from redo_py.values.file import normal_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.app.request import Request
    from redo_py.store.api import Reader


def printed(request: Request, environ: Mapping[str, str]) -> bytes:
    """What the one target of `request` printed when it last ran. Raises UsageError if it never did.

    Only the records are asked: the redunfile may be broken or gone, or have no such rule any more.
    """
    project = Project(request.directory, request.file, environ)
    try:
        return _printed(project, request.targets[0])
    finally:
        project.close()


def _printed(project: Project, target: str) -> bytes:
    project.make_state()
    store = project.store(lambda _: None)
    for origin in origins_of(store, target, project.here):
        job = History(store).last_run(origin)
        if job is not None:
            return output_of(store, job)
    raise UsageError("never-ran", target=target)


def origins_of(store: Reader, target: str, here: str) -> list[str]:
    """Whom `target` may mean, as records name jobs: a name as it is, a path by the first output made with it."""
    path = normal_path(f"{here}/{target}" if here and target[:1] != "/" else target)
    made = [row[LEDGER.positions["origin"]] for row in store.rows(LEDGER, {"path": path})]
    return list(dict.fromkeys([target, path, *made]))


def output_of(store: Reader, job: tuple[Any, ...]) -> bytes:
    """What the job printed, both streams as they came."""
    for row in store.rows(OUTPUT, {"execution": column(job, "execution"), "seq": column(job, "seq")}):
        return bytes(row[OUTPUT.positions["text"]])
    return b""
