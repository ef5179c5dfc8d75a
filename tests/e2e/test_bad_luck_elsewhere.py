"""Bad luck of jobs elsewhere, met for real: workers that are others, workers that vanish, a scratch that is full. What
each of them leaves is an error of the job, and a record that tells of all jobs."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import redo_py
from tests.e2e.project import WAIT, Outcome, Project
from tests.e2e.records import error_of, states

FLOW = """
    import os
    import signal

    from redo_py import task

    redun_namespace = "flow"


    @task
    def word() -> str:
        return "hello"


    @task(executor="apart")
    def loud(word: str, notes: str) -> str:
        with open(notes, "a") as file:
            file.write("ran ")
        return word.upper()


    @task
    def main(notes: str) -> str:
        return loud(word(), notes)


    @task(executor="apart")
    def lost(word: str, mended: str) -> str:
        if not os.path.exists(mended):
            os.kill(os.getpid(), signal.SIGKILL)
        return word


    @task
    def losing(notes: str, mended: str) -> str:
        return lost(loud(word(), notes), mended)


    @task
    def long(word: str) -> str:
        return 100_000 * word


    @task(executor="apart")
    def length(text: str) -> int:
        return len(text)


    @task
    def sending(notes: str) -> int:
        return length(long(loud(word(), notes)))


    @task(executor="apart")
    def returned(word: str) -> str:
        return 100_000 * word


    @task
    def returning(notes: str) -> int:
        return len_of(returned(loud(word(), notes)))


    @task
    def len_of(text: str) -> int:
        return len(text)
"""
ANOTHER_PYTHON = """
    import sys
    from collections import namedtuple

    names = "major minor micro releaselevel serial"
    sys.version_info = namedtuple("version_info", names)(sys.version_info[0], 99, *sys.version_info[2:])
