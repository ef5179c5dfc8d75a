"""The declarations: rules, actions, checks, groups and what else a redunfile says once."""

from __future__ import annotations

from redo_py.front.redunfile.builtins.including import include
from redo_py.front.redunfile.builtins.options import (
    LIKE_AN_OPTION,
    RECIPE_OPTIONS,
    RESERVED,
    TASK_OPTIONS,
    argument_of,
    checked_options,
    options_of_executor,
)
from redo_py.front.redunfile.builtins.recipes import check_free
from redo_py.front.redunfile.builtins.windows import known_text, known_texts
from redo_py.front.redunfile.evaluation.callables import Builtin, Declaration, Imported
from redo_py.front.redunfile.evaluation.declared import Group
from redo_py.front.redunfile.evaluation.kinds import is_lazy, kind_of, plain
from redo_py.front.redunfile.evaluation.texts import Template
from redo_py.front.redunfile.names.suggest import similar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Node


def _rule(
    machine: Machine, node: Node, *patterns: Any, where: Any = None, shell: Any = "", **named: Any
) -> Declaration:
    texts = [("", text) for pattern in patterns for text in known_texts(machine, node, pattern, "rule")]
    options: dict[str, Any] = {}
    own = options_of_executor(machine, node, named)
    for name, value in named.items():
        is_option = name in RECIPE_OPTIONS or name in RESERVED or bool(similar(name, RECIPE_OPTIONS, 1))
        is_option = is_option or bool(own and similar(name, own, 1, LIKE_AN_OPTION))
        if name == "env" and isinstance(value, (str, Template)):  # as an output it is older than as an option
            value = known_text(machine, node, value, name)
            is_option = ":" in value
        if isinstance(value, (str, Template)) and not is_option:
            texts.append((name, known_text(machine, node, value, name)))
        else:
            options[name] = value
    if not texts:
        taken = next((name for name in named if name in own), "")
        if taken:
            raise machine.error("output-is-option", argument_of(node, taken), name=taken, executor=named["executor"])
        raise machine.error("rule-without-pattern", node)
    checked = checked_options(machine, node, options, (*RECIPE_OPTIONS, *own), "rule")
    shell = known_text(machine, node, shell, "shell")
    return Declaration("rule", "", tuple(texts), checked, _constraints(machine, node, where), shell)


def _constraints(machine: Machine, node: Node, where: Any) -> dict[str, Any]:
    """`where=` with lists as dicts, which keep the order, and texts as regular expressions."""
    if where is None:
        return {}
    if not isinstance(where, dict):
        raise machine.error("bad-where", node, kind=kind_of(where))
    return {name: _constraint(machine, node, name, plain(machine, value, node)) for name, value in where.items()}


def _constraint(machine: Machine, node: Node, name: str, value: Any) -> Any:
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value)
    if not isinstance(value, str):
        raise machine.error("bad-where", node, kind=f"{kind_of(value)} for {name}")
    import re  # here only: most redunfiles need none, and it costs milliseconds

    try:
        return re.compile(value)
    except re.error as error:
        raise machine.error("bad-regex", node, name=name, error=str(error)) from None


def _action(machine: Machine, node: Node, name: Any = None, *, shell: Any = "", **options: Any) -> Declaration:
    return _target(machine, node, "action", name, shell, options)


def _check(machine: Machine, node: Node, name: Any = None, *, shell: Any = "", **options: Any) -> Declaration:
    return _target(machine, node, "check", name, shell, options)


def _target(machine: Machine, node: Node, kind: str, name: Any, shell: Any, options: dict[str, Any]) -> Declaration:
    text = "" if name is None else target_name(machine, node, name, kind)
    known = (*RECIPE_OPTIONS, *options_of_executor(machine, node, options))
    checked = checked_options(machine, node, options, known, kind)
    return Declaration(kind, text, options=checked, shell=known_text(machine, node, shell, "shell"))


def target_name(machine: Machine, node: Node, name: Any, of: str) -> str:
    """The label of a name for the command line: one word without `/` and `=`, not beginning with `-`."""
    text = known_text(machine, node, name, of)
    if not text or text.startswith(("-", ".")) or any(char in "/=:" or char.isspace() for char in text):
        raise machine.error("bad-target-name", node, name=text)
    return machine.unit.label(text)


