"""Environments of jobs that run elsewhere: made by their workers, once for each content, without a network."""

from __future__ import annotations

import json
import os
import signal
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

import pytest

from redo_py import File
from redo_py.app.workers.within_environment import made_for, own_place
from redo_py.executors.api import Failed
from redo_py.executors.environments.making import OWN_VERSION, WHOLE
from redo_py.executors.processes.system import is_alive, start_of
from redo_py.ground.errors import RunError
from redo_py.testing import Bench
from redo_py.testing.holds import until
from redo_py.testing.wheels import make_wheel
from tests.e2e.project import Project

HOST = os.uname().nodename
TINY = "VALUE = {version}\n\n\ndef main():\n    print('tiny', VALUE)\n"
RULES = """
    from work import number

    @rule("said.txt", executor="far", env="uv:requirements.txt")
    def said(out):
        sh(f"tiny-say > {out}")

    @rule("both.txt", executor="far", env="uv:requirements.txt")
    def both(out):
        sh("tiny-say >&2")
        return number(out)
    """
WORK = """
    import fcntl, sys


    def number(out):
        import tiny

        with open(sys.prefix + ".lock") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                holder = "nobody"
            except BlockingIOError:
                holder = "the job"
        with open(out, "w") as stream:
            stream.write(f"{tiny.VALUE}, held by {holder}\\n")
    """


@pytest.fixture
def far(project: Project) -> Project:
    """A project with an executor whose jobs get all that is sent to a cloud."""
    for version in (1, 2):
        make_wheel(project.path("wheels"), "tiny", str(version), TINY.format(version=version))
    project.write("requirements.txt", "--no-index\n./wheels/tiny-1-py3-none-any.whl\n")
    project.write("redun.toml", '[executors.far]\ntype = "subprocess"\n')
    project.write("work.py", WORK)
    project.rules(RULES)
    return project


@pytest.mark.slow
def test_rules(far: Project):
    """One environment for all, which the content of its file decides about; it is held while a job is in it."""
    far.build("said.txt", "both.txt")
    assert (far.read("said.txt"), far.read("both.txt")) == ("tiny 1\n", "1, held by the job\n")
    assert len([each for each in (far.state / "envs").iterdir() if each.suffix != ".lock"]) == 1
    far.touch("requirements.txt")
    assert far.build("said.txt", "both.txt").is_idle
    far.write("requirements.txt", far.read("requirements.txt").replace("-1-", "-2-"))
    assert far.build("said.txt", "both.txt").made == ["both.txt", "said.txt"]
    assert (far.read("said.txt"), far.read("both.txt")) == ("tiny 2\n", "2, held by the job\n")
    far.rules(RULES.replace(', executor="far"', ""))
    assert far.build("said.txt", "both.txt").is_idle


