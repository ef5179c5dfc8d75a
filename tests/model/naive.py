"""What an expression is worth, worked out by the book: no cache, no store, no order, every call is made.

The oracle of the model tests. It is simple enough to be believed by reading it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from redo_py.ground.hashing import FILE, digest
from redo_py.ir.expression import (
    Expression,
    QuotedExpression,
    SchedulerExpression,
    SimpleExpression,
    TaskExpression,
    ValueExpression,
)
from redo_py.ir.operations import OPERATIONS
from redo_py.tasks.builtin import COMMAND
from redo_py.tasks.task import Task
from redo_py.values.file import File, Output
from tests.model.commands import CommandFailed, outcome_of


class Wrong(Exception):
    """The expression has no value: a task or a command in it fails."""


class Naive:
    """One evaluation in a clean project that holds `sources` and nothing else."""

    def __init__(
        self,
        sources: Mapping[str, bytes],
        producer: Callable[[str], Expression | None],
        tasks: Mapping[str, Task],
    ) -> None:
        self.files = dict(sources)  # what lies where; commands add their outputs
        self.producer = producer
        self.tasks = tasks
        self.known: dict[int, Any] = {}  # an expression is one computation: id -> its value, or its error
        self.kept: list[Any] = []  # keeps expressions alive, so that no id is used twice

    def value(self, item: Any, variables: Mapping[str, Any] | None = None) -> Any:
        """The value of `item`, which may hold expressions; raises Wrong."""
        if isinstance(item, QuotedExpression):
            return item
        if isinstance(item, Expression):
            return self.expression(item, variables or {})
        if isinstance(item, dict):
            return {self.value(key, variables): self.value(part, variables) for key, part in item.items()}
        if isinstance(item, (list, tuple, set, frozenset)):
            return type(item)(self.value(part, variables) for part in item)
        return self.looked_at(item) if isinstance(item, File) else item

    def expression(self, item: Expression, variables: Mapping[str, Any]) -> Any:
        if variables:
            return self.compute(item, variables)
        if id(item) not in self.known:
            self.kept.append(item)
            try:
                self.known[id(item)] = self.compute(item, variables)
            except Wrong as error:
                self.known[id(item)] = error
        known = self.known[id(item)]
        if isinstance(known, Wrong):
            raise known
        return known

    def compute(self, item: Expression, variables: Mapping[str, Any]) -> Any:
        if isinstance(item, TaskExpression):
            return self.call(item, variables)
        if isinstance(item, ValueExpression):
            return self.value(item.value, variables)
        if isinstance(item, SimpleExpression):
            return self.operation(item, variables)
        assert isinstance(item, SchedulerExpression)
        return getattr(self, "form_" + item.form)(variables, *item.args)

    def operation(self, item: SimpleExpression, variables: Mapping[str, Any]) -> Any:
        if item.op == "variable":
            return variables[item.args[0]]
        args = self.value(item.args, variables)
        try:
            return self.value(OPERATIONS[item.op](*args))
        except (TypeError, ValueError, LookupError, ArithmeticError) as error:
            raise Wrong(str(error)) from error

    def call(self, item: TaskExpression, variables: Mapping[str, Any]) -> Any:
        self.value(list(item.options.values()), variables)
        args = self.value(item.args, variables)
        kwargs = self.value(dict(item.kwargs), variables)
        if item.task_name == COMMAND:
            return self.command(item, **kwargs)
        try:
            result = self.tasks[item.task_name].func(*args, **kwargs)
        except ValueError as error:
            raise Wrong(str(error)) from error
        return self.value(result)

    def command(self, item: TaskExpression, steps: Any, inputs: Any = (), outputs: Any = (), **rest: Any) -> Any:
        paths = [output.path for output in outputs]
        try:
            written, discovered = outcome_of(steps[0][0], [file.path for file in inputs], paths, self.files.get)
        except CommandFailed as error:
            raise Wrong(str(error)) from error
        made_before = self.under(item)
        for path in discovered:
            maker = self.producer(path)
            if maker is not None and id(maker) not in made_before:
                raise Wrong(f"{path} is read without being declared")
        self.files.update(written)
        return tuple(self.looked_at(output) for output in outputs)

    def under(self, item: Any) -> set[int]:
        """The ids of the expressions that `item` rests on."""
        if isinstance(item, TaskExpression):
            below = [item.args, dict(item.kwargs), dict(item.options)]
            return {id(item)} | self.under(below)
        if isinstance(item, (SimpleExpression, SchedulerExpression)):
            return {id(item)} | self.under(item.args)
        if isinstance(item, dict):
            return self.under([*item.values()])
        if isinstance(item, (list, tuple, set, frozenset)):
            return set().union(*(self.under(part) for part in item))
        return set()

    def looked_at(self, item: Any) -> File:
        """A File as tasks see it, with the content's digest; a folder is known by its path."""
        if isinstance(item, Output) and item.directory:
            return File(item.path)
        content = self.files.get(item.path)
        return File(item.path, bytes(16), 0) if content is None else File(item.path, digest(FILE, content), 1)

    # ---- special forms

    def form_cond(self, variables: Mapping[str, Any], test: Any, then: Any, *rest: Any) -> Any:
        if self.value(test, variables):
            return self.value(then, variables)
        if len(rest) > 1:
            return self.form_cond(variables, *rest)
        return self.value(rest[0], variables) if rest else None

    def form_catch(self, variables: Mapping[str, Any], attempt: Any, kind: Any, recover: Task) -> Any:
        try:
            return self.value(attempt, variables)
        except Wrong as error:
            return self.value(recover(ValueError(str(error))))

    def form_seq(self, variables: Mapping[str, Any], items: Any) -> Any:
        return [self.value(item, variables) for item in items]

    def form_map(self, variables: Mapping[str, Any], body: QuotedExpression, name: str, over: Any) -> Any:
        return [self.value(body.expression, {**variables, name: item}) for item in self.value(over, variables)]

    def form_need(self, variables: Mapping[str, Any], wanted: Any) -> Any:
        found = self.value(wanted, variables)
        if isinstance(found, list):
            return [self.form_need(variables, path) for path in found]
        path = found
        maker = self.producer(path)
        if maker is not None:
            return self.form_product(variables, maker, path)
        if path not in self.files:
            raise Wrong(f"no {path}")
        return self.looked_at(File(path))

    def form_product(self, variables: Mapping[str, Any], call: Any, path: str) -> Any:
        self.value(call, variables)
        if path not in self.files:
            raise Wrong(f"no {path}")
        return self.looked_at(File(path))
