"""Everything we accept Python accepts, and understands in the same way."""

from __future__ import annotations

import random
import re
import warnings

import pytest

from redo_py.front.redunfile.grammar.parse import parse
from redo_py.front.redunfile.grammar.syntax import Attribute, Def, Module, Name, Node
from redo_py.ground.errors import ErrorList
from tests.unit.front.redunfile.grammar.corpus import SAMPLES
from tests.unit.front.redunfile.grammar.python_tree import python_tree

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
INSERTS = [
    *"()[]{}:,.=+-*/%<>!@#;\\'\"\n\t fbru01$é²", "    ", "\n    ", '"""', "'''", "**", "//", "==", "!=", ":=", "->",
    "{x}", "{{", "}}", "f'", 'rb"', "\\\n", "\\x", "\\N{", "0x", "1e", "1_", ".5", "...", "if ", "else", "elif x:",
    "for x in ", "in ", "not ", "is ", "is not ", "None", "and ", "or ", "def f():", "return ", "pass", "assert ",
    "from a import ", "import ", "lambda ", "yield ", "class ", "await ", "print ", "match ", "*a", "**a", "a=1",
    "x, ", "\r\n", "\f", "\0", "\ufeff", "\u00a0", "ﬁ", "# ", "!r", "=}", ":>{w}", "__debug__", "del ", "...",
    "x: int", "1if", "a.1", "1.a", "0777",
]  # fmt: skip


def accepted(text: str) -> Module | None:
    """Our tree, or None if the text is refused; a refusal must point into the text."""
    try:
        return parse(text, "redunfile.py")
    except ErrorList as refusal:
        check_refusal(refusal, lines_of(text))
        return None


def check_refusal(refusal: ErrorList, lines: list[str]) -> None:
    """Every error has its text and points into the file."""
    assert str(refusal)
    for error in refusal.errors:
        assert error.span is not None
        assert error.span.line <= len(lines), lines
        assert error.span.column <= len(lines[error.span.line - 1]) + 1, lines


def lines_of(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def check(text: str) -> bool:
    """Is `text` a redunfile? If so, Python must read the same tree from it."""
    ours = accepted(text)
    if ours is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert repr(ours) == repr(python_tree(text)), text
        check_places(ours, text)
    return ours is not None


def check_places(tree: Node, text: str) -> None:
    """Where a node says that a name stands, the name stands."""
    lines = lines_of(text)
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        word = node.id if isinstance(node, Name) else node.name if isinstance(node, (Attribute, Def)) else ""
        assert lines[node.line - 1].startswith(word, node.column - 1), (text, node)
        for field in node.fields:
            value = getattr(node, field)
            waiting += [item for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, Node)]


