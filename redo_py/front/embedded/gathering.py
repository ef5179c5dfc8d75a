"""Which statements of a module are redun's: its declarations, what asks the world through a built-in name, and all that
these use. Everything else is Python's and is not read: imports, classes, functions that know nothing of redun.

A function that a rule calls is a task, as if a redunfile had imported it; one that mentions a built-in name is part of
the rule, as in a redunfile. A name that a rule uses must have a value that follows from the text.
"""

from __future__ import annotations

import _ast
import builtins

from redo_py.front.embedded.mentions import Mentions
from redo_py.front.embedded.names import BUILD, FUNCTIONS, OURS, Names, is_standard
from redo_py.front.embedded.slices import Slices
from redo_py.front.redunfile.builtins.table import TABLE
from redo_py.front.redunfile.evaluation.resources import RESOURCES
from redo_py.front.redunfile.grammar import syntax
from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span
from redo_py.tasks.reading.scopes import children
from redo_py.tasks.reading.uses import uses_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from redo_py.tasks.reading.scopes import Import
    from redo_py.tasks.reading.sources import Source

    Place = tuple[int, int]

_READABLE = (_ast.Assign, _ast.AnnAssign, _ast.AugAssign, _ast.Expr, _ast.If, _ast.For, _ast.Assert, _ast.FunctionDef)
_RUN_TIME = frozenset(["__name__", "TYPE_CHECKING"])  # an `if` that asks for these is none of ours
_WHERE = {
    _ast.ClassDef: "a class", _ast.FunctionDef: "a function", _ast.AsyncFunctionDef: "a function", _ast.Try: "a `try`",
    _ast.With: "a `with`", _ast.While: "a `while`", _ast.If: "an `if` that redun does not read",
}  # fmt: skip


