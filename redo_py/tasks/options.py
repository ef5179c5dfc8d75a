"""The options of tasks and rules: one table for the decorator, the redunfile's keywords, the docs and completion."""

from __future__ import annotations

from redo_py.ir.expression import Expression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Option:
    """One option. `in_key` tells whether it is part of an evaluation's identity; none of these is unless it says so."""

    __slots__ = ("doc", "in_key", "kind", "name")

    def __init__(self, name: str, kind: str, doc: str, in_key: bool = False) -> None:
        self.name = name
        self.kind = kind  # what it must be: a key of _WANTED, or "any"
        self.doc = doc
        self.in_key = in_key


OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        Option("name", "text", "the task's name; the function's name by default"),
        Option("namespace", "text", "what stands before the name; the module's `redun_namespace` by default"),
        Option("version", "text", "replaces the code in the task's identity: change it to run again", in_key=True),
        Option("source", "text", "replaces the code in the task's identity by this text", in_key=True),
        Option("compat", "sequence", "its first item replaces the code in the task's identity", in_key=True),
        Option("hash_includes", "items", "further functions, modules or values that identify the task", in_key=True),
        Option("config_args", "names", "parameters that are left out when a call is compared with earlier ones"),
        Option("nout", "count", "how many items the result has: then it can be unpacked and iterated"),
        Option("script", "flag", "the function returns a shell script, and what that prints is the result"),
        Option("load_module", "text", "the module that a worker imports to find the task"),
        Option("cache", "flag", "False: never take a result of an earlier run"),
        Option("cache_scope", "cache_scope", "how far results are taken from: this run, earlier ones, or not at all"),
        Option("check_valid", "check_valid", '"full": check the calls below a cached one; "shallow": only its result'),
        Option("allowed_cache_results", "cache_results", "which kinds of cached results may be taken"),
        Option("context", "context", "values of the context for the call and all calls below it"),
        Option("tags", "tags", "keys and values that are recorded with its jobs"),
        Option("prov", "flag", "False: nothing below is recorded, only the result"),
        Option("export_options", "options", "options that all calls below have, unless they have their own"),
        Option("always", "flag", "run in every build; what depends on it runs only if its result differs"),
        Option("executor", "text", "where it runs"),
        Option("env", "environment", "the environment that it runs in, made of the file that it names"),
        Option("mode", "mode", "whether a local executor runs it in a thread or a process"),
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
        Option(
            "offered",
            "list",
            "paths of sources, there or not, that variables name: inputs if it does not write to them",
        ),
        Option("doc", "text", "the first line of its description"),
    )
}

IN_KEY = frozenset(name for name, option in OPTIONS.items() if option.in_key)
# What only the task itself has: neither a call nor the calls above it can give it.
OF_THE_TASK = ("name", "namespace", "load_module")
CONTEXT = "context"  # the option that holds what `Task.update_context` said
# Options of executors, which look at their values. Others are kept for an executor, too: these only make the guess
# better whether a name is a slip of the keyboard.
OF_EXECUTORS = frozenset(
    """additional_libs annotations as_mount autocreate_job_def aws_region batch_tags code_excludes code_includes
    code_package debug debug_scratch default_batch_tags ephemeral_storage extra_files extra_py_files glue_version image
    interactive job_def_extra job_def_name job_name_prefix k8s_labels labels machine_type max_array_size min_array_size
    node_affinity num_nodes platform priority privileged project queue region role scheduling_priority_override
    secret_env_vars secret_name service_account_email service_account_name share_id shared_memory spot_retries
    task_count volume_mounts volumes worker_type workers""".split()
)
SLIPS = {"mem": "memory", "retry": "retries"}  # what is too short to be found alike
ALIKE = 0.8  # as difflib measures it: how alike an unknown name and a known one are for a slip

ALIASES = {"vcpus": "cpus"}  # a name that people know from elsewhere -> ours
_WANTED = {  # kind -> what an option of it must be
    "text": "a text",
    "count": "a whole number",
    "flag": "True or False",
    "sequence": "a list",
    "items": "a list of functions, modules and values",
    "names": "a list of names of parameters",
    "tags": 'a list of pairs, like [("project", "x")], or a dict',
    "options": "a dict of options",
    "context": "a dict",
    "mode": '"thread" or "process"',
    "environment": 'an environment like "uv:requirements.txt", "venv:requirements.txt" or "conda:env.yaml"',
    "cache_scope": 'one of "NONE", "CSE" and "BACKEND"',
    "check_valid": '"full" or "shallow"',
    "cache_results": 'a set of "CSE", "SINGLE", "ULTIMATE" and "MISS"',
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


class UnknownOption(ValueError):
    """`name` is no option, but much like `meant`."""

    def __init__(self, name: str, meant: str) -> None:
        super().__init__(f"`{name}` is not known; did you mean `{meant}`?")
        self.name = name
        self.meant = meant


def in_key(options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `options` that are part of the identity of a task."""
    return {name: options[name] for name in options if name in IN_KEY}


def normal(options: Mapping[str, Any]) -> dict[str, Any]:
    """`options` under their first names and in the units of the engine: seconds, bytes. Lazy values, and options that
    only an executor knows, stay as they are. Raises OptionError or RepeatedOption."""
    for name, other in ALIASES.items():
        if name in options and other in options:
            raise RepeatedOption(name, other)
    return {ALIASES.get(name, name): _normal(name, value) for name, value in options.items()}


def told(options: Mapping[str, Any]) -> dict[str, Any]:
    """Normal `options` as workflows read them: memory in gigabytes, by all names, whole numbers without a point."""
    from redo_py.tasks.declaration.units import GIGABYTE

    found = dict(options)
    if type(size := found.get("memory")) is int:
        found["memory"] = size / GIGABYTE
    for name, value in found.items():
        if type(value) is float and value.is_integer():
            found[name] = int(value)
    return found | {name: found[other] for name, other in ALIASES.items() if other in found}


def known(options: Mapping[str, Any]) -> dict[str, Any]:
    """`options` of a task, those that are None left out, as `normal` gives them; raises UnknownOption for what must be
    a slip, too."""
    for name in options:
        if name not in OPTIONS and name not in OF_EXECUTORS:
            refuse_slip(name)
    return normal({name: value for name, value in options.items() if value is not None})


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """As `known`, but raises TypeError for whatever is wrong."""
    if not options:
        return {}
    try:
        return known(options)
    except (OptionError, RepeatedOption, UnknownOption) as error:
        raise TypeError(f"task option {error}") from None


def refuse_slip(name: str) -> None:
    """Raise UnknownOption if the option `name`, which is not in the table, was meant for one that is."""
    import difflib

    meant = SLIPS.get(name) or "".join(difflib.get_close_matches(name, OPTIONS, 1, ALIKE))
    if meant:
        raise UnknownOption(name, meant)


def _normal(name: str, value: Any) -> Any:
    kind = OPTIONS[name].kind if name in OPTIONS else "any"
    wanted = _WANTED.get(kind)
    if wanted is None or isinstance(value, Expression):
        return value
    if kind == "text" or kind == "flag":
        fits = isinstance(value, str if kind == "text" else bool)
    elif kind == "count":
        fits = type(value) is int and value >= 0
    elif kind == "options":
        fits = isinstance(value, dict)
        value = known(value) if fits else value
    else:
        from redo_py.tasks.declaration import units

        given, value = value, getattr(units, kind)(value)
        fits = value is not None
        value = value if fits else given
    if not fits:
        raise OptionError(name, wanted, value)
    return value