def _group(machine: Machine, node: Node, name: Any, *targets: Any) -> Group:
    text = target_name(machine, node, name, "group")
    check_free(machine, node, text)
    if is_lazy(targets):
        raise machine.error("lazy-argument", node, name="group")
    members = tuple(plain(machine, target, node) for target in targets)
    group = machine.redunfile.groups[text] = Group(text, machine.unit, members, machine.span(node))
    return group


def _default(machine: Machine, node: Node, *targets: Any) -> None:
    if is_lazy(targets):
        raise machine.error("lazy-argument", node, name="default")
    unit = machine.unit
    places: list[Node] = [each.value for each in getattr(node, "arguments", ()) if each.kind == "positional"]
    if len(places) != len(targets):  # some are unpacked from a list
        places = [node] * len(targets)
    found = zip(targets, places, strict=True)
    unit.defaults = [*(unit.defaults or ()), *[(plain(machine, each, node), machine.span(at)) for each, at in found]]


def _pool(machine: Machine, node: Node, name: Any, depth: Any) -> str:
    text = machine.unit.label(known_text(machine, node, name, "pool"))
    if type(depth) is not int or depth < 1:
        raise machine.error("bad-depth", node, name=text)
    if text in machine.redunfile.pools:
        raise machine.error("repeated-pool", node, name=text)
    machine.redunfile.pools[text] = depth
    return text


def _include(machine: Machine, node: Node, *folders: Any) -> None:
    for folder in folders:
        for text in known_texts(machine, node, folder, "include"):
            include(machine, node, text)


def _source(machine: Machine, node: Node, *paths: Any) -> None:
    for path in paths:
        machine.redunfile.sources += map(machine.unit.glob, known_texts(machine, node, path, "source"))


def _task(machine: Machine, node: Node, function: Any, **options: Any) -> Imported:
    if not isinstance(function, Imported):
        raise machine.error("no-task", node, kind=kind_of(function))
    known = (*TASK_OPTIONS, *options_of_executor(machine, node, options))
    checked = checked_options(machine, node, options, known, "task")
    merged = {**function.options, **checked}
    return Imported(function.module, function.name, function.kind, merged, function.parameters)


_OPTIONS = "**options: Any"

BUILTINS = (
    Builtin(
        "rule", "load", f"(*patterns: Texts, where: Any = None, shell: str = '', {_OPTIONS}) -> Any",
        "How files are made: `@rule(\"build/{stem}.o\")` above a `def`.\n\n"
        "Several patterns are several outputs of one run, keyword patterns (`c=\"gen/{n}.c\"`) have names, a `/` at\n"
        "the end makes a folder. The parameters of the def are `out` and the placeholders. `where` says what a\n"
        "placeholder may be: a list of texts or a regular expression. Options: `always`, `cache`, `cpus`,\n"
        "`env`, `executor`, `gpus`, `limits`, `memory`, `pool`, `retries`, `temp`, `timeout`, `tracked`, `version`,\n"
        "and with `executor` those that its jobs have.",
        _rule,
    ),
    Builtin(
        "action", "load", f"(name: Any = None, *, shell: str = '', {_OPTIONS}) -> Any",
        "Something to do: runs whenever it is asked for. Parameters are options on the command line.",
        _action,
    ),
    Builtin(
        "check", "load", f"(name: Any = None, *, shell: str = '', {_OPTIONS}) -> Any",
        "A test: its success is remembered until something that it used changes.",
        _check,
    ),
    Builtin("group", "load", "(name: str, *targets: Any) -> Any", "A name for several targets.", _group),
    Builtin("default", "load", "(*targets: Any) -> None", "What is built when nothing is asked for.", _default),
    Builtin(
        "pool", "load", "(name: str, depth: int) -> str",
        "At most `depth` jobs with the option `pool=name` run at once.",
        _pool,
    ),
    Builtin(
        "include", "load", "(*folders: Texts) -> None",
        "The redunfiles in these folders take part in the build.\n\n"
        "What `sub/redunfile.py` names is `//sub:name`, its paths are relative to sub/, its commands run there.\n"
        "`from .sub.redunfile import NAME` includes it, too, and takes over what it has bound to NAME.",
        _include,
    ),
    Builtin("source", "load", "(*paths: Texts) -> None", "Paths and globs that no pattern may claim.", _source),
    Builtin(
        "task", "both", f"(function: Any, {_OPTIONS}) -> Any",
        "An imported function or task with options: `task(train, retries=3, timeout=\"2h\")`.",
        _task,
    ),
)  # fmt: skip
