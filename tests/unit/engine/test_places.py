"""Places: who may run beside whom, who waits and for how long, and that everything is given back."""

from __future__ import annotations

from collections import deque
from random import Random
from typing import Any

import pytest

from redo_py.engine.job import Job, JobState
from redo_py.engine.loop import run
from redo_py.engine.places import PATIENCE, NoPlace, Places
from redo_py.executors.api import CommandStep, JobSpec
from redo_py.files.memory import MemoryFiles
from redo_py.ground.errors import UsageError
from redo_py.ir.commands import CPUS, GPUS
from redo_py.ir.expression import TaskExpression
from redo_py.tasks.builtin import BUILTIN, COMMAND, STEPS
from redo_py.tasks.task import TaskReference
from tests.unit.engine.memory_world import World

EMPTY: tuple[int, int, int, dict[str, int]] = (0, 0, 0, {})


class SmallMachine:
    """A machine with little memory and three GPUs."""

    memory = 1000
    gpus = ("0", "1", "7")


class Yard:
    """Queued jobs with nothing but options, and what of them runs."""

    def __init__(
        self, jobs: int, limits: dict[str, int] | None = None, jobserver: Any = None, elsewhere: tuple[str, ...] = ()
    ) -> None:
        self.places = Places(jobs, limits, SmallMachine(), jobserver, elsewhere)
        self.queue: deque[Job] = deque()
        self.running: list[str] = []
        self.jobs: dict[str, Job] = {}

    def add(self, name: str, **options: Any) -> None:
        job = Job(TaskExpression(COMMAND), None, len(self.jobs), BUILTIN[COMMAND], {"origin": name, **options})
        job.state = JobState.QUEUED
        self.jobs[name] = job
        self.queue.append(job)

    def start(self) -> list[str]:
        """Start all that fits; the names of what has started."""
        started = []
        while job := self.places.next_job(self.queue):
            job.state = JobState.RUNNING
            started.append(job.origin)
        self.places.settle()
        self.running += started
        return started

    def end(self, *names: str) -> list[str]:
        """These end; the names of what starts then."""
        for name in names:
            self.places.leave(self.jobs[name])
            self.jobs[name].state = JobState.DONE
            self.running.remove(name)
        return self.start()

    def take(self, count: int) -> None:
        """Add `count` ordinary jobs s0, s1 ..."""
        for number in range(count):
            self.add(f"s{number}")


def test_ordinary_jobs_start_in_order():
    yard = Yard(2)
    yard.take(4)
    assert yard.start() == ["s0", "s1"]
    assert yard.end("s1") == ["s2"]
    assert yard.end("s0", "s2") == ["s3"]
    yard.end("s3")
    assert yard.places.used() == EMPTY


def test_a_job_takes_as_many_places_as_it_says():
    yard = Yard(4)
    yard.add("a", cpus=3.0)
    yard.add("b", cpus=2.0)
    yard.add("c")
    assert yard.start() == ["a", "c"]
    assert yard.end("a") == ["b"]
    assert yard.places.used() == (3000, 0, 0, {})


def test_parts_of_a_processor():
    yard = Yard(1)
    for name in "abc":
        yard.add(name, cpus=0.5)
    assert yard.start() == ["a", "b"]
    assert [yard.places.cpus_of(yard.jobs[name]) for name in "ab"] == [1, 1]
    assert yard.end("a") == ["c"]


def test_a_job_that_is_too_large_takes_all_and_runs_alone():
    yard = Yard(2)
    yard.add("s")
    yard.add("big", cpus=64.0)
    yard.add("t")
    assert yard.start() == ["s", "t"]
    assert yard.end("s") == []
    assert yard.end("t") == ["big"]
    assert yard.places.cpus_of(yard.jobs["big"]) == 2
    yard.add("u")
    assert yard.start() == []


