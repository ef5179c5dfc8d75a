"""What is split without a shell is what bash would have made of it."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from redo_py.executors.commands.words import SHELL_WORDS, simple_words
from redo_py.ir.commands import quote

SEASONED = st.text(
    alphabet=st.sampled_from(list("ab1 \t'\"\\$`*?[]{}~#!=%^&|;<>()\n\r-,.:@+é\udce9\x01\x7f\u00a0")), max_size=12
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cp a b", ["cp", "a", "b"]),
        ("  gcc\t-c  x.c \n", ["gcc", "-c", "x.c"]),
        ("cp 'a b' c", ["cp", "a b", "c"]),
        ("""cp 'it'"'"'s' 'it'\\''s'""", ["cp", "it's", "it's"]),
        ("cp '' b", ["cp", "", "b"]),
        ("cp 'a\nb' c", ["cp", "a\nb", "c"]),
        ('cp "a b"c d', ["cp", "a bc", "d"]),
        ("cp a\\ b c\\$", ["cp", "a b", "c$"]),
        ("date +%s --x=y", ["date", "+%s", "--x=y"]),
        ("cp é\udce9 b", ["cp", "é\udce9", "b"]),
    ],
)
def test_plain_words(text: str, words: list[str]):
    assert simple_words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "''",
            "a\nb",
            "a; b",
            "a & b",
            "a | b",
            "a > b",
            "a $B",
            "a `b`",
            "a *.c",
            "a [b]",
            "a {b,c}",
            "a ~",
        ),
        *("a --b=~/c", "a #b", "! a", "A=1 b", "'A'=1 b", "%1", "echo a", "cd x", "'cd' x", "time a", 'a "$b"', "a 'b"),
        *("a\\", "a \\\nb", "a \x01", "a '\x7f'", "if a"),
    ],
)
def test_texts_for_a_shell(text: str):
    assert simple_words(text) is None


@given(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), max_size=5))
@settings(max_examples=200)
def test_what_the_renderer_quotes_needs_no_shell(arguments: list[str]):
    words = simple_words(" ".join(map(quote, ["cp", *arguments])))
    assert words is None or words == ["cp", *arguments]
    if all(char.isprintable() for argument in arguments for char in argument):
        assert words == shlex.split(" ".join(map(quote, ["cp", *arguments])))


@given(st.lists(SEASONED, min_size=1, max_size=40))
@example(["x=~ y", "a:~", "\\a", "a\\'b'", "@(a)", "--a='b c'", "\u00a0a", "a\rb"])
@settings(max_examples=100, deadline=None)
def test_bash_agrees(tails: list[str]):
    texts = [text for text in ("printf_0 " + tail for tail in tails) if simple_words(text) is not None]
    script = 'printf_0() { shift 0; printf "%s\\0" "$#" "$@"; }\n' + "\n".join(texts)
    said = subprocess.run(["bash", "-c", script.encode("utf-8", "surrogateescape")], capture_output=True, check=True)
    expected = [word for text in texts for word in counted((simple_words(text) or [])[1:])]
    assert said.stdout.decode("utf-8", "surrogateescape") == "".join(word + "\0" for word in expected)


def counted(words: list[str]) -> list[str]:
    """`words` with their number before them."""
    return [str(len(words)), *words]


def test_bash_knows_no_other_builtins():
    listed = subprocess.run(["bash", "-c", "compgen -bk"], capture_output=True, check=True, text=True).stdout.split()
    assert set(listed) - {"{", "}", "!"} <= SHELL_WORDS
