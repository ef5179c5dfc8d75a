"""What is wrong with an import or a use, judged by the tables of `plan`; a fault is a sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

from tests.house import plan
from tests.house.sources import Mention, Module, imports, is_within, own_imports, uses


def room_of(name: str) -> str | None:
    """The room of the module `name`: the longest name of the plan that it lies within, redo_py itself aside."""
    rooms = [room for room in plan.FLOORS if is_within(name, room) and (room != "redo_py" or name == room)]
    return max(rooms, key=len, default=None)


def floor_faults(module: Module) -> list[str]:
    """Imports of `module` that do not point down, or that go round a door."""
    here = room_of(module.name)
    if here is None:
        return [f"{module.name}: no room of this name in tests/house/plan.py"]
    faults = []
    for target in sorted(own_imports(module)):
        fault = way_fault(here, target)
        if fault and not is_excepted(module.name, target):
            faults.append(f"{module.name} imports {target}: {fault}")
    return faults


def way_fault(here: str, target: str) -> str:
    """Why a module of room `here` may not import `target`; empty if it may."""
    there = room_of(target)
    if there is None:
        return "no room of this name"
    if family(here) == family(there):
        return "a door imports its own room" if is_door(here) and not is_door(there) else ""
    if any(is_within(target, room) for room in plan.MAY_NOT_TOUCH.get(family(here), ())) and not is_door(target):
        return f"{family(here)} may not touch {family(there)}"
    if plan.FLOORS[there] > plan.FLOORS[here]:
        return "imports point down"
    if is_door(target) or plan.FLOORS[here] >= plan.WIRING_FLOOR or plan.FLOORS[there] < 3:
        return ""
    return "rooms meet at each other's api module only"


def order_faults(module: Module) -> list[str]:
    """Imports of `module` that lead up within its room, by the order that the plan gives to the rooms in there."""
    faults = []
    for room, rooms in plan.WITHIN.items():
        here = place_within(module.name, room, rooms)
        for target in sorted(own_imports(module)) if here is not None else ():
            there = place_within(target, room, rooms)
            if there is not None and here is not None and there > here:
                faults.append(f"{module.name} imports {target}: {rooms[here]} stands below {rooms[there]}")
    return faults


def place_within(name: str, room: str, rooms: Sequence[str]) -> int | None:
    """In which of the `rooms` of `room` the module lies, counted from the ground; None if in none."""
    return next((place for place, inner in enumerate(rooms) if is_within(name, f"{room}.{inner}")), None)


def family(room: str) -> str:
    """The room that a door belongs to; any other room is its own family."""
    return room.removesuffix(".api")


def is_door(name: str) -> bool:
    """Is `name` the module through which others reach its room?"""
    return name.endswith(".api")


def third_party_faults(module: Module) -> list[str]:
    """Imports of distributions that `module` has no business with."""
    faults = []
    for mention in imports(module):
        package = mention.name.partition(".")[0]
        if package == "redo_py" or package in sys.stdlib_module_names:
            continue
        if not is_allowed(module.name, plan.THIRD_PARTY.get(package, ())) and not is_excepted(module.name, package):
            faults.append(f"{module.name}:{mention.line} imports {package}")
    return faults


def effect_faults(module: Module) -> list[str]:
    """Uses in `module` of an effect that another room owns."""
    return [
        f"{module.name}:{mention.line} uses {effect}, which belongs to {' and '.join(owners) or 'nobody'}"
        for mention, effect, owners in owned_mentions(uses(module), plan.EFFECTS)
        if not is_allowed(module.name, owners) and not is_excepted(module.name, effect)
    ]


def forbidden_faults(module: Module) -> list[str]:
    """Uses in `module` of what its room has sworn off."""
    names = [name for room, names in plan.FORBIDDEN_IN.items() if is_within(module.name, room) for name in names]
    return sorted(
        {
            f"{module.name}:{mention.line} uses {effect}"
            for mention, effect, _ in owned_mentions(uses(module), dict.fromkeys(names, ()))
            if not is_excepted(module.name, effect)
        }
    )


def owned_mentions(
    mentions: Iterable[Mention], table: Mapping[str, tuple[str, ...]]
) -> list[tuple[Mention, str, tuple[str, ...]]]:
    """(mention, entry, owners) for every mention that an entry of `table` covers, in the order of lines."""
    found = {
        (mention, effect, owners)
        for mention in mentions
        for effect, owners in table.items()
        if is_within(mention.name, effect)
    }
    return sorted(found, key=lambda each: (each[0].line, each[1]))


def is_allowed(name: str, rooms: Iterable[str]) -> bool:
    """Does the module `name` lie in one of `rooms`?"""
    return any(is_within(name, room) for room in rooms)


def is_excepted(name: str, what: str) -> bool:
    """Does the plan state an exception for module `name` and `what`?"""
    return (name, what) in plan.EXCEPTIONS


def cycles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """The groups of modules that import each other, directly or not (strongly connected, iterative, sorted)."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        order.extend(finish_order(graph, start, seen))
    backwards: dict[str, set[str]] = {name: set() for name in graph}
    for name, targets in graph.items():
        for target in targets & graph.keys():
            backwards[target].add(name)
    placed: set[str] = set()
    groups = [finish_order(backwards, name, placed) for name in reversed(order)]
    return sorted(sorted(group) for group in groups if len(group) > 1)


def finish_order(graph: Mapping[str, set[str]], start: str, seen: set[str]) -> list[str]:
    """What is reachable from `start` and not in `seen`, each after all it leads to; adds to `seen`."""
    finished: list[str] = []
    stack = [(start, False)]
    while stack:
        name, is_done = stack.pop()
        if is_done:
            finished.append(name)
        elif name not in seen:
            seen.add(name)
            stack.append((name, True))
            stack.extend((target, False) for target in sorted(graph[name] & graph.keys()))
    return finished
