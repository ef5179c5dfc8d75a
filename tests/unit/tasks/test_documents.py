"""Documents: TOML, JSON and YAML as values of the language, and what is said about texts that are none."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from redo_py.ground.errors import UsageError
from redo_py.tasks.documents import read_document
from redo_py.tasks.malformed import Malformed


def wrong(text: str, path: str) -> str:
    with pytest.raises(Malformed) as caught:
        read_document(text, path)
    return str(caught.value.error(UsageError, path))


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("a.toml", 'x = 1\n[t]\ny = ["a", 1.5, true]\n', {"x": 1, "t": {"y": ["a", 1.5, True]}}),
        ("a.toml", "", {}),
        ("a.toml", "d = 2024-01-02\nt = 2024-01-02T03:04:05Z\n", {"d": "2024-01-02", "t": "2024-01-02T03:04:05+00:00"}),
        ("A.JSON", '{"a": [null, 1e3, "é"]}', {"a": [None, 1000.0, "é"]}),
        ("a.json", "\ufeff[1]", [1]),
        ("a.json", '"text"', "text"),
    ],
)
def test_values(path: str, text: str, value: Any) -> None:
    assert read_document(text, path) == value


def test_toml_that_is_none() -> None:
    assert wrong('a = 1\nb = "x\n', "c.toml").startswith("c.toml:2:7: illegal character '\\n'\n     2 | b = \"x\n")
    assert wrong("a = [1,\n", "c.toml").startswith("c.toml:1:8: invalid value\n     1 | a = [1,\n       |        ^")
    assert wrong("a = 1\na = 2\n", "c.toml").startswith("c.toml:2:6: cannot overwrite a value\n")


def test_json_that_is_none() -> None:
    assert wrong('{"a": 1,\n "b": }', "c.json") == ('c.json:2:7: expecting value\n     2 |  "b": }\n       |       ^')
    assert wrong("", "c.json").startswith("c.json:1:1: expecting value")
    assert wrong('{"a": {"b": 1, "b": 2}}', "c.json") == (
        "redun: an object in c.json has the key `b` twice\n  hint: only one of them can count: remove the other"
    )


@pytest.mark.parametrize("path", ["c.json", "c.toml"])
def test_a_document_that_is_nested_too_deeply(path: str) -> None:
    text = "[" * 100_000 + "]" * 100_000
    assert wrong(text if path == "c.json" else f"a = {text}", path) == f"redun: {path} is nested too deeply"


def test_bytes_that_are_no_text() -> None:
    text = b'a = "\xff"\n'.decode("utf-8", "surrogateescape")
    assert wrong(text, "c.toml").startswith("c.toml:1:6: this is no UTF-8 text\n")


def test_a_suffix_that_says_nothing() -> None:
    assert wrong("", "c.ini") == (
        "redun: `data` does not know how c.ini is written\n  hint: it reads .toml, .json, .yaml and .yml"
    )


def test_yaml_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert wrong("a: 1", "c.yml") == (
        "redun: reading c.yml needs the package PyYAML\n"
        "  hint: run `python -m pip install pyyaml` where redun is installed"
    )


class TestYaml:
    """What needs PyYAML."""

    @pytest.fixture(autouse=True)
    def _package(self) -> None:
        pytest.importorskip("yaml")

    def test_values(self) -> None:
        text = "a: &x [1, two]\nb: *x\nd: 2024-01-02\n2: null\n"
        assert read_document(text, "c.yaml") == {"a": [1, "two"], "b": [1, "two"], "d": "2024-01-02", 2: None}

    def test_what_is_named_often_is_read_once(self) -> None:
        lines = ["l0: &l0 [x]", *(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 40))]
        value = read_document("\n".join(lines), "c.yaml")
        assert value["l39"][0] is value["l38"]

    def test_what_is_wrong(self) -> None:
        assert wrong("a: 1\nb: [1,\n", "c.yaml").startswith("c.yaml:3:1: ")
        assert wrong("a: !!python/object:os.system x\n", "c.yaml").startswith("c.yaml:1:4: could not determine a")
        assert wrong("a: {b: !!set {x}}\n", "c.yaml").startswith(
            "redun: a.b of c.yaml holds a set, which redunfiles do not have\n"
        )
        assert wrong("a: &x [*x]\n", "c.yaml").startswith("redun: a[0] of c.yaml holds itself, which redunfiles do")
        assert wrong("a: \x01\n", "c.yaml").endswith(" characters are not allowed\n     1 | a: ?\n       |    ^")
