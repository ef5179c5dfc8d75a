"""Whether what the settings say of executors can be: asked before anything runs, so that a slip is heard of although
everything is remembered. It is asked once for each content of the settings, because their models take a while to load.

Executors that redun.ini describes are left alone until a job wants one: that file is written for another program. So
are those of a class, which is a part of the project, and those that a function of the project sets up.
"""

from __future__ import annotations

from redo_py import __version__
from redo_py.app.running.named_executors import ALIAS, is_local
from redo_py.config.layers import REDUN_INI
from redo_py.files.sealed import read_sealed, write_sealed
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from redo_py.app.workspace import Workspace

MAGIC = b"redunX\x01\x00"
ALWAYS_THERE = ("default", "thread", "process", "command")  # executors that no settings need to name


def check_executors(workspace: Workspace) -> None:
    """Raises UsageError for the first executor of the settings that cannot be as they say."""
    ours = ours_of(workspace)
    key, kept = (__version__, sorted(workspace.settings.executors), ours), f"{workspace.state}/executors"
    if not ours or read_sealed(kept, MAGIC) == key:
        return
    for name, setting in ours.items():
        check(workspace, name, setting)
    write_sealed(kept, MAGIC, key)


def ours_of(workspace: Workspace) -> dict[str, Mapping[str, Any]]:
    """The executors that are ours to check."""
    return {
        name: setting
        for name, setting in workspace.settings.executors.items()
        if (place := workspace.place_of_executor(name)) and not place.startswith(REDUN_INI)
    }


def check(workspace: Workspace, name: str, setting: Mapping[str, Any]) -> None:
    """Raises UsageError if the executor `name` cannot be as `setting` says; nobody is asked for that."""
    if "class" in setting:
        return
    if setting.get("type") == ALIAS:
        target = str(setting.get("target") or "default")
        check_name(target, workspace, [("set in", workspace.place_of_executor(name))])
    elif not is_local(setting):
        from redo_py.app.plugins import class_of
        from redo_py.executors.plugins import ABSENT, BUILT_IN, options_of, types

        kind = str(setting["type"])
        if kind in BUILT_IN:
            made_of = class_of(workspace, name, setting)
            options_of(name, made_of, setting, lambda option: workspace.span_of_executor(name, option))
        elif kind not in ABSENT and kind not in types():
            class_of(workspace, name, setting)


def check_name(name: str, workspace: Workspace, facts: Iterable[tuple[str, str]] = ()) -> None:
    """Raises UsageError if no executor has this name."""
    known = known_names(workspace)
    plain, _, mode = name.rpartition(" ")
    if name in known or (mode in ("thread", "process") and plain in known):
        return
    from redo_py.executors.options import suggestion

    told = [(what, place) for what, place in facts if place]
    raise UsageError("no-executor", name=name, hint=suggestion(name, known), facts=told)


def known_names(workspace: Workspace) -> list[str]:
    """The names that `executor=` can have."""
    return [*ALWAYS_THERE, *workspace.settings.executors]
