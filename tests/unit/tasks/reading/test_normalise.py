"""The normalised text is the same on every Python that we support, whatever its syntax tree looks like."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from redo_py.tasks.reading.normalise import literal_text, normalise
from redo_py.tasks.reading.uses import uses_of

ROOT = Path(__file__).resolve().parents[4]

# one of every kind of node, and the places in which the trees of 3.11, 3.12 and 3.13 differ
CORPUS = r'''
"""Module docstring."""
from __future__ import annotations
import a.b.c as d, e
from ..x import (y as z, w)


@deco(1)
async def f(a, /, b: int = 1, *c, d=None, **e) -> str:
    """Docstring."""
    global G
    x: int
    x: int = 0x10
    x.y: str = "a" "b"
    a[1:2, ..., ::3] = b"\x00" rb"\n", 1e3, 2j, 10**5000 if False else 1_000, True
    del a[0], b.c
    assert a is not b, f"{a!r:>{b}} {{}} {a=} {b = !s}" "tail" f""
    async with g() as h, i:
        await j
    async for k in l:
        yield k
    for m in n:
        break
    else:
        continue_ = 1
    while not x and (y or z) <= 3 < w in v:
        continue
    try:
        raise E from None
    except (A, B) as error:
        raise
    finally:
        return
    nonlocal_ = lambda *p, q=1, **r: (yield)
    return [s for s in t if (u := s) for v in u], {s: 1 for s in t}, {*s}, (s async for s in t), [*a, 1], {**b, 'k': 2}


class C(Base, metaclass=M):
    """Docstring."""
    attribute: int = -1
    other: "str"

    @property
    def p(self): return f'{self.x:}' f"{'nested'}" u'é\ud800' if True else ~x @ y // z << 1 ^ 2

    @overload
    def q(self, x: int) -> str: ...


def g():
    match x:
        case {"a": 1, **rest} | [1, *_, -1.5] | P(1, k=None) | str() as y if y > 1: pass
        case a.b | 2 + 3j: ...
        case _: x += 1; nonlocal_ = 2
    with (a as b, c): pass
    def h():
        nonlocal y
    print(*a, **b, sep='')
'''

PROGRAM = f"""\
import hashlib, sys
sys.path.insert(0, {str(ROOT)!r})
from redo_py.tasks.reading.normalise import normalise
from redo_py.tasks.reading.uses import uses_of
tree = compile({CORPUS!r}, "corpus", "exec", 0x400)
uses = uses_of(tree.body)
text = normalise(tree, lambda node: "") + repr(sorted(uses.names)) + repr(sorted(uses.annotations))
print(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
"""

EXPECTED = "9dfb577d69433f1b2d90e15ecab52b4806502ecd7d1fcb6bd588d5a79cc0bfe6"


def test_the_text_is_the_same_on_every_python(interpreter: str) -> None:
    """Without xxhash, which other interpreters may not have. EXPECTED also compares machines with one Python each."""
    answer = subprocess.run([interpreter, "-I", "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == EXPECTED


def test_constants_that_are_equal_and_differ() -> None:
    values = [1, 1.0, True, "1", b"1", 0.0, -0.0, 0j, None, ..., "", b"", 1 + 1j, float("inf"), float("nan")]
    assert len({literal_text(value) for value in values}) == len(values)


def test_a_number_too_long_to_print() -> None:
    assert len(literal_text(10**10_000)) > 8_000


@pytest.mark.parametrize("text", ["+".join(["x"] * 900), "not " * 50 + "x", "[" * 80 + "]" * 80])
def test_deep_expressions(text: str) -> None:
    tree = compile(text, "deep", "exec", 0x400)
    assert normalise(tree, lambda node: "")
    assert set(uses_of([tree]).names) <= {("x",)}


def test_a_long_chain_of_elif() -> None:
    text = "if x == 0: y = 0\n" + "".join(f"elif x == {n}: y = {n}\n" for n in range(800))
    assert normalise(compile(text, "deep", "exec", 0x400), lambda node: "").count("(If ") == 801
