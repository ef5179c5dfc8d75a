"""Config: settings of redun as an object."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.compat.config import Config, create_config_section
from redo_py.ground.errors import UsageError

TEXT = """\
[DEFAULT]
shared = all
[scheduler]
context = {"a": 1}
[executors.batch]
type = local
max_workers = 3
name = ${shared}-${WHERE}
"""


def test_sections_of_a_text(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WHERE", "here")
    config = Config()
    config.read_string(TEXT)
    assert list(config.keys()) == ["scheduler", "executors"]
    assert config["executors"]["batch"]["name"] == "all-here"
    assert config["executors"]["batch"].getint("max_workers") == 3
    assert config["scheduler"].get("nothing", "else") == "else"
    assert "limits" not in config
    assert config.get("limits") is None
    with pytest.raises(KeyError):
        config["limits"]


def test_a_dict():
    config = Config({"limits": {"api": 3}, "scheduler": {"context": {"a": [1]}}})
    config["tags"] = {"project": "moon"}
    assert config.get_config_dict() == {
        "limits": {"api": "3"},
        "scheduler": {"context": '{"a": [1]}'},
        "tags": {"project": "moon"},
    }


def test_a_file(tmp_path: Path):
    (tmp_path / "redun.ini").write_text("[limits]\napi = 3\n")
    config = Config({"limits": {"db": 1}})
    config.read_path(str(tmp_path / "redun.ini"))
    assert config.get_config_dict() == {"limits": {"db": "1", "api": "3"}}
    assert config.configdir == str(tmp_path)


def test_a_text_that_cannot_be_read():
    with pytest.raises(UsageError, match=r"config:1:1: no valid INI: it stands in no \[section\]"):
        Config().read_string("api = 3")


def test_a_section_of_its_own():
    section = create_config_section({"Max": 3, "mode": "thread"})
    assert section.getint("Max") == 3
    assert section["mode"] == "thread"
