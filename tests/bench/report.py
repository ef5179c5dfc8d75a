"""Measures redo_py beside other build tools, and by itself: `python tests/bench/report.py --write README.md`.

Prints Markdown, or puts it into documents between the marks `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`.
Everything is built in a scratch folder; what is installed or fetched for it is below the user's cache folder.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.hashing import large, measure_large, measure_small, small
from tests.bench.long_file import measure_long_file, title
from tests.bench.program import fetched
from tests.bench.rendering import NoPlace, Report, pieces_of, write_into
from tests.bench.rounds import BadRun, Figure, Figures, Key, Pace
from tests.bench.side_by_side import PROGRAM, START, measure_program, measure_start, measure_wide, targets
from tests.bench.tools import OURS, TOOLS, NotFound, compile_ours, install, installed, version_of

Part = tuple[str, Callable[[Path], Figures]]  # what is said while it runs, and what measures in a new folder


def measured(options: argparse.Namespace) -> Report:
    """Measure everything that `options` ask for."""
    failed = install_all(options.tools) if options.install else {}
    there, missing = installed(options.tools)
    missing |= failed
    if OURS not in there:
        raise BadRun(f"{OURS} is needed: {missing.get(OURS, 'not among --tools')}")
    compile_ours()
    machine = description(there)
    figures: Figures = {}
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.scratch) as scratch:
        for number, (name, measure) in enumerate(parts(options, there, missing)):
            start = time.monotonic()
            print(f"{name} ...", end="", file=sys.stderr, flush=True)
            figures |= measure(Path(scratch) / str(number))
            print(f" {time.monotonic() - start:.0f} s", file=sys.stderr)
            if options.save:  # part by part: what comes later may fail, or take too long for somebody
                save(Report(figures, options.rounds, machine, missing), options.save)
    return Report(figures, options.rounds, machine, missing)


def parts(options: argparse.Namespace, there: list[str], missing: dict[str, str]) -> Iterator[Part]:
    """What is measured, in order. What cannot be is added to `missing`."""
    pace = Pace(options.rounds, options.patience)
    yield START, functools.partial(measure_start, pace)
    for count in options.targets:
        yield targets(count), functools.partial(measure_wide, count, there, pace)
    if options.program != "none":
        try:
            sources = Path(options.program) if options.program else fetched()
            yield PROGRAM, functools.partial(measure_program, sources, there, pace)
        except BadRun as reason:
            missing[f"the {PROGRAM}"] = str(reason).strip().splitlines()[-1]
    yield title(options.lines), functools.partial(measure_long_file, options.lines, pace)
    yield large(options.mebibytes), functools.partial(measure_large, options.mebibytes, pace)
    yield small(options.small_files), functools.partial(measure_small, options.small_files, pace)


def install_all(names: list[str]) -> dict[str, str]:
    """Install those tools that have an environment of their own; which of them cannot be, and why."""
    failed = {}
    for name in names:
        if TOOLS[name].package:
            try:
                install(name)
            except NotFound as reason:
                failed[name] = str(reason)
    return failed


def description(tools: list[str]) -> str:
    """What this is measured on and with."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    versions = ", ".join(f"{name} {version_of(name)}" for name in tools)
    return (
        f"{time.strftime('%Y-%m-%d', time.gmtime())}: {processor()}, {os.cpu_count()} processors, "
        f"{memory:.0f} GiB of memory, {platform.system()} {platform.release()}, Python {platform.python_version()}; "
        f"load before: {os.getloadavg()[0]:.2f}. {versions}."
    )


def processor() -> str:
    """The name of the processor, or of its kind."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def save(report: Report, path: Path) -> None:
    """Keep `report` as JSON."""
    rows = [[*key, *figure] for key, figure in report.figures.items()]
    path.write_text(json.dumps(report._asdict() | {"figures": rows}, indent=1) + "\n")


def saved(paths: list[Path]) -> Report:
    """The report that was kept at the first of `paths`, with the figures of all; of two for one thing the later."""
    kept = [json.loads(path.read_text()) for path in paths]
    rows = [row for each in kept for row in each["figures"]]
    return Report(**kept[0] | {"figures": {Key(*row[:3]): Figure(*row[3:]) for row in rows}})


def counts(text: str) -> list[int]:
    """The numbers of a list like `3,1000`; "" has none."""
    return [int(number) for number in text.split(",") if number]


def tools(text: str) -> list[str]:
    """The names of a list like `redo_py,make`."""
    unknown = set(text.split(",")) - set(TOOLS)
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not among {', '.join(TOOLS)}")
    return [name for name in TOOLS if name in text.split(",")]


def more_than_one(text: str) -> int:
    """A number of lines: the long redunfile is compared with one of a single line."""
    number = int(text)
    if number < 2:
        raise argparse.ArgumentTypeError(f"{number} is too few: a redunfile of one line is what it is compared with")
    return number


def options_of(words: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure redo_py beside other build tools, and by itself.")
    say = parser.add_argument
    say("--write", type=Path, nargs="+", default=[], metavar="FILE", help="documents to put the tables into")
    say("--install", action="store_true", help="first install the tools of PyPI that want an environment of their own")
    say("--targets", type=counts, default="3,1000,10000,100000", metavar="N,N", help="sizes of the wide projects")
    say("--tools", type=tools, default=list(TOOLS), metavar="NAME,NAME", help="those to compare, ours among them")
    say("--program", default="", metavar="FOLDER", help="C sources, below c/, instead of brotli's; none for none")
    say("--lines", type=more_than_one, default=5000, metavar="N", help="of the long redunfile")
    say("--mebibytes", type=int, default=1024, metavar="N", help="of the large file")
    say("--small-files", type=int, default=100_000, metavar="N", help="how many are hashed")
    say("--rounds", type=int, default=9, metavar="N", help="at most, of anything")
    say(
        "--patience", type=float, default=10, metavar="SECONDS", help="for all rounds of one thing; one there always is"
    )
    say("--scratch", type=Path, metavar="FOLDER", help="where the projects are built")
    say("--save", type=Path, metavar="FILE", help="keep the figures as JSON")
    say("--saved", type=Path, nargs="+", metavar="FILE", help="take the figures from there instead of measuring")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Measure and tell; the exit status."""
    options = options_of(words)
    try:
        report = saved(options.saved) if options.saved else measured(options)
        pieces = pieces_of(report)
        for document in options.write:
            write_into(document, pieces)
        if not options.write:
            print(*(piece for piece in pieces.values()), sep="\n\n")
    except (BadRun, NoPlace, OSError) as error:
        print(f"report.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
