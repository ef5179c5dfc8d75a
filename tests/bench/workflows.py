"""Workflows of many small tasks beside redun of PyPI, a loop over joblib.Memory and dask.delayed:
`python tests/bench/workflows.py --install --full-store 1000000 --write docs/benchmarks.md`.

Times are over start-up: what the same program takes for one task is subtracted. redun and we run the very same file.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.bench_engine import memory_of_a_task
from tests.bench.rendering import duration, factor, publish
from tests.bench.report import counts
from tests.bench.rounds import BadRun, Figure, Figures, Key, Pace, Runner, call, in_turns
from tests.bench.run_aims import (
    AGAIN,
    DASK,
    FIRST,
    JOBLIB,
    MEMORY,
    REDUN,
    aims_table,
    full,
    over_start,
    tasks,
)
from tests.bench.tools import OURS, NotFound, cache_folder, command_of, compile_ours

PACKAGES = ("joblib", "dask")  # of PyPI, in one environment
PLACE, FULL_PLACE, AIMS_PLACE = "workflows", "workflows-full", "run-aims"
AT_ONCE = 100_000  # tasks of one run that fills a store
LARGEST_OF_FULL = 10_000  # tasks of a run on a store that is full already

WORKFLOW = """\
from redun import task

redun_namespace = "bench"


@task()
def inc(x: int) -> int:
    return x + 1


@task()
def total(values: list) -> int:
    return sum(values)


@task()
def main(n: int, first: int = 0) -> int:
    return total([inc(x) for x in range(first, first + n)])
"""
LOOP = """\
import sys

from joblib import Memory

memory = Memory(".joblib", verbose=0)


@memory.cache
def inc(x):
    return x + 1


print(sum(inc(x) for x in range(int(sys.argv[1]))))
"""
GRAPH = """\
import sys

from dask import delayed


@delayed
def inc(x):
    return x + 1


