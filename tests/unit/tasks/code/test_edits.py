"""What an edit of a project does to the digest of its task: one row for each sentence of the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.front.modules import Project
from redo_py.tasks.code.identify import code_parts
from redo_py.tasks.reading.parts import digest_of_parts

Files = dict[str, str]


def digest(folder: Path, files: Files) -> bytes:
    """The digest of `f` of `m.py` in a fresh project that consists of `files`."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    with Project(str(folder)) as project:
        return digest_of_parts(code_parts(project.member("m", "f"), project))


def compare(tmp_path: Path, old: Files, new: Files) -> bool:
    return digest(tmp_path / "old", old) == digest(tmp_path / "new", old | new)


def one(old: str, new: str) -> tuple[Files, Files]:
    return {"m.py": old}, {"m.py": new}


def swap(text: str, before: str, after: str) -> tuple[Files, Files]:
    assert before in text
    return one(text, text.replace(before, after))


def beside(main: str, old: str, new: str) -> tuple[Files, Files]:
    return {"m.py": main, "h.py": old}, {"h.py": new}


GIVES = "def give(): return R\nclass K:\n    a = R\n    @classmethod\n    def b(cls): return cls.a\n"

# what puts something to a list R, under another name or by what it calls
FILLED = {
    "by the one that a function gives": "give().append(1)",
    "by the one that a function gives, under a name": "a = give()\na.append(1)",
    "by the one that a class gives": "K.b().append(1)",
    "by a method that is not known": "n = K.b().put(1) if R else 1",
    "under a name in a function": "def a():\n    b = R\n    b[:] = [1]\na()",
    "in a loop in a function": "def a():\n    for b in (R,): b.append(1)\na()",
    "in what a function enters": "def a():\n    with nullcontext(R) as b: b.append(1)\na()",
    "under the name of a parameter": "def a(b=R): b.append(1)\na()",
    "by a function that tells what came of it": "def a(): return heappush(R, 1)\na()",
    "for each of several": "[each.append(1) for each in [R]]",
    "by what is called for each": "n = sorted([1], key=lambda each: R.append(each) or 1)",
    "by a function that is called for each": "def a(n): R.append(n)\nn = list(map(a, [1]))",
    "by a function without a name": "a = lambda: R.append(1)\na()",
    "among other things": "a, b = R, None\na.append(1)",
    "that a table holds": "a = {'b': R}\na['b'].append(1)",
    "under a name that stands under a condition": "if True:\n    a = R\na.append(1)",
    "under a name in an expression": "(a := R).append(1)",
    "that an object holds": (
        "class A:\n    def __init__(self): self.a = R\n    def b(self): self.a.append(1)\nc = A()\nc.b()"
    ),
    "that a class holds": "class A:\n    a = R\n    def b(self): self.a.append(1)\nA().b()",
    "by a value that is kept": "n = heappush(R, 1)",
    "by the method itself": "a = R.append\na(1)",
    "by a function with some of its arguments": "a = partial(heappush, R)\na(1)",
}
FILLING = "from contextlib import nullcontext\nfrom functools import partial\nfrom heapq import heappush\n"


def filled(statement: str) -> tuple[Files, Files]:
    """`statement`, in h.py, puts something to the list R of g.py, and then something else."""
    head = "import g\nfrom g import R\nfrom heapq import heappush\n"
    assert "1" in statement
    files = {
        "m.py": "import g, h\ndef f(x): return g.R\n",
        "g.py": "class L(list): pass\nR = L()\nS = []\ndef put(into, n): pass\n" + GIVES,
        "h.py": head + statement + "\n",
    }
    return files, {"h.py": files["h.py"].replace("1", "3")}


def filled_here(statement: str) -> tuple[Files, Files]:
    """The same in m.py itself."""
    return swap(f"{FILLING}R = []\n{GIVES}{statement}\ndef f(x): return R\n", statement, statement.replace("1", "3"))


def filled_there(statement: str) -> tuple[Files, Files]:
    """The same in another module than that of the list."""
    return filled(f"{FILLING}from g import *\n{statement}")


