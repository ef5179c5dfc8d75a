"""Every tool over the same projects, in turns: first builds, builds with nothing to do, and after one change."""

from __future__ import annotations

import functools
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.bench.program import DESCRIPTIONS, Program
from tests.bench.rounds import BadRun, Cost, Figures, Key, Pace, Runner, call, in_turns
from tests.bench.tools import OURS, TOOLS, command_of
from tests.bench.wide import Wide

BARE = "python -c pass"
START = "start"  # the project of what has none
VERSION = "--version"
FIRST, IDLE, CHANGED = "first build", "up to date", "one file changed"
PROGRAM = "C program"
SETTLING = 0.1  # seconds: files this old are told from edited ones by their time stamps alone

Project = Wide | Program


def targets(count: int) -> str:
    """What the wide project of `count` targets is called."""
    return f"{count:,} targets"


def measure_start(pace: Pace, folder: Path) -> Figures:
    """A bare interpreter, and our shortest answer."""
    folder.mkdir(parents=True)
    redun = command_of(OURS)[0]
    runners = [
        Runner(Key(START, VERSION, BARE), lambda: call([sys.executable, "-c", "pass"], folder)),
        Runner(Key(START, VERSION, OURS), lambda: call([redun, "--version"], folder)),
    ]
    return in_turns(runners, pace)


def measure_wide(count: int, tools: Iterable[str], pace: Pace, folder: Path) -> Figures:
    """The wide project of `count` targets, by those of `tools` that are up to it."""
    able = [name for name in tools if TOOLS[name].smallest <= count <= TOOLS[name].largest]
    projects = [Wide(name, folder / name, count) for name in able]
    return measure(targets(count), projects, pace)


def measure_program(sources: Path, tools: Iterable[str], pace: Pace, folder: Path) -> Figures:
    """The C program, by those of `tools` that it is written for."""
    projects = [Program(name, folder / name, sources) for name in tools if name in DESCRIPTIONS]
    return measure(PROGRAM, projects, pace)


def measure(name: str, projects: Sequence[Project], pace: Pace) -> Figures:
    """Build the new `projects`, then build them again, then change and build them. Raises BadRun."""

    def turns(situation: str, run: Callable[[Project], Cost], prepare: Callable[[Project], None]) -> Figures:
        runners = [
            Runner(Key(name, situation, each.tool), functools.partial(run, each), functools.partial(prepare, each))
            for each in projects
        ]
        return in_turns(runners, pace)

    for project in projects:
        project.write()
    figures = turns(FIRST, build_and_check, make_new)
    for project in projects:
        settle(project)
    figures |= turns(IDLE, build, lambda _: None)
    figures |= turns(CHANGED, build, change)
    for project in projects:
        check(project)
        shutil.rmtree(project.folder)
    return figures


def make_new(project: Project) -> None:
    """Leave of the project what somebody wrote, and nothing that was built."""
    for path in project.folder.iterdir():
        if path.name in project.kept():
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    project.describe()
    time.sleep(SETTLING)


def settle(project: Project) -> None:
    """Build once more, so that a tool that still looks twice at young files is done with them."""
    time.sleep(SETTLING)
    build(project)


def change(project: Project) -> None:
    """Edit one file of the project."""
    time.sleep(SETTLING)
    project.edit()


def build(project: Project) -> Cost:
    """Run the tool. Raises BadRun."""
    return call(command_of(project.tool), project.folder)


def build_and_check(project: Project) -> Cost:
    """Run the tool, and see that all is there. Raises BadRun."""
    cost = build(project)
    check(project)
    return cost


def check(project: Project) -> None:
    """Raises BadRun if an output is not what it should be."""
    wrong = list(project.wrong())
    if wrong:
        raise BadRun(f"{project.tool} did not make {len(wrong)} files, {wrong[0]} the first")
