"""Python's own syntax tree of a redunfile as nodes of ours: the oracle of the parser."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from redo_py.front.redunfile.grammar import syntax as s

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.USub: "-",
    ast.Not: "not", ast.And: "and", ast.Or: "or", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip


def python_tree(text: str) -> s.Module:
    """The tree that Python gives `text`; its places are all 0. Raises SyntaxError where Python's compiler does."""
    text = text.removeprefix("\ufeff")  # Python takes the mark off bytes only
    compile(text, "redunfile.py", "exec", dont_inherit=True)
    return s.Module(0, 0, *reversed(documented(ast.parse(text).body)))


def documented(statements: list[ast.stmt]) -> tuple[str, tuple[s.Node, ...]]:
    """The docstring and the converted statements after it."""
    if statements and isinstance(statements[0], ast.Expr) and isinstance(statements[0].value, ast.Constant):
        text = statements[0].value.value
        if isinstance(text, str):
            return inspect.cleandoc(text), block(statements[1:])
    return "", block(statements)


def block(statements: list[ast.stmt]) -> tuple[s.Node, ...]:
    return tuple(node(statement) for statement in statements)


def nodes(items: list[Any]) -> tuple[s.Node, ...]:
    return tuple(node(item) for item in items)


def optional(item: ast.AST | None) -> s.Node | None:
    return None if item is None else node(item)


def node(item: ast.AST) -> s.Node:
    """One statement or expression. Python's compiler has shown that nothing else occurs in what we accept."""
    match item:
        case ast.Constant(value=value):
            return s.Constant(0, 0, value)
        case ast.Name(id=name):
            return s.Name(0, 0, name)
        case ast.JoinedStr(values=values):
            return s.FString(0, 0, parts(values))
        case ast.List(elts=items):
            return s.ListLiteral(0, 0, nodes(items))
        case ast.Tuple(elts=items):
            return s.TupleLiteral(0, 0, nodes(items))
        case ast.Dict(keys=keys, values=values):
            return s.DictLiteral(0, 0, nodes(keys), nodes(values))
        case ast.ListComp(elt=element, generators=clauses) | ast.GeneratorExp(elt=element, generators=clauses):
            return s.ListComprehension(0, 0, tuple(map(clause, clauses)), node(element))
        case ast.DictComp(key=key, value=value, generators=clauses):
            return s.DictComprehension(0, 0, tuple(map(clause, clauses)), node(key), node(value))
        case ast.IfExp(test=test, body=then, orelse=otherwise):
            return s.Conditional(0, 0, node(otherwise), node(test), node(then))
        case ast.BoolOp(op=op, values=values):
            left, *others = nodes(values)
            for other in others:
                left = s.BoolOp(0, 0, left, OPERATORS[type(op)], other)
            return left
        case ast.UnaryOp(op=op, operand=operand):
            return s.Unary(0, 0, OPERATORS[type(op)], node(operand))
        case ast.BinOp(left=a, op=op, right=b):
            return s.Binary(0, 0, node(a), OPERATORS[type(op)], node(b))
        case ast.Compare(left=first, ops=ops, comparators=rest):
            return s.Compare(0, 0, node(first), tuple(OPERATORS[type(op)] for op in ops), nodes(rest))
        case ast.Call(func=function):
            return s.Call(0, 0, arguments(item), node(function))
        case ast.Attribute(value=value, attr=name):
            return s.Attribute(0, 0, name, node(value))
        case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper, step=None)):
            return s.Slice(0, 0, optional(lower), optional(upper), node(value))
        case ast.Subscript(value=value, slice=index):
            return s.Index(0, 0, node(index), node(value))
        case ast.Assign(targets=[target], value=value):
            targets = target.elts if isinstance(target, ast.Tuple) else [target]
            return s.Assign(0, 0, None, nodes(targets), node(value))
        case ast.AnnAssign(target=target, annotation=annotation, value=value):
            return s.Assign(0, 0, node(annotation), nodes([target]), optional(value))
        case ast.AugAssign(target=target, op=ast.Add(), value=value):
            return s.AddAssign(0, 0, node(target), node(value))
        case ast.If(test=test, body=body, orelse=orelse):
            return s.If(0, 0, block(body), block(orelse), node(test))
        case ast.For(target=target, iter=iterable, body=body, orelse=[]):
            return s.For(0, 0, block(body), node(iterable), loop_targets(target))
        case ast.FunctionDef(name=name, decorator_list=decorators):
            doc, body_nodes = documented(item.body)
            return s.Def(0, 0, body_nodes, nodes(decorators), doc, name, parameters(item.args))
        case ast.Return(value=value):
            return s.Return(0, 0, optional(value))
        case ast.Pass():
            return s.Pass(0, 0)
        case ast.Assert(test=test, msg=message):
            return s.Assert(0, 0, optional(message), node(test))
        case ast.ImportFrom(module=module, names=names, level=level):
            imported = tuple(s.ImportedName(0, 0, name.asname or name.name, name.name) for name in names)
            return s.Import(0, 0, "." * level + (module or ""), imported)
        case ast.Expr(value=value):
            return s.Evaluate(0, 0, node(value))
    raise AssertionError(f"not in the language: {ast.dump(item)}")