COSMETIC = {
    **{
        f"a statement of another module that {what}": (
            {
                "m.py": "import h\nfrom g import R\ndef f(x): return R\n",
                "g.py": f"R = {{}}\nS = {{}}\ndef look(n): return R.get(n)\n{GIVES}",
                "h.py": f"import g\nS = {{}}\n{statement}\n",
            },
            {"h.py": f"import g\nS = {{}}\n{statement.replace('1', '3')}\n"},
        )
        for what, statement in {
            "calls what looks something up": "n = g.look(1)",
            "goes through it": "for k, v in g.R.items(): S[k] = v + 1",
            "changes a copy": "S = dict(g.R)\nS[1] = 1\nS = g.R.copy()\nS[1] = 1\nS = {**g.R}\nS[1] = 1",
            "changes what holds it": "S = {'a': g.R}\nS['b'] = 1",
            "decorates with what does not change it": "@staticmethod\ndef a(): return g.R, 1",
        }.items()
    },
    "a statement of another module that only reads": (
        {
            "m.py": "import h\nfrom g import R\ndef f(x): return R\n",
            "g.py": "R = {}\n",
            "h.py": "import g\nn = len(g.R) + 1, sorted(g.R), getattr(g, 'S', 1)\n",
        },
        {"h.py": "import g\nn = len(g.R) + 2, sorted(g.R), getattr(g, 'S', 2)\n"},
    ),
    "a statement of another module that changes something else": (
        {
            "m.py": "import h\nfrom g import R\ndef f(x): return R\n",
            "g.py": "R = []\nS = []\ndef put(n): S.append(n)\n",
            "h.py": "import g\ng.S.append(1)\ng.put(1)\ndef later(): g.R.append(1)\n",
        },
        {"h.py": "import g\ng.S.append(2)\ng.put(2)\ndef later(): g.R.append(2)\n"},
    ),
    "a docstring beside those that are read": (
        {"m.py": "import g, h\ndef f(x): return g.a.__doc__\n", "g.py": "def a(): 'one'\n", "h.py": "'one'\n"},
        {"h.py": "'two'\n"},
    ),
    "comment": one("def f(x):\n    return x\n", "# hello\ndef f(x):  # there\n    return x\n"),
    "white space": one("def f(x):\n    return [x,1]\n", "\n\ndef f( x ):\n\n        return [\n x,\n 1,\n ]\n"),
    "brackets": one("def f(x):\n    return x + 1\n", "def f(x):\n    return (x + (1))\n"),
    "quotes": one("def f(x):\n    return 'a' 'b'\n", 'def f(x):\n    return "ab"\n'),
    "number spelling": one("def f(x):\n    return 1000, 16\n", "def f(x):\n    return 1_000, 0x10\n"),
    "f-string spelling": one("def f(x):\n    return f'{x}' 'b'\n", 'def f(x):\n    return f"{ x }b"\n'),
    "docstring": one("def f(x):\n    return x\n", 'def f(x):\n    """Give x."""\n    return x\n'),
    "docstring edit": one('def f(x):\n    "a"\n    return x\n', 'def f(x):\n    "b"\n    return x\n'),
    "pass and bare literals": one("def f(x):\n    return x\n", "def f(x):\n    pass\n    ...\n    return x\n"),
    "annotation of a local": one("def f(x):\n    y = x\n    return y\n", "def f(x):\n    y: int = x\n    return y\n"),
    "declared local": one("def f(x):\n    y = x\n    return y\n", "def f(x):\n    y: int\n    y = x\n    return y\n"),
    "annotation of a parameter": one("def f(x):\n    return x\n", "def f(x: int):\n    return x\n"),
    "annotation of the result": one("def f(x):\n    return x\n", "def f(x) -> list[int]:\n    return x\n"),
    "quoted annotation": one(
        "from pathlib import Path\ndef f(x: Path): return x\n", "import pathlib\ndef f(x: 'pathlib.Path'): return x\n"
    ),
    "annotation of a module name": one("N = []\ndef f(x):\n    return N\n", "N: list = []\ndef f(x):\n    return N\n"),
    "annotations of a helper": one(
        "def h(x): return x\ndef f(x): return h(x)\n", "def h(x: str) -> str: return x\ndef f(x): return h(x)\n"
    ),
    "under @staticmethod": one(
        "class C:\n    @staticmethod\n    def h(x): return x\ndef f(x): return C.h(x)\n",
        "class C:\n    @staticmethod\n    def h(x: int): return x\ndef f(x): return C.h(x)\n",
    ),
    "another function": one("def f(x): return x\n", "def f(x): return x\ndef g(x): return 2\n"),
    "order of definitions": one(
        "def h(x): return x\ndef f(x): return h(x)\n", "def f(x): return h(x)\ndef h(x): return x\n"
    ),
    "a name that is a local": one("def x(): return 1\ndef f(x): return x\n", "def x(): return 2\ndef f(x): return x\n"),
    "a name of a comprehension": one(
        "def q(): return 1\ndef f(x): return [q for q in x]\n", "def q(): return 2\ndef f(x): return [q for q in x]\n"
    ),
    "a name of a nested function": one(
        "def k(): return 1\ndef f(x):\n    def g(k): return k\n    return g(x)\n",
        "def k(): return 2\ndef f(x):\n    def g(k): return k\n    return g(x)\n",
    ),
    "an import beside the one used": swap(
        "from os.path import join\ndef f(x): return join(x)\n", "import join", "import join, split"
    ),
    "another import of a project": (
        {"m.py": "from h import a\ndef f(x): return a(x)\n", "h.py": "def a(x): return x\n"},
        {"m.py": "import h\nfrom h import a\ndef f(x): return a(x)\n"},
    ),
    "relative spelled absolute": (
        {
            "m.py": "from p.m import f\n",
            "p/__init__.py": "",
            "p/m.py": "from .h import a\ndef f(x): return a(x)\n",
            "p/h.py": "def a(x): return x\n",
        },
        {"p/m.py": "from p.h import a\ndef f(x): return a(x)\n"},
    ),
    "other function of a module chain": beside(
        "import h\ndef f(x): return h.a(x)\n",
        "def a(x): return x\ndef b(x): return 1\n",
        "def a(x): return x\ndef b(x): return 2\n",
    ),
    "main guard": one(
        "N = []\ndef f(x): return N\n", "N = []\ndef f(x): return N\nif __name__ == '__main__':\n    N.append(1)\n"
    ),
    "import for type checkers": (
        {"m.py": "def f(x): return x\n", "h.py": "N = 1\n"},
        {"m.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import h\ndef f(x: 'h.N'): return x\n"},
    ),
    "constant written otherwise": one("N = (1, 2)\ndef f(x): return N\n", "N = (1,  2)  # both\ndef f(x): return N\n"),
    "nothing but pass in else": one(
        "def f(x):\n    if x: return 1\n", "def f(x):\n    if x: return 1\n    else: pass\n"
    ),
}