def test_a_worker_without_uv(far: Project):
    (far.folder / "worker/bin").mkdir(parents=True)
    (far.folder / "worker/bin/python").symlink_to(sys.executable)
    (far.folder / "worker/pyvenv.cfg").write_text(f"home = {Path(sys.executable).resolve().parent}\n")
    packages = far.folder / f"worker/lib/python{OWN_VERSION}/site-packages"
    packages.mkdir(parents=True)
    (packages / "ours.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    far.write("redun.toml", f'[executors.far]\ntype = "subprocess"\npython = "{far.folder}/worker/bin/python"\n')
    bare = {"PATH": f"{far.environment['PATH'].partition(os.pathsep)[0]}:{far.folder}/worker/bin"}
    failed = far.run("build", "both.txt", environment=bare, status=1)
    assert (
        "redun: there is no program that makes the environment uv:requirements.txt where the job runs\n"
        f"  worker  {far.folder}/worker/bin/python on {HOST}\n"
        "  for     both.txt\n"
        "  hint: put uv there, for a container into its image (`RUN pip install uv`), or write `venv:` in place of"
        " `uv:`, for which Python itself is enough\n"
    ) in failed.output + failed.errors


def test_what_its_file_lacks(far: Project):
    """uv says so, or the function that asks for it."""
    far.write("work.py", "def number(out):\n    import tiny\n")
    far.write("requirements.txt", "--no-index\n")
    far.rules(RULES.replace('        sh("tiny-say >&2")\n', ""))
    failed = far.run("build", "both.txt", status=1)
    said = failed.output + failed.errors
    assert "No module named 'tiny'" in said
    assert "lacks it: let the file of its environment uv:requirements.txt name it, or, if it is a file of" in said
    far.write("requirements.txt", "--no-index\nnone-such\n")
    failed = far.run("build", "both.txt", status=1)
    said = failed.output + failed.errors
    assert "redun: the environment uv:requirements.txt cannot be made: exit status 1\n  command  " in said
    assert "none-such" in said.partition("it said")[2]
    assert f"  worker   {sys.executable} on {HOST}\n  for      both.txt\n" in said


# ---- what a worker does


def wanted(place: Path, **more: Any) -> dict[str, Any]:
    return {"name": "uv:requirements.txt", "place": str(place), "calls": True, "image": "", **more}


def error_of(folder: Path, place: Path) -> str:
    """What a worker tells whose project is in `folder`."""
    (folder / "requirements.txt").write_text("--no-index\n")
    with pytest.raises(RunError) as caught:
        made_for(wanted(place), str(folder), str(folder), dict(os.environ), "key")
    return str(caught.value)


def test_a_place_where_none_can_be(tmp_path: Path):
    (tmp_path / "file").touch()
    place = tmp_path / "file/envs"
    assert error_of(tmp_path, place) == (
        f"redun: the environment uv:requirements.txt cannot be made in {place}, where the job runs: not a directory\n"
        f"  worker  {sys.executable} on {HOST}\n"
        "  hint: let `environments` of the executor name a folder there that jobs can write to"
    )


def test_another_python(tmp_path: Path):
    (tmp_path / "requirements.txt").write_text("--no-index\n")
    given = wanted(tmp_path / "envs")
    made = made_for(given, str(tmp_path), str(tmp_path), dict(os.environ), "key")
    made.close()
    whole = Path(made.folder, WHOLE)
    whole.write_text(json.dumps({**json.loads(whole.read_text()), "python": "3.5"}))
    assert error_of(tmp_path, tmp_path / "envs") == (
        f"redun: the environment uv:requirements.txt has Python 3.5, and redun runs in Python {OWN_VERSION}\n"
        f"  worker  {sys.executable} on {HOST}\n"
        "  hint: functions need the same version in both: install redun for Python 3.5, or ask for"
        f" Python {OWN_VERSION} there"
    )
    again = made_for({**given, "calls": False}, str(tmp_path), str(tmp_path), dict(os.environ), "key")
    assert again.folder == made.folder, "commands may have another one"
    again.close()


def test_images_do_not_share_environments(tmp_path: Path):
    (tmp_path / "requirements.txt").write_text("--no-index\n")
    folders = set()
    told: list[str] = []
    for image in ("one", "other", "one"):
        given = wanted(tmp_path / "envs", image=image)
        made = made_for(given, str(tmp_path), str(tmp_path), dict(os.environ), "key", told.append)
        made.close()
        folders.add(made.folder)
    assert len(folders) == 2
    assert told == 2 * ["redun: making the environment uv:requirements.txt\n"]


def test_the_place_of_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "home").mkdir()
    assert own_place({"HOME": f"{tmp_path}/home"}) == f"{tmp_path}/home/.cache/redun/envs/{HOST}"
    assert own_place({"XDG_CACHE_HOME": f"{tmp_path}/home"}) == f"{tmp_path}/home/redun/envs/{HOST}"
    spare = f"{tmp_path}/temporary/redun-{os.geteuid()}"
    assert own_place({}) == own_place({"HOME": f"{tmp_path}/absent"}) == f"{spare}/envs"
    assert not (tmp_path / "absent").exists()
    (tmp_path / "home/.cache/redun/envs" / HOST).rmdir()
    (tmp_path / "home/.cache/redun/envs" / HOST).touch()
    assert own_place({"HOME": f"{tmp_path}/home"}) == f"{spare}/envs"
    os.rmdir(spare)
    os.symlink(tmp_path / "home", spare)
    with pytest.raises(OSError, match="it belongs to somebody else"):
        own_place({})


SLOW_TOOL = """#!/bin/sh
echo $$ > BEGUN.part
mv BEGUN.part BEGUN
sleep 300
"""


@pytest.mark.parametrize("end", ["cancel", "worker killed"])
def test_a_tool_ends_with_its_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str):
    begun = tmp_path / "begun"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/uv").write_text(SLOW_TOOL.replace("BEGUN", str(begun)))
    (tmp_path / "bin/uv").chmod(0o755)
    (tmp_path / "project").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path / "project")
    bench = Bench(tmp_path / "project", {"type": "subprocess"})
    try:
        bench.write("requirements.txt", "")
        file = File("requirements.txt")
        job = bench.command(1, "true", ["requirements.txt"], environment=("uv:requirements.txt", [file]))
        bench.driver.executor.submit([job])
        until(begun.exists, 60, "the tool is not called")
        tool = int(begun.read_text())
        start = start_of(tool)
        if end == "cancel":
            bench.driver.executor.cancel([1])
        else:
            os.kill(parent_of(tool), signal.SIGKILL)
        (outcome,) = bench.driver.outcomes(1)
        assert isinstance(outcome, Failed)
        assert not is_alive(tool, start)
    finally:
        bench.close()


def parent_of(pid: int) -> int:
    """The worker that has started the tool."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
