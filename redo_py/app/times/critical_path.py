"""The critical path of an execution: of all chains of jobs in which each needs the one before, the one that takes
longest. However many jobs run at once, a build cannot be shorter.

A call has its value when it has run and when the calls that its result makes have theirs. These can start when it has
run; whatever uses it waits for its value. So each job is two nodes, its run and its value, and every other expression
is one. Nodes are walked with a stack of their own, each once.
"""

from __future__ import annotations

from redo_py.engine.demand import uses_of
from redo_py.engine.job import Job
from redo_py.engine.reach import needs_of
from redo_py.ground.nested import collect
from redo_py.ir.expression import Expression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from redo_py.engine.execution import Execution

# A node is a number: the id of an expression for its value, ~seq for the run of a job.


class CriticalPath:
    """The path of an execution that is over and was asked for `wanted`. `seconds_of` gives the weight of a job."""

    def __init__(self, execution: Execution, wanted: Any, seconds_of: Callable[[Job], float]) -> None:
        self._execution = execution
        self._seconds_of = seconds_of
        self._expressions: dict[int, Expression] = {}  # those whose values are nodes
        self._ends: dict[int, float] = {}  # node -> seconds until it is over, at the earliest
        self._before: dict[int, int] = {}  # node -> the one that it had to wait for
        roots = self._values(collect(wanted, Expression))
        self._settle_all(roots)
        last = max(roots, key=self._ends.__getitem__, default=None)
        self.seconds = 0.0 if last is None else self._ends[last]
        self.jobs = self._jobs_to(last)  # in the order in which they ran, those that took no time left out

    def _settle_all(self, roots: list[int]) -> None:
        """Find the ends of `roots` and of everything that they need."""
        stack = list(roots)
        entered: set[int] = set()
        while stack:
            node = stack[-1]
            if node in self._ends:
                stack.pop()
            elif node in entered:
                stack.pop()
                self._settle(node)
            else:
                entered.add(node)
                stack += [each for each in self._needs(node) if each not in entered]

    def _settle(self, node: int) -> None:
        """All that `node` needs is settled."""
        own = self._seconds_of(self._job(node)) if node < 0 else 0.0
        last = max(self._needs(node), key=self._end_of, default=None)
        if last is None:
            self._ends[node] = own
        else:
            self._ends[node] = own + self._end_of(last)
            self._before[node] = last

    def _end_of(self, node: int) -> float:
        return self._ends.get(node, 0.0)

    def _needs(self, node: int) -> list[int]:
        """The nodes that must be over before a job can start, or before a value is there."""
        if node < 0:
            job = self._job(node)
            parent = [~job.parent.seq] if job.parent is not None else []
            return parent + self._values(uses_of(job.expression))
        expression = self._expressions[node]
        cell = self._execution.frontier.cells.get(node)
        if not isinstance(cell, Job):
            return self._values(needs_of(self._execution, expression))
        if cell.leader is not None:
            return self._values([cell.leader.expression])
        return [~cell.seq, *self._values(child.expression for child in cell.children)]

    def _values(self, expressions: Iterable[Any]) -> list[int]:
        """The nodes of the values of `expressions`."""
        nodes = {id(each): each for each in expressions}
        self._expressions.update(nodes)
        return list(nodes)

    def _job(self, node: int) -> Job:
        return self._execution.frontier.jobs[~node]

    def _jobs_to(self, node: int | None) -> list[Job]:
        path = []
        while node is not None:
            if node < 0 and self._seconds_of(self._job(node)) > 0:
                path.append(self._job(node))
            node = self._before.get(node)
        return path[::-1]


def measured(job: Job) -> float:
    """The seconds for which the job ran in this execution; 0 for one that did not."""
    return max(0.0, job.ended - job.started) if job.tries else 0.0
