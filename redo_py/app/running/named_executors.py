"""The executors that the settings name, as factories for app.executors."""

from __future__ import annotations

from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from redo_py.app.executors import Executors
    from redo_py.executors.api import Executor

    Factory = Callable[[Executors], Executor]

LOCAL = "local"
ALIAS = "alias"
OF_ITSELF = frozenset(("class", "max_workers", "mode", "scratch", "start_method", "target", "type"))
NOT_YET = ("aws_batch", "aws_glue", "docker", "gcp_batch", "k8s")  # types that redun has, and we do not


class Named:
    """The executors of `settings`. `threads` and `processes` give the factory for so many of them, `place_of` tells
    where an executor is set."""

    def __init__(
        self,
        settings: Mapping[str, Mapping[str, Any]],
        threads: Callable[[int | None], Factory],
        processes: Callable[[int | None], Factory],
        place_of: Callable[[str], str],
    ) -> None:
        self._settings = settings
        self._threads = threads
        self._processes = processes
        self._place_of = place_of

    def factories(self) -> dict[str, Factory]:
        """Name -> factory. What cannot be made raises UsageError when the first job asks for it, not before."""
        found = {name: self._factory(name, options) for name, options in self._settings.items()}
        for name, options in self._settings.items():
            if is_local(options):
                other = "thread" if options.get("mode") == "process" else "process"
                found[f"{name} {other}"] = self._factory(name, {**options, "mode": other})
        return found

    def _factory(self, name: str, options: Mapping[str, Any]) -> Factory:
        kind = options.get("type", LOCAL)
        if is_local(options):
            make = self._processes if options.get("mode") == "process" else self._threads
            return make(options.get("max_workers"))

        def refuse(executors: Executors) -> Executor:
            raise _refusal(name, str(kind), str(options.get("class", "")), self._place_of(name))

        return refuse


def is_local(options: Mapping[str, Any]) -> bool:
    """Whether an executor is one of this machine, in threads or processes."""
    return options.get("type", LOCAL) == LOCAL and "class" not in options


def job_options(settings: Mapping[str, Mapping[str, Any]], place_of: Callable[[str], str]) -> dict[str, Any]:
    """What the settings of each executor say of its jobs, as options of the lowest rank. Raises UsageError for an
    option that cannot have its value."""
    from redo_py.tasks.options import OptionError, RepeatedOption, normal

    found = {}
    for name, setting in settings.items():
        given = {option: value for option, value in setting.items() if option not in OF_ITSELF and value is not None}
        memory = given.pop("memory", None) if type(given.get("memory")) is int else None  # in bytes already
        try:
            found[name] = {**normal(given), **({} if memory is None else {"memory": memory})}
        except (OptionError, RepeatedOption) as error:
            facts = [("set in", place)] if (place := place_of(name)) else []
            raise UsageError("executor-option", name=name, error=str(error), facts=facts) from None
    return {name: options for name, options in found.items() if options}


def resolved(name: str, settings: Mapping[str, Mapping[str, Any]]) -> str:
    """The executor that `name` stands for when aliases are followed. Raises UsageError for a circle of them."""
    seen = [name]
    while settings.get(name, {}).get("type") == ALIAS:
        name = str(settings[name].get("target") or "default")
        if name in seen:
            raise UsageError("executor-circle", name=seen[0], names=" -> ".join([*seen, name]))
        seen.append(name)
    return name


def _refusal(name: str, kind: str, made_by: str, place: str) -> UsageError:
    """Why no job can run in an executor."""
    facts = [("set in", place)] if place else []
    if made_by:
        return UsageError("executor-old", name=name, made_by=made_by, facts=facts)
    if kind in NOT_YET:
        return UsageError("executor-absent", name=name, type=kind, facts=facts)
    from difflib import get_close_matches

    close = get_close_matches(kind, [LOCAL, ALIAS, *NOT_YET], 1)
    hint = f"did you mean {close[0]}?" if close else "types that are here: local, alias"
    return UsageError("executor-type", name=name, type=kind, hint=hint, facts=facts)
