"""Make the pictures of the documents: `python -m tests.docs.pictures`, from the root.

They are drawn by the module that draws `redun graph`, of what the engine really did.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from redo_py.query.graph import Graph
from redo_py.query.svg import Picture, as_svg
from tests.docs.reduction import Example, calls

FOLDER = Path(__file__).resolve().parents[2] / "docs/pictures"
INTERACTIVE = ' tabindex="0" role="button"'  # of a page that can be clicked, which a picture is not

STYLE = """\
<style>
svg { --ink: #1d2430; --faint: #6a7482; --line: #a9b2be; --box: #ffffff; --source: #f1eee4; --stripe: #9aa3ae; }
.ran { --stripe: #2f6fd0; }
.new { --stripe: #c4a63a; }
.cached { --stripe: #5d9b4f; }
@media (prefers-color-scheme: dark) {
  svg { --ink: #e4e8ee; --faint: #98a2b0; --line: #515b68; --box: #1f242c; --source: #2a2822; }
}
#edges path { fill: none; stroke: var(--line); stroke-width: 1.3; }
.box { fill: var(--box); stroke: var(--line); }
.source .box { fill: var(--source); stroke: var(--source); }
.stripe { fill: var(--stripe); }
text { font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink); }
text.below { font-size: 10px; fill: var(--faint); }
</style>
"""


def pictures() -> Iterator[tuple[str, str]]:
    """(name of the file, its text) of every picture."""
    example = Example()
    example.build()
    for number, graph in enumerate(example.pictures, 1):
        yield f"reduction-{number}.svg", as_picture(graph)
    yield "calls.svg", as_picture(calls(example))
    example.files.write("lib.c", b"edited")
    example.build()
    yield "calls-after-an-edit.svg", as_picture(calls(example))


def as_picture(graph: Graph) -> str:
    """A file that can stand in a page by itself."""
    picture = Picture(graph)
    first, *rest = as_svg(picture)
    size = f' width="{picture.width}" height="{picture.height}" role="img">'
    return first.replace(' role="img">', size) + STYLE + "".join(rest).replace(INTERACTIVE, "")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pictures():
        (FOLDER / name).write_text(text)
