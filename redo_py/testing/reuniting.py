"""A redun that is killed while its jobs run elsewhere, and the next one, which finds them or begins them again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing

from redo_py.ground.clock import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redo_py.testing.bench import Bench

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
JOBS = (1, 2)
CLOCK = Clock()
LOOK_EVERY = 0.05  # seconds between two looks


class Killing:
    """Two jobs of a run that is killed, and of the next. `folder` is one that both sides see."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        bench.write("flow.py", FLOW)
        bench.write_settings()
        self.bench = bench
        self.folder = folder

    def begun(self) -> list[str]:
        """For each job an "x" for each time that it has begun."""
        places = [self.folder / f"begun-{number}" for number in JOBS]
        return [place.read_text() if place.exists() else "" for place in places]

    def kill_and_run_again(self, times: int) -> list[str]:
        """What `begun` is in the end. Before the jobs may end they must have begun `times` times."""
        try:
            self._kill_and_run_again(times)
        finally:
            (self.folder / "go").touch()  # jobs do not outlive a test that fails
        return self.begun()

    def _kill_and_run_again(self, times: int) -> None:
        with closing(Redun(self, "first.log")) as first:
            first.wait_until(lambda: self.begun() == ["x", "x"])
            os.kill(first.process.pid, signal.SIGKILL)
            first.process.wait()
        with closing(Redun(self, "second.log")) as second:
            second.wait_until(lambda: "number=2" in second.log() and min(map(len, self.begun())) >= times)
            (self.folder / "go").touch()
            assert second.process.wait(4 * self.bench.patience) == 0, second.log()
            assert second.log().endswith("[10, 20]\n"), second.log()


class Redun:
    """One `redun run`, which prints into the file `log`."""

    def __init__(self, killing: Killing, log: str) -> None:
        bench = killing.bench
        self._patience = bench.patience
        self._place = bench.folder / log
        words = ["run", "flow.py", "main", "--folder", str(killing.folder)]
        with self._place.open("w") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "redo_py", *words], cwd=bench.folder,
                env=bench.environ, stdout=sink, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip

    def log(self) -> str:
        """All that it has printed so far."""
        return self._place.read_text()

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Return when it does; it must before the run has ended."""
        deadline = CLOCK.monotonic() + self._patience
        while not holds():
            assert self.process.poll() is None, self.log()
            assert CLOCK.monotonic() < deadline, self.log()
            CLOCK.sleep(LOOK_EVERY)

    def close(self) -> None:
        """Nothing of it is left."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
