"""The comparison itself works: every tool builds the project it was given. No time is judged."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.bench import side_by_side
from tests.bench.wide import TOOLS, Tool, missing_outputs, write_project


def test_all_tools_build_a_small_project(tmp_path: Path, redun_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(redun_path.parent), prepend=":")
    report = side_by_side.measure(5, 1, 1, tmp_path)
    for name in TOOLS:
        assert f"| {name}, 5 targets |" in report
        assert f"| {name} |" in report
    assert "| redun --version |" in report


def test_a_tool_that_makes_nothing_is_noticed(tmp_path: Path):
    write_project(TOOLS["make"], tmp_path / "p", 3)
    assert missing_outputs(tmp_path / "p", 3) == [0, 1, 2]
    subprocess.run(["make", "-s", "out/1.txt"], cwd=tmp_path / "p", check=True)
    assert missing_outputs(tmp_path / "p", 3) == [0, 2]


def test_a_tool_that_fails_is_noticed(tmp_path: Path):
    with pytest.raises(side_by_side.BadRun, match="ended with 1"):
        side_by_side.call(["false"], tmp_path)


def test_a_tool_that_succeeds_without_building_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(TOOLS, "idle", Tool("empty", lambda _: "", ("true",)))
    build = side_by_side.FirstBuild("idle", 2, tmp_path / "idle")
    build.prepare()
    with pytest.raises(side_by_side.BadRun, match="did not make 2 of 2 targets"):
        build.run()


def test_table():
    assert side_by_side.table("what", {"a": 0.02, "b": 0.01}, "x b", 0.01) == (
        "| what | ms | x b |\n|---|---:|---:|\n| b | 10.0 | 1.00 |\n| a | 20.0 | 2.00 |\n"
    )
