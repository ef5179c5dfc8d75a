"""Whatever a redunfile says, it has a value or an error with a place; nothing of ours comes to light."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from redo_py.front.redunfile.builtins.table import TABLE
from redo_py.front.redunfile.planning.planner import Planner
from redo_py.ground.errors import ErrorList, RedunError, UsageError
from tests.unit.front.redunfile.small_world import World, loaded

ATOMS = st.sampled_from(
    [
        "1", "-2", "1.5", "True", "None", "''", "'a b'", "'x.c'", "[]", "['a', 'b']", "(1,)", "{}", "{'a': [1]}",
        "f(1)",
        "need('x.c')", "glob('*.c')", "f'{A} b'", "f'{f(2)}.o'", "raw('$X')", "f", "rule", "R", "G", "def_", "range(3)",
        "out", "args_file(['a'])", "task(f, version='2')", "words('a b')", "[f(3), 'a']",
        "stdout('x')", "data(need('x.json'))", "words(f(4))", "[x for x in f(5) if x]",
    ]
)  # fmt: skip
NAMES = st.sampled_from(
    [name for name in TABLE if name not in ("fail", "config", "pool", "group", "source", "default")]
)


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.sampled_from("+ - * / // % == != < >= in and or".split())
    attribute = st.sampled_from(
        "path stem parent split() join(['a']) get('a') keys() a with_suffix('.o') c nothing".split()
    )
    return st.one_of(
        st.tuples(inner, binary, inner).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
        st.tuples(NAMES, inner).map(lambda each: f"{each[0]}({each[1]})"),
        st.tuples(NAMES, inner, inner).map(lambda each: f"{each[0]}({each[1]}, *{each[2]})"),
        st.tuples(inner, attribute).map(lambda each: f"({each[0]}).{each[1]}"),
        st.tuples(inner, inner).map(lambda each: f"({each[0]})[{each[1]}]"),
        st.tuples(inner, inner).map(lambda each: f"({each[0]})[{each[1]}:]"),
        st.tuples(inner, inner, inner).map(lambda each: f"({each[0]} if {each[1]} else {each[2]})"),
        st.tuples(inner, inner).map(lambda each: f"[{each[0]} for x in {each[1]}]"),
        st.tuples(inner, inner).map(lambda each: f"{{{each[0]}: {each[1]}}}"),
        st.tuples(inner, inner).map(lambda each: f"f({each[0]}, k={each[1]})"),
        inner.map(lambda each: f"not {each}"),
        inner.map(lambda each: f"-{each}"),
    )


EXPRESSIONS = st.recursive(ATOMS, combined, max_leaves=6)
TEXT = """
from pipeline import f

A = ["a", "b"]


@rule("made/{{n}}")
def R(out, n):
    sh(f"touch {{out}}")


def def_(x):
    return x


G = group("g", "made/1")


@rule("first", c="second")
def body(out):
    value = {expression}
    need("x.c")
    sh(f"x {{value}} y{{value}} {{out}}", env={{"V": value}}{more})
    return f(value, out)
"""


def errors_of(text: str) -> list[RedunError]:
    """What is wrong with `text`, loaded and planned for the target `first` if it has one."""
    world = World(("x.c", "a"))
    try:
        plan = Planner(loaded(text, world), world)
        plan.request(["first"] if "first" in text else ["x.c"])
    except ErrorList as errors:
        return errors.errors
    except UsageError as error:
        return [error]
    return []


@settings(deadline=None, max_examples=150)
@given(EXPRESSIONS, st.sampled_from(["", ", cwd='sub'", ", shell='zsh'"]))
def test_in_a_body(expression: str, more: str):
    assert all(error.span and str(error) for error in errors_of(TEXT.format(expression=expression, more=more)))


@settings(deadline=None, max_examples=100)
@given(EXPRESSIONS)
def test_at_the_top_level(expression: str):
    text = f"from pipeline import f\nA = ['a']\nR = 1\nG = 2\ndef_ = 3\nout = 4\nX = {expression}\n"
    assert all(error.span and str(error) for error in errors_of(text))


@settings(deadline=None, max_examples=100)
@given(EXPRESSIONS)
def test_what_needs_nothing_of_ours_is_what_python_says(expression: str):
    words = ("need", "glob", "raw", "rule", "args_file", "task", "words", "out", "R", "G", "def_", "f", "stems", "env")
    text = expression
    for word in words:
        if word in text.replace("'", " "):
            return
    try:
        ours = loaded(f"A = ['a', 'b']\nX = {text}\n").scope.names["X"]
    except ErrorList:
        return  # stricter is fine
    assert ours == eval(text, {"A": ["a", "b"]}) or isinstance(ours, (range, list))
