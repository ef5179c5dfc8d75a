"""Two builds of one project at once, and a build inside a build."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

SLOW = """\
@rule("slow.txt")
def slow(out):
    sh(f"mkdir ../started; while [ -e ../wait ]; do sleep 0.02; done; cat {need('in.txt')} > {out}")
"""

NESTED = """\
@rule("inner.txt")
def inner(out):
    sh(f"echo inner > {out}")


@rule("outer.txt")
def outer(out):
    sh(f"redun build inner.txt; cp {need('in.txt')} {out}")


@rule("other.txt")
def other(out):
    sh(f"redun build -C ../other; cp {raw('../other/made.txt')} {out}")


default("outer.txt")
"""

OTHER = """\
@rule("made.txt")
def made(out):
    sh(f"echo other > {out}")
"""


def wait_for(path: Path) -> None:
    until = time.monotonic() + 120
    while not path.exists():
        assert time.monotonic() < until, path
        time.sleep(0.01)


@pytest.mark.world
def test_the_second_build_waits_and_names_the_first(
    tmp_path: Path, redun_path: Path, redun_environment: dict[str, str]
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "redunfile.py").write_text(SLOW)
    (project / "in.txt").write_text("in\n")
    (tmp_path / "wait").mkdir()
    log = (tmp_path / "second.log").open("w+")
    command = [str(redun_path), "build", "slow.txt"]
    first = subprocess.Popen(command, cwd=project, env=redun_environment, stdout=subprocess.PIPE, text=True)
    wait_for(tmp_path / "started")
    second = subprocess.Popen(command, cwd=project, env=redun_environment, stdout=log, stderr=log)
    until = time.monotonic() + 120
    while "waiting" not in (tmp_path / "second.log").read_text():
        assert time.monotonic() < until
        time.sleep(0.01)
    (tmp_path / "wait").rmdir()
    told, _ = first.communicate(timeout=120)
    assert second.wait(timeout=120) == first.returncode == 0
    lines = (tmp_path / "second.log").read_text().splitlines()
    assert lines[0].startswith(f"redun: waiting for another build of this project (process {first.pid}, since ")
    assert lines[0].endswith(": redun build slow.txt)")
    assert lines[1:] == ["redun: everything is up to date"]
    assert told.splitlines()[0].split() == ["made", "slow.txt"]


@pytest.mark.world
def test_many_builds_at_once_make_everything_once(
    tmp_path: Path, redun_path: Path, redun_environment: dict[str, str]
) -> None:
    rule = 'sh(f"sleep 0.01; echo {stem} >> ../log; echo {stem} > {out}")'
    project = tmp_path / "project"
    project.mkdir()
    (project / "redunfile.py").write_text(
        f'@rule("out/{{stem}}")\ndef out(out, stem):\n    {rule}\n\n\ngroup("all", [f"out/{{i}}" for i in range(10)])\n'
    )
    builds = [
        subprocess.Popen([str(redun_path), "build"], cwd=project, env=redun_environment, stdout=subprocess.DEVNULL)
        for _ in range(4)
    ]
    assert [build.wait(timeout=120) for build in builds] == [0, 0, 0, 0]
    assert sorted((tmp_path / "log").read_text().split()) == sorted(map(str, range(10)))


@pytest.mark.world
def test_a_build_inside_a_build_of_the_same_project_is_refused(
    tmp_path: Path, redun_path: Path, redun_environment: dict[str, str]
) -> None:
    (tmp_path / "redunfile.py").write_text(NESTED)
    (tmp_path / "in.txt").write_text("in\n")
    ended = subprocess.run(
        [str(redun_path), "build"], cwd=tmp_path, env=redun_environment, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 1
    assert "a build of this project is running" in ended.stdout or "inside" in ended.stdout, ended.stdout
    assert not (tmp_path / "outer.txt").exists()


@pytest.mark.world
def test_a_build_inside_a_build_of_another_project_works(
    tmp_path: Path, redun_path: Path, redun_environment: dict[str, str]
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "redunfile.py").write_text(NESTED)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/redunfile.py").write_text(OTHER)
    ended = subprocess.run(
        [str(redun_path), "build", "other.txt"], cwd=project, env=redun_environment, capture_output=True, timeout=120
    )
    assert ended.returncode == 0, ended
    assert (project / "other.txt").read_text() == "other\n"
