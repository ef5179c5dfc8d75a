"""How command texts are read. A hole is written @."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redo_py.front.redunfile.commands.holes import Filler, Noticed
from redo_py.front.redunfile.commands.shapes import dedented
from redo_py.front.redunfile.commands.shell import HOLE, Scanner
from redo_py.ir.commands import render
from redo_py.ir.words import split_words
from tests.unit.front.redunfile.small_world import planner


def scanned(text: str) -> Scanner:
    return Scanner(text.replace("@", HOLE))


def roles(text: str, role: str) -> list[str | None]:
    return [word.literal for word in scanned(text).words if word.role == role]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("cc -c x.c", ["cc"]),
        ("A=1 B=2 cc", ["cc"]),
        ("a && b || c; d & e | f |& g", list("abcdefg")),
        ("a\nb\n\n# c\nd", ["a", "b", "d"]),
        ("if a; then b; elif c; then d; else e; fi; f", list("abcdef")),
        ("while a; do b; done < x", ["a", "b"]),
        ("for x in a b; do c; done", ["c"]),
        ("case $x in a|b) c;; (d) e;; esac; f", ["c", "e", "f"]),
        ("(a; b); { c; }; ! d; time e", list("abcde")),
        ("f() { a; }; b", ["a", "b"]),
        ("a $(b `c` $(d)) e", ["a", "b", "d"]),
        ('a "x $(b "y") z" c', ["a", "b"]),
        ("a <(b) >(c)", ["a", "b", "c"]),
        ("a 2>&1 > x b", ["a"]),
        ("> x a", ["a"]),
        ("a \\\n b", ["a"]),
        ("cat <<E\nx y\nE\na", ["cat", "a"]),
        ("cat <<-'E E'\n\tx\n\tE E\na", ["cat", "a"]),
        ("[[ a < b ]] && c", ["c"]),
        ("((x = 1 < 2)); a", ["a"]),
        ("'my tool' x", ["my tool"]),
        ("", []),
    ],
)  # fmt: skip
def test_first_words(text: str, commands: list[str]):
    assert roles(text, "command") == commands


@pytest.mark.parametrize(
    ("text", "outputs", "inputs"),
    [
        ("a > b < c", ["b"], ["c"]),
        ("a >> b 2> c &> d >| e", ["b", "c", "d", "e"], []),
        ("a <<< b > c", ["c"], []),
    ],
)
def test_redirections(text: str, outputs: list[str], inputs: list[str]):
    assert (roles(text, "output"), roles(text, "input")) == (outputs, inputs)


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        ("a 'b c' \"d e\" f\\ g h'i'\"j\"", ["b c", "d e", "f g", "hij"]),
        ("a $b ${c} ~ *.c {a,b} x?", [None] * 6),
        ("a b=c #d", ["b=c"]),
        ("a b#c", ["b#c"]),
        ('a "b\\"c" "\\x"', ['b"c', "\\x"]),
    ],
)
def test_literal_words(text: str, literals: list[str | None]):
    assert roles(text, "argument") == literals


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("a @ -I@ $(b @) <(c @) $((@ + 1)) > @", {}),
        ("a '@' @ '@'", {0: "inside single quotes", 2: "inside single quotes"}),
        ('a "@ $(b @) @" @', {0: "inside double quotes", 2: "inside double quotes"}),
        ("a `@`", {0: "inside backquotes"}),
        ("a ${@} ${b:-@}", {0: "inside `${...}`", 1: "inside `${...}`"}),
        ("a $@ \\@", {0: "behind `$`", 1: "behind a backslash"}),
        ("a $'@'", {0: "inside single quotes"}),
        ("a # @\nb @", {0: "inside a comment"}),
        ("a <<E @\n@\nE\nb @", {1: "inside a here-document"}),
        ("a 'open @", {0: "inside single quotes"}),
    ],
)
def test_where_a_hole_may_not_stand(text: str, faults: dict[int, str]):
    assert scanned(text).faults == faults


@given(st.text(alphabet="@ab =$(){}<>|&;'\"`\\#\n*[]!~-", max_size=30))
def test_every_text_is_read_to_its_end(text: str):
    scanner = scanned(text)
    holes = [number for run in scanner.runs for number, _ in run.holes]
    assert sorted([*holes, *scanner.faults]) == list(range(text.count("@")))
    assert scanner.place >= len(text)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(alphabet="ab '\"$\\\n*;|&#=~-{}é", min_size=1, max_size=6), min_size=1, max_size=4))
def test_what_stands_in_a_hole_is_one_word_of_the_shell(words: list[str]):
    plan = planner("A = 1\n")
    filler = Filler(plan.machine, plan.redunfile, "", Noticed(), {})  # type: ignore[arg-type]
    text = render(filler.fill(("printf '%s\\0' ", " ", ""), [words, words[0]]))
    said = subprocess.run(["/bin/sh", "-c", text], capture_output=True, check=True).stdout.decode()
    assert said.split("\0")[:-1] == [*words, words[0]]


def test_dedented():
    assert dedented("\n    a\n\n      b\n    c\n  ") == "a\n\n  b\nc"
    assert dedented("  a b  ") == "a b"
    assert dedented("a\n    b\n    c") == "a\nb\nc"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []), ("  a  b ", ["a", "b"]), ("a'b c'd", ["ab cd"]), ('a "" b', ["a", "", "b"]), ("a\\ b", ["a b"]),
        ('"a\\"b\\n"', ['a"b\\n']), ("'a\\'", ["a\\"]),
    ],
)  # fmt: skip
def test_split_words(text: str, words: list[str]):
    assert split_words(text) == words


@given(st.lists(st.text(alphabet="ab '\"\\\t", max_size=5), max_size=4))
def test_split_words_undoes_quoting(words: list[str]):
    import shlex

    assert split_words(shlex.join(words)) == words
