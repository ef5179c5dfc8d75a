"""What a loaded redunfile declares: plain records, made once by `load`."""

from __future__ import annotations

from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.front.redunfile.callables import Function
    from redo_py.front.redunfile.patterns import Pattern
    from redo_py.front.redunfile.reads import Reads
    from redo_py.front.redunfile.scopes import Scope
    from redo_py.ground.spans import Span

    Globbed = tuple[str, tuple[str, ...], str]  # pattern, excluded patterns, the pattern of `stems` or ""


class Recipe:
    """A rule, action or check: a body that planning runs."""

    __slots__ = ("doc", "function", "kind", "name", "options", "patterns", "shell", "span", "where")

    def __init__(
        self,
        kind: str,
        name: str,
        span: Span,
        doc: str,
        function: Function,
        patterns: tuple[Pattern, ...],
        options: Mapping[str, Any],
        where: Mapping[str, Any],
        shell: str,
    ) -> None:
        self.kind = kind  # "rule" "action" "check"
        self.name = name
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

    __slots__ = ("members", "name", "span")

    def __init__(self, name: str, members: tuple[Any, ...], span: Span) -> None:
        self.name = name
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
    """Everything that one redunfile says."""

    def __init__(self, file: str, lines: list[str], doc: str, reads: Reads, scope: Scope) -> None:
        self.file = file
        self.lines = lines  # of its source, for carets
        self.doc = doc
        self.reads = reads
        self.scope = scope  # the top-level names
        self.rules: list[Recipe] = []
        self.actions: dict[str, Recipe] = {}
        self.checks: dict[str, Recipe] = {}
        self.groups: dict[str, Group] = {}
        self.defaults: list[tuple[Any, Span]] | None = None  # None without a `default(...)`
        self.pools: dict[str, int] = {}  # name -> depth
        self.configs: dict[str, Config] = {}
        self.variables: dict[str, None] = {}  # environment variables that the top level reads by `env()`
        self.lazies: dict[str, tuple[Any, Span]] = {}  # public top-level names with lazy values
        self.sources: list[str] = []  # paths and globs that `source(...)` takes out of all patterns
        self.read: dict[str, Span] = {}  # sources whose lines were read, and where first
        self.globbed: dict[Globbed, Span] = {}  # what was globbed, and where first
        self.warnings: list[UsageError] = []  # worth saying, but nothing is wrong

    def error(self, code: str, span: Span | None, **words: Any) -> UsageError:
        """The error `code` at `span`, with its source line."""
        source = self.lines[span.line - 1] if span is not None and span.line <= len(self.lines) else None
        return UsageError(code, span=span, source=source, **words)

    def place(self, name: str) -> Span | None:
        """Where the action, check, group or lazy name `name` is declared."""
        recipe = self.actions.get(name) or self.checks.get(name)
        if recipe is not None:
            return recipe.span
        if name in self.groups:
            return self.groups[name].span
        return self.lazies[name][1] if name in self.lazies else None

    def names(self) -> list[str]:
        """Every name that can be asked for."""
        return [*self.groups, *self.actions, *self.checks, *self.lazies]
