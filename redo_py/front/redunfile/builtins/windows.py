"""The windows: what a redunfile can see of the world. Each answer is recorded, so that a change is noticed."""

from __future__ import annotations

from redo_py.front.redunfile.evaluation.callables import Builtin
from redo_py.front.redunfile.evaluation.declared import Config
from redo_py.front.redunfile.evaluation.kinds import kind_of, plain
from redo_py.front.redunfile.names.globs import escaped
from redo_py.front.redunfile.names.patterns import Pattern, PatternFault, shown_ways
from redo_py.ground.errors import UsageError
from redo_py.ir.expression import Expression, SimpleExpression
from redo_py.ir.words import split_words
from redo_py.values.file import File, PathLike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.machine import Machine
    from redo_py.front.redunfile.grammar.syntax import Node

_TRUE = ("1", "on", "true", "yes")
_FALSE = ("0", "false", "no", "off")
WANTED = {bool: "true or false", int: "a whole number", float: "a number"}  # type of an option -> what its text shows


def typed(text: str, wanted: type) -> Any:
    """What `text` on a command line shows, of one of the types `WANTED`. Raises ValueError."""
    if wanted is bool and text.lower() not in (*_TRUE, *_FALSE):
        raise ValueError(text)
    return text.lower() in _TRUE if wanted is bool else wanted(text)


def known_text(machine: Machine, node: Node, value: Any, name: str) -> str:
    """`value` as a text that is known now; `name` is what it is for."""
    value = plain(machine, value, node)
    if isinstance(value, PathLike):
        return machine.text(value)
    if isinstance(value, Expression):
        raise machine.error("lazy-argument", node, name=name)
    if not isinstance(value, str):
        raise machine.error("wanted-text", node, name=name, kind=kind_of(value))
    return value


def known_texts(machine: Machine, node: Node, value: Any, name: str) -> tuple[str, ...]:
    """One text or a list of texts."""
    if isinstance(value, (list, tuple)):
        return tuple(known_text(machine, node, item, name) for item in value)
    return (known_text(machine, node, value, name),)


def refuse_output(machine: Machine, node: Node, path: str) -> None:
    """Raise UsageError if a rule makes `path`, which is looked at without being needed. While loading, not all rules
    are known: `load` asks when they are."""
    if machine.body is None:
        machine.redunfile.read.setdefault(path, machine.span(node))
        return
    found = machine.body.planner.owners.find(path)
    if found is not None:
        recipe = found[0]
        raise machine.error("lines-of-output", node, path=path, rule=recipe.name, place=recipe.span)


def _glob(machine: Machine, node: Node, *patterns: Any, exclude: Any = ()) -> list[File]:
    excluded = tuple(map(machine.unit.glob, known_texts(machine, node, exclude, "exclude")))
    found: dict[str, None] = {}
    for pattern in patterns:
        for text in known_texts(machine, node, pattern, "glob"):
            found.update(dict.fromkeys(_glob_one(machine, node, machine.unit.glob(text), excluded)))
    if not patterns:
        raise machine.error("argument-missing", node, name="glob", argument="pattern")
    return [File(path) for path in found]


def _glob_one(machine: Machine, node: Node, pattern: str, excluded: tuple[str, ...], stems: str = "") -> list[str]:
    machine.redunfile.globbed.setdefault((pattern, excluded, stems), machine.span(node))
    paths = machine.reads.glob(pattern, excluded)
    if not paths:
        machine.redunfile.warnings.append(machine.error("empty-glob", node, pattern=stems or pattern))
    return paths


def _stems(machine: Machine, node: Node, pattern: Any) -> list[Any]:
    text = known_text(machine, node, pattern, "stems")
    try:
        parsed = Pattern(machine.unit.pattern(text))
    except PatternFault as fault:
        raise machine.error(fault.code, node, **fault.words) from None
    if not parsed.names:
        raise machine.error("no-placeholder", node, pattern=text)
    folder = escaped(parsed.prefix[: parsed.prefix.rfind("/") + 1])
    ending = parsed.suffix.rpartition("/")[2]
    found = []
    for path in _glob_one(machine, node, f"{folder}**/*{ending}", (), parsed.text):
        splits = parsed.splits(path, {})
        if len(splits) > 1:
            raise machine.error("two-splits", node, path=path, pattern=parsed.shown, ways=shown_ways(splits))
        found += splits
    if len(parsed.distinct) == 1:
        return [stems[parsed.distinct[0]] for stems in found]
    return [tuple(stems[name] for name in parsed.distinct) for stems in found]


