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
OF_JOBS = frozenset(("cpus", "gpus", "memory", "retries", "timeout", "vcpus"))  # what the engine heeds of any executor


class Named:
    """The executors of `settings`. `threads` and `processes` give the factory for so many of them, `plugin` that of an
    executor of another kind."""

    def __init__(
        self,
        settings: Mapping[str, Mapping[str, Any]],
        threads: Callable[[int | None], Factory],
        processes: Callable[[int | None], Factory],
        plugin: Callable[[str, Mapping[str, Any]], Factory],
    ) -> None:
        self._settings = settings
        self._threads = threads
        self._processes = processes
        self._plugin = plugin

    def factories(self) -> dict[str, Factory]:
        """Name -> factory. What cannot be made raises UsageError when the first job asks for it, not before."""
        found = {name: self._factory(name, options) for name, options in self._settings.items()}
        for name, options in self._settings.items():
            if is_local(options):
                other = "thread" if options.get("mode") == "process" else "process"
                found[f"{name} {other}"] = self._factory(name, {**options, "mode": other})
        return found

    def _factory(self, name: str, options: Mapping[str, Any]) -> Factory:
        if is_local(options):
            make = self._processes if options.get("mode") == "process" else self._threads
            return make(options.get("max_workers"))
        return self._plugin(name, options)


def is_local(options: Mapping[str, Any]) -> bool:
    """Whether an executor is one of this machine, in threads or processes."""
    return options.get("type", LOCAL) == LOCAL and "class" not in options


def job_options(settings: Mapping[str, Mapping[str, Any]], place_of: Callable[[str], str]) -> dict[str, Any]:
    """What the settings of each executor say of its jobs, as options of the lowest rank. Raises UsageError for an
    option that cannot have its value."""
    from redo_py.tasks.options import OptionError, RepeatedOption, normal

    found = {}
    for name, setting in settings.items():
        given = {
            option: value
            for option, value in setting.items()
            if value is not None and (option not in OF_ITSELF if is_local(setting) else option in OF_JOBS)
        }
        memory = given.pop("memory", None) if type(given.get("memory")) is int else None  # in bytes already
        try:
            found[name] = {**normal(given), **({} if memory is None else {"memory": memory})}
        except (OptionError, RepeatedOption) as error:
            facts = [("set in", place)] if (place := place_of(name)) else []
            raise UsageError("executor-option", name=name, error=str(error), hint="", facts=facts) from None
    for name, setting in settings.items():
        if setting.get("type") == ALIAS:
            found[name] = {**found.get(_end(name, settings), {}), **found[name]}
    return {name: options for name, options in found.items() if options}


def _end(name: str, settings: Mapping[str, Mapping[str, Any]]) -> str:
    """As `resolved`; `name` itself if that is in a circle, which is an error of the job that asks for it."""
    try:
        return resolved(name, settings)
    except UsageError:
        return name


def resolved(name: str, settings: Mapping[str, Mapping[str, Any]]) -> str:
    """The executor that `name` stands for when aliases are followed. Raises UsageError for a circle of them."""
    seen = [name]
    while settings.get(name, {}).get("type") == ALIAS:
        name = str(settings[name].get("target") or "default")
        if name in seen:
            raise UsageError("executor-circle", name=seen[0], names=" -> ".join([*seen, name]))
        seen.append(name)
    return name


def behind(name: str, settings: Mapping[str, Mapping[str, Any]]) -> str:
    """The executor that runs the jobs of `name`, of a build. Raises UsageError for a circle of aliases."""
    found = resolved(name, settings)
    return "thread" if found == "default" and found not in settings else found
