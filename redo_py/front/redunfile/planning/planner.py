"""Planning: targets become expressions.

The bodies of rules run here, each once per instance and only if something asks for it. What a body needs is known when
it has run; its expression is made when everything that it needs has one. Both happen on one explicit stack, so that a
chain of a hundred thousand rules is no deeper than a chain of two.
"""

from __future__ import annotations

import gc

from redo_py.front.redunfile.builtins.arguments import parse_arguments
from redo_py.front.redunfile.evaluation.callables import Outputs, PendingCall
from redo_py.front.redunfile.evaluation.kinds import kind_of
from redo_py.front.redunfile.evaluation.machine import Machine
from redo_py.front.redunfile.evaluation.scopes import Poisoned
from redo_py.front.redunfile.grammar.syntax import Call, Name
from redo_py.front.redunfile.instances.body import Body
from redo_py.front.redunfile.instances.depfiles import Depfiles
from redo_py.front.redunfile.instances.instance import DONE, NEW, OPEN, Instance
from redo_py.front.redunfile.instances.listed import Listed
from redo_py.front.redunfile.instances.lowering import Lowering, files_in
from redo_py.front.redunfile.instances.making import make
from redo_py.front.redunfile.instances.outputs import Claims
from redo_py.front.redunfile.instances.owners import Owners
from redo_py.front.redunfile.instances.trails import cycle_error, endless_error, leftover, missing_input, trail_of
from redo_py.front.redunfile.loading.statements import run_function
from redo_py.front.redunfile.planning.requests import as_expression, default_members, resolve
from redo_py.ground.errors import RedunError, UsageError
from redo_py.ir.expression import SchedulerExpression
from redo_py.values.file import File, Output, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from redo_py.front.redunfile.commands.shapes import Shape
    from redo_py.front.redunfile.evaluation.declared import Recipe, Redunfile
    from redo_py.front.redunfile.evaluation.host import Host
    from redo_py.front.redunfile.grammar.syntax import Node
    from redo_py.front.redunfile.instances.owners import Found
    from redo_py.front.redunfile.planning.listing import Target
    from redo_py.ground.spans import Span
    from redo_py.ir.expression import Expression

LONGEST_PATH = 4096  # a chain of patterns whose paths grow beyond this never ends


