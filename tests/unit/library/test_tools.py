"""The small tasks around files, called as the functions that they are."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from redo_py import Dir, File
from redo_py.library.tools import copy_dir, copy_file, copy_files, debug_task, render_template


def test_copying(tmp_path: Path):
    top = str(tmp_path)
    source = File(f"{top}/a")
    source.write("a")
    assert copy_file.func(source, f"{top}/b") == File(f"{top}/b")
    assert File(f"{top}/b").read() == "a"
    source.write("A")
    copy_file.func(source, f"{top}/b", skip_if_exists=True)
    assert File(f"{top}/b").read() == "a"
    copy_dir.func(Dir(top), f"memory://{top[1:]}")
    assert [file.read() for file in Dir(f"memory://{top[1:]}")] == ["A", "a"]


def test_copying_many_is_one_call_each():
    calls = copy_files.func([File("a"), File("b")], ["c", "d"])
    assert [repr(call) for call in calls] == [
        "redun.tools.copy_file(File(path=a), 'c', False)",
        "redun.tools.copy_file(File(path=b), 'd', False)",
    ]
    with pytest.raises(ValueError, match="shorter"):
        copy_files.func([File("a"), File("b")], ["c"])


def test_render_template(tmp_path: Path):
    template = File(str(tmp_path / "t"))
    template.write("Hello {{ name }}!\n{% include 'end' %}\n")
    folder = Dir(str(tmp_path / "parts"))
    folder.file("end").write("Bye {{ name }}.")
    made = render_template.func(str(tmp_path / "out"), template, {"name": "World"}, folder)
    assert made.read() == "Hello World!\nBye World.\n"
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        render_template.func(str(tmp_path / "out"), template, {}, folder)


def test_debug_task_talks_to_the_terminal(monkeypatch: pytest.MonkeyPatch):
    said = io.StringIO()
    monkeypatch.setattr(sys, "__stdin__", io.StringIO("p value\nc\n"))
    monkeypatch.setattr(sys, "__stdout__", said)
    assert debug_task.func({"a": 1}) == {"a": 1}
    assert "{'a': 1}" in said.getvalue()
