"""A function object leads to its own node on every supported Python, several on one line included."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]

# every function but the decorators uses a name of its own, m1 to m19
TEXT = """\
a, b = lambda: m1, lambda: m2
c = [lambda x: x + m3, lambda x: x + m4, lambda x: (m5, lambda x: x + m6)]
d = {'é': lambda: 'é' + m7, 'è': lambda: 'è' + m8}; e = lambda y=lambda: m9: y + m10
def f(x=lambda: m11): return lambda: (m12,
    lambda: m13), m14
@(lambda g: g)
@staticmethod
def h(): return m15
class K:
    i, j = lambda self: self and m16 or self, lambda self: m17 if self else self
    async def l(self): yield m18
n = lambda: (yield m19)
"""

PROGRAM = f"""\
import sys
sys.path.insert(0, {str(ROOT)!r})
from redo_py.tasks.reading.locate import locate
from redo_py.tasks.reading.scopes import children
from redo_py.tasks.reading.sources import Source
data = {TEXT!r}.encode()
source = Source("/m.py", "m.py", "m", data)
FUNCTIONS = ("Lambda", "FunctionDef", "AsyncFunctionDef")

def codes(code):
    for const in code.co_consts:
        if hasattr(const, "co_code"):
            yield const
            yield from codes(const)

def marks(nodes):
    for node in nodes:
        if type(node).__name__ == "Name" and node.id.startswith("m"):
            yield node.id
        if type(node).__name__ not in FUNCTIONS:
            yield from marks(children(node))

found = []
for code in codes(compile(data, "/m.py", "exec")):
    if code.co_name != "K":
        node = locate(code, source)
        assert node is not None, code
        body = node.body if isinstance(node.body, list) else [node.body]
        assert list(marks(body)) == [name for name in code.co_names if name.startswith("m")], (code, code.co_names)
        found += marks(body)
assert sorted(found) == sorted("m%d" % n for n in range(1, 20)), found
"""


def test_every_function_of_a_text_is_found(interpreter: str) -> None:
    answer = subprocess.run([interpreter, "-I", "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert answer.stderr == ""
