"""Histories: runs of the world that can be repeated from their seed, and shortened when they fail."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from random import Random

from tests.world.forks import Forks
from tests.world.world import World, Wrong

TRIES = 60
Steps = list[tuple[int, int]]  # (number, seed); number 0 is always there


def steps_of(seed: int, count: int) -> Steps:
    """The steps of the history `seed`. Each has its own seed, so that it means the same when others are left out."""
    random = Random(seed)
    return [(number, random.randrange(1 << 40)) for number in range(count)]


def play(folder: Path, forks: Forks, seed: int, steps: Steps, clean_each: int) -> tuple[Counter[str], str, int]:
    """Let the steps happen: what was counted, what went wrong ("" if nothing), and how many steps were done."""
    shutil.rmtree(folder, ignore_errors=True)
    world = World(folder, forks, seed, clean_each)
    for done, (number, step) in enumerate(steps, 1):
        try:
            world.step(number, step)
        except Wrong as wrong:
            names = "\n".join([f"  {number}: {name}" for number, name in world.told])
            return world.counts, f"{wrong}\nafter\n{names}", done
    shutil.rmtree(folder)
    return world.counts, "", len(steps)


def shortened(folder: Path, forks: Forks, seed: int, steps: Steps, clean_each: int) -> tuple[Steps, str]:
    """The fewest steps found in TRIES tries that still go wrong, and how."""
    tries = TRIES
    _, wrong, done = play(folder, forks, seed, steps, clean_each)
    steps = steps[:done]
    size = len(steps) // 2
    while size and tries:
        for start in range(1, len(steps), size):
            shorter = steps[:start] + steps[start + size :]
            tries -= 1
            _, now, done = play(folder, forks, seed, shorter, clean_each)
            if now:
                steps, wrong = shorter[:done], now
                break
            if not tries:
                break
        else:
            size //= 2
    return steps, wrong
