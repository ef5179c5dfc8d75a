"""Loading: a syntax tree becomes a Redunfile. Bodies of rules, actions and checks are run by planning, not here."""

from __future__ import annotations

from redo_py.front.redunfile.builtins.options import own_pools
from redo_py.front.redunfile.builtins.table import TABLE
from redo_py.front.redunfile.evaluation.declared import Redunfile
from redo_py.front.redunfile.evaluation.kinds import is_lazy
from redo_py.front.redunfile.evaluation.machine import Machine
from redo_py.front.redunfile.evaluation.reads import Reads
from redo_py.front.redunfile.evaluation.resources import RESOURCES
from redo_py.front.redunfile.evaluation.scopes import POISON, Poisoned, Scope
from redo_py.front.redunfile.evaluation.unit import FILE, Unit
from redo_py.front.redunfile.grammar.freenames import bound_names
from redo_py.front.redunfile.grammar.syntax import ImportedName
from redo_py.front.redunfile.instances.listed import Listed
from redo_py.front.redunfile.instances.owners import Owners
from redo_py.front.redunfile.loading.statements import execute, run_function
from redo_py.front.redunfile.names.labels import folder_of, plain_name
from redo_py.front.redunfile.names.suggest import closest, similar
from redo_py.ground.errors import ErrorList, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.host import Host
    from redo_py.front.redunfile.grammar.syntax import Module


def load(module: Module, source: str, host: Host, file: str = "redunfile.py") -> Redunfile:
    """Evaluate the redunfile `module` of the root, whose text is `source` and which the user knows as `file`, with
    those that it includes.

    Raises ErrorList with every independent error, in the order of the text.
    """
    redunfile = Redunfile(_unit("", file, source, module), Reads(host))
    machine = Machine(redunfile, run_function, include_folder)
    errors = _evaluate(machine, module) or _final_errors(machine)
    if errors:
        raise ErrorList(errors)
    return redunfile


def include_folder(machine: Machine, node: Any, folder: str) -> Unit:
    """Evaluate the redunfile in `folder`, which the one of `machine` includes at `node`. Raises ErrorList."""
    file = f"{folder}/{FILE}"
    try:
        module, source = machine.reads.host.redunfile(file)
    except OSError as error:
        raise machine.error("unreadable", node, path=file, error=error.strerror) from None
    unit = _unit(folder, file, source, module)
    machine.redunfile.add(unit)
    inner = Machine(machine.redunfile, run_function, include_folder)
    inner.enter(unit)
    errors = _evaluate(inner, module)
    if errors:
        raise ErrorList(errors)
    return unit


def _unit(folder: str, file: str, source: str, module: Module) -> Unit:
    return Unit(folder, file, _lines(source), module.doc, Scope(Scope(None, {**TABLE, **RESOURCES})))


def _lines(source: str) -> list[str]:
    """The lines as Python counts them: other characters that end a line elsewhere end none."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _evaluate(machine: Machine, module: Module) -> list[UsageError]:
    """Evaluate the statements of one redunfile; every independent error, its own in the order of the text first."""
    unit = machine.unit
    top = unit.scope
    errors = [] if module.is_sound else _checked(machine, module)
    wrong = {error.span.line for error in errors if error.span}
    starts = [*map(first_line, module.body), len(unit.lines) + 1]
    for statement, start, end in zip(module.body, starts, starts[1:], strict=False):
        if not wrong.isdisjoint(range(start, end)):
            top.names.update(dict.fromkeys(bound_names((statement,)), POISON))
        else:
            errors += _execute_one(machine, statement, top)
    errors = errors or _collect_lazies(machine, module)
    _name_pools(machine.redunfile, unit)
    unit.is_loaded = True
    own = [error for error in errors if error.span is None or error.span.file == unit.file]
    own.sort(key=lambda error: error.span.line if error.span else 0)
    return [*own, *(error for error in errors if error.span is not None and error.span.file != unit.file)]


def _checked(machine: Machine, module: Module) -> list[UsageError]:
    """What is wrong with the names of a file that is new; of one that is remembered as sound nobody asks."""
    from redo_py.front.redunfile.loading.checks import check_names

    errors = check_names(machine, module)
    module.is_sound = not errors
    return errors


def _name_pools(redunfile: Redunfile, unit: Unit) -> None:
    """Pools may be declared below what uses them: only now is it known which of them are the redunfile's own."""
    for recipe in (*redunfile.rules, *redunfile.actions.values(), *redunfile.checks.values()):
        if recipe.unit is unit and unit.folder:
            recipe.options = own_pools(redunfile, unit, recipe.options)


def first_line(statement: Any) -> int:
    """The line on which a statement begins: that of its first decorator."""
    lines: list[int] = [statement.line, *(each.line for each in getattr(statement, "decorators", ()))]
    return min(lines)


def _execute_one(machine: Machine, statement: Any, top: Scope) -> list[UsageError]:
    """Execute a top-level statement; what it would have bound is poisoned when it fails."""
    errors: list[Any] = []
    try:
        execute(machine, (statement,), top)
        return []
    except UsageError as error:
        errors.append(error)
    except ErrorList as several:
        errors += several.errors
    except Poisoned:
        pass
    machine.loops.clear()
    for name in bound_names((statement,)):
        top.names.setdefault(name, POISON)
    return errors


