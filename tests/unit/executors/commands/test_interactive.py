"""Interactive commands on a real terminal, and where there is none."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SESSION = """
import os, sys
from redo_py.executors.api import CommandStep, JobSpec
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.ground.clock import Clock

clock = Clock()
inbox = SelectInbox(clock)
executor = CommandExecutor(os.getcwd(), clock, Journal("running"), "scratch")
executor.start(inbox)
environment = {"PATH": os.environ["PATH"]}
executor.submit([
    JobSpec(seq, "x", [CommandStep(text)], environment, interactive=True) for seq, text in enumerate(sys.argv[1:])
])
for _ in sys.argv[1:]:
    outcome = None
    while not outcome:
        outcome = inbox.wait(None)
    print("outcome", outcome[0].seq, type(outcome[0]).__name__, str(getattr(outcome[0], "error", "")).split("\\n")[0])
if os.isatty(0):
    print("foreground", os.tcgetpgrp(0) == os.getpgrp())
executor.stop()
print("end", flush=True)
"""


# For a command: wait until the terminal is its own, which it is just after its start.
FRONT = "while read -r _ _ _ _ group _ _ front _ < /proc/$$/stat; [ $group != $front ]; do sleep 0.01; done"


class Screen:
    """A terminal of its own for the session, which leads it, or for a user's shell that starts the session."""

    def __init__(self, folder: Path, *texts: str, shell: tuple[str, ...] = ()) -> None:
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PS1": "$ ", "SESSION": SESSION}
            words = [*shell] or [sys.executable, "-c", SESSION, *texts]
            os.execvpe(words[0], words, environment)

    def expect(self, text: bytes) -> None:
        """Read until `text` was shown; what comes before it has been seen then."""
        deadline = time.monotonic() + 60
        while text not in self.seen:
            assert self._read(deadline - time.monotonic(), text), self.seen
        self.seen = self.seen.partition(text)[2]

    def type_until(self, keys: bytes, text: bytes) -> None:
        """Press keys, again and again: who will read them may not be there yet. Then as `expect`."""
        deadline = time.monotonic() + 60
        while text not in self.seen:
            assert time.monotonic() < deadline, self.seen
            self.type(keys)
            self._read(0.5, text)
        self.seen = self.seen.partition(text)[2]

    def _read(self, seconds: float, text: bytes) -> bool:
        """Read what is shown next; False when nothing was in these seconds."""
        if seconds <= 0 or not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            self.seen += os.read(self.fd, 4096)
        except OSError as error:  # all have closed the terminal
            raise AssertionError(f"no {text!r} in {self.seen!r}") from error
        return True

    def type(self, text: bytes) -> None:
        """Press keys."""
        os.write(self.fd, text)

    def close(self) -> None:
        """Hang up."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def test_it_reads_keys_and_the_terminal_comes_back(tmp_path: Path):
    screen = Screen(tmp_path, "stty -echo; read -r -p 'name? ' name; echo hello $name", "read -r x; echo then $x")
    screen.expect(b"name? ")
    screen.type(b"Ann\r")
    screen.expect(b"hello Ann")
    screen.expect(b"outcome 0 Finished")
    screen.type(b"again\r")
    screen.expect(b"then again")
    screen.expect(b"outcome 1 Finished")
    screen.expect(b"foreground True")
    screen.expect(b"end")
    screen.close()


def test_control_c_ends_the_command_alone(tmp_path: Path):
    screen = Screen(tmp_path, f"{FRONT}; echo started; exec sleep 300", "true")
    screen.expect(b"started")
    screen.type(b"\x03")
    screen.expect(b"outcome 0 Failed redun: x: the command was killed by SIGINT")
    screen.expect(b"outcome 1 Finished")
    screen.expect(b"end")
    screen.close()


def test_what_was_stopped_goes_on(tmp_path: Path):
    """The leader of a terminal has no shell that it could stop for, so that it lets the command go on at once."""
    screen = Screen(tmp_path, f"{FRONT}; echo started; read -r x; echo went on $x")
    screen.expect(b"started")
    screen.type(b"\x1a")
    screen.type_until(b"here\r", b"went on here")
    screen.expect(b"outcome 0 Finished")
    screen.close()


def test_a_shell_stops_and_continues_it(tmp_path: Path):
    screen = Screen(tmp_path, shell=("bash", "--norc", "--noprofile", "-i"))
    screen.expect(b"$ ")
    text = f'{FRONT}; stty -echo; echo star""ted; read -r x; echo went on $x'  # what is typed is shown, too
    screen.type(f"{sys.executable} -c \"$SESSION\" '{text}'; echo st=$?\r".encode())
    screen.expect(b"started")
    screen.type(b"\x1a")
    screen.expect(b"Stopped")
    screen.expect(b"$ ")
    screen.type(b"fg\r")
    screen.type_until(b"here\r", b"went on here")
    screen.expect(b"outcome 0 Finished")
    screen.expect(b"foreground True")
    screen.type(b"exit\r")
    screen.close()


@pytest.mark.parametrize("text", ["cat; echo done", "echo done"])
def test_without_a_terminal_it_inherits_the_descriptors(tmp_path: Path, text: str):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run(
        [sys.executable, "-c", SESSION, text],
        input="",
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "done\noutcome 0 Finished \nend\n"
