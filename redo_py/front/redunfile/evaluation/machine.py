"""The state of one evaluation: which redunfile, what was read, whose body runs, how many steps are left."""

from __future__ import annotations

from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span
from redo_py.ir.expression import Expression, SimpleExpression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.front.redunfile.evaluation.callables import Function
    from redo_py.front.redunfile.evaluation.declared import Redunfile
    from redo_py.front.redunfile.evaluation.reads import Reads
    from redo_py.front.redunfile.evaluation.unit import Unit
    from redo_py.front.redunfile.grammar.syntax import Node
    from redo_py.values.file import PathLike

MOST_STEPS = 10_000_000


class Machine:
    """Handed to every evaluator. Load and plan have one each."""

    __slots__ = (
        "body",
        "calls",
        "entry",
        "load",
        "loops",
        "map_depth",
        "reads",
        "redunfile",
        "run",
        "steps_left",
        "templates",
        "undecided",
        "unit",
        "written",
    )

    def __init__(
        self,
        redunfile: Redunfile,
        run: Callable[[Machine, Function, dict[str, Any]], Any],
        load: Callable[[Machine, Node, str], Unit] | None = None,
    ) -> None:
        self.redunfile = redunfile
        self.run = run  # statements.run_function, handed down because expressions stand below statements
        self.load: Any = load  # load.include_folder, likewise; None while planning, when nothing can be included
        self.unit: Unit = redunfile.root  # whose statements or rule are being evaluated: paths are relative to it
        self.written: Unit = redunfile.root  # where that is written: another one while an imported def runs
        self.reads: Reads = redunfile.reads
        self.body: Any = None  # a body.Body, what the running body has said; None while loading
        self.entry: Any = None  # the call that led from the body into a function of another redunfile
        self.calls = 0  # how many calls of undecorated functions are being evaluated
        self.loops: list[Node] = []  # the loops being run, innermost last
        self.steps_left = MOST_STEPS
        self.undecided = 0  # how many branches of lazy conditionals and bodies of lazy maps enclose what is evaluated
        self.map_depth = 0  # how many of these are maps
        self.templates: dict[int, tuple[Any, ...]] = {}  # id of an FString -> what evaluating it needs

    def span(self, node: Node) -> Span:
        """The place of `node`."""
        return Span(self.written.file, node.line, node.column)

    def source(self, node: Node) -> str:
        """The source line of `node`."""
        lines = self.written.lines
        return lines[node.line - 1] if 0 < node.line <= len(lines) else ""

    def error(self, code: str, node: Node, **words: Any) -> UsageError:
        """The error `code` at the place of `node`, to be raised."""
        return UsageError(code, span=self.span(node), source=self.source(node), **words)

    def enter(self, unit: Unit) -> None:
        """Go on in `unit`."""
        self.unit = self.written = unit

    def text(self, path: PathLike) -> str:
        """The text of a path where it is being evaluated."""
        folder = self.unit.folder
        return self.unit.shown(path.path) if folder else path.path

    def named(self, value: Any) -> Any:
        """A lazy value that names files by texts of the redunfile at hand, with their paths from the root."""
        folder = self.unit.folder
        return SimpleExpression("from_root", (value, folder)) if folder and isinstance(value, Expression) else value

    def seen(self, value: Expression, folder: str) -> Expression:
        """A lazy value for a text, or a command, in `folder`."""
        return SimpleExpression("from_folder", (value, folder)) if folder else value

    def count(self, steps: int, node: Node) -> None:
        """Take `steps` off what is left. Raises UsageError when nothing is."""
        self.steps_left -= steps
        if self.steps_left < 0:
            raise self.error("too-many-steps", self.loops[-1] if self.loops else node, most=f"{MOST_STEPS:,}")
