"""From a plan to the graph that is shown: what the expressions of the targets are made of, and what the last build
discovered beyond that."""

from __future__ import annotations

from contextlib import suppress

from redo_py.app.views.planned import known_text, planned, steps_of
from redo_py.engine.address import shortened
from redo_py.front.redunfile.planning.requests import default_members, named, resolve
from redo_py.ground.errors import ErrorList, RedunError
from redo_py.ground.nested import collect
from redo_py.ir.expression import Expression, SchedulerExpression, TaskExpression
from redo_py.ir.flat import fields_of
from redo_py.query.graph import CONTENT, DISCOVERED, FILE, GROUP, ORDER, SOURCE, TASK, Graph, Node
from redo_py.tasks.builtin import BUILTIN, COMMAND, STEPS
from redo_py.values.file import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from redo_py.app.redunfile import OpenRedunfile
    from redo_py.front.redunfile.instances.instance import Instance
    from redo_py.query.past import Past

KINDS = {"lazy": "value"}  # kind of an instance -> of its node, where they differ


class Drawing:
    """Fills one Graph. Every file, instance and task call is one node, however often it is used."""

    def __init__(self, opened: OpenRedunfile, past: Past) -> None:
        self.graph = Graph()
        self.roots: list[int] = []  # what was asked for
        self._planner = opened.planner
        self._past = past
        self._files: dict[str, int] = {}  # path -> number
        self._steps: dict[int, int] = {}  # id of an instance -> number
        self._makers: dict[int, Instance] = {}  # id of an expression -> the instance that it is of
        self._open: set[int] = set()  # the numbers of those whose inputs are only known when they are evaluated
        self._calls: dict[Any, int] = {}  # id of a TaskExpression, or digest of a call of the past -> number
        self._origins: dict[str, list[int]] = {}  # what records call a step -> the numbers of those they call so
        self._addresses: dict[str, list[int]] = {}  # and its last call, which files tell from others of the same task

    def draw(self, targets: Sequence[str], here: str) -> None:
        """Plan `targets`, or the defaults, and draw them. Raises UsageError for what is wrong with the plan."""
        if not targets:
            unit = self._planner.redunfile.unit_at(here)
            group = unit.label("all") if unit.defaults is None else ""
            self._draw_target(group, default_members(self._planner, here))
        for target in dict.fromkeys(targets):
            group = named(self._planner.redunfile, target, here, "group")
            self._draw_target(group, resolve(self._planner, target, here))
        self._add_found()
        self._add_past()

    def _draw_target(self, group: str, found: Sequence[Instance | str]) -> None:
        """Draw what one target stands for, and the group of that label if it is one."""
        if group in self._planner.redunfile.groups:
            self._draw_group(group, found)
        else:
            self.roots += self._draw_found(found)

    def _draw_group(self, name: str, members: Sequence[Instance | str]) -> None:
        span = self._planner.redunfile.groups[name].span
        number = self.graph.add(Node(GROUP, name, place=f"{span.file}:{span.line}"))
        for member in self._draw_found(members):
            self.graph.connect(member, number)
        self.roots.append(number)

    def _draw_found(self, found: Sequence[Instance | str]) -> list[int]:
        """The numbers of what stands for targets: of a rule the file that it is named for."""
        new = [each for each in planned(self._planner, found) if id(each) not in self._steps]
        for instance in new:
            self._add_step(instance)
        for instance in new:
            self._connect_inputs(self._steps[id(instance)], instance.expression)
        return [self._file(each) if isinstance(each, str) else self._result(each) for each in found]

    def _result(self, instance: Instance) -> int:
        return self._files[instance.origin] if instance.kind == "rule" else self._steps[id(instance)]

    # ---- steps

    def _add_step(self, instance: Instance) -> None:
        node = Node(
            KINDS.get(instance.kind, instance.kind),
            instance.origin,
            instance.name,
            f"{instance.span.file}:{instance.span.line}",
            instance.doc.strip().partition("\n")[0],
        )
        node.commands = tuple(commands_of(instance.expression))
        node.files = tuple([output.path for output in instance.values])
        number = self._steps[id(instance)] = self.graph.add(node)
        self._name(instance.expression, number)
        self._makers[id(instance.expression)] = instance
        for output in instance.values:
            made = self._files[output.path] = self.graph.add(Node(FILE, output.path))
            self.graph.connect(number, made)

    # ---- what goes into a step

    def _connect_inputs(self, user: int, expression: Any) -> None:
        """Draw everything that `expression`, which is drawn as `user`, is made of."""
        waiting: list[tuple[int, Any, str]] = [(user, *part) for part in parts_of(expression)]
        seen: set[tuple[int, int]] = set()
        while waiting:
            user, part, kind = waiting.pop()
            for item in collect(part, (File, Expression)):
                if (user, id(item)) not in seen:
                    seen.add((user, id(item)))
                    waiting += self._connect(user, item, kind)

    def _connect(self, user: int, item: Any, kind: str) -> Iterator[tuple[int, Any, str]]:
        """Connect one File or expression to `user`; gives what has to be looked into in turn, and for whom."""
        if isinstance(item, File):
            self.graph.connect(self._file(item.path), user, kind)
        elif isinstance(item, SchedulerExpression) and item.form == "product":
            self.graph.connect(self._file(item.args[1]), user, kind)
        elif id(item) in self._makers:
            self.graph.connect(self._steps[id(self._makers[id(item)])], user, kind)
        elif isinstance(item, TaskExpression):
            is_new = id(item) not in self._calls
            call = self._call(item)
            self.graph.connect(call, user, kind)
            if is_new:
                yield from ((call, *part) for part in parts_of(item))
        else:
            self._open.add(user)
            yield from ((user, part, kind) for part, _ in parts_of(item))

    def _file(self, path: str) -> int:
        """The node of a source; what lies below a folder that a rule makes is connected with the folder."""
        number = self._files.get(path)
        if number is None:
            maker = self._planner.producer(path)
            number = self._files[path] = self.graph.add(Node(SOURCE if maker is None else FILE, path))
            if maker is not None and id(maker) in self._steps:
                self.graph.connect(self._steps[id(maker)], number)
        return number

    def _call(self, expression: TaskExpression) -> int:
        if id(expression) not in self._calls:
            number = self._calls[id(expression)] = self._add_task(expression.task_name, origin_of(expression))
            self._name(expression, number)
        return self._calls[id(expression)]

    def _name(self, expression: Any, number: int) -> None:
        self._origins.setdefault(origin_of(expression), []).append(number)
        self._addresses.setdefault(address_of(expression), []).append(number)

    def _add_task(self, name: str, origin: str = "") -> int:
        return self.graph.add(Node(TASK, origin or name, name))

    # ---- what only running has shown

    def _add_past(self) -> None:
        """How each step came to be, and what it called beyond what the plan says. Several calls of one task have one
        name in the records: nothing is said of them."""
        for origin, numbers in self._origins.items():
            if origin and len(numbers) == 1:
                self._remember(numbers[0], origin)
        for address, numbers in self._addresses.items():
            if address and len(numbers) == 1:
                self._add_calls(numbers[0], address)

    def _add_found(self) -> None:
        """What steps read beyond what the plan says, with what makes that, which may have found more in turn."""
        done: set[str] = set()
        while new := [address for address in self._addresses if address and address not in done]:
            done.update(new)
            for address in new:
                number, *others = self._addresses[address]
                if others:
                    continue
                found = self._past.files_read(address) if number in self._open else self._past.read.get(address, ())
                for path in found:
                    self._plan_maker(path)
                    self.graph.connect(self._file(path), number, DISCOVERED)

    def _plan_maker(self, path: str) -> None:
        """Draw the rule that makes `path`, unless it can no more be planned."""
        with suppress(RedunError, ErrorList):
            maker = self._planner.producer(path)
            if maker is not None and id(maker) not in self._steps:
                self._draw_found([maker])

    def _remember(self, number: int, origin: str) -> None:
        node = self.graph.nodes[number]
        node.state = self._past.state_of(origin)
        run = self._past.runs.get(origin)
        if run is not None:
            node.when, node.seconds, node.reason = run

    def _add_calls(self, number: int, origin: str) -> None:
        for parent, child, name in self._past.calls_below(origin):
            if name not in BUILTIN:
                if child not in self._calls:
                    self._calls[child] = self._add_task(name)
                self.graph.connect(self._calls[child], self._calls.get(parent, number), DISCOVERED)


