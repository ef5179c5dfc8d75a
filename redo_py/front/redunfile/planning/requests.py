"""What the user asks for: names and paths of the command line, and what a redunfile builds by default."""

from __future__ import annotations

from redo_py.front.redunfile.builtins.arguments import check_complete
from redo_py.front.redunfile.builtins.meanings import flat
from redo_py.front.redunfile.instances.listed import known_outputs
from redo_py.front.redunfile.names.labels import EVERYTHING, below, folder_at, label, split_label, upward
from redo_py.front.redunfile.planning.unknown import apart_error, nothing_below, unknown_target
from redo_py.ground.errors import UsageError
from redo_py.ir.expression import ValueExpression
from redo_py.ir.paths import rooted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from redo_py.front.redunfile.builtins.meanings import Meaning
    from redo_py.front.redunfile.evaluation.declared import Redunfile
    from redo_py.front.redunfile.evaluation.unit import Unit
    from redo_py.front.redunfile.instances.instance import Instance
    from redo_py.front.redunfile.instances.plans import Plan
    from redo_py.ground.spans import Span

    Found = Instance | str  # what makes a target, or the path of a source


def resolve(planner: Plan, target: str, here: str) -> list[Found]:
    """What one target of the command line stands for, `here` being the folder below the root where the user stands.
    Raises UsageError for what is none."""
    if not target:
        raise UsageError("empty-target")
    if target == EVERYTHING or target.endswith("/" + EVERYTHING):
        return _everything(planner, target, here)
    kind, name = asked(planner.redunfile, target, here)
    if kind == "path" and planner.producer(name) is None:
        if not planner.reads.is_file(name):
            raise unknown_target(planner, target, here, name)
        return [name]
    if not kind:
        raise unknown_target(planner, target, here, "")
    return _found(planner, [(kind, name)])


def asked_path(planner: Plan, target: str, here: str) -> str:
    """The path that a target of the command line is, if no rule makes it; else ""."""
    if target == EVERYTHING or target.endswith("/" + EVERYTHING):
        return ""
    kind, name = asked(planner.redunfile, target, here)
    return name if kind == "path" and planner.producer(name) is None else ""


def asked(redunfile: Redunfile, target: str, here: str) -> Meaning:
    """What `target` of the command line is, see `meanings`. A plain name is looked up in the redunfile at hand, then in
    those of the folders above; a name wins over a path."""
    unit = redunfile.unit_at(here)
    written = split_label(target, unit.folder)
    if written is not None:
        name = label(*written)
        return redunfile.kind(name), name
    for folder in upward(unit.folder) if "/" not in target else ():
        name = label(folder, target)
        kind = redunfile.kind(name)
        if kind:
            return kind, name
    return "path", rooted(target, here)


def named(redunfile: Redunfile, target: str, here: str, kind: str) -> str:
    """The label of the target `target` if it is of this kind, else ""."""
    found, name = asked(redunfile, target, here)
    return name if found == kind else ""


def _found(planner: Plan, meanings: Iterable[Meaning], span: Span | None = None, asking: str = "") -> list[Found]:
    """What makes each of `meanings`, or its path, each once; `asking` names what stands at `span` and has them."""
    found: dict[Any, Found] = {}
    for kind, name in meanings:
        for each in _found_one(planner, kind, name, span, asking):
            found[each if isinstance(each, str) else id(each)] = each
    return list(found.values())


def _found_one(planner: Plan, kind: str, name: str, span: Span | None, asking: str) -> list[Found]:
    redunfile = planner.redunfile
    if kind == "group":
        group = redunfile.groups[name]
        members = flat(redunfile, group.unit, group, group.span)
        return _found(planner, members, group.span, name)
    if kind == "lazy":
        return [planner.lazy(name)]
    if kind != "path":
        recipe = redunfile.actions[name] if kind == "action" else redunfile.checks[name]
        check_complete(redunfile, recipe, {})
        return [planner.target(recipe, {})]
    maker = planner.producer(name)
    if maker is not None:
        return [maker]
    if span is not None:
        planner.need_source(name, span, asking)
    return [name]


# ---- what stands for many


def default_members(planner: Plan, here: str = "") -> list[Found]:
    """What is built in the folder `here` when nothing is asked for. Raises UsageError if that is nothing, unless a
    redunfile says so itself: what it lists may be empty today."""
    unit = planner.redunfile.unit_at(here)
    apart = apart_error(planner, unit, here)
    if apart is not None:
        raise apart
    found: dict[Any, Found] = {}
    seen: set[str] = set()
    for each in _defaults(planner, unit, seen):
        found[each if isinstance(each, str) else id(each)] = each
    if not found and not any(_says_what(planner.redunfile, planner.redunfile.units[folder]) for folder in seen):
        raise UsageError("nothing-to-build")
    return list(found.values())


def _says_what(redunfile: Redunfile, unit: Unit) -> bool:
    """Whether a redunfile says by itself what is built when nothing is asked for."""
    return unit.defaults is not None or unit.label("all") in redunfile.groups


def _defaults(planner: Plan, unit: Unit, seen: set[str]) -> list[Found]:
    """What `default(...)` says, else the group `all`, else all groups and literal outputs, and whatever the redunfiles
    that are included build by default. `seen` are the folders whose redunfiles are among the answer already."""
    redunfile = planner.redunfile
    seen.add(unit.folder)
    found: list[Found] = []
    if unit.defaults is not None:
        for value, span in unit.defaults:
            found += _found(planner, flat(redunfile, unit, value, span), span, "default")
        return found
    if unit.label("all") in redunfile.groups:
        return _found(planner, [("group", unit.label("all"))])
    found += _found(planner, [("group", group.name) for group in redunfile.groups.values() if group.unit is unit])
    literals = [path for path, (recipe, _) in planner.owners.literals.items() if recipe.unit is unit]
    found += _found(planner, [("path", path) for path in literals])
    for folder in unit.includes:
        if folder not in seen:
            found += _defaults(planner, redunfile.units[folder], seen)
    return found


def _everything(planner: Plan, target: str, here: str) -> list[Found]:
    """Every group and every output that can be listed, of the redunfiles in a folder and below, and of others what lies
    there."""
    redunfile = planner.redunfile
    above = target.removesuffix(EVERYTHING)
    folder = folder_at(above.rstrip("/") or above or ".", here)
    meanings = [("group", group.name) for group in redunfile.groups.values() if below(folder, group.unit.folder)]
    meanings += [
        ("path", path)
        for path, recipe in known_outputs(redunfile, planner.owners)
        if below(folder, recipe.unit.folder) or below(folder, path)
    ]
    if not meanings:
        raise nothing_below(planner, target, folder)
    return _found(planner, meanings)


def as_expression(planner: Plan, found: Found) -> Any:
    """The expression of one target."""
    return ValueExpression(planner.file(found)) if isinstance(found, str) else planner.plan(found)
