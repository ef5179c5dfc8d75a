"""The environment of a job that runs elsewhere: made by its worker, once for each content on each machine, see
executors.environments.making.

Commands of the job get its variables. A function needs its Python, so the worker executes that, with the redo_py that
it has itself, and begins the job anew. The lock of the environment stays with the process.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from errno import EPERM

from redo_py.app.environments import program_of
from redo_py.config.environment import foreign_environment
from redo_py.config.home import cache_folder
from redo_py.executors.environments.making import OWN_VERSION, Maker, drop_forgotten
from redo_py.executors.environments.recipes import variables
from redo_py.executors.failures import reason
from redo_py.executors.processes.journal import BUILD_VARIABLE, JOB_VARIABLE
from redo_py.ground.clock import Clock
from redo_py.ground.errors import RunError
from redo_py.tasks.declaration.environments import ENVIRONMENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, NoReturn

    from redo_py.executors.environments.making import Made

WITHIN = "--within"  # the word before the descriptor of the lock, for a worker that is in its environment
MONTH = 30 * 86400.0  # seconds after which an environment that no job has used goes
RELEASE = "/etc/os-release"  # what tells systems apart that have the same Python


def made_for(
    wanted: Mapping[str, Any],
    here: str,
    spare: str,
    environ: Mapping[str, str],
    key: str,
    tell: Callable[[str], None] = lambda text: None,
) -> Made:
    """The environment that the job `key` asks for, made if need be; paths in it start from the folder `here`. Tools for
    which this user has no home get the folder `spare`. `tell` hears that it is made. Raises RunError."""
    name, place = wanted["name"], wanted["place"]
    clock, tools, world = Clock(), for_tools(environ, spare, key), world_of(wanted["image"])
    try:
        place = place or own_place(environ)
        maker = Maker(name, here, place, sys.executable, tools, clock, world)
        is_new = not maker.is_whole()
        if is_new:
            tell(f"redun: making the environment {name}\n")
        made = maker.make()
        if is_new and not wanted["place"]:
            drop_forgotten(place, clock.now() - MONTH)
    except RunError as error:
        raise as_told(error) from None
    except OSError as error:
        where = {"place": error.filename or place, "reason": reason(error)}
        raise RunError("environment-place", environment=name, **where, facts=facts()) from None
    if wanted["calls"] and made.python != OWN_VERSION:
        made.close()
        code = "environment-python" if made.python else "environment-no-python"
        raise RunError(code, environment=name, own=OWN_VERSION, python=made.python, facts=facts())
    return made


def go_on(made: Made, place: str, environ: Mapping[str, str]) -> NoReturn:
    """Be a worker in the Python of `made`, for the job at `place`. Raises OSError."""
    python = f"{made.folder}/bin/python"
    words = [*program_of(python), "oneshot", place, WITHIN, str(made.hand_on())]
    os.execve(python, words, variables(made.scheme, made.folder, foreign_environment(environ)))


def for_tools(environ: Mapping[str, str], spare: str, key: str) -> dict[str, str]:
    """The variables of what makes an environment. It is looked for beside this Python, too, into whose environment it
    may be installed; and it is found by the job that it is for, as the commands of that are."""
    search_path = os.pathsep.join(filter(None, (environ.get("PATH", ""), os.path.dirname(sys.executable))))
    home = environ.get("HOME", "")
    is_at_home = os.path.isdir(home) and os.access(home, os.W_OK | os.X_OK)
    own = {BUILD_VARIABLE: key, JOB_VARIABLE: "0", "PATH": search_path, "HOME": home if is_at_home else spare}
    return {**environ, **own}


def own_place(environ: Mapping[str, str]) -> str:
    """The folder for environments on this machine: in the cache folder of the user, which other machines may see as
    well, and may not heed the locks of this one. Raises OSError."""
    host = os.uname().nodename
    cache = cache_folder(environ)
    if os.path.isdir(os.path.dirname(os.path.dirname(cache))) and can_hold(f"{cache}/{ENVIRONMENTS}/{host}"):
        return f"{cache}/{ENVIRONMENTS}/{host}"
    place = f"{tempfile.gettempdir()}/redun-{os.geteuid()}"
    os.makedirs(place, 0o700, exist_ok=True)
    there = os.lstat(place)
    if not stat.S_ISDIR(there.st_mode) or there.st_uid != os.geteuid():
        raise OSError(EPERM, "it belongs to somebody else", place)
    return f"{place}/{ENVIRONMENTS}"


def can_hold(folder: str) -> bool:
    """Whether this user can have environments there."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def world_of(image: str) -> bytes:
    """What tells this system from others that see the same folder; b"" if it is that of the machine."""
    if not image:
        return b""
    try:
        with open(RELEASE, "rb") as file:
            return image.encode() + b"\n" + file.read()
    except OSError:
        return image.encode()


def facts() -> list[tuple[str, str]]:
    """Where that is."""
    return [("worker", f"{sys.executable} on {os.uname().nodename}")]


def as_told(error: RunError) -> RunError:
    """`error` as who asked for the job is told of it: where it was, and what to do there."""
    if error.code == "environment-tool":
        hint = ADVICE[str(error.words["scheme"])]
        error = RunError("environment-tool-there", environment=error.words["environment"], hint=hint)
    error.facts = [*error.facts, *facts()]
    return error


ADVICE = {
    "uv": "put uv there, for a container into its image (`RUN pip install uv`), or write `venv:` in place of `uv:`, "
    "for which Python itself is enough",
    "conda": "put micromamba, mamba, conda or redo-py[conda] there, for a container into its image",
}  # what to do where a worker has no program for a scheme
