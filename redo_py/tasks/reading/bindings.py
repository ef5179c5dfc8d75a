"""Which statements of a module bind or change each of its names.

Only code that runs when the module is imported counts. A name is

bound    by assignments (also `:=`, `for`, `with`, `except`, `del`, unpacking), def, class and import;
changed  by `NAME[...] = `, `NAME.x = `, `del NAME[...]`, `NAME.method(...)` as a statement, a method that is known to
         change its owner anywhere (`first = NAME.pop()`), a call that is a statement and gets NAME as an argument,
         a decorator `@NAME.register(...)`, a subclass of NAME if NAME has `__init_subclass__`, and a call of a function
         of the same module that does one of these to it (`@register` filling REGISTRY).

The smallest unit is a statement at the top level of the module: what stands in an `if`, `try`, `for` or `with` counts
with the whole of it. `if TYPE_CHECKING:` is read as if its lines stood outside; `if __name__ == "__main__":` does not
run on import and is left out.
"""

from __future__ import annotations

import _ast

from redo_py.tasks.reading.decorators import is_ours
from redo_py.tasks.reading.scopes import Import, all_below, chain_of, children, read_scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Definition = _ast.FunctionDef | _ast.AsyncFunctionDef | _ast.ClassDef

_DEFINITIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)
_FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)

# methods of the builtin containers and of those in collections that change what they are called on
CHANGERS = frozenset(
    "add append appendleft clear difference_update discard extend extendleft insert intersection_update pop popitem "
    "popleft register remove reverse rotate setdefault sort subtract symmetric_difference_update update".split()
)


class Binding:
    """One statement that binds or changes a name."""

    __slots__ = ("changes", "statement", "target")

    def __init__(self, statement: _ast.stmt, target: Import | None, changes: bool) -> None:
        self.statement = statement
        self.target = target  # what an import statement, or one inside of `statement`, binds the name to
        self.changes = changes  # it does not bind the name


class Bindings:
    """The index of one module."""

    __slots__ = ("names", "star_statements", "stars")

    def __init__(self, tree: _ast.Module) -> None:
        self.names: dict[str, list[Binding]] = {}  # in the order of the statements
        self.stars: list[Import] = []  # `from m import *`, as Import(level, m, "*")
        self.star_statements: list[_ast.stmt] = []  # those that `stars` stand in, one for each
        statements = list(import_time(tree.body))
        for statement in statements:
            self._bind(statement)
        changes = _indirect_changes(statements)
        for statement in statements:
            for name in sorted(_changed_by(statement, changes, self._is_module)):
                self._add(name, Binding(statement, None, changes=True))
        for bindings in self.names.values():
            bindings.sort(key=lambda binding: (binding.statement.lineno, binding.statement.col_offset))

    def _bind(self, statement: _ast.stmt) -> None:
        scope = read_scope([statement])
        for name in scope.bound:
            if name == "*":
                self.stars.extend(scope.imports[name])
                self.star_statements.extend(statement for _ in scope.imports[name])
                continue
            for target in scope.imports.get(name, (None,)):
                self._add(name, Binding(statement, target, changes=False))

    def _add(self, name: str, binding: Binding) -> None:
        known = self.names.setdefault(name, [])
        if not any(other.statement is binding.statement and other.target == binding.target for other in known):
            known.append(binding)

    def _is_module(self, name: str) -> bool:
        return any(binding.target is not None and not binding.target.member for binding in self.names.get(name, ()))

    def definition(self, name: str) -> Definition | None:
        """The def or class that alone binds `name`; None if there is none or something else binds or changes it too."""
        bindings = self.names.get(name, ())
        statement = bindings[0].statement if len(bindings) == 1 else None
        return statement if isinstance(statement, _DEFINITIONS) and statement.name == name else None


def import_time(body: Sequence[_ast.stmt]) -> Iterator[_ast.stmt]:
    for statement in body:
        if not isinstance(statement, _ast.If):
            yield statement
        elif chain_of(statement.test)[-1:] == ("TYPE_CHECKING",):
            yield from import_time(statement.body)
            yield from import_time(statement.orelse)
        elif _is_main_guard(statement.test):
            yield from import_time(statement.orelse)
        else:
            yield statement


def _is_main_guard(test: _ast.expr) -> bool:
    if not (isinstance(test, _ast.Compare) and isinstance(test.ops[0], _ast.Eq)):
        return False
    sides = [test.left, *test.comparators]
    names = [side.id for side in sides if isinstance(side, _ast.Name)]
    texts = [side.value for side in sides if isinstance(side, _ast.Constant)]
    return names == ["__name__"] and texts == ["__main__"]


def import_text(name: str, target: Import) -> str:
    """The one name that an import statement binds, without its neighbours in the same statement. What is redun's is
    spelled one way, so that `from redun import map_` and `from redo_py import map_` are the same code."""
    if target.level == 0 and is_ours(target.module):
        from redo_py.ground.alias.names import spelled

        target = Import(0, *spelled(target.module, target.member))
    return f"(Import {name} {'.' * target.level}{target.module} {target.member})"


