"""Federated tasks: tasks of other projects, called by the names that the settings give them.

`[federated_tasks.NAME]` says which task it is, in which module of which project, and which executor its job runs in:
`default` runs it in a thread of this process, `process`, or one of that mode, in a process of its own. The job is a run
of the other project, with its records and its settings; of this project's cache it takes nothing, because nothing here
would tell that the code there has changed. What the other project remembers, it takes.
"""

from __future__ import annotations

import os
import sys

from redo_py.app.running.run import UNDER_WAY
from redo_py.compat.config import Config
from redo_py.compat.forms import scheduler_task
from redo_py.compat.scheduler import Scheduler
from redo_py.config.environment import environment, worker_environment
from redo_py.config.ini import Ini, read_ini
from redo_py.config.redun_ini import RedunIni
from redo_py.config.root import STATE
from redo_py.executors.commands.aside import start_aside
from redo_py.ground.errors import UsageError
from redo_py.ground.job_ids import execution_id as shown_id
from redo_py.tasks.making import task
from redo_py.tasks.task import REGISTRY
from redo_py.values.codec import pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn

    from redo_py.config.settings import Settings

INI = "redun.ini"


class Entry:
    """A task of another project, as the settings have it."""

    __slots__ = ("config_dir", "executor", "fullname", "load_module")

    def __init__(self, said: Mapping[str, Any], base: str) -> None:
        namespace, name = said.get("namespace", ""), said["task_name"]
        self.fullname = f"{namespace}.{name}" if namespace else str(name)
        self.load_module = str(said.get("load_module", ""))
        self.executor = str(said.get("executor") or "default")
        self.config_dir = os.path.abspath(os.path.join(base, said.get("config_dir") or STATE))


def entry_of(name: str, settings: Settings, root: str) -> Entry:
    """The entry `name` of the settings of the project at `root`, or of a file that `federated_configs` lists. Raises
    UsageError."""
    known = {each: (said, root) for each, said in settings.federated_tasks.items()}
    for path in settings.federated_configs:
        folder = os.path.join(root, path)
        for each, said in entries_in(folder).items():
            known.setdefault(each, (said, folder))
    if name not in known:
        from difflib import get_close_matches

        close = get_close_matches(name, known, 1)
        hint = f"did you mean `{close[0]}`?" if close else "`[federated_tasks.NAME]` in redun.toml makes one known"
        raise UsageError("no-federated-task", name=name, hint=hint)
    said, base = known[name]
    if not said.get("task_name"):
        raise UsageError("federated-incomplete", name=name)
    return Entry(said, base)


def entries_in(folder: str) -> dict[str, dict[str, Any]]:
    """The federated tasks that the redun.ini in `folder` has; they belong to that folder unless they say another one.
    Raises UsageError."""
    path = folder if folder.endswith(".ini") else os.path.join(folder, INI)
    try:
        with open(path, encoding="utf-8") as stream:
            ini: Ini = read_ini(stream.read(), path)
    except OSError as error:
        raise UsageError("federated-config", path=path, reason=error.strerror) from None
    found: dict[str, dict[str, Any]] = RedunIni(ini, environment()).values.get("federated_tasks", {})
    return {name: {"config_dir": os.path.dirname(os.path.abspath(path)), **said} for name, said in found.items()}


@task(name="federated", namespace="redun", version="1", cache=False)
def carry_out(config_dir: str, load_module: str, fullname: str, args: Any, kwargs: Any) -> Any:
    """The value of a task of the project whose settings lie in `config_dir`. The project's folder is the current one of
    the thread meanwhile."""
    folder = os.path.dirname(config_dir) if os.path.basename(config_dir) == STATE else config_dir
    if not os.path.isdir(folder):
        raise UsageError("no-such-folder", path=folder, hint="`config_dir` of the federated task names it")
    before = os.getcwd()
    os.chdir(folder)
    sys.path.insert(0, folder)
    try:
        scheduler = Scheduler(Config(configdir=config_dir))
        if load_module:
            scheduler.load_module(load_module)
        called = REGISTRY.get(fullname)
        if called is None:
            raise UsageError("unknown-task", name=fullname)
        return scheduler.run(called(*args, **kwargs))
    finally:
        sys.path.remove(folder)
        os.chdir(before)


@scheduler_task(namespace="redun", version="1")
def federated_task(scheduler: Any, parent_job: Any, sexpr: Any, entrypoint: str, *args: Any, **kwargs: Any) -> Any:
    """The value of the task that the settings know as `entrypoint`, called with these arguments."""
    run = UNDER_WAY[-1]

    def call(name: str) -> Any:
        entry = entry_of(name, run.workspace.settings, run.workspace.root)
        made = carry_out.options(executor=entry.executor)
        return scheduler.evaluate(made(entry.config_dir, entry.load_module, entry.fullname, args, kwargs))

    return scheduler.evaluate(entrypoint).then(call)


def refused(kind: str) -> Any:
    """A form of redun that is not here: calling it says so."""

    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise UsageError("federated-kind", kind=kind)

    return refuse


rest_federated_task = refused("rest_federated_task")
lambda_federated_task = refused("lambda_federated_task")


def launch_federated_task(
    federated_config_path: str,
    entrypoint: str,
    task_args: Sequence[Any] | None = None,
    task_kwargs: Mapping[str, Any] | None = None,
    input_path: str | None = None,
    execution_id: str | None = None,
    cache: bool = True,
) -> str:
    """Begin a task that the redun.ini at `federated_config_path` knows, as a run of its own that outlives this process;
    the id of its execution. Its arguments are given here, or as the path of a file that `redun run --input` takes.
    Raises UsageError."""
    if input_path is not None and (task_args or task_kwargs):
        raise UsageError("federated-input", name=entrypoint)
    said = entries_in(federated_config_path).get(entrypoint)
    if said is None or not said.get("task_name"):
        raise UsageError("no-federated-task", name=entrypoint, hint=f"{federated_config_path} has none of that name")
    entry = Entry(said, "")
    folder = os.path.dirname(entry.config_dir)
    own = execution_id or shown_id(os.urandom(16))
    if input_path is None:
        input_path = kept_input(entry.config_dir, own, (tuple(task_args or ()), dict(task_kwargs or {})))
    words = [
        "run",
        "-C",
        folder,
        entry.load_module,
        entry.fullname,
        "--execution-id",
        own,
        "--input",
        os.path.abspath(input_path),
    ]
    start_aside([*words, *([] if cache else ["--no-cache"])], worker_environment(environment()))
    return own


def kept_input(config_dir: str, name: str, value: Any) -> str:
    """The path of a file that holds arguments as `redun run --input` takes them."""
    folder = f"{config_dir}/tmp"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/input-{name}", "wb") as stream:
        stream.write(pack(value))
    return stream.name
