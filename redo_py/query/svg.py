"""A graph as an SVG picture: boxes for nodes, curves for edges."""

from __future__ import annotations

from html import escape

from redo_py.query.graph import GROUP, SOURCE
from redo_py.query.layers import Layers
from redo_py.query.naming import printable, subtitle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redo_py.query.graph import Graph, Node

LONGEST = 36  # characters of a name; a longer one loses its middle
LETTER = 7.25  # width of a character of 12 px in a font of fixed width
SMALL = 6.1  # and of one of 10 px
PADDING = 13.0  # on both sides of the text
TALL, LOW = 40.0, 26.0  # heights of a box with two lines, and with one
GAP = 12.0  # between boxes of a column
MARGIN = 24.0
LANES = (56.0, 190.0)  # least and greatest width between two columns
PER_EDGE = 1.6  # by which many edges widen it


class Box:
    """Where a node is drawn, and what is written in it."""

    __slots__ = ("below", "height", "left", "name", "right", "top", "width")

    def __init__(self, node: Node) -> None:
        self.name = shortened(printable(node.name))
        self.below = shortened(printable(subtitle(node)), 30)
        self.right = duration(node.seconds)
        second = (len(self.below) + len(self.right) + 2) * SMALL if self.below or self.right else 0.0
        self.width = round(max(len(self.name) * LETTER, second) + 2 * PADDING, 1)
        self.height = TALL if self.below or self.right else LOW
        self.left = self.top = 0.0


class Picture:
    """A graph, laid out."""

    __slots__ = ("boxes", "graph", "height", "paths", "width")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.boxes = [Box(node) for node in graph.nodes]
        layers = Layers(len(graph.nodes), list(graph.edges))
        middles = layers.heights([box.height for box in self.boxes], GAP)
        tops = [middle - box.height / 2 for middle, box in zip(middles, self.boxes, strict=False)]
        top = min([*tops, *middles], default=0.0) - MARGIN
        sides = self._sides(layers)
        for number, box in enumerate(self.boxes):
            box.left = sides[layers.column[number]][0]
            box.top = round(tops[number] - top, 1)
        bottoms = [box.top + box.height for box in self.boxes]
        self.width = round(sides[-1][1] + MARGIN if sides else 2 * MARGIN, 1)
        self.height = round(max([*bottoms, *(middle - top for middle in middles)], default=0.0) + MARGIN, 1)
        self.paths = [self._path(layers, edge, sides, [each - top for each in middles]) for edge in graph.edges]

    def _sides(self, layers: Layers) -> list[tuple[float, float]]:
        """(left, right) of each column: as wide as its widest box, further apart where many edges pass."""
        sides: list[tuple[float, float]] = []
        left = MARGIN
        for points in layers.columns:
            width = max((self.boxes[point].width for point in points if point < layers.count), default=0.0)
            sides.append((round(left, 1), round(left + width, 1)))
            edges = sum(len(layers.after[point]) for point in points)
            left += width + min(LANES[1], LANES[0] + PER_EDGE * edges)
        return sides

    def _path(
        self, layers: Layers, edge: tuple[int, int], sides: Sequence[tuple[float, float]], middles: Sequence[float]
    ) -> str:
        """The curve of an edge: level where it meets a box or passes a column."""
        first, *rest = layers.chains[edge]
        box = self.boxes[first]
        x, y = box.left + box.width, middles[first]
        path = f"M{x:.1f} {y:.1f}"
        for point in rest:
            left, right = sides[layers.column[point]]
            level, half = middles[point], (x + left) / 2
            path += f"C{half:.1f} {y:.1f} {half:.1f} {level:.1f} {left:.1f} {level:.1f}"
            if point >= layers.count:
                path += f"H{right:.1f}"
            x, y = right, level
        return path


def as_svg(picture: Picture) -> Iterator[str]:
    """The element, to stand in a page that says what its classes look like."""
    size = f"{picture.width} {picture.height}"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" id="picture" viewBox="0 0 {size}" role="img">\n'
    yield '<g id="edges">\n'
    for (edge, kind), path in zip(picture.graph.edges.items(), picture.paths, strict=True):
        yield f'<path class="{kind}" data-edge="{edge[0]} {edge[1]}" d="{path}"/>\n'
    yield '</g>\n<g id="nodes">\n'
    for number, (node, box) in enumerate(zip(picture.graph.nodes, picture.boxes, strict=True)):
        yield from box_of(number, node, box)
    yield "</g>\n</svg>\n"


def box_of(number: int, node: Node, box: Box) -> Iterator[str]:
    """One node: a box, two more behind it if it stands for several, a stripe that tells its state, its texts."""
    kind = node.kind if node.kind in (SOURCE, GROUP) else f"step {node.kind}"
    label = escape(f"{node.kind} {printable(node.name)}, {node.state or 'no state'}", quote=True)
    yield f'<g id="n{number}" class="{kind} {node.state}" transform="translate({box.left} {box.top})" '
    yield f'tabindex="0" role="button" aria-label="{label}">'
    size = f'width="{box.width}" height="{box.height}"'
    for shift in (6, 3) if node.count > 1 else ():
        yield f'<rect class="behind" x="{shift}" y="{shift}" rx="5" {size}/>'
    yield f'<rect class="box" rx="5" {size}/>'
    if node.is_step:
        yield f'<path class="stripe" d="M5 0H4.5A4.5 4.5 0 0 0 0 5V{box.height - 5}A4.5 4.5 0 0 0 5 {box.height}Z"/>'
    yield f'<text x="{PADDING}" y="17">{escape(box.name)}</text>'
    if box.below:
        yield f'<text class="below" x="{PADDING}" y="32">{escape(box.below)}</text>'
    if box.right:
        yield f'<text class="below right" x="{box.width - PADDING + 4:.1f}" y="32">{box.right}</text>'
    yield "</g>\n"


def shortened(text: str, most: int = LONGEST) -> str:
    """`text` in at most `most` characters; the end says more than the middle."""
    return text if len(text) <= most else f"{text[: most // 3]}…{text[len(text) - (most - most // 3 - 1) :]}"


def duration(seconds: float | None) -> str:
    """A time that a person can compare: `40 ms`, `1.3 s`, `2 min 5 s`."""
    if seconds is None:
        return ""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
