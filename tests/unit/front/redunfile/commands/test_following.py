"""Words of a command that goes to another folder with `cd`. A hole is written @."""

from __future__ import annotations

import pytest

from redo_py.front.redunfile.commands.following import NOWHERE
from redo_py.front.redunfile.commands.shapes import ways_of
from redo_py.front.redunfile.commands.shell import HOLE, Scanner
from tests.unit.front.redunfile.small_world import World, planner


def where(text: str) -> dict[str, str]:
    """Where each program of `text` runs: `a/b`, "" for where the text starts, ? if nobody knows."""
    text = text.replace("@", HOLE)
    words = Scanner(text).words
    ways = ways_of(text, words)
    found = {}
    for word in words:
        if word.role == "command" and word.literal not in ("cd", "pushd", "popd"):
            way = ways.get(word, ())
            shown = "/".join("@".join(texts) for texts, _ in way)
            found[str(word.literal)] = "?" if way is NOWHERE else shown
    return found


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a; b", {"a": "", "b": ""}),
        ("a; cd x && b; c", {"a": "", "b": "x", "c": "x"}),
        ("cd 'x y'\ncd z\na", {"a": "x y/z"}),
        ("cd -- x; a; cd ..; b", {"a": "x", "b": "x/.."}),
        ("(cd x; a); b", {"a": "x", "b": ""}),
        ("(cd x; a) && (cd y; b)", {"a": "x", "b": "y"}),
        ("cd x; (a; cd y; b); c", {"a": "x", "b": "x/y", "c": "x"}),
        ("cd x; a $(cd y; b); c", {"a": "x", "b": "x/y", "c": "x"}),
        ("cd x; a; cd -; b", {"a": "x", "b": ""}),
        ("pushd x > /dev/null; a; popd; b", {"a": "x", "b": ""}),
        ("cd x || exit 1; a", {"exit": "x", "a": "x"}),
        ("cd x@ && a", {"a": "x@"}),
        ("cd x; for i in 1 2; do a; done", {"a": "x"}),
        ('cd "$X"; a; cd y; b', {"a": "?", "b": "?"}),
        ("cd; a", {"a": "?"}),
        ("cd ~; a", {"a": "?"}),
        ("cd $(b x); a", {"b": "", "a": "?"}),
        ("cd 'x'@; a", {"a": "?"}),
    ],
)
def test_where_programs_run(text: str, places: dict[str, str]):
    assert where(text) == places


RULES = """
IN = "sub"

@rule("{name}/out.txt")
def of(out, name):
    sh(f"cd {name} && ./tool data.txt > out.txt")

@rule("plain.txt")
def plain(out):
    sh(f"(cd {IN}; cat < data.txt) > {out}; cat data.txt")

@rule("below.txt")
def below(out):
    sh(f"cd inner; cat data.txt ../data.txt > {out}", cwd=IN)
"""


@pytest.mark.parametrize(
    ("target", "inputs"),
    [
        ("sub/out.txt", ["sub/tool", "sub/data.txt"]),
        ("plain.txt", ["sub/data.txt", "data.txt"]),
        ("below.txt", ["sub/inner/data.txt", "sub/data.txt"]),
    ],
)
def test_words_are_looked_for_where_the_command_is(target: str, inputs: list[str]):
    world = World(("data.txt", "sub/data.txt", "sub/tool", "sub/inner/data.txt"))
    (expression,) = planner(RULES, world).request([target])
    assert [file.path for file in expression.kwargs["inputs"]] == inputs
