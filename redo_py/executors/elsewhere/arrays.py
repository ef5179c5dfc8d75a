"""Which jobs are started together: those with equal options, and as many of them as an array may have."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from redo_py.executors.backend import Placed


def alike(jobs: Iterable[Placed], by_timeout: bool = False) -> list[list[Placed]]:
    """`jobs` by equal options, and by equal timeouts if whoever starts them is told of these."""
    groups: dict[tuple[float | None, str], list[Placed]] = {}
    for job in jobs:
        groups.setdefault((job.timeout if by_timeout else None, job.options.model_dump_json()), []).append(job)
    return list(groups.values())


def arrays(jobs: Sequence[Placed], at_least: int, at_most: int) -> Iterator[Sequence[Placed]]:
    """Jobs that are alike, as arrays of at most so many; what is not enough for one is single."""
    for start in range(0, len(jobs), at_most):
        part = jobs[start : start + at_most]
        if len(part) >= at_least:
            yield part
        else:
            yield from ([job] for job in part)