def parts(values: list[ast.expr]) -> tuple[str | s.Hole, ...]:
    """The parts of an f-string, neighbouring texts joined."""
    found: list[str | s.Hole] = []
    for value in values:
        if isinstance(value, ast.FormattedValue):
            assert value.conversion == -1
            found.append(s.Hole(0, 0, spec(value.format_spec), node(value.value)))
        else:
            assert isinstance(value, ast.Constant)
            assert isinstance(value.value, str)
            text = found.pop() if found and isinstance(found[-1], str) else ""
            found.append(f"{text}{value.value}")
    return tuple(part for part in found if part != "")


def spec(tree: ast.expr | None) -> str:
    if tree is None:
        return ""
    assert isinstance(tree, ast.JoinedStr)
    return "".join(str(value.value) for value in tree.values if isinstance(value, ast.Constant))


def clause(tree: ast.comprehension) -> s.Clause:
    return s.Clause(0, 0, nodes(tree.ifs), node(tree.iter), loop_targets(tree.target))


def loop_targets(tree: ast.expr) -> tuple[str, ...]:
    return tuple(name.id for name in ast.walk(tree) if isinstance(name, ast.Name))


def arguments(call: ast.Call) -> tuple[s.Argument, ...]:
    """In the order of the text, which Python's tree loses for `*` after a keyword."""
    found: list[tuple[tuple[int, int], s.Argument]] = []
    for value in call.args:
        is_star = isinstance(value, ast.Starred)
        inner = value.value if isinstance(value, ast.Starred) else value
        argument = s.Argument(0, 0, "star" if is_star else "positional", "", node(inner))
        found.append(((value.lineno, value.col_offset), argument))
    for keyword in call.keywords:
        kind = "keyword" if keyword.arg else "double_star"
        argument = s.Argument(0, 0, kind, keyword.arg or "", node(keyword.value))
        found.append(((keyword.lineno, keyword.col_offset), argument))
    return tuple(argument for _, argument in sorted(found, key=lambda pair: pair[0]))


def parameters(tree: ast.arguments) -> tuple[s.Parameter, ...]:
    defaults = [None] * (len(tree.args) - len(tree.defaults)) + tree.defaults
    found = [parameter(arg, default, "plain") for arg, default in zip(tree.args, defaults, strict=True)]
    if tree.vararg:
        found.append(parameter(tree.vararg, None, "star"))
    pairs = zip(tree.kwonlyargs, tree.kw_defaults, strict=True)
    return (*found, *(parameter(arg, default, "keyword_only") for arg, default in pairs))


def parameter(arg: ast.arg, default: ast.expr | None, kind: str) -> s.Parameter:
    return s.Parameter(0, 0, optional(arg.annotation), optional(default), kind, arg.arg)
