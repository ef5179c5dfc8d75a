"""Questions to commands: what `stdout` becomes.

What a command says may rest on anything, so it is asked in every build; only what depends on another answer runs again.
"""

from __future__ import annotations

from redo_py.front.redunfile.builtins.windows import known_text, refuse_output
from redo_py.front.redunfile.commands.holes import Filler, Noticed
from redo_py.front.redunfile.evaluation.kinds import as_text, kind_of, plain
from redo_py.front.redunfile.evaluation.texts import Raw, Template
from redo_py.front.redunfile.instances.body import has_word
from redo_py.front.redunfile.names.paths import joined
from redo_py.ir.expression import Expression, SimpleExpression, TaskExpression
from redo_py.tasks.builtin import STDOUT
from redo_py.values.file import File, PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.evaluation.texts import ArgumentsFile
    from redo_py.front.redunfile.grammar.syntax import Node
    from redo_py.ground.spans import Span

_LONGEST_ORIGIN = 60  # characters of the command by which messages call it


class Question(Noticed):
    """What the command of one `stdout` names."""

    __slots__ = ("cwd", "inputs", "machine", "node", "prelude")

    def __init__(self, machine: Machine, node: Node, cwd: str) -> None:
        self.machine = machine
        self.node = node
        self.cwd = cwd
        self.inputs: dict[Any, Any] = {}  # path -> File, or id -> lazy value: what must be there before it is asked
        self.prelude: list[str] = []

    def word(self, text: str, role: str, folder: str) -> None:
        """A literal word may not name what a rule makes: there is no telling whether it is made before."""
        is_program = role == "command" and "/" not in text
        if text and not is_program and not text.startswith("-") and role in ("command", "argument", "input"):
            refuse_output(self.machine, self.node, joined(folder, text))

    def path(self, value: PathLike, role: str) -> None:
        self.inputs[value.path] = File(value.path)

    def lazy(self, value: Expression) -> None:
        self.inputs[id(value)] = value

    def arguments_file(self, value: ArgumentsFile, script: str) -> None:
        self.prelude.append(script)
        for word in value.words:
            if isinstance(word, File):
                self.path(word, "other")


def ask(machine: Machine, node: Node, command: Any, env: Any, cwd: Any) -> TaskExpression:
    """The lazy answer of a command. Raises UsageError."""
    if isinstance(command, Raw):
        command = command.text
    if not isinstance(command, (str, Template)):
        raise machine.error("wanted-text", node, name="stdout", kind=kind_of(command))
    folder = machine.unit.path(known_text(machine, node, cwd, "cwd") or ".")
    question = Question(machine, node, "" if folder == "." else folder)
    parts = _parts(machine, node, command, question)
    text = _text([*question.prelude, *parts], machine.span(node))
    arguments = {
        "steps": ((text, question.cwd, "", ""),),
        "inputs": tuple(question.inputs.values()),
        "env": {**_variables(machine, parts), **_declared(machine, node, {} if env is None else env)},
        "system": machine.reads.host.system,
    }
    return TaskExpression(STDOUT, (), arguments, {"always": True, "origin": _origin(parts)}, machine.span(node))


def _parts(machine: Machine, node: Node, command: str | Template, question: Question) -> list[Any]:
    """The command with its holes filled."""
    texts, values = (command.texts, command.values) if isinstance(command, Template) else ((command,), ())
    if any("\0" in text for text in texts):
        raise machine.error("nul-in-command", node)
    if not values and not texts[0].strip():
        raise machine.error("empty-command", node)
    return Filler(machine, node, question.cwd, question, {}).fill(tuple(texts), values)


def _text(parts: list[Any], span: Span) -> Any:
    """The text to run: a str, or an expression if something in it is lazy."""
    if all(type(part) is str for part in parts):
        return "".join(parts)
    return SimpleExpression("render", (tuple(parts),), span)


def _variables(machine: Machine, parts: list[Any]) -> dict[str, str]:
    """The variables that it gets as a command of `sh` would: those that `[build] pass_env` names, and of those that
    `env()` has read here the ones that its text names."""
    read = {**machine.unit.variables, **(machine.body.variables if machine.body is not None else {})}
    literal = [part for part in parts if type(part) is str]
    named = {name: machine.reads.env[name] for name in read if any(has_word(part, name) for part in literal)}
    return {**machine.reads.host.passed, **{name: value for name, value in named.items() if value is not None}}


def _declared(machine: Machine, node: Node, env: Any) -> dict[str, Any]:
    """The variables of `env=`; lazy ones become texts when they are known."""
    if not isinstance(env, dict):
        raise machine.error("bad-env", node, kind=kind_of(env))
    made: dict[str, Any] = {}
    for name, value in env.items():
        if not isinstance(name, str) or not name.isidentifier() or not name.isascii():
            raise machine.error("bad-variable", node, name=str(name))
        value = plain(machine, value, node)
        if isinstance(value, Expression):
            made[name] = as_text(machine, value, machine.unit.folder)
        else:
            made[name] = known_text(machine, node, value, "env")
    return made


def _origin(parts: list[Any]) -> str:
    """What messages call it."""
    words = " ".join("".join(part if type(part) is str else f"{part[0]}...{part[2]}" for part in parts).split())
    return f"stdout({words if len(words) <= _LONGEST_ORIGIN else words[: _LONGEST_ORIGIN - 3] + '...'})"
