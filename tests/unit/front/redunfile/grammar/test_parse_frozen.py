"""Trees as bytes, and their digests."""

from __future__ import annotations

import gc

import pytest

from redo_py.front.redunfile.grammar.depth import MOST_LEVELS
from redo_py.front.redunfile.grammar.freenames import free_names, walk
from redo_py.front.redunfile.grammar.frozen import digest_of, freeze, thaw
from redo_py.front.redunfile.grammar.parse import parse
from redo_py.front.redunfile.grammar.syntax import Def, Module, Node
from tests.unit.front.redunfile.grammar.corpus import SAMPLES


def with_places(node: Node) -> list[object]:
    """Everything there is to know of a tree."""
    fields = [getattr(node, name) for name in node.fields]
    return [type(node), node.line, node.column, *map(expanded, fields)]


def expanded(value: object) -> object:
    if isinstance(value, Node):
        return with_places(value)
    return tuple(map(expanded, value)) if isinstance(value, tuple) else (type(value), value)


def thawed(module: Module) -> Module:
    tree = thaw(freeze(module))
    assert tree is not None
    return tree


def digest(text: str) -> bytes:
    return digest_of(parse(text, "redunfile.py"))


@pytest.mark.parametrize("text", SAMPLES)
def test_thaw_undoes_freeze(text: str):
    module = parse(text, "redunfile.py")
    assert with_places(thawed(module)) == with_places(module)


def functions(node: Node) -> list[Def]:
    return [each for each in walk(node) if isinstance(each, Def)]


@pytest.mark.parametrize("text", SAMPLES)
def test_the_body_of_a_function_is_read_when_it_is_asked_for(text: str):
    module = parse(text, "redunfile.py")
    for before, after in zip(functions(module), functions(thawed(module)), strict=True):
        assert free_names(after) == free_names(before)
    tops = [each for each in thawed(module).body if isinstance(each, Def)]
    for top in tops:
        free_names(top)
        assert is_unread(top), "the names in it are known without it"
        assert with_places(top)
        assert not is_unread(top)
        with pytest.raises(AttributeError):
            top.nothing  # noqa: B018


def is_unread(function: Def) -> bool:
    return function.read is not None


def test_the_deepest_tree_is_frozen():
    module = parse("x = " + "a + " * (MOST_LEVELS - 3) + "a", "redunfile.py")
    assert with_places(thawed(module)) == with_places(module)


@pytest.mark.parametrize("at", [0, 15, 16, 40, -1])
def test_damage_is_noticed(at: int):
    frozen = bytearray(freeze(parse(SAMPLES[0], "redunfile.py")))
    frozen[at] ^= 1
    assert thaw(bytes(frozen)) is None


@pytest.mark.parametrize("length", [0, 8, 16, 60])
def test_truncation_is_noticed(length: int):
    assert thaw(freeze(parse(SAMPLES[0], "redunfile.py"))[:length]) is None


def test_thaw_leaves_the_collector_as_it_was():
    frozen = freeze(Module(1, 1, (), ""))
    thaw(frozen)
    assert gc.isenabled()
    gc.disable()
    try:
        thaw(frozen)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_digest_looks_through_the_form():
    assert digest("x = ['a', 'b']  # c\n") == digest("# d\n\nx = [\n    \"a\",\n    'b',\n]\n")
    assert digest("x = 'a' 'b'") == digest('x = ("ab")')


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = '-O2'", "x = '-O3'"),
        ("x = 1", "x = True"),
        ("x = 1", "x = 1.0"),
        ("x = 0.0", "x = -0.0"),
        ("x = None", "x = 'None'"),
        ("x = 'a', 'b'", "x = ['a', 'b']"),
        ("x = ['a', 'b']", "x = ['ab', '']"),
        ("x = f'{a}b'", "x = f'{a:b}'"),
        ("x = a and b or c", "x = a and (b or c)"),
        ("f(a, b)", "f(a=b)"),
        ("f(*a)", "f(**a)"),
        ("if a: b()", "for a in b: pass"),
        ("from a import b", "from a import b as c"),
    ],
)
def test_a_digest_tells_apart(one: str, other: str):
    assert digest(one) != digest(other)


def test_digests_are_forever():
    """The same on every Python and every machine; a change of the encoding or of syntax.py must be meant."""
    assert digest_of(parse(SAMPLES[2], "redunfile.py")).hex() == "93e125e61fa74a5842685cd80b708b99"
