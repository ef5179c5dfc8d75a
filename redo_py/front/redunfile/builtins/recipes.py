"""Declaring: a decorator and its def become a rule, an action or a check."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.declared import Recipe
from redo_py.front.redunfile.names.patterns import Pattern, PatternFault
from redo_py.front.redunfile.names.suggest import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.callables import Declaration, Function
    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Def


def declare(machine: Machine, node: Def, declaration: Declaration, function: Function) -> Recipe:
    """Add the recipe to the redunfile. Raises UsageError if pattern and parameters do not fit."""
    recipe = Recipe(
        declaration.kind,
        declaration.name or (node.name if declaration.kind == "rule" else machine.unit.label(node.name)),
        machine.unit,
        machine.span(node),
        node.doc,
        function,
        _patterns(machine, node, declaration),
        declaration.options,
        declaration.where,
        declaration.shell,
    )
    if recipe.kind == "rule":
        _check_rule(machine, node, recipe)
        machine.redunfile.rules.append(recipe)
        return recipe
    _check_target(machine, node, recipe)
    table = machine.redunfile.actions if recipe.kind == "action" else machine.redunfile.checks
    table[recipe.name] = recipe
    return recipe


def _patterns(machine: Machine, node: Def, declaration: Declaration) -> tuple[Pattern, ...]:
    try:
        patterns = tuple(Pattern(machine.unit.pattern(text), keyword) for keyword, text in declaration.patterns)
    except PatternFault as fault:
        raise machine.error(fault.code, node.decorators[0], **fault.words) from None
    for pattern in patterns[1:]:
        if set(pattern.names) != set(patterns[0].names):
            first, second = patterns[0].shown, pattern.shown
            raise machine.error("uneven-patterns", node.decorators[0], first=first, second=second)
    return patterns


def _check_rule(machine: Machine, node: Def, recipe: Recipe) -> None:
    """The parameters of a rule are `out` and its placeholders."""
    for parameter in node.parameters:
        if parameter.kind == "star" or parameter.default is not None:
            raise machine.error("rule-parameter", parameter, name=parameter.name)
    names = [parameter.name for parameter in node.parameters if parameter.name != "out"]
    placeholders = recipe.placeholders
    if "out" in placeholders:
        raise machine.error("out-placeholder", node.decorators[0], name=recipe.name)
    surplus = [f"`{name}`" for name in names if name not in placeholders]
    missing = [f"`{{{name}}}`" for name in placeholders if name not in names]
    if surplus or missing:
        patterns = " and ".join(pattern.shown for pattern in recipe.patterns)
        told = [f"{' and '.join(surplus)} {are(surplus)} no placeholder of it"] if surplus else []
        told += [f"there is no parameter for {' and '.join(missing)}"] if missing else []
        written = ", ".join(["out", *placeholders])
        words = {"name": node.name, "patterns": patterns, "told": ", and ".join(told), "written": written}
        raise machine.error("parameters", node, **words)
    for name in recipe.where:
        if name not in recipe.placeholders:
            hint = closest(name, recipe.placeholders)
            raise machine.error("where-unknown", node.decorators[0], name=name, rule=recipe.name, hint=hint)


def are(names: list[str]) -> str:
    """The verb for `names`."""
    return "is" if len(names) == 1 else "are"


def _check_target(machine: Machine, node: Def, recipe: Recipe) -> None:
    """Actions have parameters by name, checks have none."""
    for parameter in node.parameters:
        if parameter.kind == "star":
            raise machine.error("star-parameter", parameter, name=parameter.name)
        if recipe.kind == "check":
            raise machine.error("check-parameter", parameter, name=recipe.name)
        if parameter.name == "out":
            raise machine.error("action-output", parameter, name=recipe.name)
    check_free(machine, node, recipe.name)


def check_free(machine: Machine, node: Any, name: str) -> None:
    """Raise UsageError if an action, check or group of this name is there already."""
    place = machine.redunfile.place(name)
    if place is not None:
        raise machine.error("repeated-target", node, name=name, place=place)
