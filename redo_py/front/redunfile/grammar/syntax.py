"""The syntax tree of a redunfile.

Nodes are immutable by convention and know where they begin. Every class lists its fields once, in `__slots__`; the
constructor, the comparison and the marshalled form (see `freeze` and `thaw`) follow from that list. Fields hold
nodes, tuples of nodes, str, int, float, bool, None; nothing else.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar


class Node:
    """What every node has: the line and column (from 1) of its first character."""

    __slots__ = ("column", "line")
    fields: ClassVar[tuple[str, ...]] = ()

    line: int
    column: int

    def __init_subclass__(cls) -> None:
        cls.fields = tuple(cls.__slots__)

    def __init__(self, line: int, column: int, *values: Any) -> None:
        self.line = line
        self.column = column
        for name, value in zip(self.fields, values, strict=True):
            setattr(self, name, value)

    def __eq__(self, other: object) -> bool:
        """Equal kind and content; places do not count."""
        return type(self) is type(other) and all(getattr(self, name) == getattr(other, name) for name in self.fields)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(repr(getattr(self, name)) for name in self.fields)})"


# ---- expressions


class Constant(Node):
    __slots__ = ("value",)
    value: None | bool | int | float | str  # a str: the text of all adjacent plain literals joined


class Name(Node):
    __slots__ = ("id",)
    id: str


class FString(Node):
    """Adjacent literals of which at least one is an f-string."""

    __slots__ = ("parts",)
    parts: tuple[str | Hole, ...]  # literal text with escapes and doubled braces resolved; no two texts adjacent


class Hole(Node):
    """A replacement field; its place is that of the opening brace."""

    __slots__ = ("spec", "value")
    spec: str  # the text after `:`, without holes of its own; "" when absent
    value: Node


class ListLiteral(Node):
    __slots__ = ("items",)
    items: tuple[Node, ...]


class TupleLiteral(Node):
    __slots__ = ("items",)
    items: tuple[Node, ...]


class DictLiteral(Node):
    __slots__ = ("keys", "values")
    keys: tuple[Node, ...]
    values: tuple[Node, ...]


class ListComprehension(Node):
    """Also a generator argument, `any(x for x in xs)`: there is no difference in this language."""

    __slots__ = ("clauses", "element")
    clauses: tuple[Clause, ...]
    element: Node


class DictComprehension(Node):
    __slots__ = ("clauses", "key", "value")
    clauses: tuple[Clause, ...]
    key: Node
    value: Node


class Clause(Node):
    """`for a, b in iterable if c if d`."""

    __slots__ = ("conditions", "iterable", "targets")
    conditions: tuple[Node, ...]
    iterable: Node
    targets: tuple[str, ...]


class Conditional(Node):
    """`then if test else otherwise`."""

    __slots__ = ("otherwise", "test", "then")
    otherwise: Node
    test: Node
    then: Node


class BoolOp(Node):
    __slots__ = ("left", "op", "right")
    left: Node
    op: str  # "and" | "or"
    right: Node


class Unary(Node):
    __slots__ = ("op", "operand")
    op: str  # "not" | "-"
    operand: Node


class Compare(Node):
    """`first op1 rest1 op2 rest2 ...`, chained as in Python."""

    __slots__ = ("first", "ops", "rest")
    first: Node
    ops: tuple[str, ...]  # "==" "!=" "<" "<=" ">" ">=" "in" "not in" "is" "is not"; `is` only beside None
    rest: tuple[Node, ...]


class Binary(Node):
    """Its place is that of the left operand."""

    __slots__ = ("left", "op", "right")
    left: Node
    op: str  # "+" "-" "*" "/" "//" "%"
    right: Node


class Call(Node):
    __slots__ = ("arguments", "function")
    arguments: tuple[Argument, ...]
    function: Node


class Argument(Node):
    __slots__ = ("kind", "name", "value")
    kind: str  # "positional" | "keyword" | "star" | "double_star"
    name: str  # of a keyword, else ""
    value: Node


class Attribute(Node):
    """`value.name`; its place is that of the dot's right side, so that a caret points at the name."""

    __slots__ = ("name", "value")
    name: str
    value: Node


