"""How long a build will take yet, and its critical path, over the whole engine in memory."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from redo_py.app.times.critical_path import CriticalPath, measured
from redo_py.app.times.estimate import Durations, Remaining, longest_chain
from redo_py.app.times.forecast import forecast, retrospect
from redo_py.app.watching.trace import lanes_of
from redo_py.engine.job import Cell, Job
from redo_py.engine.loop import turn
from redo_py.engine.reduce import reduce, settle
from redo_py.ir.expression import SchedulerExpression, TaskExpression
from tests.unit.engine.memory_world import World


def world() -> World:
    """a -> b -> d, c -> d; each job of it takes 0.2 s."""
    made = World()
    made.files.write("in", b"x")
    for name, inputs in {"a": ["in"], "b": ["a"], "c": ["in"], "d": ["b", "c"]}.items():
        made.rule(name, f"cat {' '.join(inputs)} > {name}", inputs)
    return made


class Asked:
    """What is known of durations, and how often it was asked for."""

    def __init__(self, **known: float) -> None:
        self.known = known
        self.questions: list[list[str]] = []

    def __call__(self, origins: Sequence[str]) -> list[float | None]:
        self.questions.append(list(origins))
        return [self.known.get(origin) for origin in origins]


def begun(project: World, value: object, **settings: object) -> Cell:
    """An execution of `value`, before its first turn."""
    execution = project.begin(**settings)
    root = Cell(None, None)
    execution.frontier.add(root, None)
    settle(execution, root, value)
    reduce(execution)
    return root


def test_the_chain_counts_when_places_are_many():
    project = world()
    begun(project, project.file("d"), jobs=10)
    left = Remaining(project.execution, Durations(Asked(a=5, b=7, c=3, d=1)))
    assert left.seconds() == pytest.approx(13)  # a, b, d


def test_the_work_counts_when_places_are_few():
    project = world()
    begun(project, project.file("d"), jobs=1)
    left = Remaining(project.execution, Durations(Asked(a=5, b=7, c=3, d=1)))
    assert left.seconds() == pytest.approx(16)


def test_it_goes_down_and_ends():
    project = world()
    root = begun(project, project.file("d"), jobs=1)
    asked = Asked(a=5, b=7, c=3, d=1)
    left = Remaining(project.execution, Durations(asked))
    assert left.seconds() == pytest.approx(16)
    project.files.clock.move(0.5)
    assert left.seconds() == pytest.approx(15.5)
    seen = []
    while turn(project.execution, root):
        project.files.clock.move(1.1)
        seen.append(left.seconds())
    told = [seconds for seconds in seen if seconds is not None]
    assert told == sorted(told, reverse=True)
    assert seen[-1] is None or seen[-1] < 2
    assert len(asked.questions) == 1  # of each job once


@pytest.mark.parametrize(("known", "says"), [({"a": 1, "b": 1}, False), ({"a": 1, "b": 1, "c": 1}, True), ({}, False)])
def test_nothing_is_said_of_what_never_ran(known: dict[str, float], says: bool):
    project = world()
    begun(project, project.file("d"))
    seconds = Remaining(project.execution, Durations(Asked(**known))).seconds()
    assert (seconds is not None) == says
    if says:
        assert seconds == pytest.approx(4)  # d as long as the others


def test_a_long_chain_of_cells():
    cells = [Cell(None, None) for _ in range(50_000)]
    for one, two in pairwise(cells):
        one.dependents = [two]
    assert longest_chain(cells, {id(cell): 1.0 for cell in cells}) == 50_000


def test_the_critical_path_of_what_ran():
    project = world()
    wanted = project.file("d")
    project.run(wanted)
    path = CriticalPath(project.execution, wanted, measured)
    assert [job.origin for job in path.jobs] == ["a", "b", "d"]
    assert path.seconds == pytest.approx(0.6)
    assert retrospect(project.execution, wanted) == ("critical path 0.60 s: a (0.20 s) -> b (0.20 s) -> d (0.20 s)")


def test_the_critical_path_of_what_was_known():
    project = world()
    wanted = project.file("d")
    project.run(wanted)
    project.run(wanted)
    assert CriticalPath(project.execution, wanted, measured).jobs == []
    assert retrospect(project.execution, wanted) == ""


def test_calls_that_a_result_makes_are_on_the_path():
    project = World()

    def leaf() -> int:
        return 1

    def middle() -> object:
        return [TaskExpression("leaf"), TaskExpression("leaf", options={"origin": "second"})]

    def top(x: object) -> object:
        return x

    for function in (leaf, middle, top):
        project.task(function)
    wanted = TaskExpression("top", (TaskExpression("middle"),))
    project.run(wanted)
    path = CriticalPath(project.execution, wanted, measured)
    assert [job.origin for job in path.jobs] == ["middle", "leaf", "top"]


def test_a_long_path():
    project = World()
    project.files.write("in", b"x")
    for number in range(2000):
        before = f"f{number - 1}" if number else "in"
        project.rule(f"f{number}", f"cat {before} > f{number}", [before])
    wanted = project.file("f1999")
    project.run(wanted)
    path = CriticalPath(project.execution, wanted, measured)
    assert len(path.jobs) == 2000
    text = retrospect(project.execution, wanted)
    assert text.startswith("critical path 6 min 40 s: f")
    assert text.endswith(", and 1994 shorter steps")


def test_a_forecast():
    project = world()
    wanted = project.file("d")
    project.run(wanted, dry=True, jobs=2)
    assert forecast(project.execution, wanted, Durations(Asked())) == ""
    asked = Durations(Asked(a=100, b=30, c=20))
    assert forecast(project.execution, wanted, asked) == (
        "about 2 min of work, 2 min with 2 jobs at once; 1 of 4 never ran before"
    )


def test_a_forecast_comes_from_the_records():
    project = world()
    wanted = project.file("d")
    project.run(wanted)
    project.files.write("in", b"y")
    project.run(wanted, dry=True, jobs=1)
    durations = Durations(project.store.durations)
    assert durations.of(project.execution.frontier.jobs) == pytest.approx([0.2] * 4)
    assert forecast(project.execution, wanted, durations) == "less than 1 s of work"


def test_lanes():
    def job(seq: int, started: float, ended: float) -> Job:
        project = World()
        project.task(test_lanes)
        made = Job(TaskExpression("x"), None, seq, project.tasks.resolve("test_lanes"), {})
        made.started, made.ended = started, ended
        return made

    jobs = [job(0, 0, 4), job(1, 0, 1), job(2, 1, 2), job(3, 1.5, 1), job(4, 2, 3)]
    assert lanes_of(jobs) == {0: 2, 1: 3, 2: 3, 3: 4, 4: 3}


def test_a_form_on_the_path():
    project = world()
    wanted = SchedulerExpression("seq", ([project.file("b"), project.file("c")],))
    project.run(wanted)
    assert [job.origin for job in CriticalPath(project.execution, wanted, measured).jobs] == ["a", "b"]
