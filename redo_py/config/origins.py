"""Where a setting comes from, as it is shown to people."""

from __future__ import annotations

from redo_py.config.complaints import place_of
from redo_py.config.layers import VARIABLES
from redo_py.ground.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.config.layers import Layer


def origin_in(layer: Layer, section: str, name: str) -> str:
    """Where in `layer` the setting stands."""
    if not layer.file:
        variable = next(each for each, place in VARIABLES.items() if place == (section, name))
        return f"environment variable {variable}"
    if layer.lines is not None:
        return f"{layer.file}:{layer.lines[section, name]}"
    span, _ = place_of(layer.file, layer.text, [*layer.table, section, name], points_at_value=False)
    profile = f", profile {layer.table[-1]}" if "profile" in layer.table else ""
    return f"{span.file}:{span.line}{profile}"


def span_in(layer: Layer, *path: str) -> tuple[Span, str]:
    """Where in the file of `layer` the setting stands, or what is nearest to it, and the text of that line."""
    if layer.lines is not None:
        line = layer.lines[path[0], path[1]]
        return Span(layer.file, line, 1), layer.text.splitlines()[line - 1]
    return place_of(layer.file, layer.text, [*layer.table, *path], points_at_value=True)