class Index(Node):
    __slots__ = ("index", "value")
    index: Node
    value: Node


class Slice(Node):
    """`value[lower:upper]`."""

    __slots__ = ("lower", "upper", "value")
    lower: Node | None
    upper: Node | None
    value: Node


# ---- statements


class Assign(Node):
    """`a = value`, `a, b = value`, `a: annotation = value`."""

    __slots__ = ("annotation", "targets", "value")
    annotation: Node | None
    targets: tuple[Name, ...]
    value: Node


class AddAssign(Node):
    """`name += value`."""

    __slots__ = ("target", "value")
    target: Name
    value: Node


class If(Node):
    __slots__ = ("body", "orelse", "test")
    body: tuple[Node, ...]
    orelse: tuple[Node, ...]  # an `elif` is an If alone in here
    test: Node


class For(Node):
    __slots__ = ("body", "iterable", "targets")
    body: tuple[Node, ...]
    iterable: Node
    targets: tuple[str, ...]


class Parameter(Node):
    __slots__ = ("annotation", "default", "kind", "name")
    annotation: Node | None
    default: Node | None
    kind: str  # "plain" | "keyword_only" | "star"
    name: str


class Unread(Node):
    """A node whose body may be read later: most functions of a remembered file are not called."""

    __slots__ = ("mentioned", "read")
    mentioned: tuple[str, ...] | None  # every name in the body, see freenames.py; None: nobody has asked yet
    read: Callable[[], tuple[Node, ...]] | None  # gives the body when it is asked for; None when it is there

    def __init__(self, line: int, column: int, *values: Any) -> None:
        super().__init__(line, column, *values)
        self.mentioned = self.read = None


class Def(Unread):
    """A function; its place is that of its name, `decorators` are outermost first."""

    __slots__ = ("body", "decorators", "doc", "name", "parameters")
    body: tuple[Node, ...]  # without the docstring
    decorators: tuple[Node, ...]
    doc: str  # cleaned like inspect.cleandoc; "" when absent
    name: str
    parameters: tuple[Parameter, ...]

    def __getattr__(self, name: str) -> Any:
        if name != "body" or self.read is None:
            raise AttributeError(name)
        body = self.body = self.read()
        self.read = None
        return body


class Return(Node):
    __slots__ = ("value",)
    value: Node | None


class Pass(Node):
    __slots__ = ()


class Assert(Node):
    __slots__ = ("message", "test")
    message: Node | None
    test: Node


class Import(Node):
    """`from module import a, b as c`; a leading dot of `module` is kept."""

    __slots__ = ("module", "names")
    module: str
    names: tuple[ImportedName, ...]


class ImportedName(Node):
    __slots__ = ("alias", "name")
    alias: str  # the name it gets here; equal to `name` without `as`
    name: str


class Evaluate(Node):
    """An expression as a statement."""

    __slots__ = ("value",)
    value: Node


class Whole(Node):
    """What is known of a file beyond its content."""

    __slots__ = ("is_sound",)
    is_sound: bool  # whether it has been checked, see checks.py, and nothing was found

    def __init__(self, line: int, column: int, *values: Any) -> None:
        super().__init__(line, column, *values)
        self.is_sound = False


class Module(Whole):
    __slots__ = ("body", "doc")
    body: tuple[Node, ...]  # without the docstring
    doc: str


KINDS: tuple[type[Node], ...] = (
    Constant, Name, FString, Hole, ListLiteral, TupleLiteral, DictLiteral, ListComprehension, DictComprehension,
    Clause, Conditional, BoolOp, Unary, Compare, Binary, Call, Argument, Attribute, Index, Slice, Assign, AddAssign,
    If, For, Parameter, Def, Return, Pass, Assert, Import, ImportedName, Evaluate, Module,
)  # fmt: skip
