"""Files as texts."""

from __future__ import annotations

import pytest

from redo_py.ground.nested import children
from redo_py.values.file import File, Output, PathLike


@pytest.mark.parametrize("value", [File("a/b.txt"), Output("a/b.txt")])
def test_a_file_in_a_text_is_its_path(value: PathLike):
    assert f"{value}" == str(value) == "%s" % value == "a/b.txt"  # noqa: UP031
    assert f"{value:>9}" == "  a/b.txt"
    assert repr(value) in ("File(path=a/b.txt)", "Output('a/b.txt')")


@pytest.mark.parametrize("value", [File("a/b.txt"), Output("a/b.txt")])
def test_a_file_is_no_container(value: PathLike):
    assert children(value) is None
