"""What the texts and values in groups, defaults and needs stand for: labels and paths from the root."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.callables import Outputs
from redo_py.front.redunfile.evaluation.declared import Group, Recipe
from redo_py.front.redunfile.evaluation.kinds import kind_of
from redo_py.front.redunfile.evaluation.unit import FILE
from redo_py.front.redunfile.names.labels import folder_of, label, split_label
from redo_py.front.redunfile.names.suggest import closest
from redo_py.values.file import PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.front.redunfile.evaluation.declared import Redunfile
    from redo_py.front.redunfile.evaluation.unit import Unit
    from redo_py.ground.errors import UsageError
    from redo_py.ground.spans import Span

    Meaning = tuple[str, str]  # ("path", path from the root), or what Redunfile.kind says and the label


def meaning(redunfile: Redunfile, unit: Unit, text: str) -> Meaning:
    """What `text` stands for in `unit`. The kind is "" for a label that nothing has."""
    if "/" not in text and ":" not in text:
        name = unit.label(text)
        kind = redunfile.kind(name)
        return (kind, name) if kind else ("path", unit.path(text))
    written = split_label(text, unit.folder)
    if written is None:
        return "path", unit.path(text)
    name = label(*written)
    return redunfile.kind(name), name


def flat(redunfile: Redunfile, unit: Unit, value: Any, span: Span, groups: Sequence[str] = ()) -> list[Meaning]:
    """What a value of the language stands for in `unit`, groups opened: `groups` are those around it. Raises UsageError
    for a group inside itself, for a label that nothing has, and for what is neither name nor path."""
    if isinstance(value, str):
        kind, name = meaning(redunfile, unit, value)
        if not kind:
            raise unknown_label(redunfile, span, name)
        return [(kind, name)] if kind != "group" else _opened(redunfile, redunfile.groups[name], groups)
    if isinstance(value, Group):
        return _opened(redunfile, value, groups)
    if isinstance(value, (list, tuple, Outputs)):
        return [each for item in value for each in flat(redunfile, unit, item, span, groups)]
    if isinstance(value, PathLike):
        return [("path", value.path)]
    if isinstance(value, Recipe):
        return _of_recipe(redunfile, value, span)
    raise redunfile.error("bad-member", span, kind=kind_of(value))


def unknown_label(redunfile: Redunfile, span: Span, name: str) -> UsageError:
    """The error for the label `name`, which nothing has, at `span`."""
    folder = folder_of(name)
    if folder not in redunfile.units and redunfile.reads.is_file(f"{folder}/{FILE}"):
        hint = f'{folder}/{FILE} is not part of this build: write `include("//{folder}")`'
    else:
        hint = closest(name, redunfile.names())
    return redunfile.error("unknown-label", span, name=name, hint=hint)


def _opened(redunfile: Redunfile, group: Group, groups: Sequence[str]) -> list[Meaning]:
    """What the members of `group` stand for."""
    way = [*groups, group.name]
    if group.name in groups:
        raise redunfile.error("group-cycle", group.span, path=" -> ".join(way))
    return [each for item in group.members for each in flat(redunfile, group.unit, item, group.span, way)]


def _of_recipe(redunfile: Redunfile, recipe: Recipe, span: Span) -> list[Meaning]:
    if recipe.kind != "rule":
        return [(recipe.kind, recipe.name)]
    if recipe.placeholders:
        raise redunfile.error("pattern-rule-member", span, name=recipe.name, pattern=recipe.patterns[0].shown)
    return [("path", pattern.text) for pattern in recipe.patterns]


def members_of(redunfile: Redunfile, group: Group) -> list[Meaning]:
    """What a group stands for that is needed as an input. Raises UsageError for what makes no file."""
    found = _opened(redunfile, group, ())
    for kind, name in found:
        if kind in ("action", "check"):
            raise redunfile.error("need-of-action", group.span, name=name, kind=kind)
    return found
