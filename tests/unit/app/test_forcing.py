"""What `--force GLOB` matches, from the root and from a folder with a redunfile of its own."""

from __future__ import annotations

import pytest

from redo_py.app.forcing import matching


@pytest.mark.parametrize(
    ("pattern", "here", "name", "is_match"),
    [
        ("build/*.o", "", "build/a.o", True),
        ("build/*.o", "", "sub/build/a.o", False),
        ("build/*.o", "sub", "sub/build/a.o", True),
        ("build/*.o", "sub", "build/a.o", False),
        ("../build/*.o", "sub", "build/a.o", True),
        ("//build/*.o", "sub", "build/a.o", True),
        ("//sub/**", "", "sub/deep/a.o", True),
        ("*.o", "s*b", "s*b/a.o", True),
        ("*.o", "s*b", "sub/a.o", False),
        ("test", "", "test", True),
        ("test", "", "//sub:test", False),
        ("test", "sub", "//sub:test", True),
        ("test", "sub", "test", True),
        (":test", "sub", "//sub:test", True),
        (":test", "sub", "test", False),
        ("//sub:test", "", "//sub:test", True),
        ("//sub:*", "lib", "//sub:test", True),
        ("//:test", "sub", "test", True),
        ("//:test", "sub", "//sub:test", False),
    ],
)
def test_what_is_forced(pattern: str, here: str, name: str, is_match: bool):
    assert matching(["nothing", pattern], here)(name) is is_match
