"""What can be called in a redunfile, and the other values that only the language knows."""

from __future__ import annotations

from redo_py.ir.expression import TaskExpression, writers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from redo_py.front.redunfile.evaluation.scopes import Scope
    from redo_py.front.redunfile.evaluation.unit import Unit
    from redo_py.front.redunfile.grammar.syntax import Def
    from redo_py.ground.spans import Span
    from redo_py.values.file import Output


class Builtin:
    """A name that is always there."""

    __slots__ = ("doc", "function", "name", "phase", "stub")

    def __init__(self, name: str, phase: str, stub: str, doc: str, function: Callable[..., Any]) -> None:
        self.name = name
        self.phase = phase  # "load": top level only, "plan": bodies only, "both"
        self.stub = stub  # its signature for editors: "(name: str, default: str = '') -> str"
        self.doc = doc  # Markdown, first line a sentence of its own
        self.function = function  # of the machine, the call's node, and the arguments


class Function:
    """A `def` without decorator, or the body of a rule, action or check."""

    __slots__ = ("captured", "defaults", "node", "running", "unit")

    def __init__(self, node: Def, unit: Unit, captured: Scope, defaults: dict[str, Any]) -> None:
        self.node = node
        self.unit = unit  # the redunfile in which it is written
        self.captured = captured  # names of enclosing scopes as they were when the def was evaluated
        self.defaults = defaults
        self.running = False  # whether a call of it is being evaluated: there is no recursion


class Imported:
    """A task, or a plain function used as one, of a Python module that nobody has imported yet."""

    __slots__ = ("kind", "module", "name", "options", "parameters")

    def __init__(
        self, module: str, name: str, kind: str, options: Mapping[str, Any], parameters: tuple[Any, ...] = ()
    ) -> None:
        self.module = module
        self.name = name
        self.kind = kind  # see host.FunctionKind
        self.options = options
        self.parameters = parameters  # see host.FunctionKind


class PendingCall(TaskExpression):
    """A call of an Imported: a TaskExpression whose task has no name before the plan imports it."""

    __slots__ = ("imported",)

    imported: Imported

    def __init__(self, imported: Imported, args: tuple[Any, ...], kwargs: Mapping[str, Any], span: Span) -> None:
        super().__init__(f"{imported.module}.{imported.name}", args, kwargs, imported.options, span)
        write_imported(self, imported)


(write_imported,) = writers(PendingCall, "imported")


class Outputs:
    """`out` of a rule with several outputs: by number, or by the keyword of the pattern."""

    __slots__ = ("items", "keywords")

    def __init__(self, items: tuple[Output, ...], keywords: tuple[str, ...]) -> None:
        self.items = items
        self.keywords = keywords  # beside `items`; "" for a pattern without one

    def __iter__(self) -> Iterator[Output]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def named(self, keyword: str) -> Output | None:
        """The output of the keyword pattern `keyword`."""
        return self.items[self.keywords.index(keyword)] if keyword in self.keywords else None


class Declaration:
    """`rule(...)`, `action(...)` or `check(...)`, waiting for its def."""

    __slots__ = ("kind", "name", "options", "patterns", "shell", "where")

    def __init__(
        self,
        kind: str,
        name: str = "",
        patterns: tuple[tuple[str, str], ...] = (),
        options: Mapping[str, Any] | None = None,
        where: Mapping[str, Any] | None = None,
        shell: str = "",
    ) -> None:
        self.kind = kind  # "rule" "action" "check"
        self.name = name  # "" is the name of the def
        self.patterns = patterns  # (keyword or "", pattern text)
        self.options = options or {}
        self.where = where or {}
        self.shell = shell