"""
OURS = f"{sys.version_info[0]}.{sys.version_info[1]}"
HINT = (
    "  hint: code and values travel between the same minor version of Python and the same redo-py only: "
    "install them there\n"
)


@pytest.fixture
def flow(project: Project) -> Project:
    """A project with tasks elsewhere."""
    project.write("flow.py", FLOW)
    project.write("redun.toml", '[executors.apart]\ntype = "subprocess"\n')
    return project


# ---- workers that are others


def let_worker_be(flow: Project, folder: Path) -> None:
    """Let workers have the modules of `folder`, before all others."""
    words = f'PYTHONPATH={shlex.quote(str(folder))} exec {shlex.quote(sys.executable)} "$@"'
    flow.write("other.sh", f"#!/bin/sh\n{words}\n", executable=True)
    flow.write("redun.toml", '[executors.apart]\ntype = "subprocess"\npython = "./other.sh"\n')


def assert_refused(flow: Project, tmp_path: Path, said: str) -> None:
    """A run ends with that error of the worker, which has run nothing; with a worker like this one it goes on."""
    words = ("run", "flow.py", "main", "--notes", str(tmp_path / "notes"))
    assert f"redun: flow.loud: {said}\n{HINT}" in flow.run(*words, status=1).errors
    assert not (tmp_path / "notes").exists()
    assert states(flow) == ("FAILED", {"flow.main": "FAILED", "flow.word": "DONE", "flow.loud": "FAILED"})
    assert said in error_of(flow, "flow.loud")
    assert list((flow.state / "scratch/jobs").iterdir()) == []
    flow.write("redun.toml", '[executors.apart]\ntype = "subprocess"\n')
    assert flow.run(*words).output == "'HELLO'\n"
    assert (tmp_path / "notes").read_text() == "ran "
    assert states(flow) == ("DONE", {"flow.main": "CACHED", "flow.word": "CACHED", "flow.loud": "DONE"})


def test_a_worker_of_another_redo_py(flow: Project, tmp_path: Path):
    """It is this one but for its version."""
    ours = Path(redo_py.__file__).parent
    other = tmp_path / "other/redo_py"
    other.mkdir(parents=True)
    for path in ours.iterdir():
        if path.name not in ("__init__.py", "__pycache__"):
            (other / path.name).symlink_to(path)
    text = (ours / "__init__.py").read_text()
    assert f'"{redo_py.__version__}"' in text
    (other / "__init__.py").write_text(text.replace(f'"{redo_py.__version__}"', '"0.0.7"'))
    let_worker_be(flow, other.parent)
    said = f"the worker has Python {OURS} and redo-py 0.0.7, here are {OURS} and {redo_py.__version__}"
    assert_refused(flow, tmp_path, said)


def test_a_worker_of_another_python(flow: Project, tmp_path: Path):
    """It is this one but for what it says it is."""
    flow.write("../other/sitecustomize.py", ANOTHER_PYTHON)
    let_worker_be(flow, tmp_path / "other")
    version = redo_py.__version__
    said = f"the worker has Python {sys.version_info[0]}.99 and redo-py {version}, here are {OURS} and {version}"
    assert_refused(flow, tmp_path, said)


# ---- workers that vanish


def test_a_worker_that_is_killed(flow: Project, tmp_path: Path):
    words = ("run", "flow.py", "losing", "--notes", str(tmp_path / "notes"), "--mended", str(tmp_path / "mended"))
    assert "redun: flow.lost: " in flow.run(*words, status=1).errors
    done = {"flow.word": "DONE", "flow.loud": "DONE"}
    assert states(flow) == ("FAILED", {"flow.losing": "FAILED", "flow.lost": "FAILED", **done})
    assert "SIGKILL" in error_of(flow, "flow.lost")
    (tmp_path / "mended").touch()
    assert flow.run(*words).output == "'HELLO'\n"
    cached = dict.fromkeys(("flow.losing", *done), "CACHED")
    assert states(flow) == ("DONE", {"flow.lost": "DONE", **cached})
    assert (tmp_path / "notes").read_text() == "ran "


# ---- a scratch that is full


def with_small_scratch(flow: Project, *words: str, before: str = ":") -> Outcome:
    """What becomes of `redun WORDS`, which must fail, with a scratch on a disk of 256 KiB that only it sees, after
    `before`."""
    flow.write("redun.toml", '[executors.apart]\ntype = "subprocess"\nscratch = "small"\n')
    flow.path("small").mkdir(exist_ok=True)
    apart = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else [])]
    script = f'mount -t tmpfs -o size=256k none small && {{ {before}; }} && exec redun "$@"'
    done = subprocess.run(
        [*apart, "sh", "-c", script, "sh", *words], cwd=flow.folder, env=flow.environment, stdin=subprocess.DEVNULL,
        capture_output=True, timeout=WAIT, check=False,
    )  # fmt: skip
    outcome = Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert outcome.status == 1, outcome
    return outcome


def test_a_scratch_that_takes_no_more_of_a_job(flow: Project, tmp_path: Path):
    """Its argument is too large; the job before it was sent."""
    said = with_small_scratch(flow, "run", "flow.py", "sending", "--notes", str(tmp_path / "notes")).errors
    assert f"redun: flow.length: the scratch cannot be used at {flow.path('small')}/jobs/" in said
    assert "/job: no space left on device\n" in said
    assert states(flow) == (
        "FAILED",
        {"flow.sending": "FAILED", "flow.length": "FAILED", "flow.long": "DONE", "flow.loud": "DONE",
         "flow.word": "DONE"},
    )  # fmt: skip
    assert "no space left on device" in error_of(flow, "flow.length")
    flow.write("redun.toml", '[executors.apart]\ntype = "subprocess"\n')
    assert flow.run("run", "flow.py", "sending", "--notes", str(tmp_path / "notes")).output == "500000\n"
    assert (tmp_path / "notes").read_text() == "ran "


def test_a_scratch_that_takes_no_more_of_a_result(flow: Project, tmp_path: Path):
    """The worker meets it."""
    said = with_small_scratch(flow, "run", "flow.py", "returning", "--notes", str(tmp_path / "notes")).errors
    told = f"the scratch {flow.path('small')} cannot be used: [Errno 28] No space left on device: "
    assert f"redun: flow.returned: its worker could not do its part: {told}" in said
    assert states(flow) == (
        "FAILED",
        {"flow.returning": "FAILED", "flow.returned": "FAILED", "flow.loud": "DONE", "flow.word": "DONE"},
    )
    assert told in error_of(flow, "flow.returned")


def test_a_scratch_that_takes_no_more_of_an_output(flow: Project):
    flow.rules('@rule("big.bin", executor="apart")\ndef big(out):\n    sh(f"head -c 1000000 /dev/zero > {out}")\n')
    outcome = with_small_scratch(flow, "build", "big.bin")
    assert f"the scratch {flow.path('small')} cannot be used: [Errno 28] No space left on device: " in outcome.output
    assert not flow.exists("big.bin")
    flow.write("redun.toml", '[executors.apart]\ntype = "subprocess"\n')
    assert flow.build("big.bin").made == ["big.bin"]
    assert flow.path("big.bin").stat().st_size == 1_000_000


def test_a_scratch_that_takes_nothing(flow: Project, tmp_path: Path):
    before = "head -c 300000 /dev/zero > small/other 2> /dev/null || true"
    words = ("run", "flow.py", "main", "--notes", str(tmp_path / "notes"))
    assert "no space left on device" in with_small_scratch(flow, *words, before=before).errors
    assert states(flow) == ("FAILED", {"flow.main": "FAILED", "flow.word": "DONE", "flow.loud": "FAILED"})
    assert not (tmp_path / "notes").exists()
