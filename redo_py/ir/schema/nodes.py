"""The nodes of a document: one for each kind of expression."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from redo_py.ir.flat import unflatten
from redo_py.ir.schema.items import Item, Strict, read_all
from redo_py.ir.schema.places import Place


class Node(Strict):
    """One expression."""

    def fields(self, place: Place) -> tuple[str, tuple[Any, ...]]:
        """(kind, fields) as ir.flat has them; raises UsageError."""
        raise NotImplementedError


class TaskNode(Node):
    task: str
    args: list[Item] = Field(default_factory=list)
    kwargs: dict[str, Item] = Field(default_factory=dict)
    options: dict[str, Item] = Field(default_factory=dict)

    def fields(self, place: Place) -> tuple[str, tuple[Any, ...]]:
        args = tuple(read_all(self.args, place.below("args")))
        kwargs = {name: item.read(place.below("kwargs", name)) for name, item in self.kwargs.items()}
        options = {name: item.read(place.below("options", name)) for name, item in self.options.items()}
        return "task", (self.task, args, kwargs, options)


class SimpleNode(Node):
    op: str
    args: list[Item] = Field(default_factory=list)

    def fields(self, place: Place) -> tuple[str, tuple[Any, ...]]:
        return "simple", (self.op, tuple(read_all(self.args, place.below("args"))))


class FormNode(Node):
    form: str
    args: list[Item] = Field(default_factory=list)

    def fields(self, place: Place) -> tuple[str, tuple[Any, ...]]:
        return "form", (self.form, tuple(read_all(self.args, place.below("args"))))


class ValueNode(Node):
    value: Item

    def fields(self, place: Place) -> tuple[str, tuple[Any, ...]]:
        return "value", (self.value.read(place.below("value")),)


class QuoteNode(Node):
    quote: Item

    def fields(self, place: Place) -> tuple[str, tuple[Any, ...]]:
        return "quote", (self.quote.read(place.below("quote")),)


def node_kind_of(raw: Any) -> str:
    """Which alternative of a node `raw` is."""
    names = raw if isinstance(raw, dict) else ()
    return next((f"<{name}>" for name in ("task", "op", "form", "value", "quote") if name in names), "")


AnyNode = Annotated[
    Annotated[TaskNode, Tag("<task>")]
    | Annotated[SimpleNode, Tag("<op>")]
    | Annotated[FormNode, Tag("<form>")]
    | Annotated[ValueNode, Tag("<value>")]
    | Annotated[QuoteNode, Tag("<quote>")],
    Discriminator(
        node_kind_of,
        custom_error_type="node",
        custom_error_message="no node: an object with task, op, form, value or quote was expected",
    ),
]


class Document(Strict):
    """Expressions, and the value that holds them."""

    version: Literal[1]
    nodes: list[AnyNode]
    value: Item

    def read(self, trusted: bool) -> Any:
        """The value; raises UsageError."""
        nodes = [node.fields(Place(f"$.nodes[{number}]", number, trusted)) for number, node in enumerate(self.nodes)]
        return unflatten(nodes, self.value.read(Place("$.value", len(nodes), trusted)))
