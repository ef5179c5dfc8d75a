"""`redun graph`: the plan of some targets as a picture, with what the records know of it. Nothing is run."""

from __future__ import annotations

import gc
import os

from redo_py.app.leave import leave
from redo_py.app.project import Project
from redo_py.app.redunfile import OpenRedunfile
from redo_py.app.request import defines
from redo_py.app.telling.records import all_records_of
from redo_py.app.views.drawing import Drawing
from redo_py.app.views.recorded_graph import draw_recorded
from redo_py.ground.errors import UsageError
from redo_py.query.graph import FORMATS, GENERATOR
from redo_py.query.past import Past
from redo_py.query.reducing import by_rule, near, rules_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from redo_py.app.request import Request
    from redo_py.query.graph import Graph

SUFFIXES = {".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".mermaid": "mermaid", ".json": "json", ".html": "html",
            ".htm": "html"}  # fmt: skip
PICTURES = (".svg", ".png", ".pdf")  # what others draw
MARKS = {"dot": b"digraph ", "mermaid": b"flowchart", "json": b'"nodes":', "html": GENERATOR}  # how such files begin
MANY = 400  # boxes that are hard to read in one picture
MOST = 5_000  # boxes that are no picture any more


class Picture:
    """What is asked of `redun graph` beside the targets."""

    __slots__ = ("depth", "format", "output", "rules")

    def __init__(self, format: str = "", output: str = "", rules: bool = False, depth: int | None = None) -> None:
        """Raises UsageError for a format that there is not."""
        self.format = format_of(format, output)
        self.output = "" if output == "-" else output
        self.rules = rules  # one node for each rule
        self.depth = depth  # edges before the targets; None: all


def format_of(format: str, output: str) -> str:
    """The format that was asked for, or that the suffix of the output file says, or dot."""
    suffix = os.path.splitext(output)[1].lower()
    if not format and suffix in PICTURES:
        raise UsageError(
            "no-such-format", format=suffix[1:], hint=f"Graphviz draws it: `redun graph | dot -T{suffix[1:]}`"
        )
    if not format and (not suffix or suffix in SUFFIXES):
        return SUFFIXES.get(suffix, "dot")
    if not format:
        hint = f"FILE ends as its format is called; there are {_listed()}"
        raise UsageError("no-such-format", format=suffix[1:], hint=hint)
    if format not in FORMATS:
        from redo_py.front.redunfile.names.suggest import closest

        raise UsageError("no-such-format", format=format, hint=closest(format, FORMATS) or "there are " + _listed())
    return format


def _listed() -> str:
    return ", ".join(FORMATS[:-1]) + " and " + FORMATS[-1]


def graph(
    request: Request,
    picture: Picture,
    environ: Mapping[str, str],
    write: Callable[[str], None],
    notice: Callable[[str], None],
) -> int:
    """Draw the targets of `request`; the exit status. Raises UsageError and ErrorList as a build of them would."""
    output = os.path.abspath(picture.output) if picture.output else ""
    gc.disable()  # nothing of a plan is garbage before the end, and there may be much of it
    project = Project(request.directory, request.file, environ, request.profile, rules=False)
    try:
        drawn = draw(project, request, picture)
        title = os.path.basename(project.root)
    finally:
        project.close()
    if picture.format == "html":
        from redo_py.query.page import boxes

        drawn = boxes(drawn)
        if len(drawn.nodes) > MOST:
            raise UsageError("graph-too-large", count=f"{len(drawn.nodes):,}")
    text = "".join(told(drawn, picture, title, " ".join(request.targets)))
    if not output:
        write(text)
    elif leave(output, text.encode("utf-8", "surrogateescape"), MARKS[picture.format]):
        write(f"redun: wrote {picture.output}: {len(drawn.nodes):,} nodes, {len(drawn.edges):,} edges\n")
    else:
        write(f"redun: {picture.output} is up to date\n")
    if picture.format in ("html", "mermaid") and len(drawn.nodes) > MANY:
        notice("redun: that is much for one picture: `--rules` draws one node for each rule, `--depth N` what is near")
    return 0


def draw(project: Project, request: Request, picture: Picture) -> Graph:
    """The graph of what is asked for, as large as it was asked for."""
    if project.file:
        opened = OpenRedunfile(project, defines(request.defines))
        drawing = Drawing(opened, Past(all_records_of(project)))
        drawing.draw(request.targets, project.here)
        drawn, roots = drawing.graph, drawing.roots
    else:
        drawn, roots = draw_recorded(all_records_of(project), request.targets, project.here, not picture.rules)
    if picture.rules:
        rules = by_rule(drawn)
        drawn, roots = rules, rules_of(drawn, rules, roots)
    return drawn if picture.depth is None else near(drawn, roots, picture.depth)


def told(drawn: Graph, picture: Picture, title: str, targets: str) -> Iterable[str]:
    """The pieces of the text in the format that was asked for."""
    if picture.format == "json":
        from redo_py.query.objects import as_json

        return as_json(drawn)
    if picture.format == "mermaid":
        from redo_py.query.mermaid import as_mermaid

        return as_mermaid(drawn)
    if picture.format == "html":
        from redo_py.query.page import as_page

        return as_page(drawn, title, targets)
    from redo_py.query.dot import as_dot

    return as_dot(drawn)
