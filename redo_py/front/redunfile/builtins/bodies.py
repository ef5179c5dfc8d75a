"""What bodies say: needs and commands."""

from __future__ import annotations

from redo_py.front.redunfile.builtins.meanings import meaning, members_of, unknown_label
from redo_py.front.redunfile.builtins.windows import known_text
from redo_py.front.redunfile.commands.holes import Filler
from redo_py.front.redunfile.evaluation.callables import Builtin, Outputs
from redo_py.front.redunfile.evaluation.declared import Group, Recipe
from redo_py.front.redunfile.evaluation.kinds import hole_text, is_lazy, kind_of, plain
from redo_py.front.redunfile.evaluation.resources import Resource
from redo_py.front.redunfile.evaluation.texts import ArgumentsFile, Raw, Template
from redo_py.front.redunfile.instances.body import Body, Step
from redo_py.front.redunfile.instances.depfiles import described
from redo_py.front.redunfile.names.labels import folder_at
from redo_py.ir.commands import HoleError, hole_words, variable_text
from redo_py.ir.expression import Expression, SchedulerExpression, SimpleExpression
from redo_py.ir.paths import from_folder
from redo_py.values.file import File, PathLike, normal_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Node

_POSIX = frozenset(("ash", "bash", "dash", "ksh", "mksh", "sh", "zsh"))


# ---- need


def _need(machine: Machine, node: Node, *paths: Any, order_only: Any = False, missing_ok: Any = False) -> Any:
    body = machine.body
    if body is None:
        if machine.calls or order_only or missing_ok:
            raise machine.error("only-in-body", node, name="need")
    else:
        body.node = machine.entry or node
        if len(paths) == 1 and not (order_only or machine.undecided):
            path = paths[0]
            if type(path) is Template:
                path = plain(machine, path, node)
            if type(path) is str and "/" in path and path[0] not in "./":  # what nearly every need is
                path = machine.unit.path(path)
                body.add(path, bool(missing_ok))
                return body.planner.file(path)
    if not paths:
        raise machine.error("argument-missing", node, name="need", argument="path")
    needer = _Needer(machine, node, bool(order_only), bool(missing_ok))
    return needer.need(paths[0]) if len(paths) == 1 else needer.need(list(paths))


class _Needer:
    """One call of `need`."""

    __slots__ = ("machine", "missing_ok", "node", "order_only")

    def __init__(self, machine: Machine, node: Node, order_only: bool, missing_ok: bool) -> None:
        self.machine = machine
        self.node = node
        self.order_only = order_only
        self.missing_ok = missing_ok

    def need(self, value: Any) -> Any:
        """The File or Files for `value`."""
        if type(value) is Template:
            value = plain(self.machine, value, self.node)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, PathLike):
            return self._path(value.path)
        if isinstance(value, (list, tuple, Outputs)):
            return self._list(value)
        if isinstance(value, Expression):
            return self._lazy(value)
        if isinstance(value, Group) and self.machine.body is not None:
            return self._members(value)
        if isinstance(value, Recipe) and value.kind == "rule" and not value.placeholders:
            return [self._path(pattern.text) for pattern in value.patterns]
        raise self.machine.error("bad-need", self.node, kind=kind_of(value))

    def _list(self, values: Any) -> list[Any]:
        found: list[Any] = []
        for value in values:
            each = self.need(value)
            found += each if isinstance(each, list) else [each]
        return found

    def _text(self, text: str) -> Any:
        """A name of a group stands for its members, `./name` is always the path."""
        machine = self.machine
        if not text or normal_path(text) == ".":
            raise machine.error("empty-path", self.node)
        if machine.body is None:
            return self._path(machine.unit.path(text))
        return self._meant(*meaning(machine.redunfile, machine.unit, text))

    def _members(self, group: Group) -> list[Any]:
        found: list[Any] = []
        for kind, name in members_of(self.machine.redunfile, group):
            each = self._meant(kind, name)
            found += each if isinstance(each, list) else [each]
        return found

    def _meant(self, kind: str, name: str) -> Any:
        """What a label or a path from the root stands for."""
        machine = self.machine
        redunfile = machine.redunfile
        if kind == "path":
            return self._path(name)
        if kind == "group":
            return self._members(redunfile.groups[name])
        if kind == "lazy":
            return self._lazy(redunfile.lazies[name][0])
        if kind == "check" and self.order_only:
            machine.body.order_check(redunfile.checks[name])
            return []
        if kind == "":
            raise unknown_label(redunfile, machine.span(self.node), name)
        raise machine.error("need-of-action", self.node, name=name, kind=kind)

    def _path(self, path: str) -> Any:
        machine = self.machine
        if path == ".":
            raise machine.error("empty-path", self.node)
        if machine.undecided:
            return SchedulerExpression("need", (path, self.missing_ok), machine.span(self.node))
        body = machine.body
        if body is None:
            return File(path)
        if self.order_only:
            body.order(path)
        else:
            body.add(path, self.missing_ok)
        return body.planner.file(path)

    def _lazy(self, value: Expression) -> Expression:
        if self.order_only:
            raise self.machine.error("lazy-argument", self.node, name="need(..., order_only=True)")
        made = SchedulerExpression("need", (self.machine.named(value), self.missing_ok), self.machine.span(self.node))
        if self.machine.body is not None and not self.machine.undecided:
            self.machine.body.add_lazy(made)
        return made


