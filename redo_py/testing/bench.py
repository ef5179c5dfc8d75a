"""A project with a package and an executor of its settings, to try jobs on."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent

from redo_py.config.environment import environment, worker_environment
from redo_py.executors.api import CallStep, CommandStep, JobSpec
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.testing.driver import Driver
from redo_py.testing.holds import words_below
from redo_py.values.file import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from redo_py.app.executors import Executors
    from redo_py.app.running.workspace import RunWorkspace
    from redo_py.executors.api import Executor

NAME = "tried"  # of the executor


TASKS = """
    import fcntl, os, signal, subprocess, sys, time
    from redo_py import File, task
    from parts.inner.words import loud

    redun_namespace = "tried"
    WORDS_BELOW = THOSE_OF_HOLDS


    @task
    def echo(value):
        return value


    @task
    def shout(word):
        print(f"shouting {word}")
        os.system("echo from a child")
        return loud(word)


    @task
    def fail(text):
        print("about to fail")
        raise ValueError(text)


    @task
    def hold(path):
        with open(path, "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write("held")
            file.flush()
            time.sleep(300)


    @task
    def hold_below(path):
        subprocess.run([*WORDS_BELOW, path])


    @task
    def perish():
        os.kill(os.getpid(), signal.SIGKILL)


    @task
    def leave():
        os._exit(7)


    @task
    def take(size):
        return len(bytearray(b"x") * size)


    @task
    def unsendable():
        return open(os.devnull)


    @task
    def where():
        return sys.version_info[:2], os.path.exists("parts/tasks.py")


    @task
    def variables(*names):
        return [os.environ.get(name, "") for name in names]


    @task
    def needs_absent():
        import no_such_module_anywhere


    @task
    def copy(source, target):
        File(target).write(source.read().upper())
        return File(target)


    @task
    def by_hand(path, is_made):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if is_made:
            with open(path, "w") as file:
                file.write("by hand")
        return {"made": [File(path)]}
"""
WORDS = """
    def loud(word):
        return word.upper() + "!"
"""


class Bench:
    """A project in `folder`, whose executor `tried` has the settings `setting`. It becomes the current folder."""

    def __init__(self, folder: Path, setting: Mapping[str, Any], patience: float = 60.0) -> None:
        self.folder = folder
        self.patience = patience
        self._setting = dict(setting)
        self._workspace: RunWorkspace | None = None
        self._driver: Driver | None = None
        self._journal: Journal | None = None
        self._beside: Executors | None = None  # what an executor of this machine runs its commands by
        os.chdir(folder)
        self.write("parts/tasks.py", TASKS.replace("THOSE_OF_HOLDS", repr(words_below("")[:-1])))
        self.write("parts/inner/words.py", WORDS)
        self.write("parts/__init__.py", "")
        self.write("parts/inner/__init__.py", "")
        self.write("redun.toml", "")

    def write(self, path: str, text: str) -> None:
        """Write a file of the project; texts lose the indentation that they share."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(dedent(text).lstrip("\n"))

    def read(self, path: str) -> str:
        """The text of a file of the project."""
        return (self.folder / path).read_text()

    # ---- the executor by itself

    @property
    def setting(self) -> dict[str, Any]:
        """What the settings say of the executor."""
        return dict(self._setting)

    @property
    def driver(self) -> Driver:
        """The executor, made."""
        if self._driver is None:
            workspace = self._open()
            inbox = SelectInbox(workspace.clock)
            self._driver = Driver(self._made(workspace, inbox), inbox, self.patience)
        return self._driver

    def _open(self) -> RunWorkspace:
        from redo_py.app.running.workspace import RunWorkspace

        if self._workspace is None:
            self._workspace = RunWorkspace(environment())
            self._workspace.make_state()
        return self._workspace

    def _made(self, workspace: RunWorkspace, inbox: SelectInbox) -> Executor:
        from redo_py.app.plugins import Plugins
        from redo_py.app.running.named_executors import is_local

        self._journal = Journal(f"{workspace.state}/tmp/running-tried", workspace.clock)
        if is_local(self._setting):
            return self._local(workspace, inbox, self._journal)
        tasks = workspace.tasks()
        made = Plugins(workspace, self._journal, 4, tasks.digest_alone, identify_files=tasks.digest_of_files)
        return made.made(NAME, self._setting)

    def _local(self, workspace: RunWorkspace, inbox: SelectInbox, journal: Journal) -> Executor:
        from redo_py.app.running.executors import RunExecutors
        from redo_py.executors.commands.sharing import Sharing

        def unheard(text: str) -> None:
            """What the user would be told."""

        made = RunExecutors(workspace, journal, Sharing(4, inbox, unheard, "never"), 4, unheard)
        make = made.processes(4) if self._setting.get("mode") == "process" else made.functions(4)
        self._beside = made.made(inbox)
        return make(self._beside)

    def again(self) -> Driver:
        """Another scheduler's executor of the same settings, as if this one had been killed: it is not stopped."""
        self._driver = None
        return self.driver

    def call(self, seq: int, name: str, *args: Any, **rest: Any) -> JobSpec:
        """The job that calls the task `name` of parts/tasks.py; `rest` are attributes of the spec."""
        task = getattr(self._open().modules().load("parts.tasks"), name)
        files = [each for each in args if isinstance(each, File)]
        spec = JobSpec(seq, f"tried.{name}", [CallStep(task.caller, args, {}, task)], plain(), files=files)
        return with_attributes(spec, rest)

    def command(
        self, seq: int, text: str, inputs: Sequence[str] = (), outputs: Sequence[str] = (), **rest: Any
    ) -> JobSpec:
        """The job that runs a command."""
        files = [File(path) for path in inputs]
        spec = JobSpec(seq, text, [CommandStep(text)], plain(), outputs=tuple(outputs), files=files)
        return with_attributes(spec, rest)

    def close(self) -> None:
        """Stop the executor and forget the project's modules."""
        if self._driver is not None:
            self._driver.executor.stop()
            if self._beside is not None:
                self._beside.stop()
            self._driver.inbox.close()
        if self._journal is not None:
            self._journal.close()
        if self._workspace is not None:
            self._workspace.modules().close()
            self._workspace._modules = None
            self._workspace.close()

    # ---- the command

    def write_settings(self) -> None:
        """Let `redun.toml` say what the executor is."""
        self.write("redun.toml", settings_text(NAME, self._setting))

    @property
    def environ(self) -> dict[str, str]:
        """The variables of a redun that finds what it finds here."""
        return worker_environment(environment(), folders_of_class(str(self._setting.get("class", ""))))

    def redun(self, *words: str, status: int = 0) -> str:
        """What `redun WORDS` prints in the project, with the executor in its settings, and with all of its errors."""
        self.write_settings()
        done = subprocess.run(
            [sys.executable, "-P", "-m", "redo_py", *words], cwd=self.folder, env=self.environ, capture_output=True,
            text=True, timeout=4 * self.patience, check=False,
        )  # fmt: skip
        told = done.stdout + done.stderr
        assert done.returncode == status, told
        return told


def with_attributes(spec: JobSpec, attributes: Mapping[str, Any]) -> JobSpec:
    """`spec` with these attributes."""
    for name, value in attributes.items():
        setattr(spec, name, value)
    return spec


def folders_of_class(place: str) -> list[str]:
    """Where the module of the class at `place`, "module:Class", is imported from here: beside the tests, it may be."""
    from importlib.util import find_spec

    module = place.partition(":")[0].partition(".")[0]
    spec = find_spec(module) if module else None
    if spec is None or spec.origin is None:
        return []
    folder = os.path.dirname(os.path.abspath(spec.origin))
    return [os.path.dirname(folder) if spec.submodule_search_locations else folder]


def plain() -> dict[str, str]:
    """The environment of commands."""
    from redo_py.config.settings import command_environment

    return command_environment(environment())


def settings_text(name: str, setting: Mapping[str, Any]) -> str:
    """The lines of redun.toml for an executor."""
    import json

    return "\n".join([f"[executors.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in setting.items()), ""])
