"""Options of rules, actions, checks and tasks, checked and brought to one unit."""

from __future__ import annotations

from redo_py.front.redunfile.kinds import kind_of, plain
from redo_py.front.redunfile.suggest import closest
from redo_py.tasks.options import OPTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.front.redunfile.machine import Machine
    from redo_py.front.redunfile.syntax import Node

RECIPE_OPTIONS = ("always", "executor", "pool", "retries", "temp", "timeout", "tracked")
RESERVED = ("cpus", "gpus", "memory", "tags", "vcpus")  # options to come: no names for outputs
TASK_OPTIONS = ("always", "cache", "executor", "pool", "retries", "timeout", "version")
_SECONDS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_KINDS: dict[str, tuple[Any, str]] = {
    "text": (str, "a text"),
    "count": (int, "a whole number"),
    "flag": (bool, "True or False"),
}


def checked_options(
    machine: Machine, node: Node, given: Mapping[str, Any], known: tuple[str, ...], of: str
) -> dict[str, Any]:
    """`given` with its values as the engine takes them. Raises UsageError for an unknown or ill-typed one."""
    checked: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise machine.error("unknown-option", node, name=name, of=of, hint=closest(name, known))
        checked[name] = _checked(machine, node, name, plain(machine, value, node))
    if "executor" in checked:
        _check_executor(machine, node, checked["executor"])
    return checked


def _check_executor(machine: Machine, node: Node, name: str) -> None:
    known = machine.reads.host.executors
    if name not in known:
        hint = closest(name, known) or "known here: " + ", ".join(known)
        raise machine.error("no-such-executor", node, name=name, hint=hint)


def _checked(machine: Machine, node: Node, name: str, value: Any) -> Any:
    kind = OPTIONS[name].kind if name in OPTIONS else "flag"
    if kind == "seconds":
        return seconds(machine, node, name, value)
    wanted, words = _KINDS[kind]
    fits = isinstance(value, wanted) and isinstance(value, bool) is (kind == "flag")
    if not fits or (kind == "count" and value < 0):
        raise machine.error("bad-option", node, name=name, wanted=words, value=_shown(value))
    return value


def seconds(machine: Machine, node: Node, name: str, value: Any) -> float:
    """A duration: a number of seconds, or a text like "90s", "5m", "2h"."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
        return float(value)
    if isinstance(value, str):
        number = value.rstrip("abcdefghijklmnopqrstuvwxyz")
        unit = value[len(number) :]
        try:
            amount = float(number)
        except ValueError:
            amount = 0.0
        if amount > 0 and (unit in _SECONDS or not unit):
            return amount * _SECONDS.get(unit, 1.0)
    raise machine.error("bad-option", node, name=name, wanted='a duration like "90s" or "2h"', value=_shown(value))


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, (str, int, float)) else kind_of(value)
