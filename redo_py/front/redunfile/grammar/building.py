"""Statements: what the parser found, as nodes. See expressions.py for how Lark calls these methods."""

from __future__ import annotations

from redo_py.front.redunfile.grammar.depth import check_depth
from redo_py.front.redunfile.grammar.expressions import ExpressionBuilder
from redo_py.front.redunfile.grammar.refusal import refuse
from redo_py.front.redunfile.grammar.strings import cleaned_doc
from redo_py.front.redunfile.grammar.syntax import (
    AddAssign,
    Assert,
    Assign,
    Call,
    Constant,
    Def,
    Evaluate,
    For,
    If,
    Import,
    ImportedName,
    Module,
    Name,
    Node,
    Parameter,
    Pass,
    Return,
    TupleLiteral,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lark import Token

    from redo_py.front.redunfile.grammar.expressions import Children


class Builder(ExpressionBuilder):
    """The rules of the grammar from `module` down; holds nothing of any one file."""

    def module(self, children: Children) -> Module:
        return _module(*_split_doc(children))

    def piece(self, children: Children) -> Module:
        """What stands below another statement has no docstring."""
        return _module("", tuple(children))

    # ---- simple statements

    def assign(self, children: Children) -> Node:
        target, value = children
        targets = target.items if isinstance(target, TupleLiteral) and len(target.items) > 1 else (target,)
        for name in targets:
            if not isinstance(name, Name):
                refuse("assign-target", name)
        return Assign(target.line, target.column, None, targets, value)

    def annotated_assign(self, children: Children) -> Node:
        target, annotation, value = children
        if isinstance(target, TupleLiteral):
            refuse("annotation-target", target)
        if not isinstance(target, Name):
            refuse("assign-target", target)
        if value is None:
            refuse("annotation-alone", target)
        return Assign(target.line, target.column, annotation, (target,), value)

    def add_assign(self, children: Children) -> Node:
        target, value = children
        if not isinstance(target, Name):
            refuse("assign-target", target)
        return AddAssign(target.line, target.column, target, value)

    def evaluate(self, children: Children) -> Node:
        (value,) = children
        return Evaluate(value.line, value.column, value)

    def return_(self, children: Children) -> Node:
        word, value = children
        return Return(word.line, word.column, value)

    def pass_(self, children: Children) -> Node:
        return Pass(children[0].line, children[0].column)

    def assert_(self, children: Children) -> Node:
        word, test, message = children
        return Assert(word.line, word.column, message, test)

    def import_(self, children: Children) -> Node:
        word, module, *names = children
        if module == "__future__":
            refuse("future-import", word)
        return Import(word.line, word.column, module, tuple(names))

    def module_name(self, children: Children) -> str:
        return "".join(children)

    def imported_name(self, children: Children) -> ImportedName:
        name, alias = children
        return ImportedName(name.line, name.column, str(alias or name), str(name))

    # ---- blocks

    def if_statement(self, children: Children) -> Node:
        word, test, body, otherwise = children
        return If(word.line, word.column, body, otherwise or (), test)

    def elif_(self, children: Children) -> tuple[Node, ...]:
        return (self.if_statement(children),)

    def else_(self, children: Children) -> tuple[Node, ...]:
        (body,) = children
        return body  # type: ignore[no-any-return]

    def for_statement(self, children: Children) -> Node:
        word, targets, iterable, body, _ = children
        return For(word.line, word.column, body, iterable, targets)

    def suite(self, children: Children) -> tuple[Node, ...]:
        return tuple(children)

    # ---- functions

    def definition(self, children: Children) -> Node:
        decorators, name, parameters, _, suite = children
        doc, body = _split_doc(suite)
        _check_effect(body)
        return Def(name.line, name.column, body, decorators, doc, str(name), parameters)

    def decorators(self, children: Children) -> tuple[Node, ...]:
        return tuple(children)

    def parameter(self, children: Children) -> Parameter:
        name, annotation, default = children
        return Parameter(name.line, name.column, annotation, default, "plain", str(name))

    def star_parameter(self, children: Children) -> Parameter:
        name, annotation = children
        return Parameter(name.line, name.column, annotation, None, "star", str(name))

    def parameters(self, children: Children) -> tuple[Parameter, ...]:
        """After a `*`, bare or named, parameters are keyword-only; before it, those without default come first."""
        parameters: list[Parameter] = []
        star: Parameter | Token | None = None
        for child in children:
            if isinstance(child, Parameter) and child.kind == "plain":
                _check_default(child, parameters, is_keyword_only=star is not None)
                child.kind = "keyword_only" if star is not None else "plain"
            elif child is not None:
                if star is not None:
                    refuse("star-repeated", child)
                star = child
            if isinstance(child, Parameter):
                parameters.append(child)
        if star is not None and star is children[-1] and not isinstance(star, Parameter):
            refuse("star-alone", star)
        _check_repetition(parameters)
        return tuple(parameters)

    def keyword_only_mark(self, children: Children) -> Token:
        (star,) = children
        return star  # type: ignore[no-any-return]

    # ---- refused

    def lone_comma(self, children: Children) -> Node:
        refuse("lone-comma", children[1])

    def import_star(self, children: Children) -> ImportedName:
        refuse("star-import", children[0])

    def for_else(self, children: Children) -> None:
        refuse("for-else", children[0])

    def double_star_parameter(self, children: Children) -> Parameter:
        refuse("double-star-parameter", children[0], name=children[1])


def _module(doc: str, body: tuple[Node, ...]) -> Module:
    for statement in body:
        check_depth(statement)
    _check_effect(body)
    _check_returns(body)
    return Module(1, 1, body, doc)


def _split_doc(statements: Iterable[Node]) -> tuple[str, tuple[Node, ...]]:
    """The docstring, cleaned, and the statements after it."""
    body = tuple(statements)
    first = body[0].value if body and isinstance(body[0], Evaluate) else None
    if isinstance(first, Constant) and isinstance(first.value, str):
        return cleaned_doc(first.value), body[1:]
    return "", body


def _check_default(parameter: Parameter, before: list[Parameter], *, is_keyword_only: bool) -> None:
    if parameter.default is None and not is_keyword_only and before and before[-1].default is not None:
        refuse("missing-default", parameter, name=parameter.name)


def _check_repetition(parameters: list[Parameter]) -> None:
    seen: set[str] = set()
    for parameter in parameters:
        if parameter.name in seen:
            refuse("repeated-parameter", parameter, name=parameter.name)
        seen.add(parameter.name)


def _check_effect(body: tuple[Node, ...]) -> None:
    """Refuse an expression as a statement unless it is a call; inner functions have checked themselves."""
    for statement in _statements(body):
        if isinstance(statement, Evaluate) and not isinstance(statement.value, Call):
            refuse("not-a-call", statement)


def _check_returns(body: tuple[Node, ...]) -> None:
    for statement in _statements(body):
        if isinstance(statement, Return):
            refuse("stray-return", statement)


def _statements(body: tuple[Node, ...]) -> Iterator[Node]:
    """The statements of `body` and of the blocks in it, in order; not those inside functions."""
    waiting = list(reversed(body))
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, If):
            waiting += reversed(statement.body + statement.orelse)
        elif isinstance(statement, For):
            waiting += reversed(statement.body)
