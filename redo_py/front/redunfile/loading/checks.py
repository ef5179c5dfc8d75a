"""What is wrong with a redunfile whatever the world looks like: found by reading it, bodies included.

Names: bound once, known, not taken from the language. Commands: no hole where the shell does not split words, no plain
string that was meant to be an f-string. Bodies: at least one step. Functions: no recursion.
"""

from __future__ import annotations

from redo_py.front.redunfile.builtins.table import TABLE
from redo_py.front.redunfile.evaluation.resources import RESOURCES
from redo_py.front.redunfile.grammar import syntax
from redo_py.front.redunfile.grammar.freenames import bound_names, walk
from redo_py.front.redunfile.loading.blocks import Block
from redo_py.front.redunfile.loading.checked_texts import check_call
from redo_py.front.redunfile.names.suggest import instead

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.ground.errors import UsageError


def check_names(machine: Machine, module: syntax.Module) -> list[UsageError]:
    """Every error of these kinds in `module`, in no order."""
    checker = Checker(machine, module)
    top = Block(None, is_function=True)
    checker.statements(module.body, top)
    checker.check_recursion(module)
    return checker.errors


class Checker:
    """Walks the statements in their order."""

    def __init__(self, machine: Machine, module: syntax.Module) -> None:
        self.machine = machine
        self.top_names = bound_names(module.body)
        self.errors: list[UsageError] = []
        self.raws = {
            name
            for statement in module.body
            if isinstance(statement, syntax.Assign) and is_call_of(statement.value, "raw")
            for name in (target.id for target in statement.targets)
        }  # names that hold a raw text

    def report(self, code: str, node: Any, **words: object) -> None:
        """Note an error; one for each place."""
        error = self.machine.error(code, node, **words)
        if all(error.span != other.span for other in self.errors):
            self.errors.append(error)

    # ---- statements

    def statements(self, statements: Sequence[Any], block: Block) -> None:
        for statement in statements:
            self.statement(statement, block)

    def statement(self, node: Any, block: Block) -> None:
        """Check one statement, then bind what it binds."""
        if isinstance(node, syntax.Def):
            self.definition(node, block)
        elif isinstance(node, syntax.If):
            self.conditional(node, block)
        elif isinstance(node, syntax.For):
            self.loop(node, block)
        elif isinstance(node, syntax.AddAssign):
            self.addition(node, block)
        elif isinstance(node, syntax.Import):
            self.imports(node, block)
        else:
            targets = node.targets if isinstance(node, syntax.Assign) else ()
            if not isinstance(node, syntax.Pass):
                self.expression(node.message if isinstance(node, syntax.Assert) else None, block)
                self.expression(node.test if isinstance(node, syntax.Assert) else node.value, block)
            for target in targets:
                self.bind(target.id, target, block)

    def bind(self, name: str, node: Any, block: Block) -> None:
        """`name` is bound here, for the only time."""
        if name in TABLE:
            self.report("builtin-bound", node, name=name)
        place = block.place_of(name)
        if place is not None:
            self.report("bound-twice", node, name=name, line=place.line)
        block.bind(name, node)

    def conditional(self, node: syntax.If, block: Block) -> None:
        """Each branch may bind a name once."""
        self.expression(node.test, block)
        branches = [block.branch(), block.branch()]
        for branch, statements in zip(branches, (node.body, node.orelse), strict=True):
            self.statements(statements, branch)
        for branch in branches:
            block.join(branch)

    def loop(self, node: syntax.For, block: Block) -> None:
        self.expression(node.iterable, block)
        turn = Block(block, is_function=False)
        for target in node.targets:
            self.bind(target, node, turn)
        self.statements(node.body, turn)
        block.left_behind.update(turn.names)

    def addition(self, node: syntax.AddAssign, block: Block) -> None:
        """`+=` reaches out of loops, not out of functions."""
        self.expression(node.value, block)
        name = node.target.id
        if block.place_of(name) is None:
            if block.knows(name) or (name in self.top_names and block.is_inside_function()):
                self.report("add-outside", node.target, name=name)
            else:
                self.unknown(node.target, name, block)

    def imports(self, node: syntax.Import, block: Block) -> None:
        for name in node.names:
            if node.module == "redo_py.build" and name.alias == name.name:
                continue
            self.bind(name.alias, name, block)

    # ---- functions

    def definition(self, node: syntax.Def, block: Block) -> None:
        for decorator in node.decorators:
            self.expression(decorator, block)
        for parameter in node.parameters:
            self.expression(parameter.default, block)
        self.bind(node.name, node, block)
        inner = Block(block, is_function=True)
        inner.later = bound_names(node.body)
        for parameter in node.parameters:
            inner.bind(parameter.name, parameter)
        self.statements(node.body, inner)
        if node.decorators:
            self.body(node)

    def body(self, node: syntax.Def) -> None:
        """The body of a rule, action or check: it has a step, and declares nothing."""
        if not has_step(node):
            self.report("no-step", node, name=node.name, kind=decorator_name(node))
        own = {parameter.name for parameter in node.parameters}
        for each in walk(node.body):
            if is_call_of(each):
                name = each.function.id
                if name in TABLE and TABLE[name].phase == "load" and name not in own:
                    self.report("only-at-top", each, name=name)

    def check_recursion(self, module: syntax.Module) -> None:
        """A function that calls itself, through others or not."""
        functions = {node.name: node for node in module.body if isinstance(node, syntax.Def) and not node.decorators}
        calls = {
            name: [each.function.id for each in walk(node.body) if is_call_of(each) and each.function.id in functions]
            for name, node in functions.items()
        }
        for name, node in functions.items():
            cycle = cycle_from(name, calls)
            if cycle and name == min(cycle):
                self.report("recursion", node, name=" -> ".join([*cycle, name]))

    # ---- expressions

    def expression(self, node: Any, block: Block) -> None:
        """Check the names and calls in one expression."""
        if node is None:
            return
        if isinstance(node, syntax.Name):
            if not block.knows(node.id) and node.id not in TABLE and not self.is_resource(node.id, block):
                self.name(node, block)
        elif isinstance(node, (syntax.ListComprehension, syntax.DictComprehension)):
            self.comprehension(node, block)
        else:
            if isinstance(node, syntax.Call):
                check_call(self.machine, node, block, self.raws, self.report)
            for name in node.fields:
                value = getattr(node, name)
                for each in value if isinstance(value, tuple) else (value,):
                    if isinstance(each, syntax.Node):
                        self.expression(each, block)

    def is_resource(self, name: str, block: Block) -> bool:
        """Is `name` one that is always there, and that this redunfile binds nowhere?"""
        return name in RESOURCES and name not in self.top_names and not block.is_bound_later(name)

    def name(self, node: syntax.Name, block: Block) -> None:
        """A name that is not bound yet: inside functions the top level may bind it later."""
        if block.is_bound_later(node.id):
            self.report("used-before", node, name=node.id)
        elif not (block.is_inside_function() and node.id in self.top_names):
            self.unknown(node, node.id, block)

    def unknown(self, node: Any, name: str, block: Block) -> None:
        if block.was_left_behind(name):
            hint = "it is bound inside a loop: only `+=` reaches outward"
        else:
            hint = instead(name, (*block.known(), *TABLE, *self.top_names))
        self.report("unknown-name", node, name=name, hint=hint)

    def comprehension(self, node: Any, block: Block) -> None:
        inner = block
        for clause in node.clauses:
            self.expression(clause.iterable, inner)
            inner = Block(inner, is_function=False)
            for target in clause.targets:
                inner.bind(target, clause)
            for condition in clause.conditions:
                self.expression(condition, inner)
        for part in (node.element,) if isinstance(node, syntax.ListComprehension) else (node.key, node.value):
            self.expression(part, inner)


def is_call_of(node: Any, name: str = "") -> bool:
    """Is `node` a call of a plain name, of this one if it is given?"""
    return isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name) and name in ("", node.function.id)


def decorator_name(node: syntax.Def) -> str:
    """`rule`, `action` or `check`, as far as the syntax tells."""
    decorator = node.decorators[0]
    function = decorator.function if isinstance(decorator, syntax.Call) else decorator
    return function.id if isinstance(function, syntax.Name) else "rule"


def has_step(node: syntax.Def) -> bool:
    """Can the body make a step: by `sh`, by a task that it returns, or by a function that it calls?"""
    for each in walk(node.body):
        if isinstance(each, syntax.Return) and each.value is not None:
            return True
        if is_call_of(each) and (each.function.id in ("sh", "fail") or each.function.id not in TABLE):
            return True
    return False


def cycle_from(start: str, calls: dict[str, list[str]]) -> list[str]:
    """The names on a way from `start` back to it, `start` first; [] if there is none."""
    stack = [[start]]
    seen: set[str] = set()
    while stack:
        way = stack.pop()
        for name in calls[way[-1]]:
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                stack.append([*way, name])
    return []