# ---- sh


def _sh(
    machine: Machine,
    node: Node,
    command: Any,
    *,
    depfile: Any = None,
    env: Any = None,
    cwd: Any = "",
    stdin: Any = None,
    shell: Any = "",
    **variables: Any,
) -> None:
    body = machine.body
    assert body is not None  # the phase of `sh`
    if machine.undecided:
        raise machine.error("undecided-step", node, name="sh")
    body.node = machine.entry or node
    body.prelude = []
    shell = known_text(machine, node, shell, "shell") if shell else body.shell
    body.cwd = _folder(machine, node, cwd) if cwd else machine.unit.folder
    is_posix = _is_posix(shell)
    filler = Filler(machine, node, body.cwd, body, body.planner.shapes)
    parts = _command_parts(machine, node, command, filler, shell if not is_posix else "")
    source = "" if stdin is None else _standard_input(machine, node, body, stdin)
    if env is not None:
        variables = {**_environment_dict(machine, node, env), **variables}
    environment = _environment(machine, node, body, variables, parts) if variables else variables
    parts = [*body.prelude, *parts]
    if not is_posix:
        body.add_tool(shell.split()[0])
    body.steps.append(Step(parts, body.cwd, shell, source, environment, is_posix, machine.span(node)))
    if depfile is not None:
        _depfile(machine, node, body, depfile)


def _folder(machine: Machine, node: Node, cwd: Any) -> str:
    text = known_text(machine, node, cwd, "cwd")
    return folder_at(text, machine.unit.folder)


def _is_posix(shell: str) -> bool:
    """Does this interpreter take commands quoted for a POSIX shell?"""
    return not shell or shell.split()[0].rpartition("/")[2] in _POSIX


def _command_parts(machine: Machine, node: Node, command: Any, filler: Filler, foreign_shell: str) -> list[Any]:
    """The text of a step; for a foreign interpreter it is a plain text."""
    if isinstance(command, Raw):
        command = command.text
    if not isinstance(command, (str, Template)):
        raise machine.error("bad-command", node, kind=kind_of(command))
    texts = command.texts if isinstance(command, Template) else (command,)
    if any("\0" in text for text in texts):
        raise machine.error("nul-in-command", node)
    if not isinstance(command, Template) and not command.strip():
        raise machine.error("empty-command", node)
    if not foreign_shell:
        return filler.fill(texts, command.values if isinstance(command, Template) else ())
    if isinstance(command, Template):
        raise machine.error("foreign-holes", node, shell=foreign_shell)
    from redo_py.front.redunfile.commands.shapes import dedented

    return [dedented(command)]


def _standard_input(machine: Machine, node: Node, body: Body, stdin: Any) -> str:
    """The path of the file that the step reads: an input, however it is written."""
    path = machine.unit.path(known_text(machine, node, stdin, "stdin"))
    body.add(path)
    return path


def _environment_dict(machine: Machine, node: Node, env: Any) -> dict[Any, Any]:
    if not isinstance(env, dict):
        raise machine.error("bad-env", node, kind=kind_of(env))
    return env


