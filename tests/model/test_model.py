"""Any graph, any order of answers, any state of the cache, any kill point: the naive evaluator's answer."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from random import Random
from typing import Any, cast

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from redo_py.engine.handled import is_memorable
from redo_py.engine.job import JobState
from redo_py.files.memory import MemoryFiles
from redo_py.ir.expression import QuotedExpression
from redo_py.records import UNLEDGER
from redo_py.values.file import File
from tests.model.naive import Naive, Wrong
from tests.model.projects import PRODUCTS, DrawnInbox, Play, Project, drawn_project, history, play_command
from tests.unit.engine.memory_world import MemoryInbox, World

PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
SEEDS = st.integers(0, 2**16).map(Random)
MANY = settings(FEW, max_examples=1500)


class Killed(BaseException):
    """kill -9."""


class DrawnWorld(World):
    """A World whose jobs answer in a drawn order, and which can be killed at any call through a door."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.random = random
        self.calls_left = -1  # calls through doors until the kill; -1: never
        self.scripts = dict.fromkeys(("cc", "ld", "fail", "emit1", "emit2"), self.play)
        self.store, self.real_store = Fatal(self, self.store), self.store
        self.real_files = self.files
        self.files = cast("MemoryFiles", Fatal(self, self.files))

    def inbox(self) -> MemoryInbox:
        return DrawnInbox(self.random)

    def play(self, files: Any, spec: Any) -> list[str]:
        return play_command(files, spec, spec.steps[0])

    def count_down(self) -> None:
        if self.calls_left == 0:
            raise Killed
        self.calls_left -= self.calls_left > 0


class Fatal:
    """A door behind which the process may be killed, before or after the call."""

    def __init__(self, world: DrawnWorld, door: Any) -> None:
        self.world = world
        self.door = door

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.door, name)
        if not callable(found) or name in ("exists", "read", "clock"):
            return found

        def call(*args: Any) -> Any:
            self.world.count_down()
            result = found(*args)
            self.world.count_down()
            return result

        return call


def expected(project: Project) -> tuple[list[Any], dict[str, bytes]]:
    """(the value of each root or Wrong, the content of each product that was made)."""
    play = Play(World(), project)
    naive = Naive(play.sources, play.world.rules.get, play.world.tasks.known)
    play.read = naive.files.__getitem__
    values = []
    for root in play.roots:
        try:
            values.append(canonical(naive.value(root), naive.files))
        except Wrong as error:
            values.append(error)
    return values, naive.files


def canonical(value: Any, files: Any) -> Any:
    """`value` in a form that can be compared: a File by what it held when it was looked at."""
    if isinstance(value, File):
        naive = Naive(files if isinstance(files, dict) else contents(files), lambda path: None, {})
        return (value.path, value.digest or naive.looked_at(value).digest)
    if isinstance(value, QuotedExpression):
        return "quoted"
    if isinstance(value, dict):
        return {key: canonical(part, files) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *(canonical(part, files) for part in value)]
    return value


def contents(world: Any) -> dict[str, bytes]:
    return {path: entry.content for path, entry in world.real_files.entries.items()}


def check(world: DrawnWorld, project: Project, **options: Any) -> bool:
    """One run of `project`, which must give what the naive evaluator gives; whether it succeeded."""
    values, made = expected(project)
    play = Play(world, project)
    root = world.run(play.roots, **options)
    if any(isinstance(value, Wrong) for value in values):
        assert root.state == JobState.FAILED
        return False
    assert root.state == JobState.DONE, root.error
    assert [canonical(value, world) for value in root.value] == values
    for job in world.execution.frontier.jobs:
        for file in job.products:
            for path in (each for each in made if each == file.path or each.startswith(file.path + "/")):
                if file.path not in world.execution.unmaterialised:
                    assert world.real_files.read(path) == made[path], path
    return True


def may_run_again(world: DrawnWorld) -> set[str]:
    """What is declared to run always, and what failed in a `catch` with an error that says nothing of it: then another
    error may be given to `recovers`."""
    failed = {job.origin for job in world.execution.failures if not is_memorable(job, job.error or Killed())}
    always = {job.origin for job in world.execution.frontier.jobs if job.always}
    return always | failed | ({"recovers"} if failed else set())


def check_twice(world: DrawnWorld, project: Project, **options: Any) -> None:
    """The run after a successful one starts nothing that had a result."""
    if check(world, project, **options):
        remove_temporary(world)
        assert check(world, project, **options)
        assert set(world.ran) <= may_run_again(world)


def remove_temporary(world: DrawnWorld) -> None:
    """What `build` does at its end, with those that can be put back."""
    for job in world.execution.frontier.jobs:
        if job.options.get("temp"):
            for file in job.products:
                if not world.real_files.can_restore([file.state()]):
                    continue
                world.real_files.remove(file.path)
                world.real_store.write([(UNLEDGER, (file.path,))])


