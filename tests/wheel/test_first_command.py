"""The README's first command, as it stands there, in a clean copy of the checkout."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.fences import blocks
from tests.docs.session import steps

ROOT = Path(__file__).resolve().parents[2]
PRODUCTS = shutil.ignore_patterns(".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__", ".redun", "build", "dist")


@pytest.mark.slow
def test_the_first_command_installs_and_builds(tmp_path: Path):
    consoles = [block for block in blocks((ROOT / "README.md").read_text()) if block.language == "console"]
    (command,) = [step.command for block in consoles for step in steps(block.text) if "pip install" in step.command]
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT, checkout, ignore=PRODUCTS)
    run = subprocess.run(
        ["bash", "-c", command], cwd=checkout, capture_output=True, text=True, timeout=600, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert subprocess.check_output([checkout / "examples/hello/build/hello"], text=True) == "Hello, world!\n"
