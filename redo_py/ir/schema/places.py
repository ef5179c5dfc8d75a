"""Where in a JSON document an item is, and what is wrong with it."""

from __future__ import annotations

from redo_py.ground.errors import UsageError


def path_of(location: tuple[int | str, ...]) -> str:
    """Where in the JSON an item is, as jq and JavaScript write it. Names of alternatives, in angles, are left out."""
    parts = [part for part in location if not (isinstance(part, str) and part.startswith("<"))]
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


class Place:
    """What reading an item needs to know, and says when the item is wrong."""

    def __init__(self, path: str, nodes: int, trusted: bool) -> None:
        self.path = path
        self.nodes = nodes  # how many nodes stand before it: it may refer to these
        self.trusted = trusted

    def below(self, *steps: int | str) -> Place:
        """The place of a part."""
        return Place(self.path + path_of(steps)[1:], self.nodes, self.trusted)

    def wrong(self, error: str) -> UsageError:
        """The error for the item here."""
        return UsageError("ir-item", path=self.path, error=error)
