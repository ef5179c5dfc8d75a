"""Workflows of many small tasks beside redun of PyPI, and what the disk does to the ratio,
`python tests/bench/slow_disk.py --write docs/benchmarks.md`.

The disk is this machine's, once as it is, which is what counts, and once with each call of fsync or fdatasync taking
longer: a library that is loaded into both programs sees to that, whose source is below. Times are over start-up, as
those of `workflows`.
"""

from __future__ import annotations

import argparse
import functools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

if __name__ == "__main__":  # run as a file: the packages are beside the folder of this one
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.rendering import publish
from tests.bench.rounds import BadRun, Figures, Key, Pace, Runner, call, in_turns
from tests.bench.run_aims import FEW, REDUN, over_start, tasks
from tests.bench.tools import OURS, NotFound, command_of, compile_ours
from tests.bench.workflows import WORKFLOW, run_workflow

PLACE = "slow-disk"
AIM = 150  # times as long as we redun may take
FLUSHES = (0.0, 1.2)  # ms that each takes longer
SOURCE = """\
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int late(const char *name, int file) {
    int (*flush)(int) = (int (*)(int)) dlsym(RTLD_NEXT, name);
    struct timespec pause = {0, NANOSECONDS};
    nanosleep(&pause, 0);
    return flush(file);
}
int fsync(int file) { return late("fsync", file); }
int fdatasync(int file) { return late("fdatasync", file); }
"""


def library(folder: Path, milliseconds: float) -> Path:
    """A library that makes flushes take so much longer. Raises BadRun."""
    made = folder / f"late{milliseconds}.so"
    command = ["cc", "-shared", "-fPIC", "-x", "c", f"-DNANOSECONDS={int(milliseconds * 1e6)}", "-", "-o", str(made)]
    done = subprocess.run([*command, "-ldl"], input=SOURCE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BadRun(f"cc: {done.stderr}")
    return made


def situation(milliseconds: float) -> str:
    """What runs with such flushes are called."""
    return f"each flush {milliseconds:g} ms longer" if milliseconds else "the disk as it is"


def runners(folder: Path, milliseconds: float) -> Iterator[Runner]:
    """First runs, of one task and of many. Raises BadRun and NotFound."""
    start = ["/usr/bin/env", f"LD_PRELOAD={library(folder, milliseconds)}"] if milliseconds else []
    for tool in (OURS, REDUN):
        own = folder / tool
        own.mkdir(exist_ok=True)
        (own / "program.py").write_text(WORKFLOW)
        for count in (1, FEW):
            command = [*start, *run_workflow(command_of(tool)[0], count)]
            yield Runner(
                Key(tasks(count), situation(milliseconds), tool),
                functools.partial(call, command, own),
                functools.partial(shutil.rmtree, own / ".redun", ignore_errors=True),
            )


def table(figures: Figures) -> Iterator[str]:
    """The figures as Markdown."""
    yield f"| {tasks(FEW)}, first run | redo_py | redun | redun / redo_py | wanted |"
    yield "|---|---:|---:|---:|---:|"
    for flush in FLUSHES:
        ours, theirs = (over_start(figures, Key(tasks(FEW), situation(flush), tool)) for tool in (OURS, REDUN))
        wanted = "does not count" if flush else f"at least {AIM}"
        yield f"| {situation(flush)} | {ours * 1000:.0f} ms | {theirs:.1f} s | {theirs / ours:.0f} | {wanted} |"


def main(words: Sequence[str] | None = None) -> int:
    """Measure and tell; the exit status."""
    parser = argparse.ArgumentParser(description="Workflows of many small tasks beside redun, on a slower disk, too.")
    say = parser.add_argument
    say("--rounds", type=int, default=5, metavar="N", help="of anything")
    say("--write", type=Path, nargs="+", default=[], metavar="FILE", help="documents to put the table into")
    options = parser.parse_args(words)
    figures: Figures = {}
    try:
        compile_ours()
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for flush in FLUSHES:
                print(f"{situation(flush)} ...", file=sys.stderr)
                figures |= in_turns(list(runners(Path(folder), flush)), Pace(options.rounds, 600))
    except (BadRun, NotFound) as reason:
        print(reason, file=sys.stderr)
        return 1
    publish("\n".join(table(figures)), PLACE, options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
