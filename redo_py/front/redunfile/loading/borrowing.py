"""`from pipeline import compile_c`: what a redunfile takes from a Python module that has rules.

A name brings what it uses, and the module's pools; all other rules, groups and actions of the module stay where they
are. Paths in a module are relative to the project's root, whichever redunfile imports it.
"""

from __future__ import annotations

from redo_py.front.redunfile.builtins.table import TABLE
from redo_py.front.redunfile.evaluation.resources import RESOURCES
from redo_py.front.redunfile.evaluation.scopes import MISSING, Scope
from redo_py.front.redunfile.evaluation.unit import Unit
from redo_py.front.redunfile.grammar import syntax
from redo_py.front.redunfile.grammar.freenames import bound_names, walk
from redo_py.front.redunfile.loading.checks import check_names, is_call_of
from redo_py.ground.errors import ErrorList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine

    Execute = Callable[[Machine, Sequence[Any], Scope], None]


class Lender:
    """A module with rules, as far as redunfiles have taken names from it."""

    __slots__ = ("done", "names", "tree", "unit")

    def __init__(self, unit: Unit, tree: syntax.Module) -> None:
        self.unit = unit
        self.tree = tree
        bound = bound_names(tree.body)
        self.names = {name for name, node in bound.items() if not isinstance(node, syntax.ImportedName)}
        self.done: set[int] = set()  # numbers of the statements that have been evaluated


def borrow(machine: Machine, node: Any, module: str, name: str, execute: Execute) -> Any:
    """The value of `name` of a module as a redunfile has it; MISSING if it is not redun's, but Python's.

    Raises UsageError and ErrorList for what is wrong with it.
    """
    if module == machine.written.file.removesuffix(".py").replace("/", "."):
        return MISSING  # a module that is read names its own functions
    lender = _lender(machine, module)
    if lender is None or name not in lender.names:
        return MISSING
    if machine.body is not None or machine.calls:
        raise machine.error("include-in-body", node)
    unit, written = machine.unit, machine.written
    machine.enter(lender.unit)
    try:
        _evaluate(machine, lender, name, execute)
    finally:
        machine.unit, machine.written = unit, written
    return lender.unit.scope.lookup(name)


def _lender(machine: Machine, module: str) -> Lender | None:
    lenders: dict[str, Lender | None] = machine.redunfile.lenders
    if module not in lenders:
        found = machine.reads.host.embedded(module)
        lenders[module] = None
        if found is not None:
            tree, text, file = found
            scope = Scope(Scope(None, {**TABLE, **RESOURCES}))
            lenders[module] = Lender(Unit("", file, text.split("\n"), tree.doc, scope), tree)
            machine.redunfile.texts[file] = text.split("\n")
    return lenders[module]


def _evaluate(machine: Machine, lender: Lender, name: str, execute: Execute) -> None:
    """Evaluate what binds `name`, and what that uses, as far as it has not been."""
    wanted = sorted(_reached(lender.tree, name) | lender.done)
    body = tuple(lender.tree.body[number] for number in wanted)
    errors = check_names(machine, syntax.Module(1, 1, body, ""))
    if errors:
        raise ErrorList(errors)
    for number in wanted:
        if number not in lender.done:
            lender.done.add(number)
            execute(machine, (lender.tree.body[number],), lender.unit.scope)


def _reached(tree: syntax.Module, name: str) -> set[int]:
    """The numbers of the statements that bind or change `name`, or something that these use; and of the pools."""
    changing = [_changed(statement) for statement in tree.body]
    reached = {number for number, statement in enumerate(tree.body) if _is_pool(statement)}
    waiting, seen = [name], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for number, statement in enumerate(tree.body):
            if name in changing[number]:
                reached.add(number)
                waiting.extend(each.id for each in walk(statement) if isinstance(each, syntax.Name))
    return reached


def _changed(statement: Any) -> set[str]:
    """The names that a statement binds or adds to."""
    added = {each.target.id for each in walk(statement) if isinstance(each, syntax.AddAssign)}
    return added | set(bound_names((statement,)))


def _is_pool(statement: Any) -> bool:
    return isinstance(statement, syntax.Evaluate) and is_call_of(statement.value, "pool")
