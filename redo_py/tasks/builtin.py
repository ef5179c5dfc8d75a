"""The tasks that come with redun: what a rule of a redunfile turns into.

Their functions are the signatures; a command runs outside, see engine.queue. Their identity is a version, raised
whenever the same arguments would give another result.
"""

from __future__ import annotations

from redo_py.ground.errors import RunError
from redo_py.tasks.task import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

COMMAND = "redun.command"
STEPS = "redun.steps"
STDOUT = "redun.stdout"
LINES = "redun.lines"
TABLE = "redun.table"
DATA = "redun.data"
EVALUATE = "redun.evaluate"
SCRIPT = "redun.script"  # these two are made by tasks.scripts
SCRIPT_LATER = "redun.script_later"

# those that carry out an execution of its own: nothing here shows what its result rests on
APART = frozenset(("redun.subrun_apart", "redun.federated"))

SHELL_TASKS = (COMMAND, STEPS, STDOUT)  # those whose arguments are steps, inputs, outputs, env, tools and system

BUILTIN: dict[str, Task] = {}  # by full name


def builtin(version: str) -> Callable[[Callable[..., Any]], Task]:
    """Make the function a task of redun's own; `version` is its identity."""

    def make(function: Callable[..., Any]) -> Task:
        made = Task(function, function.__name__, "redun", {"version": version})
        BUILTIN[made.fullname] = made
        return made

    return make


@builtin("1")
def command(steps: Any, inputs: Any = (), outputs: Any = (), env: Any = None, tools: Any = (), system: str = "") -> Any:
    """Run the commands of one body. `steps` are (text, cwd, shell, stdin); gives a tuple of Files, one per output."""
    raise RuntimeError("a command is run by its executor")


@builtin("1")
def steps(parts: Any, inputs: Any = (), outputs: Any = (), env: Any = None, tools: Any = (), system: str = "") -> Any:
    """Run commands and task functions one after another as one evaluation; gives what the last function returned.

    A part is ("command", step) or ("call", TaskReference, args, kwargs).
    """
    raise RuntimeError("steps are run by their executor")


@builtin("1")
def stdout(steps: Any, inputs: Any = (), outputs: Any = (), env: Any = None, tools: Any = (), system: str = "") -> Any:
    """Run one command; gives what it wrote to its standard output, without the newlines at its end."""
    raise RuntimeError("a command is run by its executor")


@builtin("1")
def evaluate(expression: Any) -> Any:
    """The value of a quoted expression, as a job of its own: what is asked of that holds for all calls below."""
    return expression.expression


@builtin("1")
def lines(file: Any) -> list[str]:
    """The lines of a file, without their ends."""
    with open(file, encoding="utf-8", errors="surrogateescape") as stream:
        return stream.read().splitlines()


@builtin("1")
def table(file: Any, delimiter: str = "") -> Any:
    """The rows of a table."""
    from redo_py.tasks.tables import delimiter_of, read_table

    return _read(file, lambda text: read_table(text, delimiter_of(str(file), delimiter)))


@builtin("1")
def data(file: Any) -> Any:
    """The value of a TOML, JSON or YAML file."""
    from redo_py.tasks.documents import read_document

    return _read(file, lambda text: read_document(text, str(file)))


def _read(file: Any, parse: Callable[[str], Any]) -> Any:
    """What `parse` makes of the text of `file`; raises RunError."""
    from redo_py.tasks.malformed import Malformed

    with open(file, encoding="utf-8", errors="surrogateescape", newline="") as stream:
        text = stream.read()
    try:
        return parse(text)
    except Malformed as fault:
        raise fault.error(RunError, str(file)) from None