def test_memory_is_shared():
    yard = Yard(9)
    for name, size in (("a", 600), ("b", 600), ("c", 400), ("d", 0)):
        yard.add(name, memory=size)
    assert yard.start() == ["a", "c", "d"]
    assert yard.end("c") == []
    assert yard.end("a") == ["b"]


def test_a_job_with_more_memory_than_there_is_runs_alone_and_says_so_once():
    yard = Yard(3)
    for name in ("huge", "huge2"):
        yard.add(name, memory=5 << 30)
    yard.add("s")
    assert yard.start() == ["huge"]
    assert yard.end("huge") == ["huge2"]
    assert yard.places.notes == ["huge needs more memory (5.0 GiB) than there is (1000 bytes): it runs alone"]
    assert yard.end("huge2") == ["s"]


def test_gpus_are_slots_with_names():
    yard = Yard(9)
    for name, count in (("a", 2), ("b", 1), ("c", 1)):
        yard.add(name, gpus=count)
    assert yard.start() == ["a", "b"]
    assert [yard.places.gpus_of(yard.jobs[name]) for name in "ab"] == [["0", "1"], ["7"]]
    assert yard.end("a") == ["c"]
    assert yard.places.gpus_of(yard.jobs["c"]) == ["0"]
    yard.end("b", "c")
    assert yard.places.used() == EMPTY


def test_too_few_gpus_are_an_error():
    yard = Yard(9)
    yard.add("a", gpus=4)
    with pytest.raises(NoPlace) as caught:
        yard.start()
    assert caught.value.error.code == "too-few-gpus"
    assert caught.value.job is yard.jobs["a"]


def test_pools_and_limits_are_one_thing():
    yard = Yard(9, {"db": 3})
    yard.add("a", pool="db")
    yard.add("b", limits={"db": 2})
    yard.add("c", limits={"db": 1, "net": 1})
    yard.add("d", pool="net")
    assert yard.start() == ["a", "b", "d"]
    assert yard.end("b") == []
    assert yard.end("d") == ["c"]
    yard.end("a", "c")
    assert yard.places.used() == EMPTY


def test_a_pool_beside_the_same_limit_adds_up_and_more_than_there_is_is_all():
    yard = Yard(9, {"db": 3})
    yard.add("a", pool="db", limits={"db": 1})
    yard.add("b", limits={"db": 99})
    assert yard.start() == ["a"]
    assert yard.places.used()[3] == {"db": 2}
    assert yard.end("a") == ["b"]
    assert yard.places.used()[3] == {"db": 3}


def test_names_of_limits_are_not_mistaken_for_resources():
    yard = Yard(9, {"memory": 1, "cpus": 1})
    yard.add("a", limits={"memory": 1, "cpus": 1})
    yard.add("b", cpus=2.0, memory=1000)
    assert yard.start() == ["a", "b"]


def test_a_large_job_is_overtaken_only_so_often():
    yard = Yard(2)
    yard.take(1)
    yard.start()
    yard.add("big", cpus=2.0)
    for number in range(1, 100):
        yard.add(f"s{number}")
    overtook = list(yard.start())
    while "big" not in yard.running:
        overtook += yard.end(yard.running[0])
    assert overtook[-1] == "big"
    assert len(overtook) - 1 == PATIENCE
    assert yard.end("big") == [f"s{PATIENCE + 1}", f"s{PATIENCE + 2}"]


def test_who_waits_for_a_pool_does_not_keep_others_from_running():
    yard = Yard(2, {"db": 1})
    for number in range(3):
        yard.add(f"d{number}", pool="db")
    yard.take(4 * PATIENCE)
    started = yard.start()
    while yard.running != ["d0"]:
        started += yard.end(yard.running[-1])
    assert started == ["d0", *(f"s{number}" for number in range(4 * PATIENCE))]
    assert yard.end("d0") == ["d1"]


