"""What CI promises: it skips nothing, and its script is sound."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

SUITE = """
import pytest

def test_passes():
    pass

def test_skips():
    pytest.skip("no such thing here")

@pytest.mark.skipif(True, reason="never")
def test_is_marked():
    pass

@pytest.mark.xfail
def test_is_expected_to_fail():
    raise ValueError
"""


@pytest.mark.parametrize(
    ("setting", "summary"),
    [("true", "1 failed, 1 passed, 1 xfailed, 1 error"), ("", "1 passed, 2 skipped, 1 xfailed")],
)
def test_a_skipped_test_fails_in_ci_only(setting: str, summary: str, tmp_path: Path):
    (tmp_path / "test_some.py").write_text(SUITE)
    assert summary in closing_line(tmp_path, setting)


@pytest.mark.parametrize(("setting", "summary"), [("true", "1 error"), ("", "1 skipped")])
def test_a_module_that_skips_itself_fails_in_ci_only(setting: str, summary: str, tmp_path: Path):
    (tmp_path / "test_some.py").write_text("import pytest\npytest.importorskip('no_such_package')\n")
    assert summary in closing_line(tmp_path, setting)


def test_the_script_of_ci_is_well_formed():
    subprocess.run(["bash", "-n", ROOT / ".ci/run"], check=True)


def closing_line(folder: Path, setting: str) -> str:
    """The last line that pytest prints for the tests of `folder` under our conftest and CI=`setting`."""
    environment = {**os.environ, "CI": setting, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-q", "--rootdir=."]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return run.stdout.splitlines()[-1]
