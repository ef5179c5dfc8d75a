"""A state machine drives real redunfiles over a real folder.

A failure prints the seed of its history and the steps that are left of it when it is shortened. To see it again:
`REDUN_WORLD_SEED=<seed> pytest -m 'world' tests/world/test_world.py`. One commit has one answer, so seeds are fixed;
`REDUN_WORLD_SEED=random` looks where nobody has been.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.world.forks import Forks
from tests.world.history import play, shortened, steps_of
from tests.world.seeds import seed_of

FEW = (2, 25)  # histories, steps of each
MANY = (100, 50)
FIRST_OF_FEW, FIRST_OF_MANY = 1, 1000  # seeds; each further history has the next one


def run(folder: Path, histories: int, length: int, clean_each: int, seed: int) -> Counter[str]:
    """Play so many histories, the first of which is `seed`; fails with the shortest version of the first wrong one."""
    counts: Counter[str] = Counter()
    forks = Forks(folder / "output")
    try:
        for each in range(seed, seed + histories):
            steps = steps_of(each, length)
            counted, wrong, _ = play(folder / "world", forks, each, steps, clean_each)
            counts += counted
            if wrong:
                few, why = shortened(folder / "world", forks, each, steps, clean_each)
                again = why or "it did not happen again"
                pytest.fail(f"REDUN_WORLD_SEED={each}: {wrong}\n\nshortened to {few}:\n{again}")
    finally:
        forks.close()
    return counts


def check_counts(counts: Counter[str], steps: int) -> None:
    """The histories must have been worth something."""
    assert counts["answered"] > steps / 3  # the fast lane does answer
    assert counts["clean copies"] > steps / 30
    assert counts["in parts"] > steps / 50  # some builds do leave out what no change can reach
    assert counts["ran once more"] < steps / 2


@pytest.mark.world
def test_fifty_steps(tmp_path: Path) -> None:
    counts = run(tmp_path, *FEW, clean_each=5, seed=seed_of(FIRST_OF_FEW))
    check_counts(counts, FEW[0] * FEW[1])


@pytest.mark.world
@pytest.mark.slow
def test_five_thousand_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed = seed_of(FIRST_OF_MANY)
    with capsys.disabled():
        print(f"\nREDUN_WORLD_SEED={seed}", flush=True)  # noqa: T201
    counts = run(tmp_path, *MANY, clean_each=12, seed=seed)
    check_counts(counts, MANY[0] * MANY[1])
