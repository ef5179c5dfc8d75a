"""The windows that look into files, `lines`, `table` and `data`, and the one that asks a command, `stdout`.

Of a source they look now, and what they give goes where the redunfile puts it: a command is made anew if its own text
differs, whatever else changed in the file. Of a file that is needed they are tasks, and their values lazy.
"""

from __future__ import annotations

from redo_py.front.redunfile.builtins.windows import known_text, refuse_output
from redo_py.front.redunfile.evaluation.callables import Builtin
from redo_py.front.redunfile.evaluation.kinds import plain
from redo_py.ground.errors import UsageError
from redo_py.ir.expression import Expression, SchedulerExpression, TaskExpression
from redo_py.tasks.builtin import DATA, LINES, TABLE
from redo_py.values.file import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Call, Node


def _lines(machine: Machine, node: Call, path: Any) -> Any:
    return _look(machine, node, "lines", LINES, path, (), lambda text, _: text.splitlines())


def _table(machine: Machine, node: Call, path: Any, delimiter: Any = "") -> Any:
    from redo_py.tasks.tables import delimiter_of, read_table

    asked = known_text(machine, node, delimiter, "delimiter")
    options = (asked,) if asked else ()
    return _look(
        machine, node, "table", TABLE, path, options, lambda text, name: read_table(text, delimiter_of(name, asked))
    )


def _data(machine: Machine, node: Call, path: Any) -> Any:
    from redo_py.tasks.documents import read_document

    return _look(machine, node, "data", DATA, path, (), read_document)


def _stdout(machine: Machine, node: Node, command: Any, *, env: Any = None, cwd: Any = "") -> Any:
    from redo_py.front.redunfile.builtins.questions import ask

    return ask(machine, node, command, env, cwd)


def _look(
    machine: Machine,
    node: Call,
    window: str,
    task: str,
    path: Any,
    options: tuple[Any, ...],
    parse: Callable[[str, str], Any],
) -> Any:
    """What `parse(text, path)` makes of a source; of a file that is needed a call of `task`."""
    path = plain(machine, path, node)
    if isinstance(path, (File, Expression)):
        needed = _needed(machine, node, path)
        return TaskExpression(
            task, (needed, *options), {}, {"origin": f"{window}({_shown(needed)})"}, machine.span(node)
        )
    source = machine.unit.path(known_text(machine, node, path, window))
    refuse_output(machine, node, source)
    key = (window, source, options)
    parsed = machine.reads.parsed
    if key not in parsed:
        parsed[key] = _parsed(machine, node, window, source, parse)
    return parsed[key]


def _needed(machine: Machine, node: Call, path: Any) -> Any:
    """A file that is needed, or whose name is known later: its content must count, whoever names it."""
    if isinstance(path, File):
        if machine.body is not None:
            machine.body.only_looks(path.path, node.arguments[0].value)
        return path
    if isinstance(path, SchedulerExpression) and path.form == "need":
        return path
    return SchedulerExpression("need", (machine.named(path), False), machine.span(node))


def _shown(path: Any) -> str:
    """What is looked into, for messages: the path, "..." if that is not known."""
    if isinstance(path, File):
        return path.path
    if isinstance(path, SchedulerExpression) and path.form == "need" and isinstance(path.args[0], str):
        return str(path.args[0])
    return "..."


def _parsed(machine: Machine, node: Node, window: str, path: str, parse: Callable[[str, str], Any]) -> Any:
    """The content of the source at `path`. Raises UsageError, at its own line if that is what is wrong."""
    from redo_py.tasks.malformed import Malformed

    if not machine.reads.is_file(path):
        raise machine.error("no-such-source", node, path=path, window=window)
    try:
        return parse(machine.reads.text(path), path)
    except Malformed as fault:
        if not fault.line:
            raise machine.error(fault.code, node, path=path, **fault.words) from None
        raise fault.error(UsageError, path, (("read by", f"`{window}`, {machine.span(node)}"),)) from None
    except OSError as error:
        raise machine.error("unreadable", node, path=path, error=error.strerror or str(error)) from None


BUILTINS = (
    Builtin(
        "lines", "both", "(path: Any) -> Any",
        "The lines of a source file. `lines(need(x))` is lazy: the lines of a file once it is made.",
        _lines,
    ),
    Builtin(
        "table", "both", "(path: Any, delimiter: str = '') -> Any",
        "The rows of a table, each a dict from the names in its first line to texts.\n\n"
        "What stands between the cells follows from the name (.csv, .tsv), or is `delimiter`. Cells are quoted as in\n"
        "CSV files; empty lines say nothing. `table(need(x))` is lazy.",
        _table,
    ),
    Builtin(
        "data", "both", "(path: Any) -> Any",
        "What a TOML, JSON or YAML file says, as dicts, lists, texts and numbers; dates are texts.\n\n"
        "`data(need(x))` is lazy. YAML needs the package PyYAML.",
        _data,
    ),
    Builtin(
        "stdout", "both", "(command: str, *, env: Any = None, cwd: Any = '') -> Any",
        "What a command writes to its standard output, without the newlines at its end: a lazy text.\n\n"
        "It is asked in every build, and must not change anything; what depends on the answer runs again only if the\n"
        "answer differs. `words(stdout(...))` are its words. Holes, `env` and `cwd` are those of `sh`.",
        _stdout,
    ),
)  # fmt: skip
