"""An instance: one recipe with its stems, that makes its outputs by one expression."""

from __future__ import annotations

from redo_py.values.file import Output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.front.redunfile.evaluation.declared import Recipe
    from redo_py.front.redunfile.grammar.syntax import Node
    from redo_py.ground.spans import Span

NEW, OPEN, DONE = range(3)  # not looked at; its body has run, what it needs is being planned; has its expression


class Instance:
    """Must not be written to by others than the planner."""

    __slots__ = (
        "after", "arguments", "body", "children", "doc", "expression", "kind", "name", "options", "origin", "parent",
        "recipe", "span", "state", "stems", "value", "values",
    )  # fmt: skip

    def __init__(self, recipe: Recipe | None, kind: str, name: str, span: Span) -> None:
        self.recipe = recipe  # None for a lazy name
        self.kind = kind  # "rule" "action" "check" "lazy"
        self.name = name
        self.span = span  # where it is declared
        self.doc = recipe.doc if recipe else ""
        self.stems: Mapping[str, str] = {}
        self.arguments: Mapping[str, Any] = {}  # parameters of an action
        self.values: tuple[Output, ...] = ()  # its outputs
        self.value: Any = None  # what a lazy name is bound to
        self.origin = name  # what it is asked for: its first output, or its name
        self.options: Mapping[str, Any] = {}
        self.state = NEW
        self.parent: tuple[Instance, Node | None] | None = None  # who asked first, and where
        self.body: Any = None  # a body.Body while it is OPEN
        self.children: list[Instance] = []  # what makes its inputs
        self.expression: Any = None  # an Expression once DONE

    @property
    def outputs(self) -> list[tuple[str, bool, str]]:
        """(path, whether it is a folder, keyword or "")."""
        patterns = self.recipe.patterns if self.recipe else ()
        return [(out.path, out.directory, each.keyword) for out, each in zip(self.values, patterns, strict=True)]

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}: {self.origin}>"
