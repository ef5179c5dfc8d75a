"""Who makes a path: one line for each question."""

from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redo_py.front.redunfile.names.globs import matches
from redo_py.front.redunfile.names.patterns import Pattern
from redo_py.ground.errors import UsageError
from tests.unit.front.redunfile.small_world import planner


def rules(*patterns: str, after: str = "") -> str:
    """A redunfile with a rule for each pattern, called r0, r1 ...; a pattern may be followed by options."""
    text = ""
    for number, pattern in enumerate(patterns):
        shown, _, options = pattern.partition(" ")
        names = ", ".join(["out", *Pattern(shown).distinct])
        arguments = f'"{shown}", {options}' if options else f'"{shown}"'
        text += f'@rule({arguments})\ndef r{number}({names}):\n    sh(f"touch {{out}}")\n\n\n'
    return text + after


@pytest.mark.parametrize(
    ("patterns", "path", "answer"),
    [
        (["a"], "a", ("r0", {})),
        (["a"], "b", None),
        (["{x}.o"], "a.o", ("r0", {"x": "a"})),
        (["{x}.o"], "d/a.o", ("r0", {"x": "d/a"})),
        (["{x}.o"], ".o", None),  # a stem is never empty
        (["b/{x}.o"], "b/a/c.o", ("r0", {"x": "a/c"})),
        (["b/{d}/{x}.o"], "b/p/q/a.o", ("r0", {"d": "p/q", "x": "a"})),
        (["b/{d}/{x}.o"], "b/a.o", None),
        (["{x}/{x}.o"], "a/a.o", ("r0", {"x": "a"})),
        (["{x}/{x}.o"], "a/b.o", None),
        (["{x}/{y}/{x}.o"], "a/b/a.o", ("r0", {"x": "a", "y": "b"})),
        (["{x}.o", "a.o"], "a.o", ("r1", {})),  # a literal beats a pattern
        (["{x}.o", "b/{x}.o"], "b/a.o", ("r1", {"x": "a"})),  # fewest characters in placeholders
        (["b/{x}.o", "{d}/{x}.o"], "b/a.o", ("r0", {"x": "a"})),
        (["{x}.o", "{x}.a.o"], "b.a.o", ("r1", {"x": "b"})),
        (['{x}.o where={"x": ["a"]}', "{x}.o"], "b.o", ("r1", {"x": "b"})),
        (['{x}.o where={"x": "[a-c]"}'], "b.o", ("r0", {"x": "b"})),
        (['{x}.o where={"x": "[a-c]"}'], "bb.o", None),
        (['{a}-{b} where={"a": ["1"]}'], "1-2-3", ("r0", {"a": "1", "b": "2-3"})),  # where chooses the split
        (["d/"], "d/a/b", ("r0", {})),
        (["d/{x}/"], "d/a/b/c", ("r0", {"x": "a"})),  # the placeholder of a folder takes no `/`
        (["d/{x}/{y}/"], "d/a/b/c/e", ("r0", {"x": "a", "y": "b"})),
        (["d/{x}/"], "d/a", ("r0", {"x": "a"})),
        (["d/{x}.dir/"], "d/a.dir/b/c", ("r0", {"x": "a"})),
        (["a{{b}}"], "a{b}", ("r0", {})),
        (["./a//b"], "a/b", ("r0", {})),
    ],
)  # fmt: skip
def test_who_makes_a_path(patterns: list[str], path: str, answer: object):
    maker = planner(rules(*patterns)).producer(path)
    assert (maker and (maker.name, maker.stems)) == answer


@pytest.mark.parametrize(
    ("patterns", "path", "code"),
    [
        (["a{x}", "{x}b"], "acb", "tie"),
        (["{a}-{b}"], "1-2-3", "two-splits"),
        (["{a}/{b}/{c}"], "1/2/3/4", "two-splits"),
        (["d/{x}/", "d/{x}.c"], "d/a/b.c", "overlap"),
        (["d/", "{x}.c"], "d/a.c", "overlap"),
    ],
)
def test_questions_without_an_answer(patterns: list[str], path: str, code: str):
    with pytest.raises(UsageError) as caught:
        planner(rules(*patterns)).producer(path)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("source", "path", "is_made"),
    [("a.o", "a.o", False), ("a.o", "b.o", True), ("hand/*.o", "hand/a.o", False), ("hand/**", "hand/b/a.o", False)],
)
def test_sources_are_nobody_s_output(source: str, path: str, is_made: bool):
    plan = planner(rules("{x}.o", after=f'source("{source}")\n'))
    assert (plan.producer(path) is not None) is is_made


def test_an_answer_is_one_object():
    plan = planner(rules("{x}.o"))
    assert plan.producer("a.o") is plan.producer("a.o")


@given(st.text("ab", min_size=1, max_size=5), st.text("ab", min_size=1, max_size=5))
def test_the_stems_of_a_path_give_the_path(first: str, second: str):
    pattern = Pattern("x/{a}/{b}.o")
    path = pattern.path({"a": first, "b": second})
    assert pattern.splits(path, {}) == [{"a": first, "b": second}]


# ---- globs


@pytest.mark.parametrize(
    ("pattern", "path", "is_match"),
    [
        ("*.c", "a.c", True), ("*.c", "d/a.c", False), ("**/*.c", "a.c", True), ("**/*.c", "d/e/a.c", True),
        ("src/**", "src/a/b", True), ("src/**/x", "src/x", True), ("*.c", ".a.c", False), (".*.c", ".a.c", True),
        ("**/*.c", ".git/a.c", False), ("a?c", "abc", True), ("a?c", "a/c", False), ("[ab].c", "b.c", True),
        ("[!ab].c", "b.c", False), ("[a-c]x", "bx", True), ("[a-c", "[a-c", True), ("a.c", "a.c", True),
        ("[]]", "]", True), ("*a*b", "xaxb", True), ("**", "a/b", True),
    ],
)  # fmt: skip
def test_globs(pattern: str, path: str, is_match: bool):
    assert matches(pattern, path) is is_match


@given(st.text("ab*?[]!-", max_size=6), st.text("ab-!", min_size=1, max_size=5))
def test_a_name_matches_as_in_fnmatch(pattern: str, name: str):
    if "**" not in pattern and pattern:
        assert matches(pattern, name) is fnmatch.fnmatchcase(name, pattern)
