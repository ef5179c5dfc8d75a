"""MAKEFLAGS as make writes it."""

from __future__ import annotations

import pytest

from redo_py.executors.commands.makeflags import auth_in, jobs_in, word_of, words_of


@pytest.mark.parametrize(
    ("text", "auth", "jobs"),
    [
        ("", "", None),
        (" -j4 --jobserver-auth=3,4", "3,4", 4),
        ("w -j8 --jobserver-auth=fifo:/tmp/GMfifo12 -- CC=gcc --jobserver-auth=1,2", "fifo:/tmp/GMfifo12", 8),
        ("kn --jobserver-fds=5,6 -j", "5,6", None),
        ("-j2 -j3 --jobserver-auth=3,4 --jobserver-auth=7,8", "7,8", 3),
        ("-j0 -jx", "", None),
        (r" --jobserver-auth=fifo:/my\ dir/a\\b -j2", r"fifo:/my dir/a\b", 2),
        ("--jobserver-auth=-2,-2", "-2,-2", None),
        ("\\", "", None),
    ],
)
def test_what_it_says(text: str, auth: str, jobs: int | None):
    assert auth_in(text) == auth
    assert jobs_in(text) == jobs


@pytest.mark.parametrize("text", ["plain", "with space", "back\\slash", "tab\tand\nnewline", "ünï"])
def test_a_word_is_read_as_it_was_written(text: str):
    assert words_of(f"a {word_of(text)} b") == ["a", text, "b"]
