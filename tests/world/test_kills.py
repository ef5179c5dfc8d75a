"""SIGKILL, SIGTERM and SIGINT at random points of real builds: the next one is right, and the one after runs nothing."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from random import Random

import pytest

from tests.world.forks import Forks
from tests.world.killing import VERSIONS, Victim, works

SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
ENDS = {0, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, 130, 143}  # a signal may come before redun has a handler
SEED = int(os.environ.get("REDUN_WORLD_SEED", "1"))


def kill_once(folder: Path, forks: Forks, redun: Path, environment: dict[str, str], seed: int) -> None:
    """One project with one or two builds that are killed: a first build, a rebuild, or one that only restores."""
    random = Random(seed)
    victim = Victim(folder / "project", forks, redun, environment, random)
    kind = random.choice(("first", "first", "rebuild", "restore"))
    started = time.monotonic()
    if kind != "first":
        assert victim.build().status == 0
    if kind == "restore":
        victim.write(2)
        assert victim.build().status == 0
        victim.write(0)
    elif kind == "rebuild":
        victim.write(random.randrange(1, VERSIONS))
    longest = 1.2 if kind == "first" else (time.monotonic() - started) / (2 if kind == "restore" else 1)
    for _ in range(random.randint(1, 2)):
        number = random.choice(SIGNALS)
        killed = victim.kill(longest * random.random(), number)
        assert killed.status in ENDS, killed
        assert "Traceback" not in killed.output or "redo_py" not in killed.output, killed
    next_build = victim.check_after(killed)
    if kind == "restore":
        assert not works(next_build.output), next_build
    if number != signal.SIGKILL:
        assert not works(killed.output) & works(next_build.output), (killed, next_build)  # what finished is recorded


@pytest.mark.world
@pytest.mark.parametrize("seed", range(SEED, SEED + 15))
def test_a_killed_build(tmp_path: Path, forks: Forks, redun_path: Path, environment: dict[str, str], seed: int) -> None:
    kill_once(tmp_path, forks, redun_path, environment, seed)


@pytest.mark.world
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEED + 15, SEED + 215))
def test_two_hundred_killed_builds(
    tmp_path: Path, forks: Forks, redun_path: Path, environment: dict[str, str], seed: int
) -> None:
    kill_once(tmp_path, forks, redun_path, environment, seed)
