"""A SLURM that cannot be asked: what no waiting cures is told at once, the rest may pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.executors.backend import Unreached
from redo_py.executors.slurm.cluster import PROGRAMS, Cluster
from redo_py.ground.errors import RunError
from tests.parts.backends import site_at

HINT = "  hint: `scontrol show config` must work where redun runs, with the variable SLURM_CONF if its settings need it"


def cluster(folder: Path, said: str) -> Cluster:
    """A cluster whose commands fail, saying that."""
    programs = folder / "bin"
    programs.mkdir()
    for name in PROGRAMS:
        (programs / name).write_text(f"#!/bin/sh\necho '{name}: {said}' >&2\nexit 1\n")
        (programs / name).chmod(0o755)
    return Cluster(site_at(folder, PATH=str(programs)))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("fatal: Could not establish a configuration source", "could not establish a configuration source"),
        ("error: Invalid user for SlurmUser slurm, ignored", "invalid user for SlurmUser slurm, ignored"),
        (
            'error: Munge encode failed: Failed to access "/run/munge/munge.socket.2": No such file or directory',
            'munge encode failed: Failed to access "/run/munge/munge.socket.2": No such file or directory',
        ),
    ],
)
def test_what_lasts(tmp_path: Path, said: str, reason: str):
    with pytest.raises(RunError) as caught:
        cluster(tmp_path, said).check()
    assert not isinstance(caught.value, Unreached)
    assert str(caught.value) == f"redun: SLURM cannot be used here: {reason}\n{HINT}"


def test_a_command_that_is_gone(tmp_path: Path):
    made = cluster(tmp_path, "")
    (tmp_path / "bin/scontrol").unlink()
    with pytest.raises(RunError, match=r"SLURM cannot be used here: .*No such file or directory") as caught:
        made.check()
    assert caught.value.code == "slurm-unusable"


@pytest.mark.parametrize("said", ["error: Unable to contact slurm controller (connect failure)", "error: Odd"])
def test_what_may_pass(tmp_path: Path, said: str):
    with pytest.raises(Unreached):
        cluster(tmp_path, said).check()


def test_what_has_answered_once_may_do_so_again(tmp_path: Path):
    made = cluster(tmp_path, "fatal: Could not establish a configuration source")
    (tmp_path / "bin/scontrol").write_text("#!/bin/sh\necho MaxArraySize=12\n")
    made.check()
    with pytest.raises(Unreached):
        made.queue()
