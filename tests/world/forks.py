"""A process that has all of redun imported and forks for each command: every build has a process of its own, as on a
user's command line, for the price of a fork."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, NamedTuple

import redo_py

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = ("cli", "compat", "query", "remote", "__main__")  # what a build does not need
NO_ANSWER = "fast lane: no answer"
SERVE = """
import sys
sys.path.insert(0, {root!r})
from tests.world.forks import serve
serve({descriptor})
"""


class Ended(NamedTuple):
    """How a command ended."""

    status: int  # 128 + n when signal n ended it
    output: str
    answered: bool  # whether the fast lane alone would have said that everything is up to date


class Forks:
    """Runs `redun` command lines one after another. Close it."""

    def __init__(self, output: Path) -> None:
        self._output = output
        ours, theirs = socket.socketpair()
        code = SERVE.format(root=str(ROOT), descriptor=theirs.fileno())
        self._process = subprocess.Popen([sys.executable, "-P", "-c", code], pass_fds=[theirs.fileno()])
        theirs.close()
        self._socket = ours
        self._answers = ours.makefile("r")

    def run(
        self,
        argv: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        kill: tuple[float, int] | None = None,
    ) -> Ended:
        """Carry out `redun ARGV` in `folder`; with `kill`, send that signal after so many seconds if it still runs."""
        self.begin(argv, folder, environment, kill)
        return self.end()

    def begin(
        self,
        argv: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        kill: tuple[float, int] | None = None,
    ) -> None:
        """As `run`, but do not wait: `end` must come next."""
        asked = {"argv": list(argv), "folder": str(folder), "environment": dict(environment), "kill": kill}
        self._socket.sendall(json.dumps(asked | {"output": str(self._output)}).encode() + b"\n")

    def end(self) -> Ended:
        """Wait for what was begun."""
        status = int(self._answers.readline())
        text = self._output.read_text("utf-8", "backslashreplace")
        first, _, rest = text.partition("\n")
        return Ended(status, rest, bool(first) and first != NO_ANSWER)

    def close(self) -> None:
        """End the process."""
        self._answers.close()
        self._socket.close()
        self._process.wait()


def serve(descriptor: int) -> None:
    """Fork for each line of JSON that comes in, and answer with its exit status."""
    for module in walk_packages(redo_py.__path__, "redo_py."):
        if module.name.split(".")[1] not in ELSEWHERE:
            with suppress(ImportError):  # whoever needs it will say so
                import_module(module.name)
    import_module("redo_py.cli.build")
    gc.freeze()
    connection = socket.socket(fileno=descriptor)
    for line in connection.makefile("r"):
        connection.sendall(b"%d\n" % forked(json.loads(line)))


def forked(asked: dict[str, Any]) -> int:
    """The exit status of one command."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(carried_out(asked))
        finally:
            os._exit(99)
    if asked["kill"] is not None:
        seconds, number = asked["kill"]
        time.sleep(seconds)
        os.kill(pid, number)  # not reaped yet, so the number is still its own
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


def carried_out(asked: dict[str, Any]) -> int:
    """In the child: become a process that was started with these words, that folder and those variables."""
    from redo_py.cli.fastlane import answer, main, parse_build

    out = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    argv: list[str] = asked["argv"]
    request = parse_build(argv[1:]) if argv[0] == "build" else None
    os.write(1, f"{(request and answer(request)) or NO_ANSWER}\n".encode())
    try:
        status = main(argv)
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        import traceback

        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status
