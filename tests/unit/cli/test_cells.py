"""How wide texts are, and how they are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redo_py.cli.cells import cut, cut_front, padded, width_of


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("naïve", 5), ("nai\u0308ve", 5), ("日本", 4), ("ｗ", 2), ("🙂", 2), ("☁\ufe0f", 2)],
)
def test_width(text: str, width: int):
    assert width_of(text) == width


@pytest.mark.parametrize(
    ("text", "width", "end", "front"),
    [
        ("abcdef", 6, "abcdef", "abcdef"),
        ("abcdef", 4, "abc…", "…def"),
        ("abcdef", 1, "…", "…"),
        ("abcdef", 0, "", ""),
        ("日本語", 5, "日本…", "…本語"),
        ("日本語", 4, "日…", "…語"),
        ("日本語", 2, "…", "…"),
    ],
)
def test_cut(text: str, width: int, end: str, front: str):
    assert cut(text, width) == end
    assert cut_front(text, width) == front


@given(st.text(st.sampled_from("ab日本\u0308🙂\ufe0f")), st.integers(0, 12))
def test_it_always_fits(text: str, width: int):
    assert width_of(cut(text, width)) <= width
    assert width_of(cut_front(text, width)) <= width
    assert width_of(padded(cut(text, width), width)) == width
