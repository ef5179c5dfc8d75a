"""What the records know of the steps of a graph, as of the last build."""

from __future__ import annotations

from redo_py.records import CALL, EDGE, EXECUTION, FILE_USE, FIRST_WRITTEN, JOB, LATEST, PARTS
from redo_py.values.encoding import decode
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from redo_py.store.api import Reader

OUTCOMES = {"ran": "ran", "restored": "restored", "cached": "cached", "joined": "cached", "failed": "failed"}


class Past:
    """Everything that pictures ask, read from the store in a few passes. Nothing is known without a store."""

    def __init__(self, store: Reader | None) -> None:
        self._store = store
        self.states: dict[str, str] = {}  # origin -> how it ended in the last build
        self.runs: dict[str, tuple[float, float, str]] = {}  # origin -> (when, seconds, reason) of its last run
        self.calls: dict[str, bytes] = {}  # origin -> its last call
        self.read: dict[str, list[str]] = {}  # origin -> project files that the call read beyond its arguments
        self.children: dict[bytes, list[bytes]] = {}  # call -> the calls that it made while it ran
        if store is not None:
            self._read_jobs(store)
            self._read_latest(store)
            self._read_edges(store)

    def _read_jobs(self, store: Reader) -> None:
        names = ("origin", "reason", "started", "ended")
        origin, reason, started, ended = (JOB.positions[name] for name in names)
        for state in ("ran", "failed"):
            for row in store.rows(JOB, {"state": state}):
                known = self.runs.get(row[origin])
                if known is None or known[0] <= row[started]:
                    self.runs[row[origin]] = (row[started], max(0.0, row[ended] - row[started]), row[reason])
        for execution in reversed(last_build(store)):
            for row in store.rows(JOB, {"execution": execution}):
                self.states[row[origin]] = OUTCOMES.get(row[JOB.positions["state"]], "")

    def _read_latest(self, store: Reader) -> None:
        names = ("origin", "call", "discovered")
        origin, call, discovered = (LATEST.positions[name] for name in names)
        for row in store.rows(LATEST, {"number": 1}):
            self.calls[row[origin]] = row[call]
            paths = project_files(row[discovered])
            if paths:
                self.read[row[origin]] = paths

    def _read_edges(self, store: Reader) -> None:
        parent, child = EDGE.positions["parent"], EDGE.positions["child"]
        for row in store.rows(EDGE, order="position"):
            self.children.setdefault(row[parent], []).append(row[child])

    def state_of(self, origin: str) -> str:
        """How the step `origin` ended in the last build; "earlier" if that had no such step but one before it had,
        "new" if it was never built."""
        return self.states.get(origin) or ("earlier" if origin in self.runs or origin in self.calls else "new")

    def calls_below(self, origin: str) -> Iterator[tuple[bytes, bytes, str]]:
        """(the call that made it, call, name of the task) of all calls that the last call of `origin` made while it
        ran, at any depth."""
        first = self.calls.get(origin, b"")
        stack, seen = [first], {first}
        while stack:
            parent = stack.pop()
            for child in self.children.get(parent, ()):
                yield parent, child, self._task_of(child)
                if child not in seen:
                    seen.add(child)
                    stack.append(child)

    def files_read(self, origin: str) -> list[str]:
        """The project's files that the last call of `origin` was given or found by itself, by name."""
        store, call = self._store, self.calls.get(origin)
        if store is None or call is None:
            return []
        for execution, seq in store.rows(JOB, {"call": call, "state": "ran"}, "started", True, 1, ["execution", "seq"]):
            uses = store.rows(FILE_USE, {"execution": execution, "seq": seq, "mode": "r"}, columns=["path", "content"])
            return sorted(path for path, content in uses if content != ABSENT_DIGEST and not path.startswith("/"))
        return []

    def _task_of(self, call: bytes) -> str:
        for row in self._store.rows(CALL, {"call": call}) if self._store is not None else ():
            return str(row[CALL.positions["task"]])
        return "?"


def last_build(store: Reader) -> list[bytes]:
    """The executions that the last build consists of: those of parts, the newest first, and the whole one before."""
    found = []
    position = EXECUTION.positions
    for execution in store.rows(EXECUTION, order=FIRST_WRITTEN, descending=True):
        if execution[position["kind"]] in ("build", PARTS):
            found.append(execution[position["id"]])
        if execution[position["kind"]] == "build":
            break
    return found


def project_files(discovered: bytes) -> list[str]:
    """The paths of an encoded tuple of (path, digest), those that were missed and those outside the project left out;
    none if it was written by another version."""
    try:
        pairs: Any = decode(discovered)
        return [path for path, digest in pairs if digest != ABSENT_DIGEST and not path.startswith("/")]
    except (TypeError, ValueError):
        return []
