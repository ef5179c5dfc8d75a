"""What names an environment, and what the files of one name."""

from __future__ import annotations

import pytest

from redo_py.tasks.declaration.environments import FILE, FOLDER, INCLUDED, files_of, named_in, split
from redo_py.tasks.options import OptionError, checked, normal


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("uv:requirements.txt", ("uv", "requirements.txt")),
        ("venv:a/b.txt", ("venv", "a/b.txt")),
        ("conda:env.yaml", ("conda", "env.yaml")),
        ("uv:", ("", "")),
        ("uv:/", ("", "")),
        ("uv: x", ("", "")),
        ("pip:requirements.txt", ("", "")),
        ("requirements.txt", ("", "")),
        ("", ("", "")),
    ],
)
def test_what_names_one(text: str, parts: tuple[str, str]):
    assert split(text) == parts


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("-r other.txt", [(INCLUDED, "other.txt")]),
        ("-rother.txt", [(INCLUDED, "other.txt")]),
        ("--requirement other.txt  # why", [(INCLUDED, "other.txt")]),
        ("--requirement=other.txt", [(INCLUDED, "other.txt")]),
        ("-c ../limits.txt", [(INCLUDED, "../limits.txt")]),
        ("--constraint=limits.txt", [(INCLUDED, "limits.txt")]),
        ("      - -r other.txt", [(INCLUDED, "other.txt")]),
        ("-r https://example.org/r.txt", []),
        ("numpy==2.0 ; python_version > '3'", []),
        ("numpy @ https://example.org/numpy.whl", []),
        ("--index-url https://example.org", []),
        ("--find-links ./wheels", []),
        ("# -r no.txt", []),
        ("", []),
        ("./wheels/a-1-py3-none-any.whl", [(FILE, "./wheels/a-1-py3-none-any.whl")]),
        ("a-1.tar.gz", [(FILE, "a-1.tar.gz")]),
        ("a @ file:///w/a.whl", [(FILE, "/w/a.whl")]),
        ("./package[extra]", [(FOLDER, "./package")]),
        (".", [(FOLDER, ".")]),
        ("-e .", [(FOLDER, ".")]),
        ("-e./package", [(FOLDER, "./package")]),
        ("--editable=package", [(FOLDER, "package")]),
        ("-e git+https://example.org/a.git", []),
        ("  - numpy=1.2", []),
        ("-r \\\nother.txt", [(INCLUDED, "other.txt")]),
    ],
)
def test_what_a_line_names(line: str, named: list[tuple[str, str]]):
    assert list(named_in(line)) == named


def test_all_files_are_found_each_once():
    texts = {
        "deps/a.txt": "-r b.txt\n-c ../c.txt\nnumpy\n",
        "deps/b.txt": "-r a.txt\n-c ../c.txt\n./x.whl\n",
        "c.txt": "",
    }
    assert sorted(files_of("deps/a.txt", texts.__getitem__)) == ["c.txt", "deps/a.txt", "deps/b.txt", "deps/x.whl"]


def test_a_folder_is_refused():
    with pytest.raises(ValueError, match="x") as caught:
        files_of("a.txt", {"a.txt": "-r b.txt", "b.txt": "-e ./x"}.__getitem__)
    assert caught.value.args == ("b.txt", "./x")


def test_the_option():
    assert normal({"env": "uv:requirements.txt"}) == {"env": "uv:requirements.txt"}
    wanted = 'an environment like "uv:requirements.txt", "venv:requirements.txt" or "conda:env.yaml"'
    for value in ("requirements.txt", {"A": "b"}, 3):
        with pytest.raises(OptionError) as caught:
            normal({"env": value})
        assert str(caught.value) == f"`env` is {wanted}, not {value!r}"
    with pytest.raises(TypeError, match="task option `env` is an environment like"):
        checked({"env": "pip:x"})
