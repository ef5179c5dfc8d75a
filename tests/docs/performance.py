"""Doing what a document says, in a folder of its own, and saying where it is wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from tests.docs.fences import Block, blocks
from tests.docs.session import Step, is_match, steps

TIME_LIMIT = 120  # seconds for one command

# Languages in which a block may be shown without being a file; the check is what `norun` or the lack of a title leaves.
READERS: dict[str, Callable[[str], object]] = {
    "python": lambda text: compile(text, "block", "exec", dont_inherit=True),
    "json": json.loads,
    "toml": tomllib.loads,
    "text": str,
}


class Untrue(AssertionError):
    """A document says what is not so."""


class Stage:
    """The folder in which one document is performed."""

    def __init__(
        self, document: Path, folder: Path, environment: Mapping[str, str], parts: Collection[str] = ()
    ) -> None:
        self.document = document
        self.parts = parts  # that are up
        self.top = folder  # titles are relative to it
        self.here = folder  # where the next command runs; `cd` moves it
        self.environment = {"USER": "ada", **environment}  # somebody, also where nobody knows who

    def perform(self) -> int:
        """Do all blocks in order; answer with their number. Raises Untrue at the first that fails."""
        count = 0
        for block in blocks(self.document.read_text()):
            self.play(block)
            count += 1
        return count

    def play(self, block: Block) -> None:
        """Run, write or check one block."""
        is_run = block.is_run and (not block.part or block.part in self.parts)
        if block.language == "console":
            for step in steps(block.text, block.line):
                (self.run if is_run else self.check_shell)(step)
        elif not is_run:
            self.check_form(block)
        elif block.same:
            self.compare(block)
        elif block.title:
            self.write(block)
        elif block.language == "python":
            self.run_program(block)
        else:
            self.check_form(block)

    def write(self, block: Block) -> None:
        """Make the file that `block` is."""
        path = (self.top / block.title).resolve()
        if not path.is_relative_to(self.top.resolve()):
            raise self.untrue(block.line, f"{block.title} lies outside the document's folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text)

    def compare(self, block: Block) -> None:
        """The file that a command has made must hold what `block` shows."""
        path = self.top / block.same
        found = path.read_text() if path.is_file() else "no such file\n"
        if found != block.text:
            raise self.untrue(block.line, f"{block.same} holds something else:\n{found}")

    def run(self, step: Step) -> None:
        """Run one command where the last one left off, and compare."""
        read_end, write_end = os.pipe()
        script = f"trap 'pwd >&{write_end}' EXIT\n{step.command}\n"
        with os.fdopen(read_end) as place:
            try:
                run = subprocess.run(
                    ["bash", "-c", script],
                    cwd=self.here,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    pass_fds=(write_end,),
                    timeout=TIME_LIMIT,
                    check=False,
                )
            finally:
                os.close(write_end)
            self.here = Path(place.readline().rstrip("\n") or self.here)
        printed = run.stdout.decode(errors="backslashreplace")
        if run.returncode != step.status or not is_match(step.output, printed):
            raise self.untrue(step.line, comparison(step, run.returncode, printed))

    def check_shell(self, step: Step) -> None:
        """A command that is not run must still be a command."""
        run = subprocess.run(["bash", "-n", "-c", step.command], capture_output=True, text=True, check=False)
        if run.returncode:
            raise self.untrue(step.line, run.stderr)

    def run_program(self, block: Block) -> None:
        """Run `block` as a Python program."""
        run = subprocess.run(
            [sys.executable, "-c", block.text],
            cwd=self.here,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT,
            check=False,
        )
        if run.returncode:
            raise self.untrue(block.line, run.stdout + run.stderr)

    def check_form(self, block: Block) -> None:
        """A block that is not run must be well formed in its language."""
        reader = READERS.get(block.language)
        if reader is None and block.is_run:
            raise self.untrue(block.line, f"a block of {block.language or 'no language'} needs a title or `norun`")
        try:
            (reader or str)(block.text)
        except ValueError as error:
            raise self.untrue(block.line, str(error)) from None
        except SyntaxError as error:
            raise self.untrue(block.line + (error.lineno or 1) - 1, str(error)) from None

    def untrue(self, line: int, what: str) -> Untrue:
        """The error for `line` of the document."""
        return Untrue(f"{self.document}:{line}: {what}")


def comparison(step: Step, status: int, printed: str) -> str:
    """What a command should have done beside what it did."""
    expected = "".join(f"  {line}\n" for line in step.output)
    found = "".join(f"  {line}\n" for line in printed.splitlines())
    return f"$ {step.command}\nexpected, with status {step.status}:\n{expected}found, with status {status}:\n{found}"


def set_stage(
    document: Path, folder: Path, environment: Mapping[str, str], examples: Path, parts: Collection[str] = ()
) -> Stage:
    """A stage for `document`: a copy of its folder if it stands below `examples`, else an empty one."""
    if document.is_relative_to(examples):
        shutil.copytree(document.parent, folder, symlinks=True, ignore=shutil.ignore_patterns(".redun", "build"))
    else:
        folder.mkdir()
    return Stage(document, folder, environment, parts)
