"""Commands that redun has and that are not here."""

from __future__ import annotations

import pytest

from redo_py.cli.absent import ABSENT, ABSENT_OF_LOG, ABSENT_OPTIONS
from redo_py.cli.dispatch import parse
from redo_py.cli.spellings import spellings
from redo_py.ground.errors import UsageError


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_says_what_to_use_instead(name: str):
    for words in ([name], [name, "--some", "thing"]):
        with pytest.raises(UsageError) as caught:
            parse(words)
        assert str(caught.value) == f"redun: redun here has no command `{name}`\n  hint: {ABSENT[name]}"


@pytest.mark.parametrize("option", sorted(ABSENT_OPTIONS))
def test_says_what_to_use_instead_of_an_option(option: str):
    with pytest.raises(UsageError) as caught:
        parse([option, ">=0.4", "run"])
    assert str(caught.value) == f"redun: `redun` has no option {option}\n  hint: {ABSENT_OPTIONS[option]}"


@pytest.mark.parametrize("option", sorted(ABSENT_OF_LOG))
def test_says_what_to_use_instead_of_an_option_of_the_log(option: str):
    with pytest.raises(UsageError) as caught:
        parse(["log", option, "DONE"])
    assert str(caught.value) == f"redun: `redun log` has no option {option}\n  hint: {ABSENT_OF_LOG[option]}"


def test_what_is_here_is_not_absent():
    assert not set(ABSENT) & set(spellings())
    assert not set(ABSENT_OF_LOG) & set(spellings()["log"].options)


@pytest.mark.parametrize("words", [["help", "gc"], ["gc", "--help"]])
def test_help_of_a_command(words: list[str], capsys: pytest.CaptureFixture[str]):
    parse(words)
    assert capsys.readouterr().out.startswith("Usage: redun gc ")


def test_help_alone(capsys: pytest.CaptureFixture[str]):
    parse(["help"])
    assert capsys.readouterr().out.startswith("Usage: redun ")
