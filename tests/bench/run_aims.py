"""What the figures of workflows should be, and under what they are filed."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.aims import Aim, Measure
from tests.bench.rounds import Figures, Key
from tests.bench.tools import OURS

REDUN, JOBLIB, DASK = "redun", "joblib.Memory", "dask"
FIRST, AGAIN = "first run", "nothing changed"
FEW, MANY, MOST = 1000, 10_000, 100_000
MILLION = 1_000_000


def tasks(count: int) -> str:
    """What so many tasks are called."""
    return f"{count:,} tasks" if count > 1 else "1 task"


def full(jobs: int) -> str:
    """What is measured on a store of so many jobs."""
    return f"first run, {jobs:,} jobs in the store"


MEMORY = Key(tasks(MANY), "memory of a finished job", OURS)  # its figure has nothing but bytes


def over_start(figures: Figures, key: Key) -> float:
    """Seconds beyond those for one task; 0 if there are none."""
    return max(0.0, figures[key].seconds - figures[key._replace(project=tasks(1))].seconds)


def ours(count: int, situation: str) -> Measure:
    """Our own seconds beyond those for one task."""
    return lambda figures: max(over_start(figures, Key(tasks(count), situation, OURS)), 1e-3)


def rate(count: int, situation: str) -> Measure:
    """Tasks that we run in a second."""
    return lambda figures: count / ours(count, situation)(figures)


def slower(tool: str, count: int, situation: str) -> Measure:
    """How many times as long as we `tool` takes."""
    return lambda figures: over_start(figures, Key(tasks(count), situation, tool)) / ours(count, situation)(figures)


def growth(figures: Figures) -> float:
    """The rate at which most tasks run, of that of fewer."""
    return rate(MOST, FIRST)(figures) / rate(MANY, FIRST)(figures)


RUN_AIMS = (
    Aim(f"{tasks(FEW)}, {FIRST}, time of {REDUN} / ours", slower(REDUN, FEW, FIRST), 150, True, "{:,.0f}"),
    Aim(f"{tasks(FEW)}, {FIRST}, time of {JOBLIB} / ours", slower(JOBLIB, FEW, FIRST), 1, True, "{:.1f}"),
    Aim(f"{tasks(MANY)}, {FIRST}, tasks/s", rate(MANY, FIRST), 10_000, True, "{:,.0f}"),
    Aim(f"{tasks(MANY)}, {full(MILLION)}, tasks/s", rate(MANY, full(MILLION)), 5000, True, "{:,.0f}"),
    Aim(f"{tasks(MOST)} / {tasks(MANY)}, {FIRST}, tasks/s", growth, 0.7, True),
    Aim(f"{tasks(FEW)}, {AGAIN}, time of {REDUN} / ours", slower(REDUN, FEW, AGAIN), 100, True, "{:,.0f}"),
    Aim(f"{tasks(MANY)}, {AGAIN}, s", ours(MANY, AGAIN), 0.3),
    Aim(
        f"`redun run` of {tasks(1)}, {AGAIN}, start included, ms",
        lambda figures: figures[Key(tasks(1), AGAIN, OURS)].seconds * 1000,
        250,
        shown="{:.0f}",
    ),
    Aim(f"{tasks(MANY)}, memory of each that is done, bytes", lambda each: each[MEMORY].peak, 1500, shown="{:,.0f}"),
)


def aims_table(figures: Figures) -> Iterator[str]:
    """What was wanted, and what it is."""
    yield from ("| | measured | wanted | reached |", "|---|---:|---:|---|")
    for aim in RUN_AIMS:
        yield from aim.rows(figures)
