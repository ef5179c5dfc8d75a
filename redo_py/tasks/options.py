"""The options of tasks and rules: one table for the decorator, the redunfile's keywords, the docs and completion."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Option:
    """One option. `in_key` tells whether it is part of an evaluation's identity; none of these is unless it says so."""

    __slots__ = ("doc", "in_key", "kind", "name")

    def __init__(self, name: str, kind: str, doc: str, in_key: bool = False) -> None:
        self.name = name
        self.kind = kind  # "text" "count" "seconds" "size" "processors" "limits" "flag" "calls" "list"
        self.doc = doc
        self.in_key = in_key


OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        Option("name", "text", "the task's name; the function's name by default"),
        Option("namespace", "text", "what stands before the name; the module's `redun_namespace` by default"),
        Option("version", "text", "replaces the code in the task's identity: change it to run again", in_key=True),
        Option("hash_includes", "list", "further functions, modules or values that identify the task", in_key=True),
        Option("cache", "flag", "False: never take a result of an earlier run"),
        Option("always", "flag", "run in every build; what depends on it runs only if its result differs"),
        Option("executor", "text", "where it runs"),
        Option("cpus", "processors", "how many of the -j places it takes"),
        Option("vcpus", "processors", "another name of `cpus`"),
        Option("memory", "size", "how much memory it takes"),
        Option("gpus", "count", "how many GPUs it gets for itself"),
        Option("pool", "text", "a name from pool(); at most its depth of jobs run at once"),
        Option("limits", "limits", "how many places it takes of each pool"),
        Option("retries", "count", "how often a failure is tried again"),
        Option("timeout", "seconds", "how long it may run"),
        Option("tracked", "flag", "its outputs may be files that git keeps"),
        Option("temp", "flag", "its outputs are removed when nothing needs them any more"),
        Option("after", "calls", "what must be done before, without being an input"),
        Option("depfile", "text", "the make-style file in which the command lists what it read"),
        Option("origin", "text", "what it was asked for: its first output, or the name of an action or target"),
        Option("kind", "text", "what declared it: rule, action, check"),
        Option("rule", "text", "the rule's name"),
        Option("stems", "list", "the values of the rule's placeholders"),
        Option("absent_words", "list", "paths that words of its commands would name if something were there"),
        Option("named_words", "list", "its inputs that are inputs because words of its commands name them"),
        Option("doc", "text", "the first line of its description"),
    )
}

ALIASES = {"vcpus": "cpus"}  # a name that people know from elsewhere -> ours
_WANTED = {  # kind -> what an option of it must be
    "text": "a text",
    "count": "a whole number",
    "flag": "True or False",
    "seconds": 'a duration like "90s" or "2h"',
    "size": 'an amount of memory above 0, like "16G" or "512M"',
    "processors": "a number of processors above 0, like 4 or 0.5",
    "limits": 'a list of pools, or a dict with how many places of each, like {"db": 2}',
}


class OptionError(ValueError):
    """`name` cannot have the value that it is given; `wanted` says in words what it must be."""

    def __init__(self, name: str, wanted: str, value: Any) -> None:
        super().__init__(f"`{name}` is {wanted}, not {value!r}")
        self.name = name
        self.wanted = wanted
        self.value = value


class RepeatedOption(ValueError):
    """An option is given under two names."""

    def __init__(self, name: str, other: str) -> None:
        super().__init__(f"`{name}` is another name of `{other}`, which is given as well")
        self.name = name
        self.other = other


def normal(options: Mapping[str, Any]) -> dict[str, Any]:
    """Known `options` under their first names and in the units of the engine: seconds, bytes. Raises OptionError or
    RepeatedOption."""
    for name, other in ALIASES.items():
        if name in options and other in options:
            raise RepeatedOption(name, other)
    return {ALIASES.get(name, name): _normal(name, value) for name, value in options.items()}


def _normal(name: str, value: Any) -> Any:
    kind = OPTIONS[name].kind
    wanted = _WANTED.get(kind)
    if wanted is None:
        return value
    if kind == "text" or kind == "flag":
        fits = isinstance(value, str if kind == "text" else bool)
    elif kind == "count":
        fits = type(value) is int and value >= 0
    else:
        from redo_py.tasks import units

        given, value = value, getattr(units, kind)(value)
        fits = value is not None
        value = value if fits else given
    if not fits:
        raise OptionError(name, wanted, value)
    return value