def mutated(text: str, chance: random.Random) -> str:
    """`text` with one to three small accidents."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        tokens = TOKEN.findall(text)
        at = chance.randrange(len(tokens) + 1)
        match chance.randrange(6):
            case 0 | 1:
                tokens.insert(at, chance.choice(INSERTS))
            case 2:
                del tokens[at : at + chance.choice((1, 1, 2))]
            case 3:
                tokens.insert(at, chance.choice(TOKEN.findall(chance.choice(SAMPLES))))
            case 4:
                tokens[at : at + 2] = reversed(tokens[at : at + 2])
            case _:
                tokens[at : at + 1] = [chance.choice(INSERTS)]
        text = "".join(tokens) or "\n"
    return text


@pytest.mark.parametrize("text", SAMPLES)
def test_samples_are_redunfiles(text: str):
    assert check(text)


@pytest.mark.parametrize("text", SAMPLES)
def test_accidents(text: str):
    chance = random.Random(text)
    answers = [check(mutated(text, chance)) for _ in range(300)]
    assert 10 < sum(answers) < 290  # or the accidents are too rough, or too mild, to show anything


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_many_accidents(seed: int):
    chance = random.Random(f"accident {seed}")
    for _ in range(2000):
        check(mutated(chance.choice(SAMPLES), chance))


EDGES = [
    "", "\n", "# only a comment", "\ufeffx = 1", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2", "x = 1 \\\n + 2",
    "  # c\nx = 1", "x = 1;", "f();g()", "if x: f(); g()\nelse: h()", "x = [\n\n# c\n1, # d\n]",
    "x = 1 # no newline", "\n\n\nx = 1\n   \n", "if x:\n    f()\n# c\n    g()\n  # d\n", "def f(): return",
    "x = '''a\n'b' ''' + \"\"\"\"q\"\"\"", "x = ''", 'x = """"""', "x = '\\''", "x = r'\\''", "x = 'a\\\nb'",
    "x = f'''{\na\n}'''", "x = f'{a}' '{b}'", "x = '{a}' f'{{}}'", "x = f'{a:}'", "x = f'{a:b c:d}'",
    "x = f'{a!=b}'", "x = f'{a[1:2]}'", "x = f'{ {1: 2}[1] }'", "x = f'{a, b}'", 'x = f"{\'#\'}"', "x = rf'\\{a}'",
    "x = f'\\N{EN DASH}'", "x = 1 .real", "x = 1.0.real", "x = 1..real", "x = 0xFF.real",
    "x = a if b else c if d else e", "x = not not a", "x = - - 1", "x = a[(b,)]", "print = 1", "match = 1",
    "type = match", "x = (yield_)", "_ = 1", "x = a.b.c(d)(e)[f].g", "f(a for a in b)", "f(**a, **b)",
    "f(a, *b, c, d=1, *e, **g)", "from a import (b)", "from a import b as c, d", "from .. import a",
    "def f(*, a): pass", "def f(*a: int, b: str = 1): pass", "@a.b(c)[d]\ndef f(): pass", "for a, b in c, d: pass",
    "for (a) in b: pass", "x = [a for b, c in d for e in f if g if h]", "assert a, b", "x: int = 1, 2", "(x) = 1",
    "(a, b) = c", "a, b, = c", "x = a, b,", "return_ = 1", "x = None is a", "x = \"a\" 'b' \"\"\"c\"\"\"",
    "x = 1_0.0_1e-1_0", "x = 1e400", "x = 0_0", "x = f'{1:02d}{a.b}'", "def f(a, b=1, *c): pass",
    "if (a\n  and b):\n    pass", "x = {\n}", "x = a[\n1\n]", "x = (\n'a'\n'b'\n)", "f('a'\n'b')",
]  # fmt: skip


@pytest.mark.parametrize("text", EDGES)
def test_edges_are_redunfiles(text: str):
    assert check(text)


# Python takes all of these, so that a mistake of ours would go unnoticed above.
LEFT_OUT = [
    "x = 1,", "a = b = 1", "x = +1", "x = ~1", "x = 2 ** 3", "x = a @ b", "x = a[::2]", "x = a[1, 2]", "x = {1}",
    "x = [*a]", "x = {**a}", "x = (a for a in b)", "x = lambda: 1", "x = (y := 1)", "x = a is b", "x = ...",
    "x = b''", "x = 1j", "x = f'{a!r}'", "x = f'{a=}'", "x = f'{a:{b}}'", "x = '\\d'", "x = '\\ud800'", "a.b = 1",
    "a[0] = 1", "*a, b = c", "x: int", "x -= 1", "x", "'a'\n'b'", "for a in b: pass\nelse: pass",
    "for a, (b, c) in d: pass", "for a.b in c: pass", "while a: pass", "from a import *", "import a",
    "from __future__ import annotations", "def f(**a): pass", "def f(a, /): pass", "class A: pass",
    "try: pass\nfinally: pass", "with a: pass", "del a", "raise a", "global a", "def f(): yield",
    "async def f(): pass", "x = [\n'a'\n'b'\n]", "f('a'\n'b', c)", "if a:\n\tpass", "\fx = 1", "ﬁ = 1",
    "x = 1if a else b", "match a:\n  case b: pass", "print(a) ; x", "__debug__", "if a:\n  b\n", "a, = b",
    "x = __debug__", "f(a := 1)",
]  # fmt: skip


@pytest.mark.parametrize("text", LEFT_OUT)
def test_python_that_is_left_out(text: str):
    assert accepted(text) is None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(text, "redunfile.py", "exec", dont_inherit=True)
