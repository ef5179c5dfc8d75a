"""A layered drawing of a graph, from left to right: who stands in which column, in which order, at which height.

The way of Sugiyama, each step linear in the size of the drawing but for a logarithm: columns by the longest path, with
everything pulled as far to the right as it may go if that shortens edges; bends where an edge passes a column; order
by the mean place of the neighbours, sweeping to and fro and keeping the order with the fewest crossings; heights as
near to the neighbours' as order and distances allow, which is an isotonic regression and solved exactly.
"""

from __future__ import annotations

from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SWEEPS = 12  # over the columns to order them, and again to find heights
BENDS_AT_MOST = 40_000  # more are not worth their time: long edges are drawn straight then
STRAIGHTNESS = 3.0  # how much more a bend wants to be in line than a node does


class Layers:
    """`columns` holds the points of each column from top to bottom: numbers of nodes and, from `count` on, of bends."""

    __slots__ = ("after", "before", "chains", "column", "columns", "count")

    def __init__(self, count: int, edges: Sequence[tuple[int, int]]) -> None:
        """`edges` are between nodes 0 to `count` - 1 and have no cycle."""
        self.count = count
        self.column = columns_of(count, edges)
        self.before: list[list[int]] = [[] for _ in range(count)]  # of each point those next to it one column left
        self.after: list[list[int]] = [[] for _ in range(count)]
        self.chains: dict[tuple[int, int], list[int]] = {}  # edge -> its points, both ends included
        bends = sum(self.column[user] - self.column[used] - 1 for used, user in edges)
        for used, user in edges:
            self.chains[used, user] = self._chain(used, user, bends <= BENDS_AT_MOST)
        self.columns = self._first_order()
        self._sort()

    def _chain(self, used: int, user: int, bent: bool) -> list[int]:
        if not bent and self.column[user] - self.column[used] > 1:
            return [used, user]
        chain = [used]
        for column in range(self.column[used] + 1, self.column[user]):
            chain.append(len(self.column))
            self.column.append(column)
            self.before.append([])
            self.after.append([])
        chain.append(user)
        for left, right in pairwise(chain):
            self.after[left].append(right)
            self.before[right].append(left)
        return chain

    def _first_order(self) -> list[list[int]]:
        """Depth first from the ends, so that what belongs together begins together."""
        columns: list[list[int]] = [[] for _ in range(max(self.column, default=-1) + 1)]
        seen = [False] * len(self.column)
        for end in [point for point in range(len(self.column)) if not self.after[point]]:
            stack = [end]
            while stack:
                point = stack.pop()
                if not seen[point]:
                    seen[point] = True
                    columns[self.column[point]].append(point)
                    stack += reversed(self.before[point])
        return columns

    def _sort(self) -> None:
        """Sort each column by the mean place of the neighbours in the one just sorted."""
        best, fewest = [list(column) for column in self.columns], self.crossings()
        for sweep in range(SWEEPS):
            if not fewest:
                break
            for column, beside in self._sweep(sweep):
                self._sort_column(column, beside)
            crossings = self.crossings()
            if crossings < fewest:
                best, fewest = [list(column) for column in self.columns], crossings
        self.columns = best

    def _sweep(self, number: int) -> list[tuple[int, list[list[int]]]]:
        """(column, the neighbours that count) in the order of a sweep: to the left first."""
        last = len(self.columns) - 1
        if number % 2:
            return [(column, self.before) for column in range(1, last + 1)]
        return [(column, self.after) for column in range(last - 1, -1, -1)]

    def _sort_column(self, column: int, beside: list[list[int]]) -> None:
        points = self.columns[column]
        place = {point: number for row in self._next_to(column) for number, point in enumerate(row)}
        own = {point: float(number) for number, point in enumerate(points)}
        for point in points:
            near = [place[each] for each in beside[point] if each in place]
            if near:
                own[point] = sum(near) / len(near)
        points.sort(key=own.__getitem__)

    def _next_to(self, column: int) -> list[list[int]]:
        return self.columns[max(0, column - 1) : column] + self.columns[column + 1 : column + 2]

    def crossings(self) -> int:
        """How often edges cross between neighbouring columns."""
        return sum(map(self._crossings_before, range(1, len(self.columns))))

    def _crossings_before(self, column: int) -> int:
        """Pairs of edges in the wrong order, counted with a tree of partial sums."""
        place = {point: number for number, point in enumerate(self.columns[column - 1], 1)}
        sums = [0] * (len(place) + 1)
        found = passed = 0
        for point in self.columns[column]:
            near = sorted(place[each] for each in self.before[point] if each in place)
            for number in near:
                found += passed - _sum_to(sums, number)
            for number in near:
                _add_at(sums, number)
            passed += len(near)
        return found

    def heights(self, sizes: Sequence[float], gap: float) -> list[float]:
        """The height of the middle of each point; `sizes` are those of the nodes, bends take none. Points of one
        column stand `gap` apart, bends half of that."""
        size = [*sizes, *[0.0] * (len(self.column) - self.count)]
        height = [0.0] * len(self.column)
        for points in self.columns:
            offsets = self._offsets(points, size, gap)
            middle = offsets[-1] / 2 if offsets else 0.0
            for point, offset in zip(points, offsets, strict=True):
                height[point] = offset - middle
        for sweep in range(SWEEPS):
            for column, beside in self._sweep(sweep):
                self._settle(self.columns[column], beside, height, size, gap)
        return height

    def _offsets(self, points: list[int], size: list[float], gap: float) -> list[float]:
        """How far below the first of `points` each is at least."""
        offsets = [0.0]
        for above, below in pairwise(points):
            between = gap if above < self.count or below < self.count else gap / 2
            offsets.append(offsets[-1] + (size[above] + size[below]) / 2 + between)
        return offsets[: len(points)]

    def _settle(
        self, points: list[int], beside: list[list[int]], height: list[float], size: list[float], gap: float
    ) -> None:
        """Move `points` as near to their neighbours as their order and distances allow."""
        offsets = self._offsets(points, size, gap)
        wanted: list[tuple[float, float]] = []
        for point, offset in zip(points, offsets, strict=True):
            near = [height[each] for each in beside[point]]
            target = sum(near) / len(near) if near else height[point]
            weight = STRAIGHTNESS if point >= self.count else 1.0 if near else 0.1
            wanted.append((target - offset, weight))
        for point, offset, base in zip(points, offsets, rising(wanted), strict=True):
            height[point] = base + offset


