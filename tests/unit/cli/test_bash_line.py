"""How bash's line is read, and how answers are cut and quoted to fit behind it."""

from __future__ import annotations

import pytest

from redo_py.cli.bash_line import as_bash_wants, bash_words

BREAKS = " \t\n\"'><=;|&(:"


def words(line: str) -> list[str]:
    return [word.text for word in bash_words(line, len(line.encode()), BREAKS)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("redun", ["redun"]),
        ("redun ", ["redun", ""]),
        ("redun  build\tx", ["redun", "build", "x"]),
        ("redun build 'a b", ["redun", "build", "a b"]),
        ('redun build "a \\" b', ["redun", "build", 'a " b']),
        ("redun build a\\ b\\'", ["redun", "build", "a b'"]),
        ("redun build 'a'\"b\"c", ["redun", "build", "abc"]),
        ("make; redun x", ["redun", "x"]),
        ("CC=clang redun x", ["redun", "x"]),
        ("redun -D a=b", ["redun", "-D", "a=b"]),
        ("redun '' ", ["redun", "", ""]),
    ],
)
def test_words(line: str, found: list[str]):
    assert words(line) == found


def test_what_stands_behind_the_cursor_does_not_count():
    assert [word.text for word in bash_words("redun büild xyz", 9, BREAKS)] == [
        "redun",
        "bü",
    ]  # the cursor is counted in bytes


@pytest.mark.parametrize(
    ("line", "answer", "given"),
    [
        ("redun b", "build", "build"),
        ("redun build ", "a b", "a\\ b"),
        ("redun build a\\ ", "a b", "a\\ b"),
        ("redun build 'a", "a b", "a b"),
        ("redun build 'a", "a'b", "a'\\''b"),
        ('redun build "a', 'a"$b', 'a\\"\\$b'),
        ("redun build -D mode=", "mode=debug", "debug"),  # readline puts it behind the `=`
        ("redun build -D mode=de", "mode=debug", "debug"),
        ("redun build //lib:", "//lib:test", "test"),
        ("redun build --define=mode=r", "--define=mode=release", "release"),
        ("redun build 'x'=1", "x=12", "12"),
        ("redun build a/'b", "a/b c", "b c"),
        ("redun build ", "naïve", "naïve"),
        ("redun build ", "a\udcff", "a\udcff"),
        ("redun build ", "$(rm *)", "\\$\\(rm\\ \\*\\)"),
    ],
)
def test_answers(line: str, answer: str, given: str):
    typed = bash_words(line, len(line.encode()), BREAKS)[-1]
    assert as_bash_wants([(answer, "")], typed) == [f"{given}\n"]


def test_what_does_not_fit_what_stands_is_not_given():
    typed = bash_words("redun build -D mode=", 20, BREAKS)[-1]
    assert as_bash_wants([("other=x", ""), ("mode=y", "")], typed) == ["y\n"]


def test_without_equals_among_the_breaks_the_whole_word_is_given():
    typed = bash_words("redun build -D mode=d", 99, " \t\n")[-1]
    assert as_bash_wants([("mode=debug", "")], typed) == ["mode=debug\n"]
