"""`--check-version`: what is required of the version, and where that may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redo_py import __version__
from redo_py.cli import RedunClient
from redo_py.cli.fastlane import main
from redo_py.cli.required import meets, without_requirements
from redo_py.ground.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

REFUSAL = f"""redun: this is redo-py {__version__}, and --check-version asks for >=0.1,<0.1
  hint: redo-py counts its own versions, not those of redun: install one that fits, or ask for another"""


@pytest.mark.parametrize(
    ("version", "required", "answer"),
    [
        ("1.0", "1.0", True), ("1.0", "==1", True), ("1.1", "1.0", False), ("1.1", "!=1", True), ("1.0", "!=1", False),
        ("1.0", ">=1", True), ("0.9", ">0.9", False), ("1.9", "<1.9", False), ("2", "<=1.9", False),
        ("10", ">9.9", True), ("1.2.0", ">1.1", True), ("1.0.1", "<=1", False),
        ("1.5", ">=1, <2", True), ("2.0", ">=1,<2", False), ("0.9", " >= 1 , <2", False),
        ("2.0rc1", "2", True), ("2.1.dev3", ">2.1", False), ("0.0", "0", True),
    ],
)  # fmt: skip
def test_what_meets_what(version: str, required: str, answer: bool):
    assert meets(version, required) is answer


@pytest.mark.parametrize("required", ["", "boom", ">=", "1,", "=1", "1.x", "1..2", "-1", "~=1", "1.9999999999", "٣"])
def test_what_nothing_can_meet(required: str):
    with pytest.raises(UsageError) as caught:
        meets("9", f"<1,{required}")  # what is wrong is said first, whatever else is not met
    assert str(caught.value) == (
        f"redun: --check-version takes a version, or comparisons like `>=0.1,<2`, and not `<1,{required}`"
    )


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("--check-version >=0 build x", "build x"),
        ("--check-version=>=0 --check-version <99 run wf.py main", "run wf.py main"),
        ("-c d --check-version >=0 --log-level=info run wf.py", "-c d --log-level=info run wf.py"),
        ("--setup-help --check-version >=0", "--setup-help"),
        ("--version --check-version >=0", "--version"),
        ("-c --check-version run", "-c --check-version run"),  # the name of a folder
        ("run wf.py --check-version 7", "run wf.py --check-version 7"),
        ("--check-version >=0", ""),
    ],
)
def test_where_it_may_stand(line: str, rest: str):
    assert without_requirements(line.split()) == rest.split()


def test_nothing_is_done_by_another_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    for words in (["init"], ["run", "missing.py"], ["--version"], []):
        assert main(["--check-version", ">=0.1,<0.1", *words]) == 2
        assert capsys.readouterr() == ("", f"{REFUSAL}\n")
        with pytest.raises(UsageError, match="asks for"):
            RedunClient().execute(["redun", "--check-version", ">=0.1,<0.1", *words])
    assert list(tmp_path.iterdir()) == []
    assert main(["--check-version"]) == 2
    assert capsys.readouterr().err == "redun: --check-version needs a value: --check-version REQUIREMENT\n"


def test_this_version_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    client: Any = RedunClient()
    for carry_out in (main, lambda words: client.execute(["redun", *words])):
        assert not carry_out(["--check-version", __version__])
        assert capsys.readouterr() == ("", "")
        assert not carry_out(["--check-version", f">={__version__}", "--version"])
        assert capsys.readouterr().out == f"redun {__version__}\n"
