"""Loading: a syntax tree becomes a Redunfile. Bodies of rules, actions and checks are run by planning, not here."""

from __future__ import annotations

from redo_py.front.redunfile.builtins import TABLE
from redo_py.front.redunfile.checks import check_names
from redo_py.front.redunfile.declared import Redunfile
from redo_py.front.redunfile.freenames import bound_names
from redo_py.front.redunfile.kinds import is_lazy
from redo_py.front.redunfile.listed import Listed
from redo_py.front.redunfile.machine import Machine
from redo_py.front.redunfile.owners import Owners
from redo_py.front.redunfile.reads import Reads
from redo_py.front.redunfile.scopes import POISON, Poisoned, Scope
from redo_py.front.redunfile.statements import execute, run_function
from redo_py.front.redunfile.suggest import closest
from redo_py.ground.errors import ErrorList, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.host import Host
    from redo_py.front.redunfile.syntax import Module


def load(module: Module, source: str, host: Host, file: str = "redunfile.py") -> Redunfile:
    """Evaluate the redunfile `module`, whose text is `source` and which the user knows as `file`.

    Raises ErrorList with every independent error, in the order of the text.
    """
    top = Scope(Scope(None, dict(TABLE)))
    redunfile = Redunfile(file, source.splitlines(), module.doc, Reads(host), top)
    machine = Machine(redunfile, run_function)
    errors = check_names(machine, module)
    wrong = {error.span.line for error in errors if error.span}
    starts = [*map(first_line, module.body), len(redunfile.lines) + 1]
    for statement, start, end in zip(module.body, starts, starts[1:], strict=False):
        if not wrong.isdisjoint(range(start, end)):
            top.names.update(dict.fromkeys(bound_names((statement,)), POISON))
        else:
            errors += _execute_one(machine, statement, top)
    if not errors:
        errors = _collect_lazies(machine, module) or _final_errors(machine)
    if errors:
        raise ErrorList(sorted(errors, key=lambda error: error.span.line if error.span else 0))
    return redunfile


def first_line(statement: Any) -> int:
    """The line on which a statement begins: that of its first decorator."""
    lines: list[int] = [statement.line, *(each.line for each in getattr(statement, "decorators", ()))]
    return min(lines)


def _execute_one(machine: Machine, statement: Any, top: Scope) -> list[UsageError]:
    """Execute a top-level statement; what it would have bound is poisoned when it fails."""
    errors: list[UsageError] = []
    try:
        execute(machine, (statement,), top)
        return []
    except UsageError as error:
        errors.append(error)
    except Poisoned:
        pass
    machine.loops.clear()
    for name in bound_names((statement,)):
        top.names.setdefault(name, POISON)
    return errors


def _collect_lazies(machine: Machine, module: Module) -> list[UsageError]:
    """Public top-level names with lazy values are targets."""
    errors = []
    for name, node in bound_names(module.body).items():
        value = machine.redunfile.scope.names.get(name)
        if name.startswith("_") or not is_lazy(value):
            continue
        place = machine.redunfile.place(name)
        if place is not None:
            errors.append(machine.error("repeated-target", node, name=name, place=place))
        else:
            machine.redunfile.lazies[name] = (value, machine.span(node))
    return errors


def _final_errors(machine: Machine) -> list[UsageError]:
    """What only the whole file shows."""
    redunfile = machine.redunfile
    errors = _unknown_overrides(redunfile)
    try:
        owners = Owners(redunfile)
    except UsageError as error:
        return [*errors, error]
    for name in redunfile.names():
        recipe = owners.literal(name)
        if recipe is not None:
            place = redunfile.place(name)
            errors.append(redunfile.error("name-is-output", place, name=name, rule=recipe.name, place=recipe.span))
    for path, span in redunfile.read.items():
        made_by = owners.find(path)
        if made_by is not None:
            recipe = made_by[0]
            errors.append(redunfile.error("lines-of-output", span, path=path, rule=recipe.name, place=recipe.span))
    try:
        Listed(redunfile, owners).check_new()
    except UsageError as error:
        errors.append(error)
    return errors + _unknown_pools(redunfile)


def _unknown_overrides(redunfile: Redunfile) -> list[UsageError]:
    known = list(redunfile.configs)
    return [
        UsageError("unknown-override", name=name, hint=closest(name, known) or _known_configs(known))
        for name in redunfile.reads.host.overrides
        if name not in redunfile.configs
    ]


def _known_configs(known: list[str]) -> str:
    return "it has " + ", ".join(f"`{name}`" for name in known) if known else "it has no `config(...)` at all"


def _unknown_pools(redunfile: Redunfile) -> list[UsageError]:
    errors = []
    for recipe in (*redunfile.rules, *redunfile.actions.values(), *redunfile.checks.values()):
        pool = recipe.options.get("pool")
        if pool is not None and pool not in redunfile.pools:
            hint = closest(pool, redunfile.pools) or f'declare it: `pool("{pool}", 4)`'
            errors.append(redunfile.error("unknown-pool", recipe.span, name=pool, hint=hint))
    return errors
