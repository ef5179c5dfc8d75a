"""Who watches a build beside the lines that it prints: the status area of a terminal, and other programs, for which
files are written."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.app.executors import Executors
    from redo_py.app.request import Request
    from redo_py.app.watching.event_log import EventLog
    from redo_py.app.watching.progress import Progress, Screen
    from redo_py.app.watching.report_file import ReportFile
    from redo_py.app.watching.trace import Trace
    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job
    from redo_py.store.api import Reader

MARKS = {
    "events": b'{"kind": ',
    "trace": b'"traceEvents"',
    "junit": b"<testsuite",
}  # option -> what its files begin with


class Watch:
    """The watchers of one build. `begin` lets them in, `look_away` ends what is on the screen, `tell` writes what is
    written at the end, `close` gives everything back."""

    def __init__(self, request: Request, screen: Screen | None) -> None:
        self._request = request
        self._screen = screen
        self._folder = os.path.abspath(request.directory or ".")  # before the build goes to the project's root
        self._files: dict[str, ReportFile] = {}
        self._progress: Progress | None = None
        self._events: EventLog | None = None
        self._trace: Trace | None = None
        self._execution: Execution

    def open_files(self, notice: Callable[[str], None]) -> None:
        """Open what is to be written. Raises UsageError."""
        from redo_py.app.leave import refuse_other
        from redo_py.app.watching.report_file import STANDARD_OUTPUT, ReportFile

        for name, mark in MARKS.items():
            path = getattr(self._request, name)
            if path and path != STANDARD_OUTPUT:
                refuse_other(os.path.join(self._folder, path), [mark], path)
            if path:
                self._files[name] = ReportFile(path, self._folder, notice, is_appended=name == "events")

    def begin(self, execution: Execution, executors: Executors, history: Reader, root: str, started: float) -> None:
        """Let all hear of what happens in `execution` from now on. The build began at `started`."""
        self._execution = execution
        listeners: list[Any] = execution.doors.events.listeners
        if "events" in self._files:
            from redo_py.app.watching.event_log import EventLog

            self._events = EventLog(self._files["events"], execution)
            self._events.begin(self._request, root, started)
            listeners.append(self._events)
        if "trace" in self._files:
            from redo_py.app.watching.trace import Trace

            self._trace = Trace(execution, started)
            listeners.append(self._trace)
        if self._screen is not None and not execution.settings.dry:
            from redo_py.app.times.estimate import Durations, Remaining
            from redo_py.app.watching.progress import Progress

            remaining = Remaining(execution, Durations(history.durations))
            self._progress = Progress(execution, self._screen, executors.tail, remaining)
            listeners.append(self._progress)

    def look_away(self) -> None:
        """Nothing happens any more: only lines are printed from now on."""
        if self._progress is not None:
            self._progress.close()

    def tell(
        self,
        wanted: Any,
        status: int,
        seconds: float,
        replay: Callable[[Job], bytes],
        error: BaseException | None,
    ) -> None:
        """Write what is known at the end of a build of `wanted` that took `seconds`; if it failed, by `error`."""
        if self._events is not None:
            self._events.end(status, seconds)
        if self._trace is not None:
            self._files["trace"].replace(self._trace.as_json(wanted))
        if "junit" in self._files:
            from redo_py.app.watching.junit import as_xml

            self._files["junit"].replace(as_xml(self._execution, seconds, replay, error))

    def close(self) -> None:
        """Give everything back."""
        self.look_away()
        for file in self._files.values():
            file.close()
