"""What the figures should be. An aim whose figures were not measured is left out of its table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.bench.hashing import HASHING, OBSERVING, READING, READV, large, small
from tests.bench.long_file import NEW, REMEMBERED, title
from tests.bench.rounds import Figure, Figures, Key
from tests.bench.side_by_side import BARE, CHANGED, FIRST, IDLE, START, VERSION, targets
from tests.bench.tools import OURS

GIB, LINES, SMALL_FILES = 1024, 5000, 100_000
FEW, WIDE, WIDER, WIDEST = map(targets, (3, 1000, 10_000, 100_000))
PYTHON = Key(START, VERSION, BARE)
Measure = Callable[[Figures], float]


class Aim(NamedTuple):
    """One number that matters to us."""

    what: str
    measure: Measure  # of the figures; raises KeyError if one was not measured
    limit: float | None  # None for a number that is only told
    at_least: bool = False  # whether the number should be the limit or above, not the limit or below
    shown: str = "{:.2f}"

    def rows(self, figures: Figures) -> Iterator[str]:
        """The row of this aim as Markdown, none if there is no figure."""
        try:
            value = self.measure(figures)
        except KeyError:
            return
        yield f"| {self.what} | {self.shown.format(value)} | {self.bound()} | {self.verdict(value)} |"

    def bound(self) -> str:
        """What was wanted, in words."""
        if self.limit is None:
            return ""
        return ("at least " if self.at_least else "at most ") + self.shown.format(self.limit)

    def verdict(self, value: float) -> str:
        """Whether `value` is what was wanted."""
        if self.limit is None:
            return ""
        return "yes" if (value >= self.limit if self.at_least else value <= self.limit) else "no"


def ours(project: str, situation: str) -> Key:
    """What our own figure is filed under."""
    return Key(project, situation, OURS)


def ratio(above: Key, below: Key) -> Measure:
    """How many times as long one thing takes as another."""
    return lambda figures: figures[above].seconds / figures[below].seconds


def beside(project: str, situation: str, tool: str) -> Measure:
    """How many times as long we take as `tool`."""
    return ratio(ours(project, situation), Key(project, situation, tool))


def beside_fastest(project: str, situation: str, *tools: str) -> Measure:
    """How many times as long we take as the fastest of those `tools` that were measured."""

    def measure(figures: Figures) -> float:
        others = [figures[key].seconds for tool in tools if (key := Key(project, situation, tool)) in figures]
        if not others:
            raise KeyError(project, situation)
        return figures[ours(project, situation)].seconds / min(others)

    return measure


def memory(project: str) -> Measure:
    """The most MB that we need for the project's first build."""
    return lambda figures: figures[ours(project, FIRST)].peak / 1e6


def growth(situation: str, of: Callable[[Figure], float]) -> Measure:
    """How many times as much ten times as many targets need."""
    return lambda figures: of(figures[ours(WIDEST, situation)]) / of(figures[ours(WIDER, situation)])


def lines_per_second(figures: Figures) -> float:
    """Lines of a new redunfile, loading the parser included."""
    return LINES / (figures[ours(title(LINES), NEW)].seconds - figures[ours(title(1), REMEMBERED)].seconds)


def milliseconds_remembered(figures: Figures) -> float:
    """What the lines cost once they are known."""
    long, short = (figures[ours(title(lines), REMEMBERED)].seconds for lines in (LINES, 1))
    return (long - short) * 1000


def files_per_second(situation: str) -> Measure:
    """Small files in a second."""
    return lambda figures: SMALL_FILES / figures[ours(small(SMALL_FILES), situation)].seconds


SLOWER = ("make", "doit", "redo", "snakemake", "redun")
AIMS = (
    Aim(f"`{VERSION}` / `{BARE}`", ratio(ours(START, VERSION), PYTHON), 2.5),
    Aim(f"{FEW}, up to date / `{BARE}`", ratio(ours(FEW, IDLE), PYTHON), 2.5),
    Aim(f"{WIDE}, up to date / `{BARE}`", ratio(ours(WIDE, IDLE), PYTHON), 4.5),
    Aim(f"{WIDE}, up to date / fastest of {', '.join(SLOWER)}", beside_fastest(WIDE, IDLE, *SLOWER), 1),
    Aim(f"{WIDE}, one changed / `{BARE}`", ratio(ours(WIDE, CHANGED), PYTHON), 9),
    Aim(f"{WIDE}, first build / make", beside(WIDE, FIRST, "make"), 1.3),
    Aim(f"{WIDE}, first build / ninja", beside(WIDE, FIRST, "ninja"), 1),
    Aim(f"{WIDER}, up to date / ninja", beside(WIDER, IDLE, "ninja"), 2.5),
    Aim(f"{WIDER}, first build / ninja", beside(WIDER, FIRST, "ninja"), 1),
    Aim(f"{WIDER}, first build, most memory in MB", memory(WIDER), 300, shown="{:,.0f}"),
    Aim(f"{WIDEST} / {WIDER}, first build, time", growth(FIRST, lambda each: each.seconds), 10),
    Aim(f"{WIDEST} / {WIDER}, first build, memory", growth(FIRST, lambda each: each.peak), 10),
    Aim(f"{WIDEST} / {WIDER}, up to date, time", growth(IDLE, lambda each: each.seconds), 10),
    Aim(f"{title(LINES)} never seen, lines/s", lines_per_second, 8000, True, "{:,.0f}"),
    Aim(f"{title(LINES)} remembered, more than one of a few lines, in ms", milliseconds_remembered, 60, shown="{:.0f}"),
    Aim(
        "1 GiB hashed, speed / that of `readv`",
        ratio(Key(large(GIB), READING, READV), ours(large(GIB), HASHING)),
        0.7,
        at_least=True,
    ),
    Aim(f"{small(SMALL_FILES)} hashed, files/s", files_per_second(HASHING), 150_000, True, "{:,.0f}"),
    Aim(f"{small(SMALL_FILES)}, first look of a build, files/s", files_per_second(OBSERVING), None, shown="{:,.0f}"),
)