def _collect_lazies(machine: Machine, module: Module) -> list[UsageError]:
    """Public top-level names with lazy values are targets; one that is imported is one already."""
    redunfile, unit = machine.redunfile, machine.unit
    errors = []
    for name, node in bound_names(module.body).items():
        value = unit.scope.names.get(name)
        if name.startswith("_") or isinstance(node, ImportedName) or not is_lazy(value):
            continue
        place = redunfile.place(unit.label(name))
        if place is not None:
            errors.append(machine.error("repeated-target", node, name=name, place=place))
        else:
            redunfile.lazies[unit.label(name)] = (value, machine.span(node))
    return errors


def _final_errors(machine: Machine) -> list[UsageError]:
    """What only the whole file shows."""
    redunfile = machine.redunfile
    errors = [*_unknown_overrides(redunfile), *_unknown_settings(redunfile)]
    try:
        owners = Owners(redunfile)
    except UsageError as error:
        return [*errors, error]
    for name in redunfile.names():
        recipe = owners.literal(redunfile.units[folder_of(name)].path(plain_name(name)))
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
    return _in_order(redunfile, [*errors, *_unknown_pools(redunfile)])


def _in_order(redunfile: Redunfile, errors: list[UsageError]) -> list[UsageError]:
    """`errors` as the files were read, and in the order of each text."""
    order = {file: number for number, file in enumerate(redunfile.texts)}
    places = [(order.get(error.span.file, len(order)), error.span.line) if error.span else (0, 0) for error in errors]
    return [errors[number] for number in sorted(range(len(errors)), key=places.__getitem__)]


def _unknown_overrides(redunfile: Redunfile) -> list[UsageError]:
    known = list(redunfile.configs)
    return [
        UsageError("unknown-override", name=name, hint=_meant_config(name, known) or _known_configs(known))
        for name in redunfile.reads.host.overrides
        if name not in redunfile.configs
    ]


def _unknown_settings(redunfile: Redunfile) -> list[UsageError]:
    """What settings files say to no `config(...)`. One that is not reached this time (`if DEBUG: config(...)`, a folder
    that is not included) is none of these, nor is what another redunfile has than the one that `-f` names."""
    if redunfile.root.file != FILE:
        return []
    known = list(redunfile.configs)

    def is_known(name: str) -> bool:
        return name in redunfile.configs or _may_have(redunfile, name)

    return [
        UsageError("unknown-setting", span=span, source=source, name=name, hint=_written(name, known))
        for name, span, source in redunfile.reads.host.strange_settings(is_known)
    ]


def _may_have(redunfile: Redunfile, name: str) -> bool:
    """Whether the redunfile that the label `name` belongs to holds it as a text, or was not read."""
    unit = redunfile.units.get(folder_of(name))
    if unit is None:
        return redunfile.reads.is_file(f"{folder_of(name)}/{FILE}")
    texts = [f"{quote}{plain_name(name)}{quote}" for quote in ("'", '"')]
    return any(text in line for line in unit.lines for text in texts)


def _written(name: str, known: list[str]) -> str:
    """What to write instead of `name`, as TOML has it."""
    same = [each for each in known if plain_name(each) == plain_name(name)] or similar(name, known, 1, 0.7)
    ways = [f'`"{each}"`' if folder_of(each) else f"`{each}`" for each in same]
    return f"did you mean {' or '.join(ways)}?" if ways else _known_configs(known)


def _meant_config(name: str, known: list[str]) -> str:
    """A hint with the setting that looks most like `name`, or is called so in another redunfile."""
    same = [f"`{each}`" for each in known if plain_name(each) == plain_name(name)]
    return f"did you mean {' or '.join(same)}?" if same else closest(name, known)


def _known_configs(known: list[str]) -> str:
    return "it has " + ", ".join(f"`{name}`" for name in known) if known else "it has no `config(...)` at all"


def _pools_for(redunfile: Redunfile, unit: Unit) -> list[str]:
    """What `unit` may call a pool: its own by their names, those of the settings, and labels, which come by import."""
    own = [plain_name(pool) for pool in redunfile.pools if folder_of(pool) == unit.folder]
    return [*own, *redunfile.reads.host.limits, *(pool for pool in redunfile.pools if folder_of(pool))]


def _elsewhere(redunfile: Redunfile, name: str) -> str:
    """What to do about a pool that only another redunfile has; "" if none has it."""
    folder = next((folder_of(pool) for pool in redunfile.pools if plain_name(pool) == name), None)
    if folder is None:
        return ""
    return (
        f"{redunfile.units[folder].file} has one of its own: bind that to a name, import it, and say `pool=NAME`,\n"
        f"or write `{name} = N` below [limits] of redun.toml, for all redunfiles"
    )


def _unknown_pools(redunfile: Redunfile) -> list[UsageError]:
    errors = []
    for recipe in (*redunfile.rules, *redunfile.actions.values(), *redunfile.checks.values()):
        named = recipe.options.get("pool")
        known = _pools_for(redunfile, recipe.unit)
        for pool in (*((named,) if named else ()), *recipe.options.get("limits", ())):
            if pool in known:
                continue
            hint = closest(pool, known) or _elsewhere(redunfile, pool) or f'declare it: `pool("{pool}", 4)`'
            errors.append(redunfile.error("unknown-pool", recipe.span, name=pool, hint=hint))
    return errors