# ---- what a statement changes


def _changed_by(statement: _ast.stmt, indirect: dict[str, set[str]], is_module: object) -> set[str]:
    changed: set[str] = set()
    for node in at_import(statement):
        changed |= _changed_directly(node)
        for callee in _called(node):
            changed |= indirect.get(callee, set())
            if isinstance(node, _ast.ClassDef) and _SUBCLASS_HOOK + callee in indirect:
                changed.add(callee)
        if isinstance(node, _ast.Expr):
            changed |= _handed_over(node.value)
        if isinstance(node, _DEFINITIONS):
            changed |= {owner for owner in _decorating_owners(node) if not is_module(owner)}  # type: ignore[operator]
    return changed


def at_import(statement: _ast.stmt) -> Iterator[_ast.AST]:
    """Every node that runs when the module is imported: functions with their decorators, without their bodies."""
    stack: list[_ast.AST] = [statement]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, _FUNCTIONS):
            stack.extend((*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)))
        elif not isinstance(node, _ast.Lambda):
            stack.extend(children(node))


def _changed_directly(node: _ast.AST) -> set[str]:
    """The names that `node` by itself changes: a store into them, or a method known to change its owner."""
    if isinstance(node, (_ast.Attribute, _ast.Subscript)) and not isinstance(node.ctx, _ast.Load):
        return _owner(node)
    if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Attribute) and node.func.attr in CHANGERS:
        return _owner(node.func)
    return set()


def _owner(node: _ast.AST) -> set[str]:
    """The name at the left end of `a.b[c].d`."""
    while isinstance(node, (_ast.Attribute, _ast.Subscript, _ast.Call)):
        node = node.func if isinstance(node, _ast.Call) else node.value
    return {node.id} if isinstance(node, _ast.Name) else set()


def _called(node: _ast.AST) -> set[str]:
    """The plain names that `node` calls: as a function, as a decorator, as the base of a class."""
    if isinstance(node, _ast.Call):
        return {node.func.id} if isinstance(node.func, _ast.Name) else set()
    called: set[str] = set()
    if isinstance(node, _DEFINITIONS):
        called |= {d.id for d in node.decorator_list if isinstance(d, _ast.Name)}
    if isinstance(node, _ast.ClassDef):
        parents = (*node.bases, *(keyword.value for keyword in node.keywords))
        called |= {parent.id for parent in parents if isinstance(parent, _ast.Name)}
    return called


def _handed_over(call: _ast.expr) -> set[str]:
    """What a call that stands alone may change: the owner of its method and its arguments."""
    if isinstance(call, _ast.Await):
        call = call.value
    if not isinstance(call, _ast.Call):
        return set()
    changed = _owner(call.func) if isinstance(call.func, _ast.Attribute) else set()
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        changed |= _owner(argument.value if isinstance(argument, _ast.Starred) else argument)
    return changed


def _decorating_owners(node: Definition) -> set[str]:
    """`registry` of `@registry.register("x")`."""
    owners: set[str] = set()
    for decorator in node.decorator_list:
        function = decorator.func if isinstance(decorator, _ast.Call) else decorator
        owners |= _owner(function) if isinstance(function, _ast.Attribute) else set()
    return owners


# ---- what calling a function of the module changes

_SUBCLASS_HOOK = "__init_subclass__ of "


def _indirect_changes(statements: Sequence[_ast.stmt]) -> dict[str, set[str]]:
    """Functions and classes of the module that are called while it is imported -> names that their code changes."""
    definitions = {s.name: s for s in statements if isinstance(s, _DEFINITIONS)}
    changes: dict[str, set[str]] = {}
    waiting = [name for s in statements for node in at_import(s) for name in _called(node)]
    calls: dict[str, set[str]] = {}
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in changes:
            changes[name], calls[name] = _body_changes(definitions[name])
            waiting.extend(calls[name])
            if _has_subclass_hook(definitions[name]):
                changes[_SUBCLASS_HOOK + name] = set()
    _spread(changes, calls)
    return changes


def _body_changes(definition: Definition) -> tuple[set[str], set[str]]:
    """(names that the whole body, inner functions included, may change in the module, names that it calls)."""
    changed: set[str] = set()
    called: set[str] = set()
    for node in all_below(*definition.body):
        changed |= set(node.names) if isinstance(node, _ast.Global) else _changed_directly(node)
        called |= _called(node)
    return changed, called


def _has_subclass_hook(definition: Definition) -> bool:
    return isinstance(definition, _ast.ClassDef) and any(
        isinstance(member, _FUNCTIONS) and member.name == "__init_subclass__" for member in definition.body
    )


def _spread(changes: dict[str, set[str]], calls: dict[str, set[str]]) -> None:
    """What a called function changes, its caller changes."""
    grown = True
    while grown:
        grown = False
        for name, called in calls.items():
            more = set().union(*(changes.get(callee, set()) for callee in called)) - changes[name]
            changes[name] |= more
            grown = grown or bool(more)
