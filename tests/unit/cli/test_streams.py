"""What `redun` does when nobody can be told: streams that are full, closed or broken, and a folder that is gone."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

RULES = """
@rule("out")
def out_(out):
    sh(f"cp {need('a')} {out}")
"""


class Shell:
    """A project, and a shell in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def run(self, script: str) -> tuple[int, str]:
        """(exit status, standard error) of a shell script."""
        command = ["bash", "-c", script]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stderr

    def edit(self) -> None:
        """Change the input, so that there is something to build."""
        with (self.folder / "a").open("a") as stream:
            stream.write("more\n")

    @property
    def is_built(self) -> bool:
        return (self.folder / "out").read_text() == (self.folder / "a").read_text()


@pytest.fixture
def shell(tmp_path: Path, redun_environment: dict[str, str]) -> Shell:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "redunfile.py").write_text(RULES)
    (folder / "a").write_text("")
    return Shell(folder, redun_environment)


@pytest.mark.parametrize(
    ("target", "reason"), [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")]
)
def test_a_build_goes_on_when_its_output_cannot_be_written(shell: Shell, target: str, reason: str):
    said = f"redun: standard output cannot be written: {reason}\n"
    shell.edit()
    assert shell.run(f"redun build {target}") == (1, said)
    assert shell.is_built
    assert shell.run(f"redun build {target}") == (1, said)  # the fast lane
    assert shell.run("redun build | grep -q 'up to date'") == (0, "")


def test_a_build_goes_on_when_its_reader_leaves(shell: Shell):
    shell.edit()
    reader = "{ exec <&-; touch ../gone; }"
    writer = 'while [ ! -e ../gone ]; do sleep 0.01; done; redun build; echo "$?" >&2'
    assert shell.run(f"({writer}) | {reader}") == (0, "141\n")
    assert shell.is_built


def test_nothing_can_be_said_at_all(shell: Shell):
    assert shell.run("redun build nothing > /dev/full 2> /dev/full")[0] == 2
    assert shell.run("redun build >&- 2>&- <&-")[0] == 1
    assert shell.is_built


@pytest.mark.parametrize("command", ["--version", "targets"])
def test_other_commands(shell: Shell, command: str):
    said = "redun: standard output cannot be written: No space left on device\n"
    assert shell.run(f"redun {command} > /dev/full") == (1, said)


def test_help_that_cannot_be_written(shell: Shell):
    status, said = shell.run("redun --help > /dev/full")
    assert status == 1
    assert "No space left on device" in said
    assert "Traceback" not in said


def test_the_current_folder_is_gone(shell: Shell):
    gone = "mkdir gone; cd gone; rmdir ../gone;"
    status, said = shell.run(f"{gone} redun build")
    assert status == 2
    assert said.endswith(
        "redun: the folder in which you stand is not there any more\n  hint: `cd` to where it is now\n"
    )
    assert "Traceback" not in said
    folder = shlex.quote(str(shell.folder))
    assert shell.run(f"{gone} redun build -q -C {folder}")[0] == 0
    assert shell.run(f"{gone} redun build -q -C {folder}")[0] == 0
    assert shell.is_built
