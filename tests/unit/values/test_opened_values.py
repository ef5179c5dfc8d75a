"""Which values are opened like containers."""

from __future__ import annotations

import pytest

from redo_py import Dir, File, FileSet, IDir, IFile
from redo_py.ground.nested import children
from redo_py.values.file import Output, Tool


@pytest.mark.parametrize("kind", [File, Dir, FileSet, IFile, IDir, Output, Tool])
def test_what_has_a_state_is_not_opened(kind: type):
    assert children(kind("a")) is None
    assert kind.nested_fields is None  # type: ignore[attr-defined]