def _environment(machine: Machine, node: Node, body: Body, env: dict[Any, Any], parts: list[Any]) -> dict[str, Any]:
    """The variables of the command of `parts`."""
    made: dict[str, Any] = {}
    for name, value in env.items():
        if not isinstance(name, str) or not name.isidentifier() or not name.isascii():
            raise machine.error("bad-variable", node, name=str(name))
        made[name] = _variable(machine, node, body, value)
        for each in value if isinstance(value, (list, tuple)) else (value,):
            text = plain(machine, each, node)
            if isinstance(text, str):
                body.variable(name, text, parts)
    return made


def _variable(machine: Machine, node: Node, body: Body, value: Any) -> Any:
    """The text of an environment variable; a list is its words with spaces between them."""
    if type(value) is Resource:
        return value.mark
    value = plain(machine, value, node)
    if isinstance(value, Expression):
        body.add_lazy(value)
        return SimpleExpression("variable_text", (machine.seen(value, body.cwd),), machine.span(node))
    if is_lazy(value):
        raise machine.error("lazy-inside", node)
    for file in _files_in(value):
        body.add(file.path)
    try:
        return variable_text(from_folder(list(value) if isinstance(value, Outputs) else value, body.cwd))
    except HoleError:
        raise machine.error("bad-hole", node, kind=kind_of(value)) from None


def _files_in(value: Any) -> list[File]:
    if isinstance(value, File):
        return [value]
    if isinstance(value, (list, tuple)):
        return [file for item in value for file in _files_in(item)]
    return []


def _depfile(machine: Machine, node: Node, body: Body, depfile: Any) -> None:
    if body.depfile:
        raise machine.error("second-depfile", node)
    path = machine.unit.path(known_text(machine, node, depfile, "depfile"))
    body.set_depfile(path)
    clash = body.planner.depfiles.claim(body.instance, path)
    if clash is not None:
        code, other = clash
        words = {"one": described(body.instance), "other": described(other), "place": other.span}
        raise machine.error(code, node, path=path, **words)


# ---- small ones


def _raw(machine: Machine, node: Node, text: Any) -> Raw:
    value = plain(machine, text, node)
    return Raw(value if isinstance(value, Expression) else hole_text(machine, value, node))


def _args_file(machine: Machine, node: Node, *items: Any) -> ArgumentsFile:
    return ArgumentsFile([word for item in items for word in _argument_words(machine, node, item)])


def _argument_words(machine: Machine, node: Node, value: Any) -> list[Any]:
    """The texts and files that `value` stands for."""
    value = plain(machine, value, node)
    if isinstance(value, PathLike):
        return [value]
    if isinstance(value, (list, tuple, Outputs)):
        return [word for item in value for word in _argument_words(machine, node, item)]
    if is_lazy(value):
        raise machine.error("bad-args-file", node)
    try:
        return hole_words(value)
    except HoleError:
        raise machine.error("bad-args-file", node) from None


def _fail(machine: Machine, node: Node, message: Any) -> None:
    if machine.undecided:
        raise machine.error("undecided-step", node, name="fail")
    raise machine.error("failed", node, message=known_text(machine, node, message, "fail"))


BUILTINS = (
    Builtin(
        "need", "both", "(*paths: Any, order_only: bool = False, missing_ok: bool = False) -> Any",
        "Files to be there, and up to date, before; gives a File, or a list of them.\n\n"
        "It takes paths, globs, lists, groups and lazy values.\n"
        "`order_only=True`: it must be there, what it holds does not matter.\n"
        "`missing_ok=True`: its absence is a content like any other.",
        _need,
    ),
    Builtin(
        "sh", "plan",
        "(command: str, *, depfile: Any = None, env: Any = None, cwd: Any = '', stdin: Any = None, shell: str = '',"
        " **variables: Any) -> None",
        "A command, run by bash with `-euo pipefail`. Holes of an f-string are quoted; lists are several words.\n\n"
        "`depfile` is a make-style file of what it read, `env` the variables it sees (other keywords are too), `cwd`\n"
        "its folder, `stdin` the file it reads, `shell` another interpreter.",
        _sh,
    ),
    Builtin("raw", "both", "(text: Any) -> Any", "A text that stands in a command as it is, without quotes.", _raw),
    Builtin(
        "args_file", "both", "(*items: Any) -> Any",
        "`@path` of a file that holds these words: for lists too long for a command line.\n\n"
        "The file is in `.redun/args`, written anew each time before the command runs; old ones are removed some day.",
        _args_file,
    ),
    Builtin("fail", "both", "(message: str) -> None", "Stop with this message, here.", _fail),
)  # fmt: skip
