"""Projects as data, drawn from a seed: sources, rules, and expressions over tasks; and how they become a World."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from redo_py.executors.api import CallStep, CommandStep, JobSpec
from redo_py.ir.expression import (
    QuotedExpression,
    SchedulerExpression,
    SimpleExpression,
    TaskExpression,
    ValueExpression,
)
from redo_py.tasks.builtin import COMMAND
from redo_py.values.file import File, Output, Tool
from tests.model.commands import below, outcome_of
from tests.unit.engine.memory_world import MemoryInbox, World

SOURCES = ("s0", "s1", "s2")
HEADERS = ("h0", "h1")
OUTS = (("r0a",), ("r1a", "r1b"), ("d2",), ("r3a",))  # what rule n makes
PRODUCTS = ("r0a", "r1a", "r1b", "d2/x", "d2/y/z", "r3a")
PICKED = (*PRODUCTS, *SOURCES)


@dataclass(frozen=True)
class Rule:
    text: str
    inputs: tuple[str, ...]
    after: tuple[str, ...]  # products that are made first without being inputs
    options: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Project:
    sources: tuple[tuple[str, bytes], ...]
    rules: tuple[Rule, ...]
    nodes: tuple[tuple[Any, ...], ...]  # (kind, ...) with numbers of earlier nodes
    versions: tuple[str, ...]  # of the tasks
    roots: tuple[int, ...]


def rule_of(product: str) -> int:
    """The number of the rule that makes `product`."""
    return int(product[1])


def drawn_project(random: Random) -> Project:
    """Any project."""
    nodes: list[tuple[Any, ...]] = []
    for number in range(random.randint(3, 10)):
        nodes.append(node(random, number))  # noqa: PERF401 - a node is drawn after those that it may use
    return Project(
        tuple((name, content(random, name)) for name in SOURCES + HEADERS if name in SOURCES or random.random() < 0.9),
        tuple(rule(random, number) for number in range(len(OUTS))),
        tuple(nodes),
        tuple(random.choice("12") for _ in range(3)),
        tuple(random.sample(range(len(nodes)), random.randint(1, min(3, len(nodes))))),
    )


def edited(random: Random, project: Project) -> Project:
    """`project` after one edit of a source, a rule, a task, an expression, or what is asked for."""
    what = random.choice(("source", "source", "rule", "rule", "node", "version", "roots"))
    fresh = drawn_project(random)
    if what == "source":
        name = random.choice(SOURCES + HEADERS)
        return replace(project, sources=tuple({**dict(project.sources), name: content(random, name)}.items()))
    if what == "rule":
        return replace(project, rules=with_one(random, project.rules, fresh.rules))
    if what == "version":
        return replace(project, versions=with_one(random, project.versions, fresh.versions))
    if what == "node":
        place = random.randrange(len(project.nodes))
        nodes = (*project.nodes[:place], node(random, place), *project.nodes[place + 1 :])
        return replace(project, nodes=nodes)
    return replace(project, roots=tuple(random.sample(range(len(project.nodes)), 1)))


def with_one(random: Random, old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    """`old` with one item from `new`."""
    place = random.randrange(len(old))
    return (*old[:place], new[place], *old[place + 1 :])


def history(random: Random, length: int) -> list[Project]:
    """A project and its edits; sometimes an edit is taken back."""
    projects = [drawn_project(random)]
    while len(projects) < length:
        projects.append(random.choice(projects) if random.random() < 0.2 else edited(random, projects[-1]))
    return projects


def content(random: Random, name: str) -> bytes:
    """A content of the source `name`, which may name other files."""
    headers: tuple[str, ...] = {"h0": ("h1",), "h1": ()}.get(name, HEADERS)
    names = [header for header in headers if random.random() < 0.3]
    if name in SOURCES and random.random() < 0.3:
        names.append(random.choice(PRODUCTS))
    return f"{random.randint(0, 1)}{''.join(f'<{each}>' for each in names)}".encode()


def rule(random: Random, number: int) -> Rule:
    """Rule `number`: it may use sources and products of earlier rules."""
    earlier = [path for path in PRODUCTS if rule_of(path) < number]
    flags = (
        (), (("temp", True),), (("temp", True),), (("always", True),), (("pool", "p"),), (("retries", 1),),
        (("cpus", 2.0),), (("limits", {"p": 1}), ("cpus", 0.5)), (("memory", 1 << 30),),
    )  # fmt: skip
    text = "fail" if random.random() < 0.05 else random.choice(("cc", "ld"))
    inputs = random.sample([*SOURCES, *earlier], random.randint(0, 2))
    after = tuple(path for path in earlier if random.random() < 0.7)
    return Rule(text, tuple(inputs), after, random.choice(flags))


def node(random: Random, number: int) -> tuple[Any, ...]:
    """Node `number`: it may use earlier ones."""
    if number == 0 or random.random() < 0.45:
        kind = random.choice(("value", "product", "product", "product", "file", "emit", "need"))
        if kind in ("value", "emit"):
            return (kind, random.randint(0, 2))
        if kind == "need":
            return (kind, random.choice(PRODUCTS + SOURCES + HEADERS))
        return (kind, random.choice(PRODUCTS if kind == "product" else SOURCES + HEADERS))
    kinds = ("pair", "pair", "spread", "shape", "catch", "seq", "map", "read", "read", "repr", "apply", "filter",
             "gather", "cond", "fail")  # fmt: skip
    kind = random.choice(kinds if random.random() < 0.15 else kinds[:-1])
    return (kind, *[random.randrange(number) for _ in range(3 if kind == "cond" else 2)])


class Play:
    """A project in a World, whose sources, tasks and rules it sets; the expressions are made afresh."""

    def __init__(self, world: World, project: Project) -> None:
        self.world = world
        self.project = project
        self.made: dict[int, Any] = {}
        self.read: Callable[[str], bytes] = world.files.read  # what the task `reads` reads with
        world.rules.clear()
        self.tasks(project.versions)
        self.sources = dict(project.sources)
        for name in SOURCES + HEADERS:
            if name not in self.sources:
                world.files.remove(name)
            elif not world.files.exists(name) or world.files.read(name) != self.sources[name]:
                world.files.write(name, self.sources[name])
        for number, one in enumerate(project.rules):
            self.rule(number, one)
        self.roots = [self.node(number) for number in project.roots]

    def tasks(self, versions: tuple[str, ...]) -> None:
        task = self.world.task

        def pair(x: Any, y: Any) -> Any:
            return (versions[0], x, y)

        def spread(x: Any, y: Any) -> Any:
            """Reduces to calls of other tasks, nested and shared."""
            once = self.pair(x, versions[1])
            return [once, {"again": once, "other": self.pair(y, once)}, QuotedExpression(once)]

        def fails(x: Any, y: Any) -> Any:
            raise ValueError("no")

        def recovers(error: Any) -> Any:
            return self.pair("recovered", versions[2])

        def emits(number: int) -> Any:
            """Reduces to a command."""
            return command(f"emit{versions[1]}", (), (f"p{number % 2}",))

        def reads(file: Any, other: Any) -> Any:
            """Reads a file, if that is what it gets."""
            return self.read(file.path) if type(file) is File and file.kind == 1 else "no file"

        def applies(function: Any, x: Any) -> Any:
            """Calls the task that it is given."""
            return function(x, versions[2])

        def path_of(path: str) -> str:
            return path

        def picks(x: Any) -> Any:
            """Names files, not the same ones in every version."""
            start = sum(map(ord, versions[0])) % len(PICKED)
            return [*PICKED[start : start + 2], *(PICKED[:1] if x else [])]

        self.picks = task(picks, versions[0])
        self.pair = task(pair, versions[0])
        self.spread, self.fails, self.recovers = task(spread, versions[1]), task(fails), task(recovers, versions[2])
        self.emits, self.reads, self.path_of = task(emits, versions[1]), task(reads), task(path_of)
        self.applies = task(applies, versions[2])

    def rule(self, number: int, one: Rule) -> None:
        outs = OUTS[number]
        options = {
            **dict(one.options),
            "origin": outs[0],
            "kind": "rule",
            "after": tuple(self.file(p) for p in one.after),
        }
        call = command(one.text, tuple(self.file(path) for path in one.inputs), outs, options)
        for out in outs:
            self.world.rules.update(dict.fromkeys((out, *below(out)), call))

    def file(self, path: str) -> Any:
        return SchedulerExpression("product", (self.world.rules[path], path)) if path in PRODUCTS else File(path)

    def node(self, number: int) -> Any:
        if number not in self.made:
            kind, *rest = self.project.nodes[number]
            self.made[number] = getattr(self, "node_" + kind)(*rest)
        return self.made[number]

    def node_value(self, number: int) -> Any:
        return ValueExpression([number, {"k": File("s0")}])

    def node_product(self, path: str) -> Any:
        return self.file(path)

    def node_file(self, path: str) -> Any:
        return File(path)

    def node_emit(self, number: int) -> Any:
        return self.emits(number)

    def node_need(self, path: str) -> Any:
        return SchedulerExpression("need", (self.path_of(path),))

    def node_pair(self, x: int, y: int) -> Any:
        return self.pair(self.node(x), self.node(y))

    def node_spread(self, x: int, y: int) -> Any:
        return SimpleExpression("getitem", (self.spread(self.node(x), self.node(y)), x % 2))

    def node_shape(self, x: int, y: int) -> Any:
        return {"list": [self.node(x), (self.node(y), 1)], "pair": self.pair(self.node(y), [self.node(x)])}

    def node_fail(self, x: int, y: int) -> Any:
        return self.fails(self.node(x), self.node(y))

    def node_catch(self, x: int, y: int) -> Any:
        return SchedulerExpression("catch", ([self.node(x), self.node(y)], Exception, self.recovers))

    def node_seq(self, x: int, y: int) -> Any:
        return SchedulerExpression("seq", ([self.node(x), self.node(y)],))

    def node_map(self, x: int, y: int) -> Any:
        body = self.pair(SimpleExpression("variable", ("v",)), self.node(y))
        return SchedulerExpression("map", (QuotedExpression(body), "v", [1, self.node(x)]))

    def node_filter(self, x: int, y: int) -> Any:
        """[pair(v, y) for v in [1, x, y] if v == x]"""
        item = SimpleExpression("variable", ("v",))
        test = SimpleExpression("eq", (item, self.node(x)))
        body = SchedulerExpression("cond", (test, [self.pair(item, self.node(y))], []))
        over = [1, self.node(x), self.node(y)]
        return SimpleExpression("flat", (SchedulerExpression("map", (QuotedExpression(body), "v", over)),))

    def node_gather(self, x: int, y: int) -> Any:
        """pair(need([path_of(v) for v in picks(x)]), y)"""
        body = self.path_of(SimpleExpression("variable", ("v",)))
        paths = SchedulerExpression("map", (QuotedExpression(body), "v", self.picks(self.node(x))))
        return self.pair(SchedulerExpression("need", (paths,)), self.node(y))

    def node_read(self, x: int, y: int) -> Any:
        return self.reads(self.node(x), self.node(y))

    def node_repr(self, x: int, y: int) -> Any:
        return SimpleExpression("getitem", ([self.node(x), self.node(y)], 0))

    def node_apply(self, x: int, y: int) -> Any:
        return self.applies(self.pair, self.node(x))

    def node_cond(self, x: int, y: int, z: int) -> Any:
        test = SimpleExpression("eq", (self.node(x), self.node(y)))
        return SchedulerExpression("cond", (test, self.node(y), self.node(z)))


def command(text: str, inputs: Any, outs: Sequence[str], options: dict[str, Any] | None = None) -> TaskExpression:
    """A call of the builtin task that runs `text`."""
    paths = [item.args[1] if isinstance(item, SchedulerExpression) else item.path for item in inputs]
    kwargs = {
        "steps": ((" ".join([text, *paths]), "", "", ""),),
        "inputs": inputs,
        "outputs": tuple(Output(out, out.startswith("d")) for out in outs),
        "tools": (Tool(text),),
    }
    return TaskExpression(COMMAND, kwargs=kwargs, options=options or {"origin": outs[0]})


def play_command(files: Any, spec: JobSpec, step: CommandStep | CallStep) -> list[str]:
    """Run a command of the model over memory files: gives what it read beyond its inputs."""
    assert isinstance(step, CommandStep)

    def read(path: str) -> bytes | None:
        return files.read(path) if files.exists(path) and files.entries[path].kind == 1 else None

    written, discovered = outcome_of(step.text, step.text.split()[1:], spec.outputs, read)
    for path, content in written.items():
        files.write(path, content)
    return discovered


class DrawnInbox(MemoryInbox):
    """Jobs run and answer in an order that is drawn."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.random = random

    def wait(self, timeout: float | None) -> list[Any]:
        while self.waiting and (timeout != 0 or self.random.random() < 0.3):
            place = self.random.randrange(len(self.waiting))
            self.arrived.append(self.waiting[place]())
            del self.waiting[place]
            if self.random.random() < 0.5:
                break
        outcomes = list(self.arrived)
        self.random.shuffle(outcomes)
        self.arrived.clear()
        return outcomes
