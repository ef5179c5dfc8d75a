"""Figures as Markdown, and Markdown into the documents that have a place for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.bench.aims import AIMS
from tests.bench.rounds import Figure, Figures, Key
from tests.bench.side_by_side import BARE
from tests.bench.tools import OURS, TOOLS

OPENING, CLOSING = "<!-- bench:{} -->", "<!-- /bench:{} -->"


class Report(NamedTuple):
    """All that was measured."""

    figures: Figures
    most: int  # rounds
    machine: str  # what it was measured on and with, as text
    missing: Mapping[str, str]  # tools that were left out, and why


class NoPlace(Exception):
    """A document has no place for what should be written there."""


def pieces_of(report: Report) -> dict[str, str]:
    """What documents may have a place for, by the name that the place has."""
    return {
        "ratios": "\n".join(ratios(report)),
        "aims": "\n".join(aims(report.figures)),
        "times": "\n".join(times(report.figures)),
        "machine": report.machine,
    }


def ratios(report: Report) -> Iterator[str]:
    """How long each tool takes, as multiples of our time."""
    figures = report.figures
    tools = [name for name in TOOLS if name != OURS and any(key.tool == name for key in figures)]
    yield f"| | {' | '.join((OURS, *tools))} |"
    yield "|---|" + "---:|" * (1 + len(tools))
    for project, situation in compared(figures):
        cells = [duration(figures[Key(project, situation, OURS)], report.most)]
        cells += [multiple(figures, Key(project, situation, tool), report.most) for tool in tools]
        yield f"| {project}, {situation} | {' | '.join(cells)} |"
    yield ""
    yield (
        "The first column is our time; the others are how many times as long the tool takes. Medians of "
        f"{report.most} runs in turns, or of as many as the brackets say."
    )
    for name, reason in report.missing.items():
        yield f"Left out: {name} ({reason})."


def compared(figures: Figures) -> list[tuple[str, str]]:
    """The (project, situation) that we and another tool have figures for, in the order of measuring."""
    others = {(key.project, key.situation) for key in figures if key.tool in TOOLS and key.tool != OURS}
    return [(key.project, key.situation) for key in figures if key.tool == OURS and key[:2] in others]


def multiple(figures: Figures, key: Key, most: int) -> str:
    """The cell of one other tool."""
    figure = figures.get(key)
    if figure is None:
        return ""
    return factor(figure.seconds / figures[key._replace(tool=OURS)].seconds) + fewer(figure, most)


def factor(value: float) -> str:
    """`value` with the digits that mean something."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}" if value < 1 else f"{value:.1f}"


def duration(figure: Figure, most: int) -> str:
    """A time as a person says it."""
    milliseconds = figure.seconds * 1000
    text = f"{milliseconds / 1000:,.1f} s" if milliseconds >= 1000 else f"{milliseconds:.0f} ms"
    return text + fewer(figure, most)


def fewer(figure: Figure, most: int) -> str:
    """A note that there were fewer than `most` rounds."""
    return f" ({figure.rounds})" if figure.rounds < most else ""


def aims(figures: Figures) -> Iterator[str]:
    """What was wanted, and what it is."""
    yield from ("| | measured | wanted | reached |", "|---|---:|---:|---|")
    for aim in AIMS:
        yield from aim.rows(figures)


def times(figures: Figures) -> Iterator[str]:
    """Every figure."""
    yield from ("| project | case | tool | ms | runs | most memory, MB |", "|---|---|---|---:|---:|---:|")
    for key, figure in figures.items():
        tool = f"`{key.tool}`" if key.tool == BARE else key.tool
        cells = f"{figure.seconds * 1000:,.1f} | {figure.rounds} | {megabytes(figure.peak)}"
        yield f"| {key.project} | {key.situation} | {tool} | {cells} |"


def megabytes(peak: int) -> str:
    """The memory of a process, "" if nobody looked."""
    return f"{peak / 1e6:,.0f}" if peak else ""


def write_into(document: Path, pieces: Mapping[str, str]) -> None:
    """Fill the places of `document`. Raises NoPlace if it has none."""
    text = document.read_text()
    filled = with_pieces(text, pieces)
    if not any(place(name) in text for name in pieces):
        raise NoPlace(f"{document} has no line {' or '.join(map(place, pieces))}")
    document.write_text(filled)


def publish(piece: str, name: str, documents: Iterable[Path]) -> None:
    """Print `piece`, and fill with it the place `name` of each document. Raises NoPlace if one has none."""
    for document in documents:
        write_into(document, {name: piece})
    print(piece)


def with_pieces(text: str, pieces: Mapping[str, str]) -> str:
    """`text` with each of `pieces` between the marks of its name. Raises NoPlace if a mark has no other."""
    for name, piece in pieces.items():
        head, opening, rest = text.partition(place(name))
        if opening:
            _, closing, tail = rest.partition(CLOSING.format(name))
            if not closing:
                raise NoPlace(f"{opening} has no {CLOSING.format(name)}")
            text = f"{head}{opening}\n{piece}\n{closing}{tail}"
    return text


def place(name: str) -> str:
    """The mark above the place of that name."""
    return OPENING.format(name)