def parts_of(expression: Any) -> list[tuple[Any, str]]:
    """(what `expression` holds, as what kind of input): what a call is told to wait for is its order alone."""
    if isinstance(expression, TaskExpression):
        return [((expression.args, dict(expression.kwargs)), CONTENT), (expression.options.get("after"), ORDER)]
    return [(fields_of(expression)[1], CONTENT)]


def origin_of(expression: Any) -> str:
    """What records call the job of `expression`; "" if there is none."""
    if not isinstance(expression, TaskExpression):
        return ""
    return expression.options.get("origin") or expression.task_name


def address_of(expression: Any) -> str:
    """What records call the last call of `expression`, as engine.address says; "" if there is none."""
    origin = origin_of(expression)
    if not origin or expression.options.get("origin"):
        return origin
    items = collect((expression.args, dict(expression.kwargs)), (File, SchedulerExpression))
    paths = [item.path if isinstance(item, File) else item.args[1] for item in items if is_file(item)]
    return shortened(f"{origin}({', '.join(paths)})" if paths else origin)


def is_file(item: Any) -> bool:
    """Whether it is a file, or will be one that a rule makes."""
    return isinstance(item, File) or item.form == "product"


def commands_of(expression: Any) -> Iterator[str]:
    """The commands of a step as far as they are known, and the function that it calls."""
    yield from (known_text(step, "…") for step in steps_of(expression))
    name = getattr(expression, "task_name", "")
    if name == STEPS:
        yield from (f"{part[0].name}()" for kind, *part in expression.kwargs["parts"] if kind == "call")
    elif name and name != COMMAND:
        yield f"{name}()"
