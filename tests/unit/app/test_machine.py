"""What the machine has: from the settings, else from the system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from redo_py.app.machine import ProjectMachine, devices_in, limit_in, system_memory, visible_in
from redo_py.config.settings import DEFAULTS, Settings


def machine(environ: dict[str, str] | None = None, devices: str = "/nowhere", **build: Any) -> ProjectMachine:
    return ProjectMachine(Settings({**DEFAULTS, "build": {**DEFAULTS["build"], **build}}), environ or {}, devices)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []), ("0", ["0"]), ("1,3", ["1", "3"]), (" 0 , 2 ", ["0", "2"]), ("-1", []), ("0,-1,2", ["0"]),
        ("0,,2", ["0"]),
        ("GPU-8932f937,MIG-1", ["GPU-8932f937", "MIG-1"]), ("0,0", ["0"]),
    ],
)  # fmt: skip
def test_visible_devices(text: str, names: list[str]):
    assert visible_in(text) == names
    assert machine({"CUDA_VISIBLE_DEVICES": text}).gpus == names


def test_devices(tmp_path: Path):
    for name in ("nvidia0", "nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "nvidia", "null"):
        (tmp_path / name).touch()
    assert devices_in(str(tmp_path)) == ["0", "2", "10"]
    assert machine(devices=str(tmp_path)).gpus == ["0", "2", "10"]
    assert machine().gpus == []


def test_settings_go_before():
    assert machine({"CUDA_VISIBLE_DEVICES": "5"}, gpus=["0"], memory=7).gpus == ["0"]
    assert machine({"CUDA_VISIBLE_DEVICES": "5"}, gpus=[]).gpus == []
    assert machine(memory=7).memory == 7


def test_memory_is_that_of_the_machine_or_of_the_container(tmp_path: Path):
    assert 0 < machine().memory <= system_memory()
    (tmp_path / "limit").write_text("1048576\n")
    (tmp_path / "none").write_text("max\n")
    assert limit_in(str(tmp_path / "limit")) == 1 << 20
    assert limit_in(str(tmp_path / "none")) == limit_in(str(tmp_path / "absent")) > 1 << 50
