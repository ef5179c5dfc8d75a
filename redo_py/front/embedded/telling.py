"""Is the file that `-f` names a Python module with rules, or a redunfile of another name?

It is a module if it imports built-in names from `redo_py.build` and its top level holds what no redunfile holds: an
`import` without `from`, a class, `try`, `with`, `while`, `if __name__ == ...`, a function that is `async`, has another
decorator, or is not written in the language of redunfiles. So a mistake in a rule never turns one into the other.
"""

from __future__ import annotations

import _ast

from redo_py.front.embedded.mentions import Mentions
from redo_py.front.embedded.names import DECORATORS, Names
from redo_py.front.embedded.slices import Slices
from redo_py.front.redunfile.builtins.table import TABLE
from redo_py.front.redunfile.evaluation.resources import RESOURCES
from redo_py.ground.errors import UsageError
from redo_py.tasks.reading.scopes import chain_of
from redo_py.tasks.reading.uses import uses_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.tasks.reading.sources import Source

_SHARED = (
    _ast.Assign, _ast.AnnAssign, _ast.AugAssign, _ast.Expr, _ast.For, _ast.Assert, _ast.Pass,
)  # fmt: skip
_STARTS = ("import ", "class ", "async ", "try:", "with ", "@task")  # of lines, in a file that is no Python at all


def is_module(source: Source, cache_dir: str | None = None) -> bool:
    """Whether a file is to be read as a Python module. Of a file that Python cannot parse its lines must tell."""
    if b"redo_py" not in source.data:
        return False
    try:
        names = Names(source)
    except UsageError:
        return any(line.startswith(_STARTS) for line in source.text.split("\n"))
    slices = Slices(source, cache_dir)
    return names.takes_builtins() and any(_is_pythons(names, slices, statement) for statement in source.tree.body)


def _is_pythons(names: Names, slices: Slices, statement: _ast.stmt) -> bool:
    """Whether no redunfile has such a statement."""
    if isinstance(statement, _ast.ImportFrom):
        return statement.module in ("redo_py", "__future__") or statement.names[0].name == "*"
    if isinstance(statement, _ast.If):
        return ("__name__",) in uses_of([statement.test]).names
    if isinstance(statement, _ast.FunctionDef):
        if statement.decorator_list:
            return not (names.is_recipe(statement) or _has_builtin_name(names, statement.decorator_list[0]))
        return not _is_in_language(names, slices, statement)
    return not isinstance(statement, _SHARED)


def _has_builtin_name(names: Names, decorator: _ast.expr) -> bool:
    """Whether it is what a redunfile knows without importing it."""
    chain = chain_of(decorator.func if isinstance(decorator, _ast.Call) else decorator)
    return chain[:1] != () and chain[0] in DECORATORS and not names.bindings(chain[0])


def _is_in_language(names: Names, slices: Slices, function: _ast.FunctionDef) -> bool:
    """Whether our parser takes a function, and every name in it is one that redunfiles know."""
    try:
        nodes = slices.parsed(function)
    except UsageError:
        return False
    mentions = Mentions(names, lambda code, node, **words: None)
    for node in nodes:
        mentions.read(node)
    return all(name in TABLE or name in RESOURCES or names.bindings(name) for name in mentions.free)