class Planner:
    """One plan of one redunfile. Everything asked for twice is the same object."""

    def __init__(self, redunfile: Redunfile, host: Host) -> None:
        """Raises UsageError if two rules make one output."""
        self.redunfile = redunfile
        self.host = host
        self.reads = redunfile.reads
        self.machine = Machine(redunfile, run_function)
        self.owners = Owners(redunfile)
        self.claims = Claims(redunfile, host.real_folder)
        self.depfiles = Depfiles(self.claims)
        self.listed = Listed(redunfile, self.owners, len(redunfile.globbed))
        self.lowering = Lowering(self.product, self._task_name)
        self.shapes: dict[Any, Shape] = {}  # see holes
        self.sources: dict[str, tuple[Span | None, Instance, bool]] = {}  # path -> (place, who asked first, missing_ok)
        self._makers: dict[str, Instance | None] = {}  # path -> answer of `producer`
        self._named: dict[str, Found | None] = {}  # path that a text may name -> the rule that makes it
        self._instances: dict[Any, Instance] = {}  # (recipe, stems) or (kind, name) -> instance
        self._files: dict[str, File] = {}
        self._products: dict[str, SchedulerExpression] = {}
        self._tools: dict[Any, Tool] = {}  # (name, PATH, folder) -> tool
        self.kept: Callable[[str], Expression | None] | None = None  # origin -> the call that stands for what is there
        self.planned: list[Instance] = []  # those with an expression of their own, each after all that it needs
        self._stack: list[Instance] = []  # of `plan`: the OPEN ones among them need each other in this order

    # ---- the question of who makes what

    def producer(self, path: str) -> Instance | None:
        """What makes `path`, a folder above it included; None for a source. Raises UsageError if that is not clear."""
        try:
            return self._makers[path]
        except KeyError:
            found = self.owners.find(path)
            instance = self._instance(*found) if found is not None else None
            self._makers[path] = instance
            return instance

    def _instance(self, recipe: Recipe, pattern: Any, stems: Mapping[str, str]) -> Instance:
        placeholders = recipe.placeholders
        key = (recipe, *[stems[name] for name in placeholders])
        instance = self._instances.get(key)
        if instance is None:
            instance = self._instances[key] = Instance(recipe, "rule", recipe.name, recipe.span)
            instance.stems = {name: stems[name] for name in placeholders}
            instance.options = recipe.options
            instance.values = tuple([Output(each.path(stems), each.is_directory) for each in recipe.patterns])
            instance.origin = instance.values[0].path
            self.claims.claim(instance)
            self.depfiles.check(instance)
            if self.kept is not None:
                instance.expression = self.kept(instance.origin)
                instance.state = DONE if instance.expression is not None else NEW
            if instance.stems and self.redunfile.globbed:
                for output in instance.values:
                    self.listed.check(output.path, instance.name)
        return instance

    def target(self, recipe: Recipe, arguments: Mapping[str, Any] | None = None) -> Instance:
        """The instance of an action or a check."""
        key = (recipe, repr(arguments))
        instance = self._instances.get(key)
        if instance is None:
            instance = self._instances[key] = Instance(recipe, recipe.kind, recipe.name, recipe.span)
            instance.arguments = arguments or {}
            instance.options = recipe.options
        return instance

    def lazy(self, name: str) -> Instance:
        """The instance of a public lazy name."""
        instance = self._instances.get(("lazy", name))
        if instance is None:
            value, span = self.redunfile.lazies[name]
            instance = self._instances[("lazy", name)] = Instance(None, "lazy", name, span)
            instance.value = value
        return instance

    # ---- requests

    def request(self, targets: Sequence[str], here: str = "") -> list[Any]:
        """One expression for each target, or a tuple of expressions for one that stands for several things; without
        targets one for each default. `here` is the folder below the root that paths are relative to.

        Raises UsageError for what is no target, and for whatever is wrong with the rules on the way.
        """
        collects = gc.isenabled()
        gc.disable()  # twice as fast for large plans: all that is made here stays
        try:
            if targets:
                found = [resolve(self, target, here) for target in targets]
            else:
                found = [[each] for each in default_members(self, here)]
            planned = [tuple([as_expression(self, each) for each in some]) for some in found]
            return [some[0] if len(some) == 1 else some for some in planned]
        finally:
            if collects:
                gc.enable()

    def request_action(self, name: str, argv: Sequence[str]) -> Expression:
        """The expression of an action with the options `argv`. Raises UsageError if they do not fit its parameters."""
        recipe = self.redunfile.actions[name]
        return self.plan(self.target(recipe, parse_arguments(self.redunfile, recipe, argv)))

    def need_source(self, path: str, span: Span, asking: str) -> None:
        """A group or default names `path`, which nothing makes."""
        if path not in self.sources:
            self.sources[path] = (
                span,
                Instance(None, "default" if asking == "default" else "group", asking, span),
                False,
            )

    def missing_input_error(self, path: str) -> UsageError:
        """Why something cannot do without `path`, which does not exist: said of what needs it, if it is in the plan."""
        span, asking, _ = self.sources.get(path, (None, None, False))
        return missing_input(self, path, span, asking)

    def leftover_error(self, path: str) -> UsageError:
        """Why `path`, which a rule made that is gone, is not taken for a source."""
        span, asking, _ = self.sources.get(path, (None, None, False))
        return leftover(self.redunfile, path, span, asking)

    def expression_of(self, path: str) -> Expression | None:
        """The expression of what makes `path`, planned if nothing has asked for it yet; None for a source."""
        maker = self.producer(path)
        return None if maker is None else self.plan(maker)

    def targets(self, here: str = "") -> list[Target]:
        """Everything that can be asked for; the defaults are those of the folder `here`."""
        from redo_py.front.redunfile.planning.listing import list_targets

        return list_targets(self.redunfile, here)

    # ---- planning

    def plan(self, instance: Instance) -> Expression:
        """The expression of `instance`, planned with all it needs."""
        stack = self._stack = [instance]
        try:
            while stack:
                current = stack[-1]
                if current.state == NEW:
                    self._open(current)
                    stack.extend(child for child in reversed(current.children) if child.state == NEW)
                    continue
                if current.state == OPEN:
                    current.expression = make(self, current)
                    current.body = None
                    current.state = DONE
                    self.planned.append(current)
                stack.pop()
        except BaseException as error:
            if isinstance(error, RedunError) and not error.trail:
                error.trail = trail_of(stack[-1])
            self._close()
            raise
        made: Expression = instance.expression
        return made

    def _close(self) -> None:
        """Give up: what is OPEN is NEW again, so that other targets can still be planned."""
        for instance in self._stack:
            if instance.state == OPEN:
                instance.state = NEW
                instance.body = None
                instance.children = []

    def _open(self, instance: Instance) -> None:
        """NEW -> OPEN: run the body, find what makes its inputs."""
        instance.state = OPEN
        if len(instance.origin) > LONGEST_PATH:
            raise endless_error(self.redunfile, instance)
        if instance.kind == "lazy":
            paths: dict[str, tuple[Node | None, bool]] = {file.path: (None, False) for file in files_in(instance.value)}
        else:
            paths = self._run_body(instance)
        for path, (node, missing_ok) in paths.items():
            self._depend(instance, path, node, missing_ok)
        for check in instance.body.checks if instance.body else ():
            self._depend_on(instance, check, check.name, None)

    def _depend(self, instance: Instance, path: str, node: Node | None, missing_ok: bool) -> None:
        """`instance` needs `path`."""
        maker = self.producer(path)
        if maker is None:
            known = self.sources.get(path)
            if known is None or (known[2] and not missing_ok):
                self.sources[path] = (self._place(instance, node), instance, missing_ok)
            return
        self._depend_on(instance, maker, path, node)

    def _depend_on(self, instance: Instance, maker: Instance, path: str, node: Node | None) -> None:
        """`instance` needs what `maker` makes at `path`."""
        if maker.parent is None and maker.state == NEW:
            maker.parent = (instance, node)
        if maker.state == OPEN:
            way = [each for each in self._stack if each.state == OPEN]
            cycle = way[way.index(maker) :]
            raise cycle_error(self.redunfile, cycle, path, self._place(instance, node), _is_sh(node))
        instance.children.append(maker)

    def _place(self, instance: Instance, node: Node | None) -> Span:
        return self.machine.span(node) if node is not None else instance.span

    def _run_body(self, instance: Instance) -> dict[str, tuple[Node | None, bool]]:
        """Run the body of a rule, action or check; gives the paths that its expression depends on."""
        recipe = instance.recipe
        assert recipe is not None
        machine = self.machine
        machine.unit, machine.written = recipe.unit, recipe.function.unit
        body = machine.body = instance.body = Body(self, instance, recipe.shell)
        node = recipe.function.node
        try:
            returned = machine.run(machine, recipe.function, self._names(instance, recipe))
        except Poisoned:  # cannot be: a redunfile with errors is not planned
            raise AssertionError from None
        finally:
            machine.body = None
            machine.loops.clear()
        self.listed.check_new()
        body.add_environment(instance.options)
        if isinstance(returned, PendingCall):
            body.call = returned
            body.add_environment(returned.imported.options)
        elif returned is not None:
            raise machine.error("bad-return", node, name=recipe.name, kind=kind_of(returned))
        if not body.steps and body.call is None:
            raise machine.error("no-step", node, name=recipe.name, kind=recipe.kind)
        return self._paths(body)

    def _names(self, instance: Instance, recipe: Recipe) -> dict[str, Any]:
        """The parameters of the body."""
        names: dict[str, Any] = {**recipe.function.defaults, **instance.arguments, **instance.stems}
        if recipe.kind == "rule":
            is_one = len(instance.values) == 1 and not recipe.patterns[0].keyword
            keywords = tuple([pattern.keyword for pattern in recipe.patterns])
            names["out"] = instance.values[0] if is_one else Outputs(instance.values, keywords)
        return names

    def _paths(self, body: Body) -> dict[str, tuple[Node | None, bool]]:
        """Everything that the body depends on by path: needs, files in lazy values, order-only needs."""
        paths: dict[str, tuple[Node | None, bool]] = {
            path: (node, missing_ok) for path, (node, missing_ok, _) in body.needs.items()
        }
        lazies = [item for item in body.inputs.values() if type(item) is not str]
        if lazies or body.call is not None:
            for file in files_in((lazies, body.call)):
                paths.setdefault(file.path, (None, False))
        for path, node in body.after.items():
            paths.setdefault(path, (node, False))
        return paths

    # ---- what bodies and expressions ask for

    def file(self, path: str) -> File:
        """The File of `path`, one object for all that use it."""
        file = self._files.get(path)
        if file is None:
            file = self._files[path] = File(path)
        return file

    def product(self, path: str) -> Any:
        """What stands for `path` in an expression: the File of a source, or the product of what makes it."""
        maker = self._makers.get(path)
        if maker is None:
            return self.file(path)
        made = self._products.get(path)
        if made is None:
            made = self._products[path] = SchedulerExpression("product", (maker.expression, path))
        return made

    def names_file(self, path: str, asking: Instance) -> bool | None:
        """Is `path`, a literal word of a command of `asking`, a file that the command depends on? None if it is none,
        but would be as soon as there is one."""
        maker = self.producer(path)
        return (self.reads.is_file(path) or None) if maker is None else maker is not asking

    def text_names_file(self, path: str, text: str, asking: Instance, is_part: bool) -> bool | None:
        """The same of a word, or a part of one, that says `text` because of what is in its holes. Such a word may look
        like what a rule makes by chance: a name without a folder or a dot must be none of the stems and no output of a
        pattern, and a pattern that takes every name says nothing, unless `where` lists the names that there are."""
        try:
            found = self._found_by_text(path)
        except UsageError:  # patterns do not agree on it: an error for what is asked for, but this is only a text
            return False
        if found is None:
            return self.reads.is_file(path) or None
        recipe, pattern, stems = found
        is_listed = all(isinstance(recipe.where.get(name), dict) for name in stems)
        if "/" in text or "." in text:
            is_meant = is_listed or not pattern.takes_all_below(recipe.unit.folder)
        else:
            is_meant = is_listed and not is_part and text not in asking.stems.values()
        return is_meant and self.producer(path) is not asking

    def _found_by_text(self, path: str) -> Found | None:
        if path not in self._named:
            self._named[path] = self.owners.find(path)
        return self._named[path]

    def made_before(self, path: str) -> Iterable[Any]:
        """The expression of what makes an order-only need; none for a source."""
        maker = self._makers.get(path)
        return () if maker is None else (maker.expression,)

    def tool(self, name: str, path: str | None, cwd: str) -> Tool:
        """The Tool of this name, PATH and folder, one object for all that use it."""
        tool = self._tools.get((name, path, cwd))
        if tool is None:
            tool = self._tools[name, path, cwd] = Tool(name, b"", path, cwd)
        return tool

    def _task_name(self, call: PendingCall) -> str:
        imported = call.imported
        assert call.span is not None
        return self.host.task(imported.module, imported.name, imported.options, call.span).fullname


def _is_sh(node: Node | None) -> bool:
    """Is this a command, which was looked through for files?"""
    return isinstance(node, Call) and isinstance(node.function, Name) and node.function.id == "sh"
