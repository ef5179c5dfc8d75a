"""Targets that do not exist: why, and what may have been meant."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.unit import FILE
from redo_py.front.redunfile.instances.listed import known_outputs
from redo_py.front.redunfile.names.labels import folder_at, plain_name, split_label, upward
from redo_py.front.redunfile.names.paths import relative
from redo_py.front.redunfile.names.suggest import similar
from redo_py.front.redunfile.planning.spelling import spelled_name
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from redo_py.front.redunfile.evaluation.unit import Unit
    from redo_py.front.redunfile.instances.plans import Plan

MOST = 3  # suggestions


def unknown_target(planner: Plan, target: str, here: str, path: str) -> UsageError:
    """`target`, written in `here`, is neither a name nor the `path` of anything; `path` is "" for a label."""
    for recipe in planner.redunfile.rules:
        if recipe.name == target:
            patterns = ", ".join(pattern.shown for pattern in recipe.patterns)
            return UsageError("rule-as-target", name=target, patterns=patterns, place=recipe.span)
    name, equals, _ = target.partition("=")
    if equals and name.isidentifier():
        return UsageError("override-as-target", target=target)
    close = [*_close_names(planner, target, here), *_close_paths(planner, target, here, path)]
    written = split_label(target, here)
    folder = written[0] if written else path
    apart = _apart(planner, folder) or _apart(planner, here)
    if path and path in planner.redunfile.units:
        hint = f"it is a folder: `{target.rstrip('/')}/...` is all that its redunfile makes and names"
    else:
        hint = _meant(close) or _apart_hint(planner, apart)
    return UsageError("unknown-target", target=target, hint=hint)


def nothing_below(planner: Plan, target: str, folder: str) -> UsageError:
    """`target`, which ends with `...`, stands for nothing that a redunfile makes or names."""
    folders = [f"//{each}/..." for each in planner.redunfile.units if each]
    close = similar(f"//{folder}/...", folders, MOST)
    hint = _meant(close) or _apart_hint(planner, _apart(planner, folder))
    return UsageError("nothing-below", target=target, hint=hint)


def apart_error(planner: Plan, unit: Unit, here: str) -> UsageError | None:
    """The error for somebody who builds in the folder of a redunfile that is not part of this build; `unit` is the one
    at hand in `here`."""
    apart = _apart(planner, here) if here != unit.folder else ""
    return UsageError("not-included", file=f"{apart}/{FILE}", hint=_to_include(planner, apart)) if apart else None


def _apart(planner: Plan, folder: str) -> str:
    """The nearest folder from `folder` upward with a redunfile that nobody includes; "" if one that is included is
    nearer."""
    for each in upward(folder) if folder[:1] not in "/." else ():
        if each in planner.redunfile.units:
            return ""
        if planner.reads.is_file(f"{each}/{FILE}"):
            return each
    return ""


def _apart_hint(planner: Plan, apart: str) -> str:
    """What to do about a redunfile in the folder `apart` that nobody includes."""
    if not apart:
        return "see `redun targets`"
    return f"{apart}/{FILE} is not part of this build:\n{_to_include(planner, apart)}"


def _to_include(planner: Plan, apart: str) -> str:
    above = planner.redunfile.unit_at(apart)
    return (
        f'write `include("{relative(apart, above.folder)}")` in {above.file},\n'
        f"or `root = true` in {apart}/redun.toml to make it a project of its own"
    )


def _close_names(planner: Plan, target: str, here: str) -> list[str]:
    """Names that look like `target`, as they are written in `here`."""
    redunfile = planner.redunfile
    is_rooted = target[:2] == "//"
    known: dict[str, str] = {}
    for name in redunfile.names():
        known.setdefault(name if is_rooted else plain_name(name), spelled_name(redunfile, name, here))
    if is_rooted:
        known = {f"//:{name}" if name[:2] != "//" else name: name for name in known}
    return [known[name] for name in similar(target.lstrip(":"), known, MOST)]


def _close_paths(planner: Plan, target: str, here: str, path: str) -> list[str]:
    """Outputs that look like `target`, as they are written in `here`."""
    known = [each for each, _ in known_outputs(planner.redunfile, planner.owners)]
    found = similar(path or folder_at(target, here), known, MOST)
    return [f"//{each}" if target[:2] == "//" else relative(each, here) for each in found]


def _meant(close: Iterable[str]) -> str:
    found = list(dict.fromkeys(close))[:MOST]
    return "did you mean " + " or ".join(f"`{each}`" for each in found) + "?" if found else ""
