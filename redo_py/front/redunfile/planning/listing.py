"""What `redun targets` lists: plain records."""

from __future__ import annotations

from redo_py.front.redunfile.builtins.arguments import type_of
from redo_py.front.redunfile.builtins.meanings import meaning
from redo_py.front.redunfile.instances.listed import instances_of
from redo_py.values.file import PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.declared import Recipe, Redunfile
    from redo_py.front.redunfile.evaluation.unit import Unit
    from redo_py.ground.spans import Span


class Target:
    """Something to ask for."""

    __slots__ = ("doc", "instances", "is_default", "kind", "name", "parameters", "span")

    def __init__(self, name: str, kind: str, span: Span, doc: str = "", is_default: bool = False) -> None:
        self.name = name  # its label, or a path from the root; a pattern for a rule with placeholders
        self.kind = kind  # "rule" "pattern" "action" "check" "group" "lazy"
        self.span = span
        self.doc = doc
        self.is_default = is_default
        self.instances: list[str] = []  # of a pattern: the paths that can be listed
        self.parameters: list[tuple[str, str, Any]] = []  # of an action: (name, type, default), ... without a default


def list_targets(redunfile: Redunfile, here: str = "") -> list[Target]:
    """Groups, actions, checks, lazy names, then files, each in the order of the redunfile; the root's first, then
    those of the others. The defaults are those of the folder `here`."""
    found = [Target(group.name, "group", group.span) for group in redunfile.groups.values()]
    found += [_named(recipe) for recipe in (*redunfile.actions.values(), *redunfile.checks.values())]
    found += [Target(name, "lazy", span) for name, (_, span) in redunfile.lazies.items()]
    for recipe in redunfile.rules:
        found += _outputs(recipe)
    asked = _default_names(redunfile, redunfile.unit_at(here), set())
    for target in found:
        target.is_default = target.name in asked
    order = list(redunfile.texts)
    return sorted(found, key=lambda target: order.index(target.span.file))


def _named(recipe: Recipe) -> Target:
    target = Target(recipe.name, recipe.kind, recipe.span, recipe.doc)
    for parameter in recipe.function.node.parameters:
        default = recipe.function.defaults.get(parameter.name, ...)
        target.parameters.append((parameter.name, type_of(recipe, parameter).__name__, default))
    return target


def _outputs(recipe: Recipe) -> list[Target]:
    kind = "pattern" if recipe.placeholders else "rule"
    targets = [Target(pattern.shown, kind, recipe.span, recipe.doc) for pattern in recipe.patterns]
    targets[0].instances = instances_of(recipe)
    return targets


def _default_names(redunfile: Redunfile, unit: Unit, seen: set[str]) -> set[str]:
    """The labels and paths that the `default(...)` of `unit` says itself, or its group `all`; without these all its
    groups and literal outputs, and what the redunfiles have by default that it includes, those of `seen` excepted."""
    seen.add(unit.folder)
    if unit.defaults is None:
        if unit.label("all") in redunfile.groups:
            return {unit.label("all")}
        found = {group.name for group in redunfile.groups.values() if group.unit is unit}
        for recipe in redunfile.rules:
            if recipe.unit is unit and not recipe.placeholders:
                found.update(pattern.shown for pattern in recipe.patterns)
        for folder in unit.includes:
            if folder not in seen:
                found |= _default_names(redunfile, redunfile.units[folder], seen)
        return found
    found = set()
    stack = [value for value, _ in unit.defaults]
    while stack:
        value = stack.pop()
        if isinstance(value, (list, tuple)):
            stack.extend(value)
        elif isinstance(value, str):
            found.add(meaning(redunfile, unit, value)[1])
        elif isinstance(value, PathLike):
            found.add(value.path)
        else:
            found.add(getattr(value, "name", ""))
    return found
