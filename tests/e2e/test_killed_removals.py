"""A process that is killed in the middle of removing a folder leaves nothing that is taken for the user's."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.project import WAIT, Project

ROOT = Path(__file__).resolve().parents[2]

# `redun`, but it is gone as soon as it has removed a file called "one": there are others in the same folder.
FATAL = """
import os, signal, sys
sys.path.insert(0, {root!r})
from redo_py.cli.fastlane import main

unlink = os.unlink

def fatal(path, *rest, **more):
    unlink(path, *rest, **more)
    if os.fsencode(path).endswith(b"one"):
        os.kill(os.getpid(), signal.SIGKILL)

os.unlink = fatal
sys.exit(main())
"""

SITE = """
@rule("site/")
def site(out):
    sh(f"mkdir -p {out}/deep; cp {need('in')} {out}/one; cp in {out}/two; cp in {out}/deep/three; [ -e ../works ]")
"""


def run_until_killed(project: Project, *words: str) -> None:
    """`redun WORDS`, killed in the middle of the first removal of a site."""
    command = [sys.executable, "-P", "-c", FATAL.format(root=str(ROOT)), *words]
    done = subprocess.run(command, cwd=project.folder, env=project.environment, capture_output=True, timeout=WAIT)
    assert done.returncode == -signal.SIGKILL, done


def staged(project: Project) -> list[Path]:
    """What lies in the staging folder."""
    return list((project.state / "staging").glob("*"))


@pytest.fixture
def site(project: Project) -> Project:
    """A project with a folder for output, where the command works."""
    project.rules(SITE)
    project.write("in", "1\n")
    project.folder.with_name("works").touch()
    return project


def check_next_build(site: Project, content: str) -> None:
    """Nothing was displaced, nothing is said, nothing is left over, and all is right."""
    told = site.build()
    assert "redun put there" not in told.output
    assert "half made" not in told.output
    assert not (site.state / "displaced").exists()
    assert staged(site) == []
    assert [site.read(f"site/{name}") for name in ("one", "two", "deep/three")] == [content] * 3
    assert site.build().is_idle


def test_while_it_makes_room(site: Project):
    site.build()
    site.write("in", "2\n")
    run_until_killed(site, "build")
    assert not site.exists("site")  # all of it has gone in one step
    assert len(staged(site)) == 1
    check_next_build(site, "2\n")


def test_while_it_removes_what_a_failed_command_left(site: Project):
    site.folder.with_name("works").unlink()
    run_until_killed(site, "build")
    site.folder.with_name("works").touch()
    check_next_build(site, "1\n")


def test_while_it_cleans(site: Project):
    site.build()
    run_until_killed(site, "clean")
    assert not site.exists("site")
    check_next_build(site, "1\n")


def test_while_it_recovers_from_another_kill(site: Project):
    site.build()
    site.rules(SITE.replace("[ -e ../works ]", "touch ../begun; sleep 300"))
    running = site.start("build")
    site.wait_for("../begun")
    running.kill()
    site.rules(SITE)
    site.write("in", "2\n")
    told = site.build().output
    assert ", left by a build that was killed\n" in told
    assert "redun put there" not in told
    assert site.read("site/deep/three") == "2\n"
    assert staged(site) == []
    assert site.build().is_idle