class Gathering:
    """One module being read. `errors` is what is wrong so far, `nodes` what has been read, by place, `imports` what it
    takes from Python."""

    def __init__(self, source: Source, cache_dir: str | None) -> None:
        self.source = source
        self.names = Names(source)
        self.slices = Slices(source, cache_dir)
        self.mentions = Mentions(self.names, self.report)
        self.errors: dict[Place, UsageError] = {}
        self.nodes: dict[Place, tuple[Any, ...]] = {}
        self.imports: list[syntax.Import] = []
        self._followed: set[str] = set()

    # ---- errors

    def report(self, code: str, node: Any, **words: Any) -> None:
        """Note an error at a node of our tree; one for each place."""
        self._report_at((node.line, node.column), code, **words)

    def _report_at(self, place: Place, code: str, facts: Iterable[tuple[str, str]] = (), **words: Any) -> None:
        span = Span(self.source.shown, *place)
        error = UsageError(code, span=span, source=self.slices.lines[place[0] - 1], facts=facts, **words)
        self.errors.setdefault(place, error)

    # ---- what is redun's by itself

    def declarations(self) -> None:
        """Read every statement that declares something or mentions a built-in name."""
        for statement in self.source.tree.body:
            if self.names.is_recipe(statement):
                self._recipe(statement)
            elif isinstance(statement, _ast.ImportFrom):
                self._check_import(statement)
            elif self._is_ours(statement):
                self._keep(statement)
            else:
                self._check_inside(statement)

    def _recipe(self, statement: Any) -> None:
        if isinstance(statement, _ast.AsyncFunctionDef):
            self._report_at(self.slices.place(statement), "async-declaration", name=statement.name)
        elif len(statement.decorator_list) > 1:
            self._report_at(self.slices.place(statement.decorator_list[1]), "several-decorators")
        else:
            self._keep(statement)

    def _check_import(self, statement: _ast.ImportFrom) -> None:
        """Every name that is imported from redo_py.build is one of the language."""
        for alias in statement.names if statement.module == BUILD and not statement.level else ():
            if alias.name not in OURS and alias.name != "*":
                self._report_at(self.slices.place(alias), "no-builtin", name=alias.name, hint="")

    def _is_ours(self, statement: _ast.stmt) -> bool:
        """Whether a statement that is no recipe says something to redun, or is a function that only rules can call."""
        if isinstance(statement, _ast.FunctionDef) and not statement.decorator_list:
            return any(self.names.builtin(chain)[0] in ("need", "sh") for chain in uses_of([statement]).names)
        if not isinstance(statement, _READABLE) or isinstance(statement, FUNCTIONS):
            return False
        if isinstance(statement, _ast.If) and not _RUN_TIME.isdisjoint(_heads(statement.test)):
            return False
        return self._mentions_builtins(statement) or any(map(self.names.is_recipe, _inside(statement)))

    def _mentions_builtins(self, statement: _ast.stmt) -> bool:
        return any(self.names.builtin(chain)[0] for chain in uses_of([statement]).names)

    def _check_inside(self, statement: _ast.stmt) -> None:
        """No declaration stands where nobody looks for it."""
        where = _WHERE.get(type(statement), "a block that redun does not read")
        for node in _inside(statement):
            if self.names.is_recipe(node):
                decorator = next(filter(self.names.declares, node.decorator_list))
                self._report_at(self.slices.place(decorator), "declared-inside", name=node.name, where=where)

    def _keep(self, statement: _ast.stmt) -> None:
        """Read a statement, if it has not been read, and note the names that it uses."""
        place = self.slices.start(statement)
        if place in self.nodes:
            return
        self.nodes[place] = ()
        try:
            nodes = self.slices.parsed(statement)
        except UsageError as error:
            self.errors.setdefault((error.span.line, error.span.column) if error.span else place, error)
            return
        self.nodes[place] = tuple(map(self.mentions.read, nodes))
        for node in self.nodes[place]:
            self._check_calls(node)

    def _check_calls(self, statement: Any) -> None:
        """What Python calls while it imports the module is not known to redun: its own functions, and `need`."""
        outside = [statement] if not isinstance(statement, syntax.Def) else [*statement.decorators]
        while outside:
            node = outside.pop()
            if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name):
                name = node.function.id
                is_builtin = name in TABLE and name not in self.mentions.free
                if name == "need" if is_builtin else "." in name or self.names.is_callable(name):
                    self.report("called-at-import", node.function, name=name)
            if not isinstance(node, syntax.Def):
                outside.extend(_parts(node))

    # ---- what these use

    def follow(self) -> None:
        """Read what binds the names that are used, and what binds those that this uses."""
        while waiting := [name for name in self.mentions.free if name not in self._followed]:
            for name in waiting:
                self._followed.add(name)
                self._follow(name, self.mentions.free[name])

    def _follow(self, name: str, use: syntax.Name) -> None:
        if name in self.mentions.members:
            self._import(use, *self.mentions.members[name], alias=name)
            return
        bindings = self.names.bindings(name)
        if not bindings:
            self._follow_unbound(name, use)
            return
        binders = self.names.binders(name)
        if len(binders) == 1 and isinstance(binders[0].statement, (*FUNCTIONS, _ast.ImportFrom)):
            self._follow_function(name, use, binders[0].statement, binders[0].target)
            return
        for binding in bindings:
            reason = self._why_unreadable(name, binding.statement)
            if reason:
                line, column = self.slices.place(binding.statement)
                facts = [("bound at", f"{self.source.shown}:{line}:{column}")]
                self._report_at((use.line, use.column), "captured-name", facts, name=name, reason=reason)
                return
        for binding in bindings:
            self._keep(binding.statement)

    def _follow_unbound(self, name: str, use: syntax.Name) -> None:
        """A name that the module does not bind: Python's own, or of a star import; unknown ones `load` reports."""
        star = self.names.star()
        if name in OURS:
            self.report("not-imported", use, name=name)
        elif name in TABLE or name in RESOURCES:
            return
        elif hasattr(builtins, name):
            self.report("captured-name", use, name=name, reason="it is a name of Python's own")
        elif star is not None:
            self._import(use, self.source.absolute(star), name, alias=name)

    def _follow_function(self, name: str, use: syntax.Name, statement: Any, target: Import | None) -> None:
        if target is not None:
            module = self.source.absolute(target)
            if not module or is_standard(module):
                reason = f"it is imported from `{module or '.'}`, which is no module of the project"
                self._report_at((use.line, use.column), "captured-name", name=name, reason=reason)
                return
            self._import(statement, module, target.member, alias=name)
        elif self.names.is_recipe(statement):
            return  # read already
        elif not statement.decorator_list and self._mentions_builtins(statement):
            self._keep(statement)
        else:
            self._import(statement, self.source.module, name, alias=name)

    def _import(self, place: Any, module: str, name: str, alias: str) -> None:
        """`alias` is what `from module import name` gives in a redunfile."""
        line, column = (place.line, place.column) if isinstance(place, syntax.Node) else self.slices.place(place)
        self.imports.append(syntax.Import(1, 1, module, (syntax.ImportedName(line, column, alias, name),)))

    def _why_unreadable(self, name: str, statement: _ast.stmt) -> str:
        """Why the value of `name` does not follow from a statement that binds or changes it; "" if it does."""
        if isinstance(statement, _ast.ClassDef):
            return "it is a class"
        if isinstance(statement, _ast.Import):
            return "it is a module"
        if not isinstance(statement, _READABLE) or isinstance(statement, FUNCTIONS):
            lines = " and ".join(str(each.statement.lineno) for each in self.names.bindings(name)[:2])
            several = f"it is bound or changed more than once (lines {lines})" if " and " in lines else ""
            return several or "it is not bound by a plain assignment"
        try:
            self.slices.parsed(statement)
        except UsageError as error:
            return error.headline
        return ""


def _heads(node: _ast.AST) -> set[str]:
    return {chain[0] for chain in uses_of([node]).names}


def _inside(statement: _ast.AST) -> Iterator[Any]:
    """All statements in a statement, the bodies of functions included."""
    stack = children(statement)
    while stack:
        node = stack.pop()
        if isinstance(node, (_ast.stmt, _ast.ExceptHandler, _ast.match_case)):
            yield node
            stack.extend(children(node))


def _parts(node: Any) -> Iterator[Any]:
    """The nodes directly below a node of our tree."""
    for field in node.fields:
        value = getattr(node, field)
        yield from (each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, syntax.Node))
