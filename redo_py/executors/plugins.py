"""Which class an executor of the settings is made of: ours by a table, those of others by entry points or by name.

A class has `Options`, a model of pydantic, and is made as `Class(options, site)`; see executors.backend. It is either a
Backend, which has `launch`, or an Executor by itself, which has `submit`.
"""

from __future__ import annotations

from redo_py.executors.options import ExecutorOptions, OptionFault, RemoteOptions, checked, suggestion
from redo_py.executors.registered import REGISTERED
from redo_py.ground.errors import RedunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from redo_py.executors.backend import Site
    from redo_py.ground.spans import Span

GROUP = "redo_py.executors"  # the group of entry points: name of the type -> "module:Class"
LOCAL, ALIAS = "local", "alias"  # types that are no plugins: see app.running.named_executors
BUILT_IN: dict[str, str] = {
    "aws_batch": "redo_py.executors.batch.backend:BatchBackend",
    "spark": "redo_py.executors.spark.executor:SparkExecutor",
    "spark_submit": "redo_py.executors.spark.submit:SubmitBackend",
    "container": "redo_py.executors.container.backend:ContainerBackend",
    "docker": "redo_py.executors.container.backend:DockerBackend",
    "podman": "redo_py.executors.container.backend:PodmanBackend",
    "slurm": "redo_py.executors.slurm.backend:SlurmBackend",
    "subprocess": "redo_py.executors.subprocesses:SubprocessBackend",
}
# what it is, what it can do, and what its options are below
BACKEND = ("a backend", ("open", "launch", "poll", "cancel", "find", "tail", "close"), RemoteOptions)
EXECUTOR = ("an executor", ("start", "submit", "cancel", "tail", "stop"), ExecutorOptions)
OF_REDUN = "redun."  # begins the names of modules of redun, whose executors are for its scheduler
GLUE = "aws_glue"
ABSENT = frozenset((GLUE, "gcp_batch", "k8s"))  # types that redun has, and we do not


def entry_points() -> dict[str, Any]:
    """What installed packages offer: type -> the entry point."""
    from importlib import metadata

    return {point.name: point for point in metadata.entry_points(group=GROUP)}


def types() -> list[str]:
    """All types that there are."""
    return sorted({LOCAL, ALIAS, *BUILT_IN, *entry_points()})


def class_of_type(name: str, kind: str) -> Any:
    """The class of the type `kind`, which the executor `name` has. Raises UsageError if there is none."""
    place = BUILT_IN.get(kind)
    if place is not None:
        return load(place)
    point = entry_points().get(kind)
    if point is not None:
        try:
            return checked_class(name, f"{kind} ({point.value})", point.load())
        except (ImportError, AttributeError) as error:
            raise UsageError("executor-class", name=name, made_by=point.value, error=str(error)) from None
    registered = REGISTERED.get(kind)
    if registered is not None:
        return checked_class(name, f"{registered.__module__}.{registered.__qualname__}", registered)
    if kind in ABSENT:
        raise absent(name, kind)
    raise UsageError("executor-type", name=name, type=kind, hint=suggestion(kind, types()))


def absent(name: str, kind: str) -> UsageError:
    """The error of the executor `name`, whose type is one of redun's that is not here."""
    return UsageError("executor-glue" if kind == GLUE else "executor-absent", name=name, type=kind)


def class_at(name: str, place: str, load_module: Callable[[str], Any]) -> Any:
    """The class at `place`, "module:Class", which the executor `name` is made of. Raises UsageError."""
    module, colon, member = place.partition(":")
    if not colon:
        module, _, member = place.rpartition(".")
    if not module or not member:
        raise UsageError("executor-class", name=name, made_by=place, error="it is no `module:Class`")
    if "<locals>" in place:
        raise UsageError("executor-old", name=name, made_by=place)
    found: Any = load_module(module)
    for part in member.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            told = f"`{module}` has no `{member}`"
            raise UsageError("executor-class", name=name, made_by=place, error=told) from None
    return checked_class(name, place, found)


def checked_class(name: str, place: str, found: Any) -> Any:
    """`found`, if an executor can be made of it; raises UsageError."""
    if not isinstance(found, type):
        raise UsageError("executor-class", name=name, made_by=place, error="it is no class")
    in_its_way = getattr(found, "is_for_redun", False)
    if in_its_way or any(f"{base.__module__}.".startswith(OF_REDUN) for base in found.__mro__):
        raise UsageError("executor-old", name=name, made_by=place)
    if fault := fault_of(found):
        raise UsageError("executor-class", name=name, made_by=place, error=fault)
    return found


def fault_of(found: type) -> str:
    """What a class lacks that an executor is to be made of; "" if nothing."""
    if not hasattr(found, "launch") and not hasattr(found, "submit"):
        return "it has neither `launch`, as backends have, nor `submit`, as executors have"
    kind, methods, base = BACKEND if hasattr(found, "launch") else EXECUTOR
    missing = [f"`{each}`" for each in methods if not callable(getattr(found, each, None))]
    options = getattr(found, "Options", None)
    if options is None:
        missing.insert(0, "`Options`")
    if missing:
        listed = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
        return f"it lacks {listed}, which {kind} has"
    if not isinstance(options, type) or not issubclass(options, base):
        return f"its `Options` is no class below `{base.__module__}.{base.__name__}`, which that of {kind} is"
    return ""


def made_from(name: str, made_of: Any, options: Any, site: Site) -> Any:
    """The backend or executor `name`, of a class that may be anybody's. Raises UsageError."""
    try:
        return made_of(options, site)
    except RedunError:
        raise
    except Exception as error:
        told = f"`{made_of.__name__}(options, site)` raises {type(error).__name__}: {error}"
        place = f"{made_of.__module__}:{made_of.__qualname__}"
        raise UsageError("executor-class", name=name, made_by=place, error=told) from error


def load(place: str) -> Any:
    """The class at `place` in our own package."""
    from pkgutil import resolve_name

    return resolve_name(place)


def options_of(
    name: str, made_of: Any, given: Mapping[str, Any], place_of: Callable[[str], tuple[Span | None, str | None]]
) -> Any:
    """The options of the executor `name`, which is made of the class `made_of`, as its settings say. Raises UsageError
    at the place of the one that cannot be, which `place_of` tells: its span, and the line."""
    from redo_py.tasks.options import OptionError, RepeatedOption, normal

    own = {option: value for option, value in given.items() if value is not None and option not in ("type", "class")}
    try:
        memory = {"memory": own.pop("memory")} if type(own.get("memory")) is int else {}  # in bytes already
        return checked(made_of.Options, {**normal(own), **memory})
    except OptionFault as error:
        span, line = place_of(error.name)
        raise UsageError(
            "executor-option", span=span, source=line, name=name, error=f"`{error.name}`: {error.error}",
            hint=error.hint,
        ) from None  # fmt: skip
    except (OptionError, RepeatedOption) as error:
        span, line = place_of(error.name)
        raise UsageError("executor-option", span=span, source=line, name=name, error=str(error), hint="") from None
