"""Options of rules, actions, checks and tasks, checked and brought to one unit."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.kinds import kind_of, plain
from redo_py.front.redunfile.grammar.syntax import Call
from redo_py.front.redunfile.names.suggest import closest
from redo_py.tasks.declaration.environments import split
from redo_py.tasks.options import OptionError, RepeatedOption, normal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.front.redunfile.evaluation.declared import Redunfile
    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.evaluation.unit import Unit
    from redo_py.front.redunfile.grammar.syntax import Node

RECIPE_OPTIONS = (
    "always", "cache", "cpus", "env", "executor", "gpus", "limits", "memory", "pool", "retries", "temp", "timeout",
    "tracked", "vcpus", "version",
)  # fmt: skip
RESERVED = ("depfile", "tags")  # no names for outputs: an option of commands, and one to come
TASK_OPTIONS = (
    "always", "cache", "cpus", "env", "executor", "gpus", "limits", "memory", "pool", "retries", "timeout", "vcpus",
    "version",
)  # fmt: skip


LIKE_AN_OPTION = 0.8  # how alike the name of an output and an option of an executor are for a slip


def options_of_executor(machine: Machine, node: Node, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The options that the executor which `given` names has for its jobs, beside what all have. They are asked for only
    if something else is given, because the settings' executors take a while to load."""
    if "executor" not in given or all(name in RECIPE_OPTIONS for name in given):
        return ()
    name = plain(machine, given["executor"], node)
    known = machine.reads.host.executor_options(name) if isinstance(name, str) else ()
    return tuple(sorted(set(known).difference(RECIPE_OPTIONS)))


def checked_options(
    machine: Machine, node: Node, given: Mapping[str, Any], known: tuple[str, ...], of: str
) -> dict[str, Any]:
    """`given` with its values as the engine takes them. Raises UsageError for an unknown or ill-typed one."""
    if not given:
        return {}
    for name in given:
        if name not in known:
            hint = "a command has it: `sh(..., depfile=...)`" if name == "depfile" else closest(name, known)
            raise machine.error("unknown-option", argument_of(node, name), name=name, of=of, hint=hint)
    try:
        checked = normal({name: plain(machine, value, node) for name, value in given.items()})
    except RepeatedOption as error:
        place = argument_of(node, error.name)
        raise machine.error("repeated-option", place, name=error.name, other=error.other) from None
    except OptionError as error:
        place, value = argument_of(node, error.name), _shown(error.value)
        raise machine.error("bad-option", place, name=error.name, wanted=error.wanted, value=value) from None
    machine.redunfile.most_gpus = max(machine.redunfile.most_gpus, checked.get("gpus", 0))
    if "executor" in checked:
        _check_executor(machine, node, checked["executor"])
    if "env" in checked:
        scheme, path = split(checked["env"])
        checked["env"] = f"{scheme}:{machine.unit.path(path)}"
    return own_pools(machine.redunfile, machine.unit, checked) if machine.unit.folder else checked


def own_pools(redunfile: Redunfile, unit: Unit, options: Mapping[str, Any]) -> dict[str, Any]:
    """`options` with the pools that `unit` declares under their labels; others are those of the settings."""
    own = {name: unit.label(name) for name in _pools_of(options) if unit.label(name) in redunfile.pools}
    named = dict(options)
    if "pool" in options:
        named["pool"] = own.get(options["pool"], options["pool"])
    if "limits" in options:
        named["limits"] = {own.get(name, name): places for name, places in options["limits"].items()}
    return named


def _pools_of(options: Mapping[str, Any]) -> list[str]:
    """The names of all pools that `options` take places of."""
    return [*([options["pool"]] if "pool" in options else []), *options.get("limits", ())]


def argument_of(node: Node, name: str) -> Node:
    """Where the call `node` gives the option `name`; the call itself if that is in a dict."""
    arguments = node.arguments if isinstance(node, Call) else ()
    return next((each for each in arguments if each.name == name), node)


def _check_executor(machine: Machine, node: Node, name: str) -> None:
    known = machine.reads.host.executors
    if name not in known:
        hint = closest(name, known) or "known here: " + ", ".join(known)
        raise machine.error("no-such-executor", argument_of(node, "executor"), name=name, hint=hint)


def _shown(value: Any) -> str:
    is_short = isinstance(value, (str, int, float)) or (isinstance(value, dict) and len(repr(value)) < 60)
    return repr(value) if is_short else kind_of(value)
