"""A redun that is killed while its jobs run elsewhere, and the next one, which waits for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from redo_py.config.environment import environment, worker_environment
from redo_py.testing import Bench
from redo_py.testing.bench import NAME, settings_text

FLOW = """
    import os, time
    from redo_py import task

    redun_namespace = "flow"


    @task(executor="tried")
    def slow(number: int, folder: str):
        with open(f"{folder}/begun-{number}", "a") as file:
            file.write("x")
        while not os.path.exists(f"{folder}/go"):
            time.sleep(0.05)
        return number * 10


    @task
    def main(folder: str):
        return [slow(1, folder), slow(2, folder)]
"""
PATIENCE = 60.0  # seconds until the jobs must have begun


def kill_and_run_again(bench: Bench, folder: Path) -> list[str]:
    """For each of two jobs an "x" for each time that it has begun. `folder` is one that both sides see."""
    folder.mkdir(parents=True, exist_ok=True)
    bench.write("flow.py", FLOW)
    bench.write("redun.toml", settings_text(NAME, bench._setting))
    words = ["run", "flow.py", "main", "--folder", str(folder)]
    log = bench.folder / "first.log"
    with log.open("w") as output:
        first = begin(bench, words, output)
    deadline = time.monotonic() + PATIENCE
    while len(list(folder.glob("begun-*"))) < 2:
        assert first.poll() is None, log.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    second = begin(bench, words, subprocess.PIPE)
    time.sleep(1.0)
    (folder / "go").touch()
    told, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode == 0, told
    assert told.endswith("[10, 20]\n")
    return [(folder / f"begun-{number}").read_text() for number in (1, 2)]


def begin(bench: Bench, words: list[str], output: Any) -> subprocess.Popen[str]:
    """Start `redun WORDS` in the project."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "redo_py", *words], cwd=bench.folder, env=worker_environment(environment()),
        stdout=output, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