ACTING = {
    "what else a main guard does": one(
        "if __name__ == '__main__':\n    N = []\nelse:\n    N = [1]\ndef f(x): return N\n",
        "if __name__ == '__main__':\n    N = []\nelse:\n    N = [2]\ndef f(x): return N\n",
    ),
    "a module's own __getattr__": beside(
        "import h\ndef f(x): return h.any\n",
        "def __getattr__(name): return 1\n",
        "def __getattr__(name): return 2\n",
    ),
    "the module's docstring where it is used": one(
        '"One."\ndef f(x): return __doc__\n', '"Two."\ndef f(x): return __doc__\n'
    ),
    "str becomes Path under another name": one(
        "from pathlib import Path as P\ndef f(x): return x\n", "from pathlib import Path as P\ndef f(x: P): return x\n"
    ),
    "str becomes Path under an alias": one(
        "import pathlib\nP = pathlib.Path\ndef f(x): return x\n",
        "import pathlib\nP = pathlib.Path\ndef f(x: 'P | None'): return x\n",
    ),
    "unbound while it was imported": one(
        "globals()['N'] = 1\ndef f(x): return N\n", "globals()['N'] = 2\ndef f(x): return N\n"
    ),
    "put there by other code": (
        {
            "m.py": "import h\nsetattr(__import__('sys').modules[__name__], 'g', h.a)\ndef f(x): return g(x)\n",
            "h.py": "def a(x): return x\n",
        },
        {"h.py": "def a(x): return 1\n"},
    ),
    "body": one("def f(x): return x\n", "def f(x): return x + 1\n"),
    "string that is no docstring": one("def f(x): return 'a'\n", "def f(x): return 'b'\n"),
    "1 and 1.0": one("def f(x): return 1\n", "def f(x): return 1.0\n"),
    "1 and True": one("def f(x): return 1\n", "def f(x): return True\n"),
    "text and bytes": one("def f(x): return 'a'\n", "def f(x): return b'a'\n"),
    "default": one("def f(x=1): return x\n", "def f(x=2): return x\n"),
    "keyword default": one("def f(*, x=1): return x\n", "def f(*, x=2): return x\n"),
    "default by name": one("N = 1\ndef f(x=N): return x\n", "N = 2\ndef f(x=N): return x\n"),
    "kind of parameter": one("def f(x, y): return x\n", "def f(x, *, y): return x\n"),
    "async": one("def f(x): return x\n", "async def f(x): return x\n"),
    "str becomes Path": one(
        "from pathlib import Path\ndef f(x: str): return x\n", "from pathlib import Path\ndef f(x: Path): return x\n"
    ),
    "str is asked for": one("def f(x): return x\n", "def f(x: str): return x\n"),
    "helper": one("def h(x): return x\ndef f(x): return h(x)\n", "def h(x): return -x\ndef f(x): return h(x)\n"),
    "helper of a helper": one(
        "def g(): return 1\ndef h(): return g()\ndef f(x): return h()\n",
        "def g(): return 2\ndef h(): return g()\ndef f(x): return h()\n",
    ),
    "cycle": one(
        "def g(n): return h(n)\ndef h(n): return g(n)\ndef f(x): return g(x)\n",
        "def g(n): return h(n)\ndef h(n): return g(n - 1)\ndef f(x): return g(x)\n",
    ),
    "recursion into itself": one(
        "def f(n): return f(n - 1)\nf.limit = 3\n", "def f(n): return f(n - 1)\nf.limit = 4\n"
    ),
    "helper imported": beside(
        "from h import a\ndef f(x): return a(x)\n", "def a(x): return x\n", "def a(x): return 1\n"
    ),
    "helper imported as": beside(
        "from h import a as b\ndef f(x): return b(x)\n", "def a(x): return x\n", "def a(x): return 1\n"
    ),
    "module chain": beside("import h\ndef f(x): return h.a(x)\n", "def a(x): return x\n", "def a(x): return 1\n"),
    "import inside the function": beside(
        "def f(x):\n    from h import a\n    return a(x)\n", "def a(x): return x\n", "def a(x): return 1\n"
    ),
    "import of a module inside": beside(
        "def f(x):\n    import h as k\n    return k.a(x)\n", "def a(x): return x\n", "def a(x): return 1\n"
    ),
    "star import": beside("from h import *\ndef f(x): return a(x)\n", "def a(x): return x\n", "def a(x): return 1\n"),
    "re-export": (
        {
            "m.py": "from p import a\ndef f(x): return a(x)\n",
            "p/__init__.py": "from .h import a\n",
            "p/h.py": "def a(x): return x\n",
        },
        {"p/h.py": "def a(x): return 1\n"},
    ),
    "relative import": (
        {
            "m.py": "from p.m import f\n",
            "p/__init__.py": "",
            "p/m.py": "from . import h\ndef f(x): return h.a(x)\n",
            "p/h.py": "def a(x): return x\n",
        },
        {"p/h.py": "def a(x): return 1\n"},
    ),
    "package chain": (
        {
            "m.py": "import p.q.h\ndef f(x): return p.q.h.a(x)\n",
            "p/__init__.py": "",
            "p/q/__init__.py": "",
            "p/q/h.py": "def a(x): return x\n",
        },
        {"p/q/h.py": "def a(x): return 1\n"},
    ),
    "namespace package": (
        {"m.py": "from ns.h import a\ndef f(x): return a(x)\n", "ns/h.py": "def a(x): return x\n"},
        {"ns/h.py": "def a(x): return 1\n"},
    ),
    "function of the same name as its module": (
        {
            "m.py": "from p import a\ndef f(x): return a(x)\n",
            "p/__init__.py": "from .a import a\n",
            "p/a.py": "def a(x): return x\n",
        },
        {"p/a.py": "def a(x): return 1\n"},
    ),
    "module as a value": beside(
        "import h\ndef f(x): return getattr(h, x)()\n", "def a(): return 1\n", "def a(): return 2\n"
    ),
    "what a module as a value imports": (
        {
            "m.py": "import h\ndef f(x): return getattr(h, x)()\n",
            "h.py": "from k import a\n",
            "k.py": "def a(): return 1\n",
        },
        {"k.py": "def a(): return 2\n"},
    ),
    "method": one(
        "class C:\n    def m(self): return 1\ndef f(x): return C().m()\n",
        "class C:\n    def m(self): return 2\ndef f(x): return C().m()\n",
    ),
    "property": one(
        "class C:\n    @property\n    def m(self): return 1\ndef f(x): return C().m\n",
        "class C:\n    @property\n    def m(self): return 2\ndef f(x): return C().m\n",
    ),
    "class attribute": one(
        "class C:\n    n = 1\ndef f(x): return C.n\n", "class C:\n    n = 2\ndef f(x): return C.n\n"
    ),
    "class attribute set outside": one(
        "class C: pass\nC.n = [1]\ndef f(x): return C.n\n", "class C: pass\nC.n = [2]\ndef f(x): return C.n\n"
    ),
    "base class": one(
        "class B:\n    def m(self): return 1\nclass C(B): pass\ndef f(x): return C().m()\n",
        "class B:\n    def m(self): return 2\nclass C(B): pass\ndef f(x): return C().m()\n",
    ),
    "metaclass": one(
        "class M(type):\n    n = 1\nclass C(metaclass=M): pass\ndef f(x): return C\n",
        "class M(type):\n    n = 2\nclass C(metaclass=M): pass\ndef f(x): return C\n",
    ),
    "what a method uses": one(
        "N = 1\nclass C:\n    def m(self): return N\ndef f(x): return C().m()\n",
        "N = 2\nclass C:\n    def m(self): return N\ndef f(x): return C().m()\n",
    ),
    "annotation in a class body": one(
        "class C:\n    x: int = 1\ndef f(x): return C\n", "class C:\n    x: str = 1\ndef f(x): return C\n"
    ),
    "annotation under an unknown decorator": one(
        "from functools import singledispatch as d\n@d\ndef h(x: int): return x\ndef f(x): return h(x)\n",
        "from functools import singledispatch as d\n@d\ndef h(x: str): return x\ndef f(x): return h(x)\n",
    ),
    "class named by an annotation": one(
        "class C:\n    def m(self): return 1\ndef f(x: C): return x.m()\n",
        "class C:\n    def m(self): return 2\ndef f(x: C): return x.m()\n",
    ),
    "class named by a quoted annotation": beside(
        "from typing import TYPE_CHECKING as T\nif T:\n    from h import C\ndef f(x: 'list[C]'): return x[0].m()\n",
        "class C:\n    def m(self): return 1\n",
        "class C:\n    def m(self): return 2\n",
    ),
    "decorator": one(
        "def d(g):\n    return lambda *a: g(*a)\n@d\ndef h(x): return x\ndef f(x): return h(x)\n",
        "def d(g):\n    return lambda *a: -g(*a)\n@d\ndef h(x): return x\ndef f(x): return h(x)\n",
    ),
    "decorator of the task itself": one(
        "import functools\ndef d(g):\n    @functools.wraps(g)\n    def w(*a): return g(*a)\n    return w\n"
        "@d\ndef f(x): return x\n",
        "import functools\ndef d(g):\n    @functools.wraps(g)\n    def w(*a): return -g(*a)\n    return w\n"
        "@d\ndef f(x): return x\n",
    ),
    "function under a decorator": one(
        "def d(g):\n    def w(*a): return g(*a)\n    return w\n@d\ndef f(x): return x\n",
        "def d(g):\n    def w(*a): return g(*a)\n    return w\n@d\ndef f(x): return -x\n",
    ),
    "argument of a decorator": one(
        "def d(n):\n    def e(g):\n        def w(*a): return g(*a) * n\n        return w\n    return e\n"
        "@d(2)\ndef f(x): return x\n",
        "def d(n):\n    def e(g):\n        def w(*a): return g(*a) * n\n        return w\n    return e\n"
        "@d(3)\ndef f(x): return x\n",
    ),
    "function under lru_cache": one(
        "from functools import lru_cache\n@lru_cache\ndef f(x): return x\n",
        "from functools import lru_cache\n@lru_cache\ndef f(x): return -x\n",
    ),
    "closure: plain value": one(
        "def make(n):\n    def f(x): return x + n\n    return f\nf = make(1)\n",
        "def make(n):\n    def f(x): return x + n\n    return f\nf = make(2)\n",
    ),
    "closure: arguments of a partial task": one(
        "from redo_py import task\n@task\ndef t(x, y): return x\n"
        "def make(g):\n    def f(x): return g(x)\n    return f\n"
        "p = t.partial(y=1)\nf = make(p)\n",
        "from redo_py import task\n@task\ndef t(x, y): return x\n"
        "def make(g):\n    def f(x): return g(x)\n    return f\n"
        "p = t.partial(y=2)\nf = make(p)\n",
    ),
    "closure: function": one(
        "def h(): return 1\ndef make(g):\n    def f(x): return g()\n    return f\nf = make(h)\n",
        "def h(): return 2\ndef make(g):\n    def f(x): return g()\n    return f\nf = make(h)\n",
    ),
    "closure: mutable value, by what made it": one(
        "def make():\n    t = {'a': 1}\n    def f(x): return t\n    return f\nf = make()\n",
        "def make():\n    t = {'a': 2}\n    def f(x): return t\n    return f\nf = make()\n",
    ),
    "default of a nested function": one(
        "def make(n):\n    def f(x, k=n): return k\n    return f\nf = make(1)\n",
        "def make(n):\n    def f(x, k=n): return k\n    return f\nf = make(2)\n",
    ),
    "nested function": one(
        "def f(x):\n    def g(): return 1\n    return g()\n", "def f(x):\n    def g(): return 2\n    return g()\n"
    ),
    "name used in a nested function": one(
        "N = 1\ndef f(x):\n    def g(): return N\n    return g()\n",
        "N = 2\ndef f(x):\n    def g(): return N\n    return g()\n",
    ),
    "name used in a comprehension": one(
        "N = 1\ndef f(x): return [N for _ in x]\n", "N = 2\ndef f(x): return [N for _ in x]\n"
    ),
    "partial": one(
        "from functools import partial\ndef h(n, x): return n\ng = partial(h, 1)\ndef f(x): return g(x)\n",
        "from functools import partial\ndef h(n, x): return n\ng = partial(h, 2)\ndef f(x): return g(x)\n",
    ),
    "function in a partial": one(
        "from functools import partial\ndef h(n, x): return n\ng = partial(h, 1)\ndef f(x): return g(x)\n",
        "from functools import partial\ndef h(n, x): return -n\ng = partial(h, 1)\ndef f(x): return g(x)\n",
    ),
    "the task is a partial": one(
        "from functools import partial\ndef h(n, x): return n\nf = partial(h, 1)\n",
        "from functools import partial\ndef h(n, x): return n\nf = partial(h, 2)\n",
    ),
    "lambda": one("g = lambda x: x\ndef f(x): return g(x)\n", "g = lambda x: -x\ndef f(x): return g(x)\n"),
    "the task is a lambda": one("f = lambda x: x\n", "f = lambda x: -x\n"),
    "one of two lambdas of a line": one("f, g = lambda x: x, lambda x: 1\n", "f, g = lambda x: -x, lambda x: 1\n"),
    "alias": swap("def h(): return 1\ng = h\ndef f(x): return g()\n", "return 1", "return 2"),
    "constant": one("N = 1\ndef f(x): return N\n", "N = 2\ndef f(x): return N\n"),
    "mutable constant": one("T = {'a': 1}\ndef f(x): return T\n", "T = {'a': 2}\ndef f(x): return T\n"),
    "augmented assignment": one("N = []\nN += [1]\ndef f(x): return N\n", "N = []\nN += [2]\ndef f(x): return N\n"),
    "item assignment": one("T = {}\nT['x'] = 1\ndef f(x): return T\n", "T = {}\nT['x'] = 2\ndef f(x): return T\n"),
    "method call": one("N = []\nN.append(1)\ndef f(x): return N\n", "N = []\nN.append(2)\ndef f(x): return N\n"),
    "method call in an assignment": one(
        "N = [1, 2]\na = N.pop(0)\ndef f(x): return N\n", "N = [1, 2]\na = N.pop(1)\ndef f(x): return N\n"
    ),
    "handed to a call": one(
        "def fill(t, n): t.append(n)\nN = []\nfill(N, 1)\ndef f(x): return N\n",
        "def fill(t, n): t.append(n)\nN = []\nfill(N, 2)\ndef f(x): return N\n",
    ),
    "filled by a function of the module": one(
        "T = {}\ndef fill():\n    T['a'] = 1\nfill()\ndef f(x): return T\n",
        "T = {}\ndef fill():\n    T['a'] = 2\nfill()\ndef f(x): return T\n",
    ),
    "global statement": one(
        "T = []\ndef fill():\n    global T\n    T = [1]\nfill()\ndef f(x): return T\n",
        "T = []\ndef fill():\n    global T\n    T = [2]\nfill()\ndef f(x): return T\n",
    ),
    "registered by a decorator": one(
        "R = {}\ndef reg(g):\n    R[g.__name__] = g\n    return g\n@reg\ndef a(): return 1\ndef f(x): return R[x]()\n",
        "R = {}\ndef reg(g):\n    R[g.__name__] = g\n    return g\n@reg\ndef a(): return 2\ndef f(x): return R[x]()\n",
    ),
    "registered by a decorator with arguments": one(
        "R = {}\ndef reg(n):\n    def d(g):\n        R[n] = g\n    return d\n@reg('a')\ndef a(): return 1\n"
        "def f(x): return R[x]()\n",
        "R = {}\ndef reg(n):\n    def d(g):\n        R[n] = g\n    return d\n@reg('a')\ndef a(): return 2\n"
        "def f(x): return R[x]()\n",
    ),
    "registered by a method": swap(
        "from functools import singledispatch\n@singledispatch\ndef h(x): return 0\n"
        "@h.register\ndef _(x: int): return 1\ndef f(x): return h(x)\n",
        "return 1",
        "return 2",
    ),
    "registered in another module": (
        {
            "m.py": "import h\nfrom g import area\ndef f(x): return area(x)\n",
            "g.py": "from functools import singledispatch\n@singledispatch\ndef area(x): return 0\n",
            "h.py": "from g import area\n@area.register\ndef _(x: int): return 1\n",
        },
        {"h.py": "from g import area\n@area.register\ndef _(x: int): return 2\n"},
    ),
    "registered for another class": (
        {
            "m.py": "import h\nfrom g import area\ndef f(x): return area(x)\n",
            "g.py": "from functools import singledispatch\n@singledispatch\ndef area(x): return 0\n",
            "h.py": "from g import area\ndef one(x): return 1\narea.register(int)(one)\n",
        },
        {"h.py": "from g import area\ndef one(x): return 1\narea.register(str)(one)\n"},
    ),
    "a method registered in another module": (
        {
            "m.py": "import h\nfrom g import C\ndef f(x): return C().area(x)\n",
            "g.py": "from functools import singledispatchmethod\nclass C:\n    @singledispatchmethod\n"
            "    def area(self, x): return 0\n",
            "h.py": "from g import C\ndef one(self, x): return 1\nvars(C)['area'].register(int)(one)\n",
        },
        {"h.py": "from g import C\ndef one(self, x): return 2\nvars(C)['area'].register(int)(one)\n"},
    ),
    "the docstring of a class that is read": beside(
        "import h\ndef f(x): return h.A.__doc__\n", "class A:\n    'one'\n", "class A:\n    'two'\n"
    ),
    "a docstring that a helper reads": beside(
        "import inspect, h\ndef g(a): return inspect.getdoc(a)\ndef f(x): return g(h.a)\n",
        "def a():\n    'one'\n",
        "def a():\n    'two'\n",
    ),
    "the docstring of the module": one("'one'\ndef f(x): return __doc__\n", "'two'\ndef f(x): return __doc__\n"),
    "bound by exec": one("exec('N = [1]')\ndef f(x): return N\n", "exec('N = [2]')\ndef f(x): return N\n"),
    "bound by globals()": one(
        "globals()['N'] = [1]\ndef f(x): return N\n", "globals()['N'] = [2]\ndef f(x): return N\n"
    ),
    "bound by setattr": beside(
        "import h\ndef f(x): return h.N\n",
        "import sys\nsetattr(sys.modules[__name__], 'N', [1])\n",
        "import sys\nsetattr(sys.modules[__name__], 'N', [2])\n",
    ),
    "found by globals()": one(
        "def a(): return 1\ndef f(x): return globals()[x]()\n", "def a(): return 2\ndef f(x): return globals()[x]()\n"
    ),
    "imported by a text": beside(
        "from importlib import import_module\ndef f(x): return import_module('h').a()\n",
        "def a(): return 1\n",
        "def a(): return 2\n",
    ),
    "imported by a relative text": (
        {
            "m.py": "from p.q import f\n",
            "p/__init__.py": "",
            "p/q.py": "import importlib\ndef f(x): return importlib.import_module('.h', __package__).a()\n",
            "p/h.py": "def a(): return 1\n",
        },
        {"p/h.py": "def a(): return 2\n"},
    ),
    "the hooks that another module gives to a class": (
        {
            "m.py": "import h\nfrom g import C\ndef f(x): return C()\n",
            "g.py": "class C: pass\n",
            "h.py": "from g import C\nfrom redo_py import ProxyValue\nclass P(ProxyValue):\n    type = C\n"
            "    def postprocess(self, told): return 1\n",
        },
        {
            "h.py": "from g import C\nfrom redo_py import ProxyValue\nclass P(ProxyValue):\n    type = C\n"
            "    def postprocess(self, told): return 2\n",
        },
    ),
    "appended to by another module": (
        {
            "m.py": "import h\nfrom g import R\ndef f(x): return R\n",
            "g.py": "R = []\n",
            "h.py": "from g import R\nR.append(1)\n",
        },
        {"h.py": "from g import R\nR.append(2)\n"},
    ),
    "filled by a decorator of another module": (
        {
            "m.py": "import h\nfrom g import R\ndef f(x): return R[x]()\n",
            "g.py": "R = {}\ndef reg(n):\n    def d(a):\n        R[n] = a\n        return a\n    return d\n",
            "h.py": "import g\nfrom k import k\n@g.reg('a')\ndef a(): return k()\n",
            "k.py": "def k(): return 1\n",
        },
        {"k.py": "def k(): return 2\n"},
    ),
    "filled by a decorator that is a method": (
        {
            "m.py": "import h\nfrom g import R\ndef f(x): return R.all[x]()\n",
            "g.py": "class Registry:\n    def __init__(self): self.all = {}\n    def reg(self, a): self.all['a'] = a\n"
            "R = Registry()\n",
            "h.py": "from g import R\n@R.reg\ndef a(): return 1\n",
        },
        {"h.py": "from g import R\n@R.reg\ndef a(): return 2\n"},
    ),
    "filled by a decorator that is a partial": (
        {
            "m.py": "import h\nfrom g import R\ndef f(x): return R[x]()\n",
            "g.py": "from functools import partial\nR = {}\ndef put(r, a): r['a'] = a\nreg = partial(put, R)\n",
            "h.py": "from g import reg\n@reg\ndef a(): return 1\n",
        },
        {"h.py": "from g import reg\n@reg\ndef a(): return 2\n"},
    ),
    "set by another module": (
        {"m.py": "import g, h\ndef f(x): return g.N\n", "g.py": "N = [0]\n", "h.py": "import g\ng.N = [1]\n"},
        {"h.py": "import g\ng.N = [2]\n"},
    ),
    "set in the module of the task for another one": (
        {
            "m.py": "import g\nfrom k import k\ng.C['a'] = [1]\ndef f(x): return k()\n",
            "g.py": "C = {}\n",
            "k.py": "from g import C\ndef k(): return C['a']\n",
        },
        {"m.py": "import g\nfrom k import k\ng.C['a'] = [2]\ndef f(x): return k()\n"},
    ),
    "set by a function that another module calls": (
        {
            "m.py": "import h\nfrom g import C\ndef f(x): return C\n",
            "g.py": "C = {}\ndef init(n):\n    import k\n    k.deeper(n)\n",
            "k.py": "def deeper(n):\n    import g\n    g.C['a'] = n\n",
            "h.py": "from g import init\ninit([1])\n",
        },
        {"h.py": "from g import init\ninit([2])\n"},
    ),
    "a function that another module puts in the place of another one": (
        {
            "m.py": "import g, h\ndef f(x): return g.a()\n",
            "g.py": "def a(): return 0\n",
            "h.py": "import g\ndef b(): return 1\ng.a = b\n",
        },
        {"h.py": "import g\ndef b(): return 2\ng.a = b\n"},
    ),
    "put by another module in a loop, by a function that gets the list": filled("for n in (1, 2): heappush(g.R, n)"),
    "put by another module in a loop in a try": filled("try:\n    for n in [1]: g.put(g.R, n)\nfinally: pass"),
    "put by another module under a condition": filled("if g.R == []: g.put(n=1, into=[g.R])"),
    "put by another module in a with": filled("with open('/dev/null') as g.R[1:]: 1"),
    "put by a function whose answer another module keeps": filled("was = g.put(g.R, 1)"),
    "put to an imported name in another module": filled("R += [1]"),
    "put to an imported name by a function of another module": filled("def a():\n    global R\n    R += [1]\na()"),
    "put by a function of another module that hands it over": filled("def a(): heappush(g.R, 1)\na()"),
    "set by its name in another module": filled("setattr(g, 'R', [1])"),
    "set by a name that another module computes": filled("for n in 'RS': setattr(g, n, [1])"),
    "an attribute set by its name in another module": filled("setattr(g.R, 'a', 1)"),
    "put among the names of a module by another one": filled("vars(g)['R'] = [1]"),
    "put to the names of a module by another one": filled("g.__dict__.update(R=[1])"),
    "put by a function that gets the whole module": filled("g.put(g, 1)"),
    "put by another module under another name": filled("S = g.R\nS.append(1)"),
    "put to what another module goes through": filled("for each in g.R: each.a = 1"),
    **{f"put by another module {how}": filled_there(statement) for how, statement in FILLED.items()},
    **{f"put by the module itself {how}": filled_here(statement) for how, statement in FILLED.items()},
    **{
        f"{what} that another module puts in the place of an imported one": (
            {"m.py": f"{found}\nimport h\ndef f(x): return a.b(x)\n", "g.py": "class a: pass\n", "h.py": fake},
            {"h.py": fake.replace("1", "3")},
        )
        for fake in ["import m\nclass a:\n    b = staticmethod(lambda x: 1)\nm.a = a\n"]
        for what, found in {
            "a class": "from g import a",
            "an installed class": "from decimal import Decimal as a",
            "an installed module": "import decimal as a",
        }.items()
    },
    **{
        f"a module that a function loads for what that does, by {how}": (
            {
                "m.py": f"import g\ndef f(x):\n    {how}\n    return g.R\n",
                "g.py": "R = []\n",
                "h/__init__.py": "",
                "h/i.py": "import g\ng.R.append(1)\nn = 2\n",
            },
            {"h/i.py": "import g\ng.R.append(3)\nn = 2\n"},
        )
        for how in ("import h.i", "import h.i as a", "from h import i", "from h.i import n", "from h.i import n as a")
    },
    **{
        f"a module that a function loads and uses, {order}": (
            {
                "m.py": "from g import R\ndef a():\n    from h import n\n    n()\ndef b(): return R\n"
                f"def f(x):\n{body}",
                "g.py": "R = []\n",
                "h.py": "import g\ng.R.append(1)\ndef n(): pass\n",
            },
            {"h.py": "import g\ng.R.append(3)\ndef n(): pass\n"},
        )
        for order, body in {
            "before": "    a()\n    return b()\n",
            "behind": "    r = b()\n    a()\n    return r\n",
        }.items()
    },
    "a name of a module that is used as a whole": (
        {"m.py": "import g, h\ndef f(x): return vars(g)\n", "g.py": "R = []\n", "h.py": "import g\ng.R.append(1)\n"},
        {"h.py": "import g\ng.R.append(3)\n"},
    ),
    "a name that only another module binds": (
        {"m.py": "import g, h\ndef f(x): return g.N\n", "g.py": "", "h.py": "import g\ng.N = [1]\n"},
        {"h.py": "import g\ng.N = [2]\n"},
    ),
    "a method that another module puts in the place of another one": (
        {
            "m.py": "import h\nfrom g import C\ndef f(x): return C().a()\n",
            "g.py": "class C:\n    def a(self): return 0\n",
            "h.py": "from g import C\ndef b(self): return 1\nC.a = b\n",
        },
        {"h.py": "from g import C\ndef b(self): return 2\nC.a = b\n"},
    ),
    "a subclass elsewhere that registers itself": (
        {
            "m.py": "import h\nfrom g import B\ndef f(x): return B.all\n",
            "g.py": "class B:\n    all = []\n    def __init_subclass__(c): B.all.append(c)\nclass M(B): pass\n",
            "h.py": "from g import M\nclass C(M): n = 1\n",
        },
        {"h.py": "from g import M\nclass C(M): n = 2\n"},
    ),
    "a subclass elsewhere that is asked for": (
        {
            "m.py": "import h\nfrom g import B\ndef f(x): return B.__subclasses__()\n",
            "g.py": "class B: pass\n",
            "h.py": "from g import B\nclass C(B): n = 1\n",
        },
        {"h.py": "from g import B\nclass C(B): n = 2\n"},
    ),
    "filled behind a star and a package": (
        {
            "m.py": "from p import *\ndef f(x): return R\n",
            "p/__init__.py": "from .a import *\nfrom . import b\n",
            "p/a.py": "R = {}\n",
            "p/b.py": "from . import *\nR['a'] = [1]\n",
        },
        {"p/b.py": "from . import *\nR['a'] = [2]\n"},
    ),
    "subclass that registers itself": swap(
        "class B:\n    all = []\n    def __init_subclass__(c): c.all.append(c)\n"
        "class C(B): n = 1\ndef f(x): return B.all\n",
        "n = 1",
        "n = 2",
    ),
    "conditional": one(
        "import sys\nif sys.argv:\n    T = [1]\nelse:\n    T = []\ndef f(x): return T\n",
        "import sys\nif sys.argv:\n    T = [2]\nelse:\n    T = []\ndef f(x): return T\n",
    ),
    "condition": one(
        "import sys\nif sys.argv:\n    T = [1]\ndef f(x): return T\n",
        "import sys\nif sys.path:\n    T = [1]\ndef f(x): return T\n",
    ),
    "try and except": one(
        "try:\n    import nothere as T\nexcept ImportError:\n    T = [1]\ndef f(x): return T\n",
        "try:\n    import nothere as T\nexcept ImportError:\n    T = [2]\ndef f(x): return T\n",
    ),
    "project import in try": beside(
        "try:\n    from h import a\nexcept ImportError:\n    a = None\ndef f(x): return a(x)\n",
        "def a(x): return 1\n",
        "def a(x): return 2\n",
    ),
    "for loop": one(
        "T = {}\nfor i in (1, 2):\n    T[i] = i\ndef f(x): return T\n",
        "T = {}\nfor i in (1, 3):\n    T[i] = i\ndef f(x): return T\n",
    ),
    "loop variable": one("for N in [[1]]: pass\ndef f(x): return N\n", "for N in [[2]]: pass\ndef f(x): return N\n"),
    "with": one(
        "from contextlib import nullcontext\nwith nullcontext([1]) as N: pass\ndef f(x): return N\n",
        "from contextlib import nullcontext\nwith nullcontext([2]) as N: pass\ndef f(x): return N\n",
    ),
    "del": one("T = {'a': 1, 'b': 2}\ndef f(x): return T\n", "T = {'a': 1, 'b': 2}\ndel T['a']\ndef f(x): return T\n"),
    "unpacking": one("N, M = [1], [2]\ndef f(x): return N\n", "N, M = [3], [2]\ndef f(x): return N\n"),
    "walrus": one("K = (N := [1])\ndef f(x): return N\n", "K = (N := [2])\ndef f(x): return N\n"),
    "what a constant is made of": one(
        "def h(): return [1]\nT = h()\ndef f(x): return T\n", "def h(): return [2]\nT = h()\ndef f(x): return T\n"
    ),
    "value after import": (
        {"m.py": "N = len(open(__file__.replace('m.py', 'n.txt')).read())\ndef f(x): return N\n", "n.txt": "ab"},
        {"n.txt": "abc"},
    ),
    "imported constant": beside("from h import N\ndef f(x): return N\n", "N = 1\n", "N = 2\n"),
    "constant of a module": beside("import h\ndef f(x): return h.N\n", "N = 1\n", "N = 2\n"),
    "where an installed name comes from": swap(
        "from os.path import join as j\ndef f(x): return j(x)\n", "join", "split"
    ),
    "installed star import": swap("from math import *\ndef f(x): return exp(x)\n", "math", "cmath"),
    "setting of an imported module": one(
        "import decimal\ndecimal.DefaultContext.prec = 3\ndef f(x): return decimal.Decimal(x)\n",
        "import decimal\ndecimal.DefaultContext.prec = 4\ndef f(x): return decimal.Decimal(x)\n",
    ),
    "a builtin is redefined": one("def f(x): return len(x)\n", "def len(x): return 1\ndef f(x): return len(x)\n"),
    "match": one(
        "class P:\n    __match_args__ = ('a',)\ndef f(x):\n    match x:\n        case P(a): return a\n",
        "class P:\n    __match_args__ = ('b',)\ndef f(x):\n    match x:\n        case P(a): return a\n",
    ),
    "f-string hole": one("N = 1\ndef f(x): return f'{x:{N}}'\n", "N = 2\ndef f(x): return f'{x:{N}}'\n"),
}


@pytest.mark.parametrize("name", COSMETIC)
def test_an_edit_that_cannot_change_a_result_keeps_the_digest(tmp_path: Path, name: str) -> None:
    assert compare(tmp_path, *COSMETIC[name])


@pytest.mark.parametrize("name", ACTING)
def test_an_edit_that_can_change_a_result_changes_the_digest(tmp_path: Path, name: str) -> None:
    assert not compare(tmp_path, *ACTING[name])
