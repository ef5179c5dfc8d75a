"""What is recorded for a folder, opened for reading: by `redun build`, by `redun run` and from Python alike."""

from __future__ import annotations

import os

from redo_py.app.settings import read_settings
from redo_py.config.environment import environment
from redo_py.config.root import STATE, find_run_root
from redo_py.executors.processes.system import is_gone
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.ground.clock import Clock
from redo_py.ground.errors import UsageError
from redo_py.query.log.calls import Calls
from redo_py.query.log.executions import Executions
from redo_py.query.log.files import Files
from redo_py.query.log.jobs import Job, job_of
from redo_py.records import EXECUTION, FIRST_WRITTEN, JOB, LATEST
from redo_py.store.sqlite import SqliteStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.query.log.files import Path
    from redo_py.store.api import Reader

FRUITLESS = ("failed", "stopped")  # states of jobs that came to nothing
LINE, WHOLE = 100, 2000  # characters of one argument or result: in a line of many jobs, and of one that is shown alone


class Recorded:
    """The records of the project, or of the runs, that the folder `directory` belongs to. Close it.

    Raises UsageError when there are none, StoreError when they cannot be read.
    """

    def __init__(self, directory: str = "") -> None:
        folder = os.path.abspath(directory or ".")
        if not os.path.isdir(folder):
            from redo_py.app.nearby import nearby

            hint = (
                nearby(directory, os.getcwd(), os.path.isdir) or "`-C` takes the folder of a project, or one below it"
            )
            raise UsageError("no-such-folder", path=directory, hint=hint)
        self.folder = folder
        self.root = find_run_root(folder)
        self.store = self._opened()
        self.executions = Executions(self.store, is_gone)
        self.lines = Calls(self.store, LINE)
        self.calls = Calls(self.store, WHOLE)
        self._files: Files | None = None
        self._under_way: dict[bytes, bool] = {}

    def _opened(self) -> Reader:
        state, clock, environ = f"{self.root}/{STATE}", Clock(), environment()
        files = LocalFiles(self.root, StatMemo(f"{state}/memo"), None, clock)
        settings, _, _ = read_settings(files, state, environ, "")
        path = f"{state}/state.db"
        local = SqliteStore(path, clock, reading=True) if os.path.exists(path) else None
        if settings.database:
            from redo_py.app.shared_records import beside, place_of, shared_records

            place = place_of(state)
            found = beside(lambda: shared_records(settings, environ, place, clock, reading=True, loads=False), local)
        else:
            found = local
        if found is None:
            raise UsageError("no-records", folder=self.folder)
        return found

    @property
    def files(self) -> Files:
        """The files that jobs have read and made."""
        self._files = self._files or Files(self.store)
        return self._files

    def file(self, asked: str) -> Path | None:
        """The recorded file that somebody who stands in the folder calls `asked`."""
        whole = os.path.normpath(os.path.join(self.folder, asked))
        names = (os.path.relpath(whole, self.root), asked, whole)
        found = (self.files.get(name) for name in dict.fromkeys(names))
        return next((each for each in found if each is not None), None)

    def is_under_way(self, execution: bytes) -> bool:
        """Whether the execution still goes on."""
        if execution not in self._under_way:
            past = self.executions.get(execution)
            self._under_way[execution] = past is not None and past.status == "RUNNING"
        return self._under_way[execution]

    def job(self, execution: bytes, seq: int) -> Job | None:
        """One job; None when it is not recorded."""
        return job_of(self.store, execution, seq, self.is_under_way(execution))

    def jobs_of_task(self, task: str) -> Iterator[Job]:
        """All jobs of a task: those of the newest execution first, the latest first in each."""
        for (execution,) in self.store.rows(EXECUTION, order=FIRST_WRITTEN, descending=True, columns=["id"]):
            where = {"execution": execution, "task": task}
            for row in self.store.rows(JOB, where, order="started", descending=True):
                yield Job(row, self.is_under_way(execution))

    def latest_job(self, origin: str) -> Job | None:
        """The latest job for a target of that name that did something: the last one that ended well, or one that came
        to nothing since; else of any job that is called so."""
        good = None
        for execution, seq in self.store.rows(LATEST, {"origin": origin, "number": 1}, columns=["execution", "seq"]):
            good = self.job(execution, seq)
        for row in self.store.rows(JOB, {"origin": origin}, order="started", descending=True, limit=1):
            newest = Job(row, self.is_under_way(row[JOB.positions["execution"]]))
            if good is None or (newest.state in FRUITLESS and newest.started >= good.started):
                return newest
        return good

    def close(self) -> None:
        """Give the database back."""
        self.store.close()