def _env(machine: Machine, node: Node, name: Any, default: Any = "") -> Any:
    name = known_text(machine, node, name, "env")
    reader = machine.unit if machine.body is None else machine.body
    reader.variables[name] = None
    value = machine.reads.variable(name)
    return plain(machine, default, node) if value is None else value


def _config(machine: Machine, node: Node, name: Any, default: Any, choices: Any = ()) -> Any:
    name = machine.unit.label(known_text(machine, node, name, "config"))
    default = plain(machine, default, node)
    choices = tuple(choices) if isinstance(choices, (list, tuple)) else ()
    known = machine.redunfile.configs.get(name)
    if known is not None:
        raise machine.error("repeated-config", node, name=name, place=known.span)
    if not isinstance(default, (str, int, float, bool, list)) and default is not None:
        raise machine.error("bad-config-default", node, name=name, kind=kind_of(default))
    value = _configured(machine, node, name, default)
    if choices and value not in choices:
        words = {"name": name, "value": repr(value), "choices": ", ".join(map(repr, choices))}
        if name not in machine.reads.host.overrides and machine.reads.setting(name) is not None:
            raise setting_error(machine, node, "bad-choice", **words)
        raise machine.error("bad-choice", node, **words)
    machine.redunfile.configs[name] = Config(name, default, choices, value, machine.span(node))
    return value


def _configured(machine: Machine, node: Node, name: str, default: Any) -> Any:
    """-D, else `[config]` of redun.toml, else the default."""
    text = machine.reads.host.overrides.get(name)
    if text is not None:
        return _typed(machine, node, name, text, default)
    value = machine.reads.setting(name)
    if value is None:
        return default
    wanted = type(default)
    if wanted is float and type(value) is int:
        return float(value)
    if default is not None and type(value) is not wanted:
        raise setting_error(machine, node, "config-type", name=name, found=kind_of(value), wanted=kind_of(default))
    return value


def setting_error(machine: Machine, node: Node, code: str, **words: Any) -> UsageError:
    """The error `code` for what a settings file says to the `config(...)` at `node`, at the line of that file."""
    span, source = machine.reads.host.setting_place(words["name"])
    facts = [("asked in", str(machine.span(node)))]
    return UsageError(code, span=span, source=source, facts=facts, **words)


def _typed(machine: Machine, node: Node, name: str, text: str, default: Any) -> Any:
    """The text of -D with the type of the default."""
    wanted = type(default)
    if wanted is list:
        return [part for part in text.split(",") if part]
    if wanted not in WANTED:
        return text
    try:
        return typed(text, wanted)
    except ValueError:
        raise machine.error("bad-override", node, name=name, text=text, kind=WANTED[wanted]) from None


def _words(machine: Machine, node: Node, text: Any) -> Any:
    text = plain(machine, text, node)
    if isinstance(text, Expression):
        return SimpleExpression("words", (text,), machine.span(node))
    value = known_text(machine, node, text, "words")
    try:
        return split_words(value)
    except ValueError as error:
        raise machine.error("open-quote", node, quote=str(error), text=value) from None


BUILTINS = (
    Builtin(
        "glob", "both", "(*patterns: Texts, exclude: Texts = ()) -> list[File]",
        "The source files that match, in bytewise order.\n\n"
        "`*`, `?` and `[...]` stay within a name, `**` is any number of folders. Files that begin with a dot are\n"
        "listed only if the pattern names the dot. No match is an empty list and a warning. A glob reads sources: a\n"
        "rule of the plan that makes a path which the pattern would match is an error.",
        _glob,
    ),
    Builtin(
        "stems", "both", "(pattern: str) -> list[Any]",
        "What the placeholder of `pattern` stands for in the existing files; tuples if there are several.\n\n"
        '`stems("data/{sample}_R1.fq.gz")` lists the samples.',
        _stems,
    ),
    Builtin(
        "env", "both", "(name: str, default: Any = '') -> Any",
        "The environment variable `name`, or the default; commands whose text names it get it, too.",
        _env,
    ),
    Builtin(
        "config", "load", "(name: str, default: Any, choices: Sequence[Any] = ()) -> Any",
        "A setting: `-D NAME=VALUE`, else `[config]` of redun.toml, else the default, with the default's type.",
        _config,
    ),
    Builtin(
        "words", "both", "(text: Any) -> Any",
        "The words of a text, split as a shell does: `CC = words(env(\"CC\", \"cc\"))`; of a lazy text a lazy list.",
        _words,
    ),
)  # fmt: skip
