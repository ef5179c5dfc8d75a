"""Making an environment, once for each content of its files.

It is made at the place where it stays, because what is installed in it knows that place. A file that is written last
says that it is whole; without that it is a ruin, which the next one who needs it clears away. Who makes it holds a lock
alone, who uses it shares that, so that two runs wait for each other and `redun gc` leaves alone what is in use. The
locks fall with their processes; tools inherit that of the making, because one that outlives a killed run still writes.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress

from redo_py.executors.environments.recipes import INSTALL, ToolMissing, commands
from redo_py.ground.errors import RunError
from redo_py.ground.hashing import FILE, digest
from redo_py.ground.shell import in_shell
from redo_py.tasks.declaration.environments import RELATIVE, files_of, split
from redo_py.values.spelling import normal_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redo_py.ground.clock import Clock

WHOLE = "redun-environment.json"  # the file that says so
LOCK = ".lock"  # what the name of an environment's lock ends with
LOOK_EVERY = 0.05  # seconds between two looks at a lock that another one holds
LINES = 20  # of what a tool said that are shown with the error
ASK_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
OWN_VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


OF_PYTHON = ("PYTHONHOME", "PYTHONPATH")  # variables by which pip would find packages that are elsewhere
YES = {"CONDA_ALWAYS_YES": "true", "MAMBA_ALWAYS_YES": "true"}  # nobody is there to be asked


class Stopped(Exception):
    """Nobody wants the environment any more."""


class Made:
    """An environment that is whole. Its lock is shared until `close`."""

    __slots__ = ("_lock_fd", "folder", "python", "scheme")

    def __init__(self, scheme: str, folder: str, python: str, lock_fd: int) -> None:
        self.scheme = scheme
        self.folder = folder
        self.python = python  # the version of its Python, like "3.13"; "" if it has none
        self._lock_fd = lock_fd

    def hand_on(self) -> int:
        """The descriptor that holds the lock: who executes another program leaves it to that."""
        os.set_inheritable(self._lock_fd, True)
        return self._lock_fd

    def close(self) -> None:
        """It is used no more; may be called twice."""
        if self._lock_fd >= 0:
            os.close(self._lock_fd)
            self._lock_fd = -1


class Maker:
    """Makes one environment; `make` is called once, in a thread of its own, and `stop` from another one.

    `folder` is where paths are relative to, `place` the folder of all environments, `base` the interpreter that new
    ones are made with."""

    def __init__(
        self,
        environment: str,
        folder: str,
        place: str,
        base: str,
        environ: Mapping[str, str],
        clock: Clock,
        world: bytes = b"",
    ) -> None:
        self.environment = environment
        self.scheme, path = split(environment)
        self.path = normal_path(path)
        self.said = b""  # what the tools have printed
        self._root = folder
        self._place = place
        self._base = base
        self._environ = {**without(environ, OF_PYTHON), **YES}
        self._clock = clock
        self._world = world  # what tells apart systems that see the same `place`; b"" if there is one
        self._process: subprocess.Popen[bytes] | None = None
        self._lock_fd = -1  # for the tools
        self._is_stopped = False

    def make(self) -> Made:
        """The environment, made if need be. Raises RunError, OSError and Stopped."""
        content = self._content()
        folder = os.path.join(self._place, digest(FILE, content).hex())
        os.makedirs(self._place, exist_ok=True)
        lock_fd = self._lock_fd = os.open(folder + LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            while True:
                self._lock(lock_fd, fcntl.LOCK_SH)
                python = version_in(folder)
                if python is not None:
                    os.utime(folder)  # when it was used last, for `redun gc`
                    return Made(self.scheme, folder, python, lock_fd)
                if not self._has_lock(lock_fd, fcntl.LOCK_EX):  # somebody else may be about to make it, and stay in it
                    self._clock.sleep(LOOK_EVERY)
                elif version_in(folder) is None:
                    self._make_in(folder, content)
        except BaseException:
            os.close(lock_fd)
            raise

    def is_whole(self) -> bool:
        """Whether it is there already. Raises RunError and OSError."""
        return version_in(os.path.join(self._place, digest(FILE, self._content()).hex())) is not None

    def stop(self) -> None:
        """Let `make` end soon, with Stopped."""
        self._is_stopped = True
        process = self._process
        if process is not None:
            end(process)

    def _heed(self) -> None:
        """Raise Stopped if nobody wants the environment any more."""
        if self._is_stopped:
            raise Stopped

    def _content(self) -> bytes:
        """All that the environment is made of: what its files say, the interpreter, the platform and the place."""
        told: list[bytes] = [repr((self.scheme, self._base, sys.version, os.uname()[::4], self._place)).encode()]
        if self._world:
            told.append(self._world)
        for path in files_of(self.path, self._text):
            told += [path.encode("utf-8", "surrogateescape"), self._bytes(path)]
        return b"".join(b"%d:%s" % (len(part), part) for part in told)

    def _text(self, path: str) -> str:
        return "" if path.endswith((".whl", ".gz", ".zip")) else self._bytes(path).decode("utf-8", "surrogateescape")

    def _bytes(self, path: str) -> bytes:
        try:
            with open(os.path.join(self._root, path), "rb") as file:
                return file.read()
        except FileNotFoundError:
            raise RunError("environment-file-missing", environment=self.environment, path=path, hint=RELATIVE) from None

    def _lock(self, lock_fd: int, how: int) -> None:
        """Wait for a lock. Raises Stopped."""
        while not self._has_lock(lock_fd, how):
            self._clock.sleep(LOOK_EVERY)

    def _has_lock(self, lock_fd: int, how: int) -> bool:
        """Take the lock if nobody is in the way; without it there is none at all afterwards. Raises Stopped."""
        self._heed()
        try:
            fcntl.flock(lock_fd, how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _make_in(self, folder: str, content: bytes) -> None:
        """Make it; the lock is held alone. What is left of a failure is removed."""
        clear(folder)
        try:
            for command in self._commands(folder):
                self._run(command)
            python = self._version(folder)
            if self._content() != content:
                raise RunError("environment-changes", environment=self.environment)
            said = json.dumps({"environment": self.environment, "python": python}) + "\n"
            with open(f"{folder}/{WHOLE}.new", "w", encoding="utf-8") as file:
                file.write(said)
            os.replace(f"{folder}/{WHOLE}.new", f"{folder}/{WHOLE}")
        except BaseException:
            clear(folder)
            raise

    def _commands(self, folder: str) -> list[Sequence[str]]:
        try:
            return commands(self.scheme, self.path, folder, self._base, self._environ.get("PATH"))
        except ToolMissing:
            hint = INSTALL[self.scheme].format(path=self.path)
            raise RunError("environment-tool", environment=self.environment, scheme=self.scheme, hint=hint) from None

    def _version(self, folder: str) -> str:
        """The version of its Python; "" if it has none."""
        python = f"{folder}/bin/python"
        return self._run((python, "-c", ASK_VERSION)).decode().strip() if os.path.exists(python) else ""

    def _run(self, command: Sequence[str]) -> bytes:
        """Run one command; what it printed. Raises RunError with its words if it fails."""
        self._heed()
        self._process = process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self._root,
            env=self._environ, start_new_session=True, pass_fds=(self._lock_fd,),
        )  # fmt: skip
        try:
            if self._is_stopped:
                end(process)
            said, _ = process.communicate()
        except BaseException:  # a signal: nobody waits for it any more, and what it makes is about to be removed
            end(process)
            process.wait()
            raise
        self._process = None
        self.said += said
        self._heed()
        if process.returncode:
            lines = said.decode("utf-8", "replace").strip().splitlines()[-LINES:]
            facts = [
                ("command", in_shell(command)),
                *((("it said" if not n else ""), line) for n, line in enumerate(lines)),
            ]
            raise RunError("environment-failed", environment=self.environment, status=process.returncode, facts=facts)
        return said


def without(environ: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """`environ` without the variables `names`."""
    return {name: value for name, value in environ.items() if name not in names}


def version_in(folder: str) -> str | None:
    """The version of the Python of the environment at `folder`; None if that is not whole, or its Python has gone."""
    try:
        with open(f"{folder}/{WHOLE}", "rb") as file:
            python: str = json.load(file)["python"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return python if not python or os.access(f"{folder}/bin/python", os.X_OK) else None


def clear(folder: str) -> None:
    """Remove the folder with all that is in it."""
    if os.path.lexists(folder):
        shutil.rmtree(folder)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a tool and all that it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it has ended by itself


def removable(place: str) -> list[str]:
    """The environments below `place`, and what is left of others, that nobody uses or makes now: paths."""
    try:
        names = os.listdir(place)
    except FileNotFoundError:
        return []
    return [f"{place}/{name}" for name in sorted(names) if not name.endswith(LOCK) and not is_used(f"{place}/{name}")]


def forgotten(place: str, before: float) -> list[str]:
    """Those of what is removable that nobody has used since the moment `before`, and ruins. The Python of one that a
    container has made need not be here."""
    return [path for path in removable(place) if is_ruin(path) or os.lstat(path).st_mtime < before]


def drop_forgotten(place: str, before: float) -> None:
    """Remove what is forgotten below `place`, but for what somebody has begun to use meanwhile, or does not allow."""
    for folder in forgotten(place, before):
        with suppress(OSError), open(folder + LOCK, "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if is_ruin(folder) or os.lstat(folder).st_mtime < before:
                clear(folder)


def is_ruin(folder: str) -> bool:
    """Whether nobody has completed the environment at `folder`."""
    return not os.path.isfile(f"{folder}/{WHOLE}")


def is_used(folder: str) -> bool:
    """Whether somebody uses or makes the environment at `folder` now."""
    try:
        lock_fd = os.open(folder + LOCK, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock_fd)
    return False
