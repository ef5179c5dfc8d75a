"""The frontier: every cell of an execution and who can go on. The only writer of a cell's state."""

from __future__ import annotations

from collections import deque

from redo_py.engine.job import NOBODY, Cell, Job, JobState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from redo_py.executors.api import Finished
    from redo_py.ir.expression import Expression


class Frontier:
    """Cells by the identity of their expression, and the queues between the verbs."""

    __slots__ = (
        "awake", "by_evaluation", "cells", "concluded", "counts", "doomed", "ended", "jobs", "queue", "ready",
        "running", "unresolved",
    )  # fmt: skip

    def __init__(self) -> None:
        self.cells: dict[int, Cell] = {}  # id of expression -> cell; a cell keeps its expression alive
        self.jobs: list[Job] = []  # by seq
        self.awake: deque[Cell] = deque()  # cells whose last missing cell has arrived; reduce takes them
        # Cells that need a cell that has FAILED, with its error and what they were waiting for (`Cell.result`): one
        # that has gone on to something else meanwhile is doomed no more. reduce takes them.
        self.doomed: deque[tuple[Cell, BaseException, Any]] = deque()
        self.ready: deque[Job] = deque()  # READY jobs; decide takes them
        self.concluded: list[Job] = []  # jobs that have their final value; record takes them all
        self.queue: deque[Job] = deque()  # QUEUED jobs; submit takes what there is room for
        self.running: dict[int, Job] = {}  # RUNNING jobs by seq
        self.ended: list[tuple[Job, Finished]] = []  # those of them that have ended well; finish believes them all
        self.by_evaluation: dict[bytes, Job] = {}  # the job that leads each evaluation of this execution
        self.counts = [0] * 8  # cells by state
        self.unresolved = 0  # cells that are neither DONE nor FAILED

    def add(self, cell: Cell, expression: Expression | None) -> None:
        """Take in a new cell, which must be WAITING."""
        self.counts[JobState.WAITING] += 1
        self.unresolved += 1
        if expression is not None:
            self.cells[id(expression)] = cell
        if isinstance(cell, Job):
            self.jobs.append(cell)

    def keep(self, job: Job, expression: Expression) -> None:
        """Take in a job of an earlier execution: it is DONE, and nothing that this one has to do."""
        job.state = JobState.DONE
        self.cells[id(expression)] = job

    def set_state(self, cell: Cell, state: int) -> None:
        """Move `cell` to `state` and keep counts and queues true. A cell that is DONE or FAILED must not move again."""
        old = cell.state
        if old >= JobState.DONE:
            raise AssertionError(f"BUG: {cell!r} is finished and cannot become {state}")
        self.counts[old] -= 1
        self.counts[state] += 1
        cell.state = state
        if state >= JobState.DONE:
            self.unresolved -= 1
        if isinstance(cell, Job):
            if old == JobState.RUNNING:
                del self.running[cell.seq]
            if state == JobState.READY:
                self.ready.append(cell)
            elif state == JobState.QUEUED:
                self.queue.append(cell)
            elif state == JobState.RUNNING:
                self.running[cell.seq] = cell

    def at_work(self) -> Iterator[Job]:
        """The RUNNING jobs that have not ended, in the order in which they were started."""
        return (job for job in self.running.values() if not job.ended)

    def wait_for(self, cell: Cell, other: Cell) -> None:
        """Let `cell` wait for `other`, unless that is DONE. One that is FAILED dooms it; it will not be woken."""
        if other.state == JobState.DONE:
            return
        cell.missing += 1
        if other.state == JobState.FAILED:
            assert other.error is not None
            self.doomed.append((cell, other.error, cell.result))
        elif other.dependents:
            other.dependents.append(cell)
        else:
            other.dependents = [cell]

    def arrive(self, cell: Cell) -> None:
        """`cell` has just become DONE: wake those that waited for it alone."""
        for dependent in cell.dependents:
            dependent.missing -= 1
            if dependent.missing == 0 and dependent.state < JobState.DONE:
                self.awake.append(dependent)
        cell.dependents = NOBODY

    def fail(self, cell: Cell, error: BaseException) -> None:
        """`cell` has no value: it becomes FAILED and dooms those that wait for it or follow it. Its `dependents` stay:
        what else fails below them is told apart by them, see engine.handled."""
        cell.error = error
        self.set_state(cell, JobState.FAILED)
        self.doomed.extend((dependent, error, dependent.result) for dependent in cell.dependents)
        if isinstance(cell, Job) and cell.followers:
            self.doomed.extend((follower, error, None) for follower in cell.followers)
            cell.followers = NOBODY
