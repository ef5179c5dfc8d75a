"""What the user asks for: names and paths of the command line, members of groups, the default."""

from __future__ import annotations

from redo_py.front.redunfile.arguments import check_complete
from redo_py.front.redunfile.callables import Outputs
from redo_py.front.redunfile.declared import Group, Recipe
from redo_py.front.redunfile.kinds import kind_of
from redo_py.front.redunfile.paths import joined, relative
from redo_py.front.redunfile.suggest import similar
from redo_py.ground.errors import UsageError
from redo_py.ir.expression import ValueExpression
from redo_py.values.file import PathLike, normal_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.declared import Redunfile
    from redo_py.front.redunfile.instance import Instance
    from redo_py.front.redunfile.plans import Plan
    from redo_py.ground.spans import Span

    Found = Instance | str  # what makes a target, or the path of a source


def resolve(planner: Plan, target: str, here: str) -> list[Found]:
    """What one target of the command line stands for, `here` being the folder below the root where the user stands."""
    redunfile = planner.redunfile
    if target in redunfile.groups:
        return group_members(planner, redunfile.groups[target])
    named = _named(planner, target)
    if named is not None:
        return [named]
    if not target:
        raise UsageError("empty-target")
    path = joined(here, target)
    maker = planner.producer(path)
    if maker is not None:
        return [maker]
    if planner.reads.is_file(path):
        return [path]
    raise _unknown(planner, target, here, path)


def _named(planner: Plan, name: str) -> Instance | None:
    """The action, check or lazy value of this name."""
    redunfile = planner.redunfile
    recipe = redunfile.actions.get(name) or redunfile.checks.get(name)
    if recipe is not None:
        check_complete(redunfile, recipe, {})
        return planner.target(recipe, {})
    return planner.lazy(name) if name in redunfile.lazies else None


def group_members(planner: Plan, group: Group) -> list[Found]:
    """Everything that the members of `group` stand for, each once."""
    found: dict[Any, Found] = {}
    for text in _flat(planner.redunfile, group, group.span, [group.name]):
        for each in _member(planner, text, group.span, group.name):
            found[each if isinstance(each, str) else id(each)] = each
    return list(found.values())


def _member(planner: Plan, text: str, span: Span, group: str) -> list[Found]:
    named = _named(planner, text)
    if named is not None:
        return [named]
    path = normal_path(text)
    maker = planner.producer(path)
    if maker is None:
        planner.need_source(path, span, group)
        return [path]
    return [maker]


def _flat(redunfile: Redunfile, value: Any, span: Span, groups: list[str]) -> list[str]:
    """The names and paths in a value of the language, groups opened. Raises UsageError for a group inside itself."""
    if isinstance(value, str):
        if value not in redunfile.groups or value.startswith("./"):
            return [value]
        value = redunfile.groups[value]
        if value.name in groups:
            raise redunfile.error("group-cycle", value.span, path=" -> ".join([*groups, value.name]))
    if isinstance(value, Group):
        inner = groups if groups[-1:] == [value.name] else [*groups, value.name]
        return [text for each in value.members for text in _flat(redunfile, each, value.span, inner)]
    if isinstance(value, (list, tuple, Outputs)):
        return [text for each in value for text in _flat(redunfile, each, span, groups)]
    if isinstance(value, PathLike):
        return ["./" + value.path if "/" not in value.path else value.path]
    if isinstance(value, Recipe):
        return _recipe_targets(redunfile, value, span)
    raise redunfile.error("bad-member", span, kind=kind_of(value))


def _recipe_targets(redunfile: Redunfile, recipe: Recipe, span: Span) -> list[str]:
    if recipe.kind != "rule":
        return [recipe.name]
    if recipe.placeholders:
        raise redunfile.error("pattern-rule-member", span, name=recipe.name, pattern=recipe.patterns[0].shown)
    return [pattern.text for pattern in recipe.patterns]


def member_paths(redunfile: Redunfile, group: Group) -> list[str]:
    """The paths of a group that is needed as an input."""
    texts = _flat(redunfile, group, group.span, [group.name])
    for text in texts:
        if text in redunfile.actions or text in redunfile.checks:
            kind = "action" if text in redunfile.actions else "check"
            raise redunfile.error("need-of-action", group.span, name=text, kind=kind)
    return texts


def default_members(planner: Plan) -> list[Found]:
    """What is built when nothing is asked for."""
    redunfile = planner.redunfile
    if redunfile.defaults is not None:
        found: dict[Any, Found] = {}
        for value, span in redunfile.defaults:
            for text in _flat(redunfile, value, span, []):
                for each in _member(planner, text, span, "default"):
                    found[each if isinstance(each, str) else id(each)] = each
        return list(found.values())
    if "all" in redunfile.groups:
        return group_members(planner, redunfile.groups["all"])
    everything: dict[int, Found] = {}
    for group in redunfile.groups.values():
        everything.update((id(each), each) for each in group_members(planner, group))
    for path in planner.owners.literals:
        maker = planner.producer(path)
        if maker is not None:
            everything[id(maker)] = maker
    if not everything:
        raise UsageError("nothing-to-build")
    return list(everything.values())


def _unknown(planner: Plan, target: str, here: str, path: str) -> UsageError:
    """Why `target` is none, and what may have been meant."""
    redunfile = planner.redunfile
    for recipe in redunfile.rules:
        if recipe.name == target:
            patterns = ", ".join(pattern.shown for pattern in recipe.patterns)
            return UsageError("rule-as-target", name=target, patterns=patterns, place=recipe.span)
    name, equals, _ = target.partition("=")
    if equals and name.isidentifier():
        return UsageError("override-as-target", target=target)
    names = similar(target, redunfile.names(), 3)
    paths = [relative(each, here) for each in similar(path, known_paths(planner), 3)]
    close = list(dict.fromkeys([*names, *paths]))[:3]
    hint = "did you mean " + " or ".join(f"`{each}`" for each in close) + "?" if close else "see `redun targets`"
    return UsageError("unknown-target", target=target, hint=hint)


def known_paths(planner: Plan) -> list[str]:
    """Every output that can be listed."""
    return [*planner.owners.literals, *enumerable_paths(planner.redunfile)]


def enumerable_paths(redunfile: Redunfile) -> list[str]:
    """The outputs of pattern rules whose placeholders all have a list of values."""
    return [path for recipe in redunfile.rules for path in instances_of(recipe)]


def instances_of(recipe: Recipe) -> list[str]:
    """The outputs of one pattern rule, if they can be listed."""
    names = recipe.placeholders
    if not names or not all(isinstance(recipe.where.get(name), dict) for name in names):
        return []
    combinations: list[dict[str, str]] = [{}]
    for name in names:
        combinations = [{**each, name: value} for each in combinations for value in recipe.where[name]]
    return [pattern.path(stems) for stems in combinations for pattern in recipe.patterns]


def as_expression(planner: Plan, found: Found) -> Any:
    """The expression of one target."""
    return ValueExpression(planner.file(found)) if isinstance(found, str) else planner.plan(found)
