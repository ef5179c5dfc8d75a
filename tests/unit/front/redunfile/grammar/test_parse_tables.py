"""The parser's tables between processes."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import lark
import pytest

from redo_py.front.redunfile.grammar import reading
from redo_py.front.redunfile.grammar.building import Builder
from redo_py.front.redunfile.grammar.layout import Layout
from redo_py.front.redunfile.grammar.parse import parse
from tests.unit.front.redunfile.grammar.corpus import SAMPLES


@pytest.fixture
def as_new_process(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No parser made yet."""
    monkeypatch.setattr(reading, "_reader", None)
    return monkeypatch


def table_files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def forbid_construction(patch: pytest.MonkeyPatch) -> None:
    def construct(*_: object) -> None:
        raise AssertionError("the tables were worked out although they are kept")

    patch.setattr(reading, "_from_grammar", construct)


def test_tables_are_kept_and_used(tmp_path: Path, as_new_process: pytest.MonkeyPatch):
    folder = tmp_path / "a new" / "folder"
    expected = repr(parse(SAMPLES[6], "redunfile.py", str(folder)))
    (tables,) = table_files(folder)
    as_new_process.setattr(reading, "_reader", None)
    forbid_construction(as_new_process)
    assert repr(parse(SAMPLES[6], "redunfile.py", str(folder))) == expected
    assert table_files(folder) == [tables]


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 5000])
def test_damaged_tables_are_written_anew(tmp_path: Path, as_new_process: pytest.MonkeyPatch, damage: bytes):
    parse("x = 1", "redunfile.py", str(tmp_path))
    (tables,) = table_files(tmp_path)
    tables.write_bytes(damage)
    as_new_process.setattr(reading, "_reader", None)
    parse("x = 1", "redunfile.py", str(tmp_path))
    assert table_files(tmp_path) == [tables]
    assert reading._from_tables(str(tables), Builder()) is not None


def test_a_folder_that_takes_no_file_is_no_error(tmp_path: Path, as_new_process: pytest.MonkeyPatch):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert parse("x = 1", "redunfile.py", str(in_the_way)).body
    assert in_the_way.read_text() == ""


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, as_new_process: pytest.MonkeyPatch):
    def fail(source: str, target: str) -> None:
        raise OSError

    as_new_process.setattr(os, "replace", fail)
    assert parse("x = 1", "redunfile.py", str(tmp_path)).body
    assert table_files(tmp_path) == []


def test_tables_of_another_grammar_have_another_name(tmp_path: Path):
    grammar = reading.grammar_text()
    assert reading.tables_path(grammar, str(tmp_path)) != reading.tables_path(grammar + "\n", str(tmp_path))


def test_the_grammar_is_found_in_a_checkout_and_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    installed = tmp_path / "redunfile.lark"
    installed.write_text("the installed one")
    monkeypatch.setattr(reading, "GRAMMARS", (str(installed), reading.GRAMMARS[1]))
    assert reading.grammar_text() == "the installed one"
    installed.unlink()
    assert reading.grammar_text().startswith("// The redunfile language")


def test_the_grammar_has_no_conflict(caplog: pytest.LogCaptureFixture):
    """Lark settles a conflict silently, by its own taste."""
    with caplog.at_level(logging.DEBUG, logger=lark.logger.name):
        lark.Lark(
            reading.grammar_text(),
            parser="lalr",
            lexer="basic",
            start=["module", "piece", "hole"],
            postlex=Layout(),
            debug=True,
        )
    assert "onflict" not in caplog.text


def test_every_rule_has_its_method():
    grammar = lark.Lark(
        reading.grammar_text(),
        parser="lalr",
        lexer="basic",
        start=["module", "piece", "hole"],
        **reading._hooks(Builder()),
    )
    names = {rule.alias or rule.origin.name for rule in grammar.rules if not rule.origin.name.startswith("_")}
    inlined = {rule.origin.name for rule in grammar.rules if rule.options.expand1}
    assert sorted(name for name in names - inlined if not hasattr(Builder, name)) == []