print(delayed(sum)([inc(x) for x in range(int(sys.argv[1]))]).compute(scheduler="threads"))
"""


class Program(NamedTuple):
    """Something that runs `count` tasks."""

    name: str
    text: str  # of its file
    command: Callable[[int], list[str]]
    state: str  # what it remembers results in; "" if it remembers nothing
    largest: int  # tasks that it is asked for; more would take minutes


def programs() -> Iterator[Program]:
    """All that are installed here."""
    yield Program(OURS, WORKFLOW, functools.partial(run_workflow, command_of(OURS)[0]), ".redun", 1_000_000)
    for name, text, state, largest in ((JOBLIB, LOOP, ".joblib", 10_000), (DASK, GRAPH, "", 10_000)):
        python = environment() / "bin/python"
        if python.exists():
            yield Program(name, text, functools.partial(run_script, str(python)), state, largest)
    try:
        yield Program(REDUN, WORKFLOW, functools.partial(run_workflow, command_of(REDUN)[0]), ".redun", 1000)
    except NotFound:
        return


def run_workflow(redun: str, count: int) -> list[str]:
    """The command line of a redun."""
    return [redun, "run", "program.py", "main", "--n", str(count)]


def run_script(python: str, count: int) -> list[str]:
    """The command line of a script."""
    return [python, "program.py", str(count)]


def environment() -> Path:
    """The virtual environment of the libraries."""
    return cache_folder() / "workflows"


def install() -> None:
    """Put the libraries there. Raises BadRun."""
    if not (environment() / "bin/python").exists():
        venv.create(environment(), with_pip=True)
    pip = [str(environment() / "bin/python"), "-m", "pip", "install", "--quiet", *PACKAGES]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BadRun(f"pip: {done.stderr.strip()}")


def measure(count: int, there: Sequence[Program], pace: Pace, scratch: Path) -> Figures:
    """First runs of `count` tasks, and runs with nothing changed. Raises BadRun."""
    able = [program for program in there if count <= program.largest]
    folders = {program.name: scratch / f"{program.name}-{count}" for program in able}
    for program in able:
        folders[program.name].mkdir(parents=True)
        (folders[program.name] / "program.py").write_text(program.text)

    def forget(program: Program) -> None:
        if program.state:
            shutil.rmtree(folders[program.name] / program.state, ignore_errors=True)

    def turns(situation: str, prepare: Callable[[Program], None]) -> Figures:
        return in_turns(
            [
                Runner(
                    Key(tasks(count), situation, program.name),
                    functools.partial(call, program.command(count), folders[program.name]),
                    functools.partial(prepare, program),
                )
                for program in able
                if situation == FIRST or program.state
            ],
            pace,
        )

    return turns(FIRST, forget) | turns(AGAIN, lambda _: None)


def fill(folder: Path, jobs: int) -> None:
    """Let the store of `folder` hold so many jobs, of runs like those that are measured. Raises BadRun."""
    folder.mkdir(parents=True)
    (folder / "program.py").write_text(WORKFLOW)
    redun = command_of(OURS)[0]
    for first in range(0, jobs, AT_ONCE):
        print(f"a store of {first:,} jobs gets more ...", file=sys.stderr)
        call(run_new(redun, min(AT_ONCE, jobs - first), first), folder)


def run_new(redun: str, count: int, first: int) -> list[str]:
    """The command line that runs `count` tasks, the first of them with the number `first`."""
    return [*run_workflow(redun, count), "--first", str(first)]


def measure_full(sizes: Sequence[int], jobs: int, pace: Pace, scratch: Path) -> Figures:
    """First runs of tasks that a store of so many jobs has never met. Raises BadRun."""
    folder = scratch / "full"
    fill(folder, jobs)
    redun = command_of(OURS)[0]
    begins = itertools.count(jobs, max(sizes))  # each run has numbers of its own

    def runner(size: int) -> Runner:
        key = Key(tasks(size), full(jobs), OURS)
        return Runner(key, lambda: call(run_new(redun, size, next(begins)), folder), lambda: None)

    return in_turns([runner(size) for size in (1, *sizes)], pace)


def full_table(figures: Figures, sizes: Sequence[int], jobs: int, most: int) -> Iterator[str]:
    """Its figures as Markdown."""
    yield f"| {full(jobs)} | redo_py | tasks/s |"
    yield "|---|---:|---:|"
    for count in sizes:
        key = Key(tasks(count), full(jobs), OURS)
        seconds = max(over_start(figures, key), 1e-3)
        yield f"| {tasks(count)} | {duration(Figure(seconds, figures[key].rounds, 0), most)} | {count / seconds:,.0f} |"


def table(figures: Figures, sizes: Sequence[int], most: int) -> Iterator[str]:
    """The figures as Markdown."""
    names = list(dict.fromkeys(key.tool for key in figures))  # ours comes first
    yield f"| | {' | '.join((names[0], 'tasks/s', *names[1:]))} |"
    yield "|---|" + "---:|" * (1 + len(names))
    for count in sizes:
        for situation in (FIRST, AGAIN):
            own = Key(tasks(count), situation, names[0])
            seconds = max(over_start(figures, own), 1e-3)
            cells = [duration(Figure(seconds, figures[own].rounds, 0), most), f"{count / seconds:,.0f}"]
            for name in names[1:]:
                key = own._replace(tool=name)
                cells.append(factor(over_start(figures, key) / seconds) if key in figures else "")
            yield f"| {tasks(count)}, {situation} | {' | '.join(cells)} |"


def main(words: Sequence[str] | None = None) -> int:
    """Measure and tell; the exit status."""
    parser = argparse.ArgumentParser(description="Workflows of many small tasks, beside other tools.")
    say = parser.add_argument
    say("--install", action="store_true", help="first install joblib and dask")
    say("--tasks", type=counts, default="1000,10000,100000", metavar="N,N", help="sizes")
    say("--rounds", type=int, default=5, metavar="N", help="at most, of anything")
    say("--patience", type=float, default=60, metavar="SECONDS", help="for all rounds of one thing")
    say("--full-store", type=int, default=0, metavar="JOBS", help="also runs on a store that holds so many jobs")
    say("--write", type=Path, nargs="+", default=[], metavar="FILE", help="documents to put the table into")
    options = parser.parse_args(words)
    pace = Pace(options.rounds, options.patience)
    figures: Figures = {}
    try:
        if options.install:
            install()
        compile_ours()
        there = list(programs())
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            for count in (1, *options.tasks):
                print(f"{tasks(count)} ...", file=sys.stderr)
                figures |= measure(count, there, pace, Path(scratch))
            if options.full_store:
                figures |= measure_full(sizes_of_full(options.tasks), options.full_store, pace, Path(scratch))
        figures[MEMORY] = Figure(0.0, 1, memory_of_a_task())
    except BadRun as reason:
        print(reason, file=sys.stderr)
        return 1
    for name, lines in tables(figures, options):
        publish("\n".join(lines), name, options.write)
    return 0


def sizes_of_full(sizes: Sequence[int]) -> list[int]:
    """Those of `sizes` that are measured on a full store."""
    return [size for size in sizes if size <= LARGEST_OF_FULL]


def tables(figures: Figures, options: argparse.Namespace) -> Iterator[tuple[str, Iterator[str]]]:
    """(place, lines) of each table of what was measured."""
    yield PLACE, table(figures, options.tasks, options.rounds)
    if options.full_store:
        sizes = sizes_of_full(options.tasks)
        yield FULL_PLACE, full_table(figures, sizes, options.full_store, options.rounds)
    yield AIMS_PLACE, aims_table(figures)


if __name__ == "__main__":
    sys.exit(main())
