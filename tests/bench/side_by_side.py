"""redun beside make, ninja and doit, on the machine at hand: `python tests/bench/side_by_side.py [--targets N]`.

Prints a Markdown table. Every figure is the median of runs that take turns, so that a busy moment of the machine
falls on all of them alike; what to compare are the ratios. It judges nothing.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.wide import TOOLS, missing_outputs, write_project

BARE = "python -c pass"
SETTLING = 0.1  # seconds: files this old are told from edited ones by their time stamps alone


class Runner(NamedTuple):
    """One thing to time."""

    name: str  # its row of the table
    run: Callable[[], None]  # what is timed
    prepare: Callable[[], None] = lambda: None  # goes before each run, untimed


class BadRun(Exception):
    """A tool failed, or did not make what it should."""


def measure(targets: int, rounds: int, first_rounds: int, scratch: Path) -> str:
    """Two tables as Markdown: builds with nothing to do, and first builds. Raises BadRun."""
    tools = [name for name, tool in TOOLS.items() if path_of(tool.command[0])]
    first = medians(list(first_builds(tools, targets, scratch / "first")), first_rounds)
    idle = medians(list(idle_commands(tools, targets, scratch / "idle")), rounds)
    idle_base, first_base = idle[BARE], first.get("make", min(first.values()))
    return (
        table(f"nothing to do, median of {rounds}", idle, f"x `{BARE}`", idle_base)
        + "\n"
        + table(f"first build of {targets} targets, median of {first_rounds}", first, "x make", first_base)
    )


def idle_commands(tools: Iterable[str], targets: int, scratch: Path) -> Iterable[Runner]:
    """A bare interpreter, and every tool over projects that are up to date."""
    nowhere = scratch / "nowhere"
    nowhere.mkdir(parents=True)
    yield Runner(BARE, lambda: call([sys.executable, "-c", "pass"], nowhere))
    yield Runner("redun --version", lambda: call([found("redun"), "--version"], nowhere))
    for count in (3, targets):
        for name in tools:
            folder = scratch / f"{name}-{count}"
            write_project(TOOLS[name], folder, count)
            build_with(name, folder)
            time.sleep(SETTLING)
            build_with(name, folder)
            yield Runner(f"{name}, {count} targets", functools.partial(build_with, name, folder))


def first_builds(tools: Iterable[str], targets: int, scratch: Path) -> Iterable[Runner]:
    """The first build by every tool."""
    for name in tools:
        build = FirstBuild(name, targets, scratch / name)
        yield Runner(name, build.run, build.prepare)


class FirstBuild:
    """`prepare` writes a new project, `run` builds it."""

    def __init__(self, name: str, targets: int, folder: Path) -> None:
        self.name = name
        self.targets = targets
        self.folder = folder

    def prepare(self) -> None:
        """Write the project anew, without anything built."""
        shutil.rmtree(self.folder, ignore_errors=True)
        write_project(TOOLS[self.name], self.folder, self.targets)
        time.sleep(SETTLING)

    def run(self) -> None:
        """Build it. Raises BadRun."""
        build_with(self.name, self.folder)
        if missing := missing_outputs(self.folder, self.targets):
            raise BadRun(f"{self.name} did not make {len(missing)} of {self.targets} targets")


def build_with(name: str, folder: Path) -> None:
    """Build the project in `folder` with tool `name`. Raises BadRun."""
    program, *arguments = TOOLS[name].command
    call([found(program), *arguments], folder)


def call(command: Sequence[str], folder: Path) -> None:
    """Run `command` in `folder`. Raises BadRun."""
    run = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if run.returncode:
        raise BadRun(f"{' '.join(command)} ended with {run.returncode}:\n{run.stdout}{run.stderr}")


def medians(runners: Sequence[Runner], rounds: int) -> dict[str, float]:
    """The median seconds of each runner over `rounds` in which all take turns."""
    seconds: dict[str, list[float]] = {runner.name: [] for runner in runners}
    for _ in range(rounds):
        for runner in runners:
            runner.prepare()
            start = time.perf_counter()
            runner.run()
            seconds[runner.name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in seconds.items()}


def table(title: str, seconds: Mapping[str, float], ratio_title: str, base: float) -> str:
    """One Markdown table, slowest last."""
    rows = [f"| {title} | ms | {ratio_title} |", "|---|---:|---:|"]
    for name, each in sorted(seconds.items(), key=lambda row: row[1]):
        rows.append(f"| {name} | {each * 1000:.1f} | {each / base:.2f} |")
    return "\n".join(rows) + "\n"


def path_of(command: str) -> str | None:
    """Where `command` is: beside this interpreter, or on PATH."""
    beside = str(Path(sys.executable).parent)
    return shutil.which(command, path=os.pathsep.join((beside, os.environ.get("PATH", os.defpath))))


def found(command: str) -> str:
    """Where `command` is. Raises BadRun."""
    path = path_of(command)
    if path is None:
        raise BadRun(f"{command} is not installed")
    return path


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Time redun beside make, ninja and doit.")
    parser.add_argument("--targets", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--first-rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="side-by-side-") as scratch:
        print(measure(options.targets, options.rounds, options.first_rounds, Path(scratch)), end="")


if __name__ == "__main__":
    main()
