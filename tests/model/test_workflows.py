"""Any workflow of forms and failing tasks, any order of answers, any edit and any state of the cache: one of the
outcomes that there may be by the book; and what has come out well runs nothing a second time."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from hypothesis import given

from redo_py.engine.job import JobState
from tests.model.projects import DrawnInbox
from tests.model.test_model import FEW, SEEDS
from tests.model.workflows import Book, Outcome, Play, TooMany, Workflow, drawn, edited, reraises, shown
from tests.unit.engine.memory_world import MemoryInbox, World


class DrawnWorld(World):
    """A World whose jobs answer in a drawn order."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.random = random
        self.failures = BaseException

    def inbox(self) -> MemoryInbox:
        return DrawnInbox(self.random)


def outcome(world: World, root: Any) -> Outcome:
    """How an execution has ended."""
    if root.state == JobState.DONE:
        return ("value", shown(root.value))
    error = root.error
    return ("error", (type(error), str(error.args[0])))


def expected(flow: Workflow) -> set[Outcome]:
    """How it may end."""
    return {(kind, shown(value) if kind == "value" else value) for kind, value in Book(flow).of(flow.root)}


def check(world: DrawnWorld, flow: Workflow, **settings: Any) -> Outcome:
    """One execution, which must end in one of the ways by the book, and not with an error of an earlier one."""
    root = world.run(Play(world, flow).root, jobs=world.random.choice((1, 2, 5)), **settings)
    found = outcome(world, root)
    assert found in expected(flow)
    if found[0] == "error":
        assert id(root.error) not in world.execution.handling.recalled
    return found


def history(random: Random, length: int) -> list[Workflow]:
    """A workflow and its edits that the book can deal with; sometimes an edit is taken back."""
    flows: list[Workflow] = []
    while len(flows) < length:
        flow = drawn(random) if not flows else edited(random, flows[-1])
        flow = random.choice(flows) if flows and random.random() < 0.2 else flow
        try:
            expected(flow)
        except TooMany:
            continue
        flows.append(flow)
    return flows


@FEW
@given(SEEDS)
def test_edits_are_seen_and_nothing_runs_twice(random: Random) -> None:
    world = DrawnWorld(random)
    for flow in history(random, 5):
        found = check(world, flow)
        again = check(world, flow)
        if found[0] == "value" and not reraises(flow.root):
            assert again == found
            assert world.ran == []
            assert check(world, flow, dry=True) == found


@FEW
@given(SEEDS)
def test_no_state_of_the_cache_changes_the_outcomes(random: Random) -> None:
    world = DrawnWorld(random)
    for flow in history(random, 5):
        check(world, flow, max_failures=random.choice((1, None)), force_all=random.random() < 0.1)
        for evaluation in list(world.store._traces):
            if random.random() < 0.3:
                del world.store._traces[evaluation]


def test_the_workflows_are_worth_it() -> None:
    """Among the first ones everything that is to be tested happens."""
    seen = Counter[str]()
    for seed in range(300):
        random = Random(seed)
        world = DrawnWorld(random)
        for flow in history(random, 2):
            for _ in range(2):
                seen[check(world, flow)[0]] += 1
                handling = world.execution.handling
                seen["recalled"] += bool(handling.recalled)
                seen["handled"] += any(not fault.lost for fault in handling.faults.values())
                seen["lost"] += any(fault.lost for fault in handling.faults.values())
                seen["beside"] += any(fault.beside and not fault.lost for fault in handling.faults.values())
    assert [kind for kind in ("value", "error", "recalled", "handled", "lost", "beside") if seen[kind] < 3] == [], seen
