"""SIGKILL, SIGTERM and SIGINT at random points of builds: the next one is right, and the one after runs nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from random import Random

import pytest

from tests.world.forks import Forks
from tests.world.killing import VERSIONS, Victim, processes_in, works

SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
ENDS = {0, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, 130, 143}  # a signal may come before redun has a handler
PYTHON_ITSELF = "Fatal Python error"  # a signal came before Python had started
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
    numbers = [random.choice(SIGNALS) for _ in range(random.randint(1, 2))]
    builds = [victim.kill(longest * random.random(), number) for number in numbers]
    assert {killed.status for killed in builds if not killed.output.startswith(PYTHON_ITSELF)} <= ENDS, builds
    running = [killed.output for killed in builds if killed.status != -signal.SIGINT]  # the others did not get so far
    assert not any("Traceback" in output and "redo_py" in output for output in running), builds
    next_build = victim.check_after(builds[-1])
    if all(killed.status in (0, 130, 143) for killed in builds):
        assert not victim.displaced(), (builds, next_build)  # redun has seen to everything itself
    if kind == "restore":
        assert not works(next_build.output), next_build
    if numbers[-1] != signal.SIGKILL:
        assert not works(builds[-1].output) & works(next_build.output), (
            builds,
            next_build,
        )  # what finished is recorded


STUCK = """\
@rule("out.txt")
def out(out):
    sh(f"printf half > {out}; if [ -d ../once ]; then rmdir ../once; sleep 300; fi; printf whole > {out}")
"""


@pytest.mark.world
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_command_that_would_outlive_the_build(
    tmp_path: Path, forks: Forks, redun_path: Path, environment: dict[str, str], number: signal.Signals, status: int
) -> None:
    """The build ends it, or the next one if it could not; what it has made so far is nobody else's."""
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "once").mkdir()
    (project / "redunfile.py").write_text(STUCK)
    build = subprocess.Popen([str(redun_path), "build"], cwd=project, env=environment, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while (tmp_path / "once").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    build.send_signal(number)
    assert build.wait(timeout=120) == status
    assert (processes_in(project) != []) == (number == signal.SIGKILL)
    ended = forks.run(["build", "--explain"], project, environment)
    assert ended.status == 0, ended.output
    assert ("left by a build that was killed" in ended.output) == (number == signal.SIGKILL), ended.output
    assert processes_in(project) == []
    assert (project / "out.txt").read_text() == "whole"
    kept = [path.read_text() for path in (project / ".redun/displaced").glob("*/out.txt")]
    assert kept in ([], ["half"] if number == signal.SIGKILL else []), ended.output  # nobody can tell whose it is
    assert forks.run(["build", "--explain"], project, environment).output == "redun: everything is up to date\n"


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
