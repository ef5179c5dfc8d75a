"""Timing things in turns, so that a busy moment of the machine falls on all of them alike."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

STOPWATCH = Path(__file__).with_name("stopwatch.py")


class Cost(NamedTuple):
    """What one run took."""

    seconds: float
    peak: int  # bytes of memory of the largest process; 0 if nobody looked


class Key(NamedTuple):
    """What a figure is about."""

    project: str  # "1,000 targets"
    situation: str  # "up to date"
    tool: str


class Figure(NamedTuple):
    """What the runs of one thing took."""

    seconds: float  # median
    rounds: int
    peak: int  # bytes, the most of all rounds


class Runner(NamedTuple):
    """One thing to time."""

    key: Key
    run: Callable[[], Cost]
    prepare: Callable[[], object] = lambda: None  # goes before each run, untimed


class Pace(NamedTuple):
    """How often things are run."""

    most: int  # rounds of anything
    patience: float  # seconds for all rounds of one thing; one round there always is


Figures = dict[Key, Figure]


class BadRun(Exception):
    """A tool failed, or did not make what it should."""


def in_turns(runners: Sequence[Runner], pace: Pace) -> Figures:
    """The figures of all `runners`, each after as many rounds as `pace` has for it."""
    costs: dict[Key, list[Cost]] = {runner.key: [] for runner in runners}
    for done in range(pace.most):
        for runner in runners:
            if done < rounds_for(costs[runner.key], pace):
                runner.prepare()
                costs[runner.key].append(runner.run())
    return {key: figure_of(each) for key, each in costs.items()}


def rounds_for(costs: Sequence[Cost], pace: Pace) -> int:
    """How many rounds there should be of what had `costs`: an odd number, judged by the first."""
    if not costs:
        return 1
    fitting = max(1, min(pace.most, int(pace.patience / max(costs[0].seconds, 1e-9))))
    return fitting if fitting % 2 else fitting - 1


def figure_of(costs: Sequence[Cost]) -> Figure:
    """The figure that the `costs` of some runs amount to."""
    return Figure(statistics.median(cost.seconds for cost in costs), len(costs), max(cost.peak for cost in costs))


def call(command: Sequence[str | Path], folder: Path) -> Cost:
    """Run `command` in `folder`. Raises BadRun."""
    with tempfile.NamedTemporaryFile(prefix="bench-log-") as log:
        watch = [sys.executable, "-I", "-S", STOPWATCH, log.name, *command]
        run = subprocess.run(watch, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if run.returncode:
            raise BadRun(f"{' '.join(map(str, command))} could not be started:\n{run.stderr}")
        seconds, peak, status = run.stdout.split()
        if status != "0":
            printed = Path(log.name).read_text(errors="replace")
            raise BadRun(f"{' '.join(map(str, command))} ended with {status}:\n{printed}")
    return Cost(float(seconds), int(peak) * 1024)
