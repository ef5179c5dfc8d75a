"""How a run is carried out, from the line and the settings."""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from redo_py.app.running.arguments.request import RunRequest
from redo_py.app.running.options import as_plain, context_of, pair, tags_of
from redo_py.ground.errors import UsageError


def context(folder: Path, settings: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The context of a request in a project at `folder`."""
    known = SimpleNamespace(**{"context": {}, "context_file": "", **settings})
    workspace: Any = SimpleNamespace(root=str(folder), settings=known)
    return context_of(RunRequest(**given), workspace)


def test_contexts_lie_above_each_other(tmp_path: Path):
    (tmp_path / "base.json").write_text(json.dumps({"a": {"x": 1, "y": 1, "z": 1, "w": 1}, "b": [1]}))
    (tmp_path / "more.json").write_text(json.dumps({"a": {"z": 3, "w": 3}}))
    found = context(
        tmp_path,
        {"context_file": "base.json", "context": {"a": {"y": 2, "z": 2, "w": 2}, "b": [2]}},
        context_file=str(tmp_path / "more.json"),
        context=["a.w=4", "c.d.e=text", "f=[1, 2]"],
    )
    assert found == {"a": {"x": 1, "y": 2, "z": 3, "w": 4}, "b": [2], "c": {"d": {"e": "text"}}, "f": [1, 2]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        ("{", "it is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[1]", "it holds no JSON object"),
    ],
)
def test_a_context_file_that_is_none(tmp_path: Path, content: str | None, reason: str):
    path = tmp_path / "context.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError) as caught:
        context(tmp_path, {}, context_file=str(path))
    assert str(caught.value).startswith(f"redun: the context cannot be read from {path}: {reason}"[:90])


@pytest.mark.parametrize(
    ("given", "settings", "namespace", "project"),
    [
        ("", {}, "sweep.of", "sweep.of"),
        ("", {"project": "set"}, "sweep", "set"),
        ("said", {"project": "set"}, "sweep", "said"),
        ("", {}, "", None),
    ],
)
def test_the_project_of_an_execution(
    tmp_path: Path, given: str, settings: dict[str, Any], namespace: str, project: str | None
):
    workspace: Any = SimpleNamespace(root=str(tmp_path), settings=SimpleNamespace(tags=settings), environ={})
    assert dict(tags_of(RunRequest(project=given), workspace, namespace)).get("project") == project


@pytest.mark.parametrize(
    ("environ", "passwords", "user"),
    [
        ({"LOGNAME": "b", "USER": "a"}, ["c"], "a"),
        ({"USER": "", "LOGNAME": "b"}, ["c"], "b"),
        ({}, ["c"], "c"),
        ({"USER": ""}, [], None),
    ],
)
def test_the_user_of_an_execution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], passwords: list[str], user: str | None
):
    known = {os.getuid(): SimpleNamespace(pw_name=name) for name in passwords}
    monkeypatch.setattr(pwd, "getpwuid", known.__getitem__)
    workspace: Any = SimpleNamespace(root=str(tmp_path), settings=SimpleNamespace(tags={}), environ=environ)
    assert dict(tags_of(RunRequest(), workspace, "")).get("user") == user
    assert "user" not in dict(tags_of(RunRequest(exclude_users=["local"]), workspace, ""))


@pytest.mark.parametrize(
    ("text", "value"),
    [("a=1", 1), ("a=x", "x"), ("a=", ""), ('a={"b": 1}', {"b": 1}), ("a=b=c", "b=c")],
)
def test_pairs(text: str, value: Any):
    assert pair(text) == ("a", value)


@pytest.mark.parametrize(
    ("value", "kept"), [("x", "x"), (1, 1), ("1", "1"), ((1,), [1]), (None, None), ("", ""), (Path("x"), "x")]
)
def test_tags_are_plain_data(value: Any, kept: Any):
    assert as_plain(value) == kept
