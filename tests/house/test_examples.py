"""What the READMEs of the examples tell to do leaves nothing behind that git would keep."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT

# example -> what following its README makes beside `.redun/`
MADE = {
    "async_tasks": ["log"],
    "brotli": ["c/enc/histogram.h", "bin/brotli", "redunfile.py.br"],
    "compile": ["lib.o", "prog.o", "prog", "prog2", "build/prog2"],
    "context": ["log"],
    "control_flow": ["log"],
    "everywhere": ["log"],
    "executor-plugin": ["log", "__pycache__/polite_executor.cpython-312.pyc"],
    "files": ["joined.txt", "lines/0.txt", "loud/0.txt", "log"],
    "handles": ["words.db", "log"],
    "hello": ["build/hello"],
    "hello_workflow": [],
    "higher_order": ["log"],
    "parallel_map": ["log"],
    "script": ["counts.txt", "log"],
    "spark": ["log"],
    "testing": [".pytest_cache/README.md", "__pycache__/workflow.cpython-312.pyc"],
}


def test_every_example_is_here():
    assert sorted(MADE) == sorted(path.name for path in Path(ROOT, "examples").iterdir() if path.is_dir())


@pytest.mark.parametrize("name", MADE)
def test_git_ignores_what_an_example_makes(name: str):
    for path in (*MADE[name], ".redun/state.db"):
        done = subprocess.run(["git", "check-ignore", "-q", f"examples/{name}/{path}"], cwd=ROOT, check=False)
        assert done.returncode == 0, path