def test_what_a_large_job_claims_stops_only_who_needs_it():
    yard = Yard(3, {"db": 2})
    yard.add("d", pool="db")
    yard.add("both", limits={"db": 2})
    yard.take(PATIENCE)
    started = yard.start()
    while len(started) < PATIENCE + 1:
        started += yard.end(yard.running[-1])
    yard.add("d2", pool="db")
    yard.add("s")
    assert yard.end(yard.running[-1]) == ["s"]  # and not d2, for which there would be a place
    assert yard.end("d") == ["both"]
    assert yard.end("both") == ["d2"]


def test_nobody_waits_for_ever_and_nobody_has_too_much():
    """Any jobs in any order: all run, the places hold, and all is given back."""
    for seed in range(60):
        random = Random(seed)
        yard = Yard(random.randint(1, 4), {"p": 2})
        for number in range(random.randint(1, 60)):
            options: dict[str, Any] = {}
            if random.random() < 0.3:
                options["cpus"] = random.choice((0.3, 1.0, 2.0, 3.7, 50.0))
            if random.random() < 0.3:
                options["memory"] = random.choice((1, 300, 1000, 5000))
            if random.random() < 0.2:
                options["gpus"] = random.randint(0, 3)
            if random.random() < 0.3:
                options["limits"] = random.choice(({"p": 1}, {"p": 2}, {"q": 1}, {"p": 9, "q": 2}))
            yard.add(str(number), **options)
        yard.start()
        while yard.running:
            cpus, memory, gpus, limits = yard.places.used()
            assert cpus <= yard.places._total
            assert max(memory - 1000, gpus - 3, limits.get("p", 0) - 2, limits.get("q", 0) - 1) <= 0
            held = [name for job in yard.places._held.values() for name in job.gpus]
            assert len(held) == len(set(held))
            yard.end(random.choice(yard.running))
        assert all(job.state == JobState.DONE for job in yard.jobs.values())
        assert yard.places.used() == EMPTY


class Tokens:
    """A jobserver with as many tokens as a test says."""

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens
        self.held = 0
        self.settled: list[int] = []

    def reach(self, count: int) -> int:
        while self.held + 1 < count and self.tokens:
            self.tokens -= 1
            self.held += 1
        return min(count, self.held + 1)

    def settle(self, count: int) -> None:
        self.settled.append(count)
        back = max(0, self.held - max(count - 1, 0))
        self.held -= back
        self.tokens += back


def test_a_jobserver_is_asked_for_every_job_but_one():
    tokens = Tokens(1)
    yard = Yard(9, jobserver=tokens)
    yard.take(4)
    assert yard.start() == ["s0", "s1"]
    tokens.tokens += 1
    assert yard.start() == ["s2"]
    assert yard.end("s0", "s1") == ["s3"]
    yard.end("s2", "s3")
    assert (tokens.tokens, tokens.held) == (2, 0)


def test_a_large_job_starts_alone_with_what_the_jobserver_gives():
    yard = Yard(9, jobserver=Tokens(1))
    yard.add("big", cpus=4.0)
    assert yard.start() == ["big"]
    assert yard.places.cpus_of(yard.jobs["big"]) == 2


# ---- in the whole engine


def world_with(*names: str) -> World:
    world = World()
    for name in names:
        world.files.write(name, name.encode())
    return world


def test_a_command_is_told_what_its_job_was_given():
    world = world_with("a")
    seen: list[tuple[str, dict[str, str]]] = []

    def look(files: MemoryFiles, spec: JobSpec) -> None:
        step = spec.steps[0]
        assert isinstance(step, CommandStep)
        seen.append((step.text, spec.env))
        files.write(spec.outputs[0], b"x")

    world.scripts["look"] = look
    call = world.rule("x", f"look -j{CPUS} {GPUS}", ["a"], cpus=3.0, gpus=2)
    call = TaskExpression(
        COMMAND, (), {**call.kwargs, "env": {"THREADS": CPUS, "CUDA_VISIBLE_DEVICES": "all"}}, call.options
    )
    execution = world.begin(jobs=2, environment={"HOME": "/"})
    execution.places._machine = SmallMachine()
    assert run(execution, call).state == JobState.DONE
    assert seen == [("look -j2 2", {"HOME": "/", "THREADS": "2", "CUDA_VISIBLE_DEVICES": "0,1"})]
    assert execution.places.used() == EMPTY


