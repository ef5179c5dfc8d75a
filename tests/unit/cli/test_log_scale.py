"""The log of a chain of 100,000 calls, each made by the one before: no walk recurses, and no line grows with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from redo_py.app.telling.past import Past
from redo_py.app.telling.recorded import Recorded
from redo_py.cli.log.answer import Answer
from redo_py.cli.log.views import Wishes
from redo_py.ground.clock import Clock
from redo_py.ground.job_ids import job_id
from redo_py.ir.expression import TaskExpression
from redo_py.records import EXECUTION
from redo_py.store.sqlite import SqliteStore
from tests.unit.engine.memory_world import World

MANY = 100_000
SOME = 2_000  # what every run of the tests can afford


def countdown(n: int) -> Any:
    """Reduces to itself: a chain that grows while it runs."""
    return n if n == 0 else TaskExpression("countdown", (n - 1,))


@pytest.fixture(scope="module", params=[SOME, pytest.param(MANY, marks=pytest.mark.slow)])
def size(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, size: int) -> Iterator[Recorded]:
    """The records of one execution of `size` calls that lead to one more."""
    folder = tmp_path_factory.mktemp("chain")
    world = World(SqliteStore(str(folder / ".redun/state.db"), Clock()))
    world.task(countdown)
    world.count = 0x69C40FE5C0814CA6B232E56A0A679D42  # the id of the execution is the next number
    assert world.run(TaskExpression("countdown", (size,))).value == 0
    row = (world.execution.id, 1.0, 2.0, "done", "redun run a.py countdown", "", "1", "run", None)
    world.store.write([(EXECUTION, row)])
    world.store.close()
    found = Recorded(str(folder))
    yield found
    found.close()


def lines(recorded: Recorded, asked: str, as_json: bool = False, **wishes: Any) -> list[str]:
    return list(Answer(recorded, asked, Wishes(**wishes), has_all=False, as_json=as_json).lines(lists_files=False))


def test_the_tree_and_its_ends(recorded: Recorded, size: int) -> None:
    shown = lines(recorded, "-")
    assert f"Jobs: {size + 1:,} (DONE: {size + 1:,}, CACHED: 0, FAILED: 0)" in shown
    assert len(shown) == 1006
    assert shown[-1] == f"... {size + 1 - 1000:,} more jobs: --all shows them"
    assert max(map(len, shown)) < 300
    assert shown[-2].lstrip().startswith("(999) Job ")
    [first, *_, last] = lines(recorded, "-", as_json=True, limit=size + 1)
    assert json.loads(first)["jobs"]["DONE"] == size + 1
    assert json.loads(last)["depth"] == size


def test_the_job_at_its_end(recorded: Recorded, size: int) -> None:
    [execution] = recorded.executions.newest_first()
    last = lines(recorded, job_id(execution.digest, size))
    assert last[0].endswith(f"countdown({0})")
    middle = f"({size - 1:,} Jobs)"
    assert middle in last[1]
    assert last[1].count("Job ") == 2
    first = lines(recorded, job_id(execution.digest, 0)[:8])
    assert any(line.startswith("    Result:   0") for line in first)


def test_what_why_says_of_it(recorded: Recorded, size: int) -> None:
    [row] = recorded.store.rows(EXECUTION)
    told = list(Past(recorded.store, row).of_all())
    assert f"  jobs   {size + 1} run" in told
    assert len(told) == size + 6
