"""The lines of the status area."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redo_py.app.watching.progress import Picture, Running
from redo_py.cli.cells import width_of
from redo_py.cli.status import jobs_shown, lines_of


def picture(*running: Running, others: int = 0, failed: int = 0, left: float | None = None) -> Picture:
    return Picture(12, 200, failed, list(running), others, left)


CC = Running("build/a.o", 12.7, b"a.c:3: warning: unused")
LINK = Running("build/programs/a-long-name-of-a-program.exe", 125, b"")


def test_80_columns():
    assert lines_of(picture(CC, LINK, others=3, failed=1, left=42), 80) == [
        "[12/200] 1 failed, 5 running, about 42 s left",
        "  build/a.o                                 12 s  a.c:3: warning: unused",
        "  …/programs/a-long-name-of-a-program.exe   2:05",
        "  and 3 more",
    ]


def test_30_columns():
    assert lines_of(picture(CC, LINK, others=198, left=4000), 30) == [
        "[12/200] about 67 min left",
        "  build/a.o        12 s",
        "  …a-program.exe   2:05",
        "  and 198 more",
    ]


def test_nothing_known_of_the_time_that_is_left():
    assert lines_of(picture(CC), 80)[0] == "[12/200] 1 running"


def test_no_room_for_jobs():
    assert lines_of(picture(others=7), 80) == ["[12/200] 7 running"]


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (b"\x1b[31mred\x1b[0m\x1b[2K", "red"),
        (b"caf\xe9", "caf\\xe9"),
        (b"a\tb", "a b"),
        ("日本語".encode(), "日本語"),
        (b"\x1b[", ""),
        ("right\u202eto left".encode(), "rightto left"),
        (b"  10%\r  20%", "20%"),
    ],
)
def test_last_lines_are_shown_as_text(printed: bytes, shown: str):
    line = lines_of(picture(Running("x", 1, printed)), 80)[1]
    assert line[50:] == shown


def test_names_on_one_line():
    [_, line] = lines_of(picture(Running("odd\nname\udcff\x1b[A", 1, b"")), 80)
    assert line.split("  ")[1] == "odd\\nname\\xff\\x1b[A"


@given(st.text(max_size=60), st.binary(max_size=80), st.integers(2, 120))
def test_every_line_is_narrower_than_the_terminal(name: str, printed: bytes, width: int):
    for line in lines_of(picture(Running(name, 7, printed), others=1), width):
        assert line.isprintable()
        assert width_of(line) < width


def test_as_many_jobs_as_there_is_room_for():
    assert [jobs_shown(height) for height in (1, 3, 10, 24, 25, 30, 100)] == [0, 1, 3, 8, 8, 10, 10]
