"""What type checkers see. The workflow is checked with everything else, too; here by itself, as a user's would be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).with_name("workflow_types.py")


@pytest.mark.slow
def test_a_workflow_passes_mypy_strict(tmp_path: Path):
    (tmp_path / "workflow.py").write_text(WORKFLOW.read_text())
    root = WORKFLOW.parents[3]
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path / "cache")]
    command.append("--follow-imports=silent")  # as of an installed package, only what is wrong in the workflow counts
    environment = {"MYPYPATH": str(root), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    ran = subprocess.run(
        [*command, "workflow.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.returncode) == ("Success: no issues found in 1 source file\n", 0), ran.stderr


def test_the_workflow_can_be_imported():
    from tests.unit.tasks import workflow_types

    assert workflow_types.with_options.nout == 2
    assert workflow_types.wrapped.fullname.endswith("wrapped")
