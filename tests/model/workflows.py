"""Workflows of forms and tasks that fail, drawn from a seed; what they may be worth, worked out by the book; and how
they become expressions over a World.

Of several calls that fail, which error comes first is nobody's business. So the book gives all outcomes that there may
be: values, or errors by class and text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import product
from random import Random
from typing import Any

from redo_py.ir.expression import ValueExpression
from redo_py.library.control import catch, catch_all, cond, seq, throw
from redo_py.library.functional import compose, const, delay, flatten, force, identity, map_, zip_
from redo_py.tasks.task import Task
from tests.unit.engine.memory_world import World


class First(Exception):
    """An error."""


class Second(First):
    """A special case of it."""


class Third(LookupError):
    """Another one."""


class Grave(BaseException):
    """No Exception."""


KINDS: tuple[type[BaseException], ...] = (First, Second, Third, Grave)
CLAUSES: tuple[Any, ...] = (First, Second, Third, (Second, Third), (First, LookupError), Exception, BaseException)
MOST = 200  # outcomes of one expression; beyond that it is not worth it

Node = tuple[Any, ...]  # (kind, ...), with nodes inside
Outcome = tuple[str, Any]  # ("value", it) or ("error", (class, text))


class TooMany(Exception):
    """There are too many outcomes."""


@dataclass(frozen=True)
class Workflow:
    root: Node
    broken: tuple[bool, ...]  # whether each of the tasks that may fail does
    versions: tuple[int, ...]  # of the tasks that do not


FAIL = 4  # tasks that may fail: fail0 ... raise KINDS[n] of what they are given
FINE = ("pair", "saves", "splits", "ones")


def drawn(random: Random) -> Workflow:
    """Any workflow."""
    return Workflow(node(random, 4), tuple(random.random() < 0.6 for _ in range(FAIL)), (1,) * len(FINE))


def edited(random: Random, flow: Workflow) -> Workflow:
    """`flow` after one edit of a task, or with another root."""
    what = random.random()
    if what < 0.55:
        place = random.randrange(FAIL)
        return replace(flow, broken=tuple(old != (n == place) for n, old in enumerate(flow.broken)))
    if what < 0.85:
        place = random.randrange(len(FINE))
        return replace(flow, versions=tuple(old + (n == place) for n, old in enumerate(flow.versions)))
    return replace(flow, root=node(random, 4))


def node(random: Random, depth: int) -> Node:
    """A node that is at most so deep."""
    kinds = ("fail", "fail", "pair", "split", "list", "catch", "catch", "catch", "all", "all", "map", "maps", "seq",
             "cond", "item", "deep", "later", "one", "zip", "compose")  # fmt: skip
    if depth == 0 or random.random() < 0.1:
        return ("number", random.randint(0, 2)) if random.random() < 0.6 else ("throw", random.randrange(len(KINDS)))
    kind = random.choice(kinds)

    def below() -> Node:
        return node(random, depth - 1)

    some = random.randrange(FAIL)
    if kind in ("fail", "split", "deep", "later", "maps"):
        return (kind, some, below())
    if kind in ("list", "seq", "map"):
        return (kind, some, tuple(below() for _ in range(random.randint(0, 3))))
    if kind == "catch":
        clauses = tuple((random.choice(CLAUSES), recovery(random)) for _ in range(random.randint(1, 2)))
        return (kind, below(), clauses)
    if kind == "all":
        parts = tuple(below() for _ in range(random.randint(1, 3)))
        return (kind, parts, random.choice((*CLAUSES, None)), random.choice((recovery(random), recovery(random), None)))
    if kind == "item":
        return (kind, below(), random.randint(0, 2))
    return (kind, below(), below(), below()) if kind == "cond" else (kind, below(), below())


def recovery(random: Random) -> str:
    """What is done with an error."""
    return random.choice(("saves", "saves", "saves", "fail0", "fail1", "splits2", "pair"))


# ---- by the book


class Book:
    """All outcomes of the nodes of one workflow."""

    def __init__(self, flow: Workflow) -> None:
        self.flow = flow

    def of(self, item: Node) -> list[Outcome]:
        found = list(dict.fromkeys(getattr(self, "node_" + item[0])(*item[1:])))
        if len(found) > MOST:
            raise TooMany
        return found

    def with_all(self, items: Iterable[Node], then: Callable[..., Iterable[Outcome]]) -> list[Outcome]:
        """What `then` makes of all values; or any of the errors."""
        return self.joined([self.of(item) for item in items], then)

    def joined(self, parts: list[list[Outcome]], then: Callable[..., Iterable[Outcome]]) -> list[Outcome]:
        found = [outcome for part in parts for outcome in part if outcome[0] == "error"]
        values = [[outcome[1] for outcome in part if outcome[0] == "value"] for part in parts]
        if len(list(zip(*values, strict=False))) and product_size(values) > MOST:
            raise TooMany
        for chosen in product(*values):
            found.extend(then(*chosen))
        return found

    # ---- tasks

    def call(self, name: str, *args: Any) -> list[Outcome]:
        if name.startswith("fail"):
            return self.fails(int(name[4]), args[0])
        if name.startswith("splits"):
            return self.splits(int(name[6]), args[0])
        if name == "saves":
            return [("value", ("saved", self.version("saves"), shown(args[0])))]
        return [("value", ("pair", self.version("pair"), *map(shown, args)))]

    def version(self, name: str) -> int:
        return self.flow.versions[FINE.index(name)]

    def fails(self, number: int, value: Any) -> list[Outcome]:
        if self.flow.broken[number]:
            return [("error", (KINDS[number], repr(shown(value))))]
        return [("value", ("fine", number, shown(value)))]

    def splits(self, number: int, value: Any) -> list[Outcome]:
        """[fail(value), pair(value, version)]"""
        other = ("pair", self.version("pair"), shown(value), shown(self.version("splits")))
        return self.joined([self.fails(number, value)], lambda x: [("value", (x, other))])

    # ---- nodes

    def node_number(self, number: int) -> list[Outcome]:
        return [("value", number)]

    def node_throw(self, number: int) -> list[Outcome]:
        return [("error", (KINDS[number], "thrown"))]

    def node_fail(self, number: int, item: Node) -> list[Outcome]:
        return self.with_all([item], lambda x: self.fails(number, x))

    def node_split(self, number: int, item: Node) -> list[Outcome]:
        return self.with_all([item], lambda x: self.splits(number, x))

    def node_pair(self, one: Node, other: Node) -> list[Outcome]:
        return self.with_all([one, other], lambda x, y: self.call("pair", x, y))

    def node_list(self, number: int, items: tuple[Node, ...]) -> list[Outcome]:
        return self.with_all(items, lambda *values: [("value", values)])

    node_seq = node_list

    def node_map(self, number: int, items: tuple[Node, ...]) -> list[Outcome]:
        """map_(fail, items)"""
        parts = [self.node_fail(number, item) for item in items]
        return self.joined(parts, lambda *values: [("value", values)])

    def node_maps(self, number: int, item: Node) -> list[Outcome]:
        """map_(fail, map_(splits, [item, 5]))"""
        parts = [self.with_all([each], lambda x: self.splits(number, x)) for each in (item, ("number", 5))]
        both = [self.joined([part], lambda x: self.fails(number, x)) for part in parts]
        return self.joined(both, lambda *values: [("value", values)])

    def node_cond(self, test: Node, then: Node, otherwise: Node) -> list[Outcome]:
        return self.with_all([test], lambda x: self.of(then if x else otherwise))

    def node_item(self, item: Node, number: int) -> list[Outcome]:
        def pick(value: Any) -> list[Outcome]:
            try:
                return [("value", list(value)[number])]
            except (IndexError, TypeError) as error:
                return [("error", (type(error), str(error)))]

        return self.with_all([("list", 0, (item, item))], lambda value: pick(value))

    def node_deep(self, number: int, item: Node) -> list[Outcome]:
        """catch(splits(item), Second, saves) in a task"""
        return self.with_all([item], lambda x: self.caught(self.splits(number, x), ((Second, "saves"),)))

    def node_later(self, number: int, item: Node) -> list[Outcome]:
        """force(delay([fail(item)]))"""
        return self.with_all([("fail", number, item)], lambda x: [("value", (x,))])

    def node_one(self, item: Node, other: Node) -> list[Outcome]:
        """const(identity(item), other)"""
        return self.with_all([item, other], lambda x, y: [("value", x)])

    def node_zip(self, item: Node, other: Node) -> list[Outcome]:
        """zip_([item, 1], [other]), flattened"""
        return self.with_all([item, other], lambda x, y: [("value", (x, y))])

    def node_compose(self, item: Node, other: Node) -> list[Outcome]:
        """compose(fail0, pair)(item, other)"""
        return self.with_all(
            [item, other], lambda x, y: self.joined([self.call("pair", x, y)], lambda z: self.fails(0, z))
        )

    def node_catch(self, item: Node, clauses: tuple[tuple[Any, str], ...]) -> list[Outcome]:
        return self.caught(self.of(item), clauses)

    def caught(self, outcomes: list[Outcome], clauses: tuple[tuple[Any, str], ...]) -> list[Outcome]:
        found: list[Outcome] = []
        for outcome in outcomes:
            chosen = next(
                (do for kind, do in clauses if outcome[0] == "error" and issubclass(outcome[1][0], kind)), None
            )
            found.extend([outcome] if chosen is None else self.call(chosen, outcome[1]))
        return found

    def node_all(self, parts: tuple[Node, ...], kind: Any, recover: str | None) -> list[Outcome]:
        found: list[Outcome] = []
        nested = ("list", 0, parts)
        outcomes = [self.of(leaf) for leaf in leaves(nested)]
        if product_size(outcomes) > MOST:
            raise TooMany
        kinds = () if recover is None else Exception if kind is None else kind
        for chosen in product(*outcomes):
            failed = [outcome for outcome in chosen if outcome[0] == "error"]
            others = [outcome for outcome in failed if not issubclass(outcome[1][0], kinds)]
            value = filled(nested, iter(shown(outcome[1]) for outcome in chosen))
            if failed and not others:
                found.extend(self.call(recover or "", value))
            else:
                found.append(others[0] if others else ("value", value))
        return found


def leaves(item: Node) -> list[Node]:
    """What stands in the lists that `item` is made of: calls, each of which comes to its own end."""
    return [leaf for part in item[2] for leaf in leaves(part)] if item[0] == "list" else [item]


def filled(item: Node, values: Any) -> Any:
    """The lists of `item` with `values` in place of its leaves."""
    return tuple(filled(part, values) for part in item[2]) if item[0] == "list" else next(values)


def reraises(item: Any) -> bool:
    """Whether a `catch_all` in `item` may raise an error of several again: then nobody is waiting for the others, and
    they run again."""
    if not isinstance(item, tuple):
        return False
    again = item[:1] == ("all",) and (item[3] is None or item[2] is not BaseException)
    return bool(again) or any(reraises(part) for part in item)


def product_size(parts: list[Any]) -> int:
    size = 1
    for part in parts:
        size *= len(part)
    return size


def shown(value: Any) -> Any:
    """A value in a form that can be compared: errors by class and text, lists as tuples."""
    if isinstance(value, BaseException):
        return (type(value).__name__, str(value.args[0]))
    if isinstance(value, (list, tuple)):
        if len(value) == 2 and isinstance(value[0], type):
            return (value[0].__name__, value[1])
        return tuple(shown(part) for part in value)
    return value


# ---- as expressions


class Play:
    """A workflow in a world: its tasks, as they are now, and its root as an expression."""

    def __init__(self, world: World, flow: Workflow) -> None:
        self.world = world
        self.flow = flow
        self.made: dict[Node, Any] = {}
        for number in range(FAIL):
            self.task(f"fail{number}", self.failing(number), str(flow.broken[number]))
            self.task(f"splits{number}", self.splitting(number), str(self.version("splits")))
            self.task(f"deep{number}", self.catching(number), "1")
        pair, saves = self.version("pair"), self.version("saves")
        self.task("pair", lambda x, y=None: ("pair", pair, shown(x), *(() if y is None else (shown(y),))), str(pair))
        self.task("saves", lambda error: ("saved", saves, shown(error)), str(saves))
        self.root = self.of(flow.root)

    def version(self, name: str) -> int:
        return self.flow.versions[FINE.index(name)]

    def task(self, name: str, function: Any, version: str) -> None:
        self.world.tasks.known[name] = Task(function, name, "", {"version": version})

    def __getitem__(self, name: str) -> Any:
        return self.world.tasks.known[name]

    def failing(self, number: int) -> Any:
        broken = self.flow.broken[number]

        def fails(x: Any) -> Any:
            if broken:
                raise KINDS[number](repr(shown(x)))
            return ("fine", number, shown(x))

        return fails

    def splitting(self, number: int) -> Any:
        version = self.version("splits")
        return lambda x: [self[f"fail{number}"](x), self["pair"](x, version)]

    def catching(self, number: int) -> Any:
        return lambda x: catch(self[f"splits{number}"](x), Second, self["saves"])

    def of(self, item: Node) -> Any:
        if item not in self.made:
            self.made[item] = getattr(self, "node_" + item[0])(*item[1:])
        return self.made[item]

    def node_number(self, number: int) -> Any:
        return number

    def node_throw(self, number: int) -> Any:
        return throw(KINDS[number]("thrown"))

    def node_fail(self, number: int, item: Node) -> Any:
        return self[f"fail{number}"](self.of(item))

    def node_split(self, number: int, item: Node) -> Any:
        return self[f"splits{number}"](self.of(item))

    def node_pair(self, one: Node, other: Node) -> Any:
        return self["pair"](self.of(one), self.of(other))

    def node_list(self, number: int, items: tuple[Node, ...]) -> Any:
        return [self.of(item) for item in items]

    def node_seq(self, number: int, items: tuple[Node, ...]) -> Any:
        return seq([self.of(item) for item in items])

    def node_map(self, number: int, items: tuple[Node, ...]) -> Any:
        return map_(self[f"fail{number}"], [self.of(item) for item in items])

    def node_maps(self, number: int, item: Node) -> Any:
        return map_(self[f"fail{number}"], map_(self[f"splits{number}"], [self.of(item), 5]))

    def node_cond(self, test: Node, then: Node, otherwise: Node) -> Any:
        return cond(self.of(test), self.of(then), self.of(otherwise))

    def node_item(self, item: Node, number: int) -> Any:
        return ValueExpression([self.of(item), self.of(item)])[number]

    def node_deep(self, number: int, item: Node) -> Any:
        return self[f"deep{number}"](self.of(item))

    def node_later(self, number: int, item: Node) -> Any:
        return force(delay([self[f"fail{number}"](self.of(item))]))

    def node_one(self, item: Node, other: Node) -> Any:
        return const(identity(self.of(item)), self.of(other))

    def node_zip(self, item: Node, other: Node) -> Any:
        return flatten(zip_([self.of(item), 1], [self.of(other)]))

    def node_compose(self, item: Node, other: Node) -> Any:
        return compose(self["fail0"], self["pair"])(self.of(item), self.of(other))

    def node_catch(self, item: Node, clauses: tuple[tuple[Any, str], ...]) -> Any:
        return catch(self.of(item), *(part for kind, do in clauses for part in (kind, self[do])))

    def node_all(self, parts: tuple[Node, ...], kind: Any, recover: str | None) -> Any:
        return catch_all([self.of(part) for part in parts], kind, None if recover is None else self[recover])
