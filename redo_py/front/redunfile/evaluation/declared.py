"""What a loaded redunfile declares: plain records, made once by `load`."""

from __future__ import annotations

from redo_py.front.redunfile.names.labels import upward
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.front.redunfile.evaluation.callables import Function
    from redo_py.front.redunfile.evaluation.reads import Reads
    from redo_py.front.redunfile.evaluation.scopes import Scope
    from redo_py.front.redunfile.evaluation.unit import Unit
    from redo_py.front.redunfile.names.patterns import Pattern
    from redo_py.ground.spans import Span

    Globbed = tuple[str, tuple[str, ...], str]  # pattern, excluded patterns, the pattern of `stems` or ""


class Recipe:
    """A rule, action or check: a body that planning runs."""

    __slots__ = ("doc", "function", "kind", "name", "options", "patterns", "shell", "span", "unit", "where")

    def __init__(
        self,
        kind: str,
        name: str,
        unit: Unit,
        span: Span,
        doc: str,
        function: Function,
        patterns: tuple[Pattern, ...],
        options: Mapping[str, Any],
        where: Mapping[str, Any],
        shell: str,
    ) -> None:
        self.kind = kind  # "rule" "action" "check"
        self.name = name  # of an action or check its label
        self.unit = unit  # that its paths are relative to
        self.span = span  # of the def's name
        self.doc = doc
        self.function = function
        self.patterns = patterns  # of a rule: its outputs; all have the same placeholders
        self.options = options
        self.where = where  # placeholder -> dict of allowed texts, or a compiled regular expression
        self.shell = shell  # "" is bash

    @property
    def placeholders(self) -> list[str]:
        """The names of the stems, in the order of the first pattern."""
        return self.patterns[0].distinct if self.patterns else []


class Group:
    """A name for several targets."""

    __slots__ = ("members", "name", "span", "unit")

    def __init__(self, name: str, unit: Unit, members: tuple[Any, ...], span: Span) -> None:
        self.name = name  # its label
        self.unit = unit  # that its members are relative to
        self.members = members  # values of the language: texts, files, groups, rules, lists of them
        self.span = span


class Config:
    """A setting that `-D` can change."""

    __slots__ = ("choices", "default", "name", "span", "value")

    def __init__(self, name: str, default: Any, choices: tuple[Any, ...], value: Any, span: Span) -> None:
        self.name = name
        self.default = default
        self.choices = choices  # () means any
        self.value = value
        self.span = span


class Redunfile:
    """Everything that the redunfile of the root says, and those that it includes. Names are labels, see `labels`, and
    paths are relative to the root."""

    def __init__(self, root: Unit, reads: Reads) -> None:
        self.root = root
        self.units: dict[str, Unit] = {}  # folder -> what has been read there, or is being read
        self.texts: dict[str, list[str]] = {}  # file -> the lines of its source, for carets
        self.lenders: dict[str, Any] = {}  # Python module -> a borrowing.Lender, None if it has no rules
        self.reads = reads
        self.add(root)
        self.rules: list[Recipe] = []
        self.actions: dict[str, Recipe] = {}
        self.checks: dict[str, Recipe] = {}
        self.groups: dict[str, Group] = {}
        self.pools: dict[str, int] = {}  # name -> depth
        self.most_gpus = 0  # that any rule, or any use of a task, asks for
        self.configs: dict[str, Config] = {}
        self.lazies: dict[str, tuple[Any, Span]] = {}  # public top-level names with lazy values
        self.sources: list[str] = []  # paths and globs that `source(...)` takes out of all patterns
        self.read: dict[str, Span] = {}  # sources whose lines were read, and where first
        self.globbed: dict[Globbed, Span] = {}  # what was globbed, and where first
        self.warnings: list[UsageError] = []  # worth saying, but nothing is wrong

    @property
    def doc(self) -> str:
        """What the root's redunfile says of itself."""
        return self.root.doc

    @property
    def scope(self) -> Scope:
        """The top-level names of the root's redunfile."""
        return self.root.scope

    def add(self, unit: Unit) -> None:
        """`unit` is being read."""
        self.units[unit.folder] = unit
        self.texts[unit.file] = unit.lines

    def files(self) -> list[str]:
        """The redunfiles themselves."""
        return [unit.file for unit in self.units.values()]

    def unit_at(self, folder: str) -> Unit:
        """The redunfile that is at hand in `folder`: its own, or the nearest above."""
        return next(self.units[each] for each in upward(folder) if each in self.units)

    def error(self, code: str, span: Span | None, **words: Any) -> UsageError:
        """The error `code` at `span`, with its source line."""
        lines = self.texts.get(span.file, ()) if span is not None else ()
        source = lines[span.line - 1] if span is not None and span.line <= len(lines) else None
        return UsageError(code, span=span, source=source, **words)

    def place(self, name: str) -> Span | None:
        """Where the action, check, group or lazy name `name` is declared."""
        recipe = self.actions.get(name) or self.checks.get(name)
        if recipe is not None:
            return recipe.span
        if name in self.groups:
            return self.groups[name].span
        return self.lazies[name][1] if name in self.lazies else None

    def kind(self, name: str) -> str:
        """What the label `name` stands for: "group", "action", "check", "lazy", "" for nothing."""
        if name in self.groups:
            return "group"
        if name in self.actions:
            return "action"
        if name in self.checks:
            return "check"
        return "lazy" if name in self.lazies else ""

    def names(self) -> list[str]:
        """The label of all that can be asked for by name."""
        return [*self.groups, *self.actions, *self.checks, *self.lazies]
