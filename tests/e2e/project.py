"""A temporary project and the real command in it: write, touch, run, look."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

WAIT = 120.0  # seconds after which a command hangs; far less than those take that are to be ended


class Outcome:
    """What a command did."""

    def __init__(self, status: int, output: str, errors: str) -> None:
        self.status = status
        self.output = output
        self.errors = errors

    def of(self, *words: str) -> list[str]:
        """What the lines that begin with one of `words` are about, in their order."""
        lines = [line for line in self.output.splitlines() if line.partition(" ")[0] in words and "  " in line]
        return [line.partition("  ")[2].strip() for line in lines]

    @property
    def made(self) -> list[str]:
        """Outputs that commands made, sorted."""
        return sorted(self.of("made"))

    @property
    def restored(self) -> list[str]:
        """Outputs that came from the cache, sorted."""
        return sorted(self.of("restored"))

    @property
    def failed(self) -> list[str]:
        """What failed, sorted."""
        return sorted(self.of("failed"))

    @property
    def is_idle(self) -> bool:
        """Did it find that there is nothing to do?"""
        return self.output == "redun: everything is up to date\n"

    def __repr__(self) -> str:
        return f"Outcome({self.status})\n--- output\n{self.output}--- errors\n{self.errors}---"


class Project:
    """A folder with the command `redun`."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = dict(environment)

    # ---- files

    def path(self, name: str | bytes) -> Path:
        """The place of the project's file `name`."""
        return self.folder / os.fsdecode(name)

    def write(self, name: str | bytes, content: str | bytes, executable: bool = False) -> None:
        """Write a file; texts lose the indentation that they share."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode("utf-8", "surrogateescape"))
        if executable:
            path.chmod(0o755)

    def rules(self, text: str) -> None:
        """Write the redunfile."""
        self.write("redunfile.py", text)

    def read(self, name: str | bytes) -> str:
        """The text of a file."""
        return self.path(name).read_text()

    def holds(self, name: str, text: str) -> bool:
        """Is there a file `name` by now, and `text` all of it?"""
        try:
            return self.read(name) == text
        except FileNotFoundError:
            return False

    def remove(self, *names: str) -> None:
        """Remove files."""
        for name in names:
            self.path(name).unlink()

    def exists(self, name: str | bytes) -> bool:
        """Is anything there, a broken link included?"""
        return os.path.lexists(self.path(name))

    def touch(self, name: str, seconds: float = 0.0) -> None:
        """Give a file the time of now, or one `seconds` later."""
        moment = time.time() + seconds
        os.utime(self.path(name), (moment, moment))

    def edit_in_secret(self, name: str, content: str) -> None:
        """Write other content of the same size, and put the time of the last change back."""
        path = self.path(name)
        before = path.stat()
        assert len(content) == before.st_size
        path.write_text(content)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    @property
    def state(self) -> Path:
        """The folder `.redun`."""
        return self.folder / ".redun"

    def files(self) -> list[str]:
        """All files but redun's own, sorted."""
        found = [path for path in self.folder.rglob("*") if not path.is_dir() or path.is_symlink()]
        return sorted(str(path.relative_to(self.folder)) for path in found if ".redun" not in path.parts)

    # ---- the command

    def run(
        self,
        *words: str | bytes,
        status: int | None = 0,
        cwd: str = "",
        environment: Mapping[str, str] | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> Outcome:
        """Run `redun WORDS`; it must end with `status`, unless that is None."""
        done = subprocess.run(
            ["redun", *words],
            cwd=self.folder / cwd,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WAIT,
            preexec_fn=prepare,
        )
        outcome = Outcome(
            done.returncode,
            done.stdout.decode("utf-8", "surrogateescape"),
            done.stderr.decode("utf-8", "surrogateescape"),
        )
        assert status is None or outcome.status == status, outcome
        return outcome

    def build(self, *words: str | bytes, status: int | None = 0, **rest: object) -> Outcome:
        """Run `redun build WORDS`."""
        return self.run("build", *words, status=status, **rest)  # type: ignore[arg-type]

    def start(self, *words: str) -> Running:
        """Start `redun WORDS` and go on."""
        return Running(self, words)

    def wait_for(self, name: str) -> None:
        """Wait until the file `name` is there. Who has made it may not have written to it yet."""
        self.until(lambda: self.exists(name), f"{name} does not appear")

    def until(self, holds: Callable[[], object], otherwise: str = "it never comes to be") -> None:
        """Wait until something holds."""
        limit = time.monotonic() + WAIT
        while not holds():
            assert time.monotonic() < limit, otherwise
            time.sleep(0.005)


class Running:
    """A command that has been started."""

    def __init__(self, project: Project, words: tuple[str, ...]) -> None:
        self.process = subprocess.Popen(
            ["redun", *words],
            cwd=project.folder,
            env=project.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,  # so that `first_line` takes no byte of the next line, which `finish` would not see
        )

    def send(self, number: int) -> None:
        """Send a signal to the command alone."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send(signal.SIGKILL)
        self.finish()

    def first_line(self) -> str:
        """The first line that it prints, as soon as it does; `finish` tells the rest."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode()

    def finish(self) -> Outcome:
        """Wait for its end."""
        output, errors = self.process.communicate(timeout=WAIT)
        return Outcome(self.process.returncode, output.decode(), errors.decode())