@pytest.mark.parametrize(
    "changed",
    [{"cpus": 2.0}, {"memory": 5}, {"gpus": 0}, {"pool": "p"}, {"limits": {"p": 1}}, {"timeout": 3.0}, {"retries": 1}],
    ids=str,
)
def test_a_change_of_what_a_job_takes_rebuilds_nothing(changed: dict[str, Any]):
    world = world_with("a")
    world.run(world.rule("x", "cat a > x", ["a"]))
    assert world.ran == ["x"]
    world.run(world.rule("x", "cat a > x", ["a"], **changed), jobs=7)
    assert world.ran == []


def test_a_job_without_gpus_to_run_on_fails_with_a_text():
    world = world_with("a")
    root = world.run(
        [world.rule("x", "cat a > x", ["a"], gpus=1), world.rule("y", "cat a > y", ["a"])], max_failures=None
    )
    assert isinstance(root.error, UsageError)
    assert str(root.error).splitlines()[0].endswith("x asks for gpus=1, and this machine has none")
    assert world.ran == ["y"]
    assert world.execution.places.used() == EMPTY


def test_a_job_that_cannot_be_launched_gives_its_places_back():
    world = world_with("a")
    root = world.run(world.rule("x", "cat a > x", ["a"], executor="nowhere", cpus=2.0, pool="p"))
    assert root.state == JobState.FAILED
    assert world.execution.places.used() == EMPTY


def test_what_the_functions_of_a_body_say_counts_beside_commands():
    world = world_with("a")

    def train(path: str) -> int:
        """Counts for nothing."""
        return len(path)

    task = world.task(train, pool="gpu", retries=3)
    parts: tuple[Any, ...] = (
        ("command", ("cat a > x", "", "", "")),
        ("call", TaskReference(task.fullname), ("a",), {}),
    )
    call = TaskExpression(STEPS, (), {"parts": parts}, {"origin": "x", "retries": 1})
    world.run(call)
    (job,) = [job for job in world.execution.frontier.jobs if job.origin == "x"]
    assert (job.options["pool"], job.options["retries"]) == ("gpu", 1)


def test_jobs_elsewhere_take_nothing_of_this_machine():
    yard = Yard(2, {"db": 3}, elsewhere=("far",))
    yard.take(4)
    for number in range(3 * PATIENCE):
        yard.add(f"far{number}", executor="far", cpus=8, memory=5000, gpus=9)
    yard.add("near", executor="near")
    assert yard.start() == ["s0", "s1", *(f"far{number}" for number in range(3 * PATIENCE))]
    assert yard.places.used() == (2000, 0, 0, {})
    assert yard.end("far0", "s0", "s1") == ["s2", "s3"]
    assert yard.end("s2") == ["near"]


@pytest.mark.parametrize(("asked", "cpus", "gpus"), [({}, 1, 0), ({"cpus": 3, "gpus": 9}, 3, 9), ({"cpus": 1.5}, 2, 0)])
def test_jobs_elsewhere_are_told_what_they_have_there(asked: dict[str, Any], cpus: int, gpus: int):
    yard = Yard(2, elsewhere=("far",))
    yard.add("far", executor="far", **asked)
    yard.start()
    job = yard.jobs["far"]
    assert (yard.places.cpus_of(job), yard.places.gpu_count_of(job), yard.places.gpus_of(job)) == (cpus, gpus, ())


def test_jobs_elsewhere_take_places_of_limits():
    yard = Yard(1, {"db": 2}, elsewhere=("far",))
    yard.take(1)
    for number in range(4):
        yard.add(f"far{number}", executor="far", limits={"db": 1})
    assert yard.start() == ["s0", "far0", "far1"]
    assert yard.end("far1") == ["far2"]