def columns_of(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The column of each node: right of all that it uses, and no further left than it must be."""
    users: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for used, user in edges:
        users[used].append(user)
        waiting[user] += 1
    uses = list(waiting)
    column = [0] * count
    order = [number for number in range(count) if not waiting[number]]
    for number in order:  # grows meanwhile
        for user in users[number]:
            column[user] = max(column[user], column[number] + 1)
            waiting[user] -= 1
            if not waiting[user]:
                order.append(user)
    for number in reversed(order):
        if users[number] and uses[number] <= len(users[number]):
            column[number] = min(column[user] for user in users[number]) - 1
    return column


def rising(wanted: Sequence[tuple[float, float]]) -> list[float]:
    """The numbers that never fall and are nearest to the wanted ones; each comes with its weight."""
    blocks: list[tuple[float, float, int]] = []  # (mean, weight, how many)
    for target, weight in wanted:
        mean, total, size = target, weight, 1
        while blocks and blocks[-1][0] > mean:
            before, heavy, many = blocks.pop()
            mean = (before * heavy + mean * total) / (heavy + total)
            total += heavy
            size += many
        blocks.append((mean, total, size))
    return [mean for mean, _, size in blocks for _ in range(size)]


def _sum_to(sums: list[int], place: int) -> int:
    total = 0
    while place:
        total += sums[place]
        place &= place - 1
    return total


def _add_at(sums: list[int], place: int) -> None:
    while place < len(sums):
        sums[place] += 1
        place += place & -place
