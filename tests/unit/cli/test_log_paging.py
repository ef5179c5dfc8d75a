"""`redun log` on a terminal that is too low for its answer."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path: Path, redun_environment: dict[str, str]) -> Path:
    (tmp_path / "redunfile.py").write_text('@rule("o.txt")\ndef o(out):\n    sh(f"echo é > {out}")\n')
    subprocess.run(["redun", "build"], cwd=tmp_path, env=redun_environment, check=True, capture_output=True)
    return tmp_path


def on_terminal(project: Path, environment: dict[str, str], *words: str) -> str:
    """What stands on a terminal of one line after a command."""
    screen, terminal = pty.openpty()
    process = subprocess.Popen(["redun", *words], cwd=project, env=environment, stdin=terminal, stdout=terminal)
    os.close(terminal)
    seen = b""
    try:
        while piece := os.read(screen, 65536):
            seen += piece
    except OSError:
        pass  # nobody has the other end any more
    os.close(screen)
    assert process.wait() == 0
    return seen.decode().replace("\r\n", "\n")


def test_a_long_answer_goes_through_the_pager(project: Path, redun_environment: dict[str, str]):
    told = on_terminal(project, redun_environment, "log", "-", "--no-pager")
    assert "o.txt" in told
    assert on_terminal(project, {**redun_environment, "PAGER": "cat > paged"}, "log", "-") == ""
    assert (project / "paged").read_text() == told


@pytest.mark.parametrize("pager", ["", "no-such-pager 2>&-"])
def test_without_a_pager_all_is_printed(project: Path, redun_environment: dict[str, str], pager: str):
    told = on_terminal(project, redun_environment, "log", "-", "--no-pager")
    assert on_terminal(project, {**redun_environment, "PAGER": pager}, "log", "-") == told