def disturb(world: DrawnWorld, random: Random) -> None:
    """Lose parts of the cache, and let the user delete and edit outputs."""
    store, files = world.real_store, world.real_files
    chance = random.choice((0, 0, 0.2, 0.6))
    for evaluation in list(store._traces):
        if random.random() < chance:
            del store._traces[evaluation]
    for table in ("value", "ledger", "latest"):
        for key in list(store._rows[table]):
            if random.random() < chance:
                del store._rows[table][key]
    for digest in list(files.artifacts):
        if random.random() < chance:
            del files.artifacts[digest]
    for path in [path for path, entry in files.entries.items() if entry.kind == 1 and path[0] in "rdp"]:
        what = random.random() * 4
        if what < chance:
            files.remove(path)
        elif what < 2 * chance:
            files.write(path, b"by hand")
    files.clock.move(1)


def drawn_settings(random: Random) -> dict[str, Any]:
    return {
        "jobs": random.choice((1, 1, 2, 5)),
        "max_failures": random.choice((1, 1, 2, None)),
        "keep_failed": random.random() < 0.2,
        "force_all": random.random() < 0.05,
        "limits": {"p": 1},
    }


@FEW
@given(SEEDS)
def test_a_first_run_is_right_and_a_second_starts_nothing(random: Random) -> None:
    check_twice(DrawnWorld(random), drawn_project(random), jobs=random.choice((1, 3)), limits={"p": 1})


@FEW
@given(SEEDS)
def test_no_state_of_the_cache_changes_the_answer(random: Random) -> None:
    world = DrawnWorld(random)
    for project in history(random, 6):
        check(world, project, **drawn_settings(random))
        disturb(world, random)
    check_twice(world, project, jobs=2)


@FEW
@given(SEEDS)
def test_edits_alone_are_seen(random: Random) -> None:
    world = DrawnWorld(random)
    for project in history(random, 6):
        check_twice(world, project, jobs=random.choice((1, 3)))


@FEW
@given(SEEDS)
def test_a_kill_at_any_point_changes_nothing(random: Random) -> None:
    world = DrawnWorld(random)
    for project in history(random, 5):
        world.calls_left = random.choice((-1, random.randint(0, 100)))
        with suppress(Killed):
            check(world, project, **drawn_settings(random))
        world.calls_left = -1
        world.real_files.clock.move(1)
    check_twice(world, project, jobs=2)


@FEW
@given(SEEDS)
def test_keep_going_makes_all_that_can_be_made(random: Random) -> None:
    world = DrawnWorld(random)
    for project in history(random, 3):
        values, _ = expected(project)
        play = Play(world, project)
        world.run(play.roots, max_failures=None, jobs=random.choice((1, 4)))
        for root, value in zip(play.roots, values, strict=True):
            cell = world.execution.frontier.cells.get(id(root))
            if cell is not None:
                assert cell.state == (JobState.FAILED if isinstance(value, Wrong) else JobState.DONE)
                assert isinstance(value, Wrong) or canonical(cell.value, world) == value


@FEW
@given(SEEDS)
def test_a_dry_run_tells_whether_there_is_work_and_changes_nothing(random: Random) -> None:
    world = DrawnWorld(random)
    for project in history(random, 5):
        play = Play(world, project)
        before = (contents(world), world.real_store.counts())
        world.run(play.roots, dry=True, max_failures=None)
        assert world.ran == []
        assert (contents(world), world.real_store.counts()) == before
        would_run = bool(world.journal.of("would_run"))
        folder_set_aside = "d2" in world.execution.unmaterialised  # what is below it is not known without restoring it
        check(world, project, max_failures=None)
        assert bool(world.ran) == would_run or (would_run and folder_set_aside)
        disturb(world, random)


def test_the_projects_are_worth_it() -> None:
    """Among the first projects some fail and some do not, and everything that is to be tested happens."""
    seen = Counter[str]()
    for seed in range(240):
        random = Random(seed)
        world = DrawnWorld(random)
        drawn = history(random, 2)
        for round_, project in enumerate((*drawn, drawn[-1])):
            if round_ == 2:
                for path in PRODUCTS:
                    world.real_files.remove(path)
            seen["done" if check(world, project, jobs=2) else "failed"] += 1
            seen["discovered"] += any(job.discovered for job in world.execution.frontier.jobs)
            seen["undeclared"] += any(
                getattr(job.error, "code", "") == "undeclared-dependency" for job in world.execution.failures
            )
            seen.update(kind for kind, _ in world.journal.lines)
            seen["reduced"] += any(job.children for job in world.execution.frontier.jobs)
            if round_ == 0:
                disturb(world, random)
    wanted = ("done", "failed", "discovered", "undeclared", "reduced", "joined", "cached", "restored", "displaced")
    assert [kind for kind in (*wanted, "retried", "skipped") if seen[kind] < 2] == [], seen
