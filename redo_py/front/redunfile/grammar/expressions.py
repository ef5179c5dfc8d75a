"""Expressions: what the parser found, as nodes.

Lark calls the method named like a rule of the grammar with the rule's children: tokens that the grammar names, and the
results of inner rules (None for an absent optional part). A method refuses what the grammar could not say.
"""

from __future__ import annotations

from redo_py.front.redunfile.grammar import fstrings
from redo_py.front.redunfile.grammar.refusal import refuse
from redo_py.front.redunfile.grammar.strings import Literal, plain_text
from redo_py.front.redunfile.grammar.syntax import (
    Argument,
    Attribute,
    Binary,
    BoolOp,
    Call,
    Clause,
    Compare,
    Conditional,
    Constant,
    DictComprehension,
    DictLiteral,
    FString,
    Hole,
    Index,
    ListComprehension,
    ListLiteral,
    Name,
    Node,
    Slice,
    TupleLiteral,
    Unary,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from lark import Token

    Children = list[Any]


class ExpressionBuilder:
    """The rules of the grammar from `test` down."""

    read_hole: fstrings.ReadHole  # set by the reader, which needs this object first

    # ---- operators

    def conditional(self, children: Children) -> Node:
        then, test, otherwise = children
        return Conditional(then.line, then.column, otherwise, test, then)

    def or_(self, children: Children) -> Node:
        left, right = children
        return BoolOp(left.line, left.column, left, "or", right)

    def and_(self, children: Children) -> Node:
        left, right = children
        return BoolOp(left.line, left.column, left, "and", right)

    def not_(self, children: Children) -> Node:
        word, operand = children
        return Unary(word.line, word.column, "not", operand)

    def negative(self, children: Children) -> Node:
        sign, operand = children
        return Unary(sign.line, sign.column, "-", operand)

    def binary(self, children: Children) -> Node:
        left, operator, right = children
        return Binary(left.line, left.column, left, str(operator), right)

    def compare(self, children: Children) -> Node:
        operands = children[0::2]
        for left, operator, right in zip(operands, children[1::2], operands[1:], strict=False):
            if operator[0].type == "IS" and not (_is_none(left) or _is_none(right)):
                word = " ".join(operator)
                refuse("is-without-none", operator[0], word=word, instead="`==`" if word == "is" else "`!=`")
        ops = tuple(" ".join(operator) for operator in children[1::2])
        return Compare(operands[0].line, operands[0].column, operands[0], ops, tuple(operands[1:]))

    def comparator(self, children: Children) -> list[Token]:
        return children

    # ---- what follows a value

    def attribute(self, children: Children) -> Node:
        value, name = children
        return Attribute(name.line, name.column, str(name), value)

    def index(self, children: Children) -> Node:
        value, index = children
        return Index(value.line, value.column, index, value)

    def slice(self, children: Children) -> Node:
        value, lower, upper = children
        return Slice(value.line, value.column, lower, upper, value)

    def slice_with_step(self, children: Children) -> Node:
        refuse("slice-step", children[3])

    def call(self, children: Children) -> Node:
        function, arguments = children
        return Call(function.line, function.column, arguments, function)

    def arguments(self, children: Children) -> tuple[Argument, ...]:
        """In Python's order: positional, then keywords; `*` not after `**`; every keyword once."""
        arguments = tuple(argument for argument in children if argument is not None)
        seen: set[str] = set()
        last = ""  # the strongest kind so far
        for argument in arguments:
            if argument.kind == "positional" and last:
                refuse("late-argument", argument, before="keyword argument" if last == "keyword" else "`**` argument")
            if argument.kind == "star" and last == "double_star":
                refuse("late-argument", argument, before="`**` argument")
            if argument.kind == "keyword" and argument.name in seen:
                refuse("repeated-keyword", argument, name=argument.name)
            if argument.kind in ("keyword", "double_star") and last != "double_star":
                last = argument.kind
            seen.add(argument.name)
        return arguments

    def argument(self, children: Children) -> Argument:
        (value,) = children
        return value if type(value) is Argument else Argument(value.line, value.column, "positional", "", value)

    def keyword_argument(self, children: Children) -> Argument:
        name, value = children
        return Argument(name.line, name.column, "keyword", str(name), value)

    def star_argument(self, children: Children) -> Argument:
        star, value = children
        return Argument(star.line, star.column, "star", "", value)

    def double_star_argument(self, children: Children) -> Argument:
        star, value = children
        return Argument(star.line, star.column, "double_star", "", value)

    def generator_argument(self, children: Children) -> Argument:
        element, clauses = children
        value = ListComprehension(element.line, element.column, clauses, element)
        return Argument(element.line, element.column, "positional", "", value)

    # ---- displays

    def tuple_(self, children: Children) -> Node:
        opener, *items = children
        return TupleLiteral(opener.line, opener.column, tuple(items))

    def bare_tuple(self, children: Children) -> Node:
        return TupleLiteral(children[0].line, children[0].column, tuple(children))

    def list_(self, children: Children) -> Node:
        opener, *items = children
        return ListLiteral(opener.line, opener.column, tuple(item for item in items if item is not None))

    def dict_(self, children: Children) -> Node:
        opener, *pairs = children
        parts = [part for part in pairs if part is not None]
        return DictLiteral(opener.line, opener.column, tuple(parts[0::2]), tuple(parts[1::2]))

    def list_comprehension(self, children: Children) -> Node:
        opener, element, clauses = children
        return ListComprehension(opener.line, opener.column, clauses, element)

    def dict_comprehension(self, children: Children) -> Node:
        opener, key, value, clauses = children
        return DictComprehension(opener.line, opener.column, clauses, key, value)

    def clauses(self, children: Children) -> tuple[Clause, ...]:
        return tuple(children)

    def clause(self, children: Children) -> Clause:
        word, targets, iterable, *conditions = children
        return Clause(word.line, word.column, tuple(conditions), iterable, targets)

    def condition(self, children: Children) -> Node:
        (test,) = children
        return test  # type: ignore[no-any-return]

    def loop_targets(self, children: Children) -> tuple[str, ...]:
        return tuple(str(name) for name in children)

    # ---- atoms

    def name(self, children: Children) -> Node:
        (name,) = children
        return Name(name.line, name.column, str(name))

    def none(self, children: Children) -> Node:
        return Constant(children[0].line, children[0].column, None)

    def true(self, children: Children) -> Node:
        return Constant(children[0].line, children[0].column, True)

    def false(self, children: Children) -> Node:
        return Constant(children[0].line, children[0].column, False)

    def integer(self, children: Children) -> Node:
        (digits,) = children
        return Constant(digits.line, digits.column, int(digits, 0))

    def float_(self, children: Children) -> Node:
        (digits,) = children
        return Constant(digits.line, digits.column, float(digits))

    def STRING(self, token: Token) -> Node:  # noqa: N802  Lark calls it for every token of this name, as it is shifted
        literal = Literal(token, token.line or 1, token.column or 1)
        if literal.is_fstring:
            return FString(literal.line, literal.column, _merged(list(fstrings.split(literal, self.read_hole))))
        return Constant(literal.line, literal.column, plain_text(literal))

    def literals(self, children: list[Constant | FString]) -> Node:
        """Adjacent strings as one."""
        first = children[0]
        if len(children) == 1:
            return first
        parts: list[str | Hole] = []
        for child in children:
            parts += child.parts if isinstance(child, FString) else [str(child.value)]
        if any(isinstance(child, FString) for child in children):
            return FString(first.line, first.column, _merged(parts))
        return Constant(first.line, first.column, "".join(map(str, parts)))

    # ---- refused

    def starred(self, children: Children) -> Node:
        refuse("starred-item", children[0])

    def double_starred(self, children: Children) -> Node:
        refuse("double-starred-item", children[0])

    def set_(self, children: Children) -> Node:
        refuse("set-literal", children[0])

    def generator(self, children: Children) -> Node:
        refuse("generator", children[0])


def _is_none(node: Node) -> bool:
    return isinstance(node, Constant) and node.value is None


def _merged(parts: list[str | Hole]) -> tuple[str | Hole, ...]:
    """`parts` without empty texts, and neighbouring texts joined."""
    merged: list[str | Hole] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return tuple(merged)
