"""Which thing a name leads to counts, not only which things are reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.front.modules import Project
from redo_py.tasks.code.identify import code_parts
from redo_py.tasks.reading.parts import digest_of_parts
from redo_py.tasks.task import Task

Files = dict[str, str]

TWO = "def old(): return 1\ndef new(): return 2\n"
ONES = {"a.py": "def h(): return 1\n", "b.py": "def h(): return 2\n"}
TASKS = "from redo_py import task\n@task\ndef one(): return 1\n@task\ndef two(): return 2\n"
USES = "def f(): return p(), q()\n"


READS = "import datetime, decimal, enum, os, pathlib\nCUT = open(os.path.dirname(__file__) + '/cut').read()\n"
FACTORY = (
    "from redo_py import task\ndef make(cfg):\n    @task(name='f')\n    def f(x): return x + cfg['k']\n    return f\n"
)


def digest(folder: Path, files: Files) -> bytes:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    with Project(str(folder), lambda value: isinstance(value, Task)) as project:
        found = project.member("m", "f")
        return digest_of_parts(code_parts(found.func if isinstance(found, Task) else found, project))


ACTING: dict[str, tuple[Files, Files]] = {
    "another function under the name": (
        {"h.py": TWO, "m.py": "from h import old as k, new, old\ndef f(): return k(), new(), old()\n"},
        {"m.py": "from h import new as k, new, old\ndef f(): return k(), new(), old()\n"},
    ),
    "two names swapped": (
        {**ONES, "m.py": "from a import h as p\nfrom b import h as q\n" + USES},
        {"m.py": "from a import h as q\nfrom b import h as p\n" + USES},
    ),
    "two modules swapped": (
        {**ONES, "m.py": "import a as x, b as y\ndef f(): return x.h(), y.h()\n"},
        {"m.py": "import a as y, b as x\ndef f(): return x.h(), y.h()\n"},
    ),
    "two re-exports swapped": (
        {**ONES, "k.py": "from a import h as p\nfrom b import h as q\n", "m.py": "from k import p, q\n" + USES},
        {"k.py": "from a import h as q\nfrom b import h as p\n"},
    ),
    "two re-exports swapped, taken from their module": (
        {
            **ONES,
            "k.py": "from a import h as p\nfrom b import h as q\n",
            "m.py": "import k\ndef f(): return k.p(), k.q()\n",
        },
        {"k.py": "from a import h as q\nfrom b import h as p\n"},
    ),
    "two re-exports swapped, imported by the function": (
        {
            **ONES,
            "k.py": "from a import h as p\nfrom b import h as q\n",
            "m.py": "def f():\n    from k import p, q\n    return p(), q()\n",
        },
        {"k.py": "from a import h as q\nfrom b import h as p\n"},
    ),
    "two re-exports of a module that is a value": (
        {
            **ONES,
            "j.py": "from a import h as p\nfrom b import h as q\n",
            "k.py": "from j import p, q\n",
            "m.py": "import k\ndef f(x): return getattr(k, x)()\n",
        },
        {"j.py": "from a import h as q\nfrom b import h as p\n"},
    ),
    "two re-exported tasks swapped": (
        {"t.py": TASKS, "k.py": "from t import one as p, two as q\n", "m.py": "from k import p, q\n" + USES},
        {"k.py": "from t import one as q, two as p\n"},
    ),
    "the names of two tasks swapped": (
        {
            "m.py": "from redo_py import task\n@task(name='a')\ndef p(): return 1\n@task(name='b')\ndef q(): return 2\n"
            + USES
        },
        {
            "m.py": "from redo_py import task\n@task(name='b')\ndef p(): return 1\n@task(name='a')\ndef q(): return 2\n"
            + USES
        },
    ),
    "two imports of a name in another order": (
        {**ONES, "m.py": "from a import h\nfrom b import h\ndef f(): return h()\n"},
        {"m.py": "from b import h\nfrom a import h\ndef f(): return h()\n"},
    ),
    "an import and a definition in another order": (
        {**ONES, "m.py": "from a import h\ndef h(): return 3\ndef f(): return h()\n"},
        {"m.py": "def h(): return 3\nfrom a import h\ndef f(): return h()\n"},
    ),
    "two star imports in another order": (
        {**ONES, "m.py": "from a import *\nfrom b import *\ndef f(): return h()\n"},
        {"m.py": "from b import *\nfrom a import *\ndef f(): return h()\n"},
    ),
    "a star import over a definition": (
        {**ONES, "b.py": "", "m.py": "def h(): return 3\nfrom b import *\ndef f(): return h()\n"},
        {"b.py": "def h(): return 2\n"},
    ),
    "__all__ stops to give a name": (
        {**ONES, "m.py": "from a import *\nfrom b import *\ndef f(): return h()\n"},
        {"b.py": "__all__ = []\ndef h(): return 2\n"},
    ),
    "a star import in a module that is a value": (
        {**ONES, "k.py": "from a import *\n", "m.py": "import k\ndef f(x): return getattr(k, x)()\n"},
        {"a.py": "def h(): return 7\n"},
    ),
    **{
        f"a task looked into: {name}": (
            {"m.py": f"from redo_py import task\n@task(version='1')\ndef g(x): return x + 1\n{code}"},
            {"m.py": f"from redo_py import task\n@task(version='2')\ndef g(x): return x + 2\n{code}"},
        )
        for name, code in {
            "its function": "def f(): return g.func(1)\n",
            "by a helper": "def h(): return g.func(1)\ndef f(): return h()\n",
            "by a helper that is given it": "def h(t): return t.func(1)\ndef f(): return h(g)\n",
            "in a table": "T = {'g': g}\ndef f(): return T['g'].func(1)\n",
            "in a closure": "def make(t):\n    def f(): return t.func(1)\n    return f\nf = make(g)\n",
            "by getattr": "def f(): return getattr(g, 'func')(1)\n",
            "its version": "def f(): return g.version\n",
        }.items()
    },
    "what a factory of tasks is given": (
        {"m.py": FACTORY + "f = make({'k': 1})\n"},
        {"m.py": FACTORY + "f = make({'k': 2})\n"},
    ),
    "what a factory of tasks is given by name": (
        {"m.py": FACTORY + "C = {'k': 1}\nf = make(C)\n"},
        {"m.py": FACTORY + "C = {'k': 2}\nf = make(C)\n"},
    ),
    "what a factory of another module is given": (
        {"h.py": FACTORY, "m.py": "from h import make\nf = make({'k': 1})\n"},
        {"m.py": "from h import make\nf = make({'k': 2})\n"},
    ),
    **{
        f"a constant that is read: {name}": (
            {"cut": "2020-01-01", "m.py": READS + f"N = {made}\ndef f(): return N\n"},
            {"cut": "2020-01-02"},
        )
        for name, made in {
            "date": "datetime.date.fromisoformat(CUT)",
            "datetime": "datetime.datetime.fromisoformat(CUT)",
            "timedelta": "datetime.timedelta(int(CUT[-1]))",
            "Decimal": "decimal.Decimal(CUT[-1])",
            "path": "pathlib.Path(CUT)",
            "enum": "enum.Enum('E', {'A': CUT}).A",
            "tuple": "(1, datetime.date.fromisoformat(CUT))",
        }.items()
    },
    "a task looked into: what its function uses": (
        {"m.py": "from redo_py import task\nN = 1\n@task\ndef g(x): return x + N\ndef f(): return g.func(1)\n"},
        {"m.py": "from redo_py import task\nN = 2\n@task\ndef g(x): return x + N\ndef f(): return g.func(1)\n"},
    ),
}

COSMETIC: dict[str, tuple[Files, Files]] = {
    "from where it is written, not from where it is exported": (
        {**ONES, "k.py": "from a import h\n", "m.py": "from k import h\ndef f(): return h()\n"},
        {"m.py": "from a import h\ndef f(): return h()\n"},
    ),
    "by a star": (
        {**ONES, "m.py": "from a import h\ndef f(): return h()\n"},
        {"m.py": "from a import *\ndef f(): return h()\n"},
    ),
    "an import twice": (
        {**ONES, "m.py": "from a import h\ndef f(): return h()\n"},
        {"m.py": "from a import h\nfrom a import h\ndef f(): return h()\n"},
    ),
    "another module of the package": (
        {"p/__init__.py": "", "p/a.py": TWO, "p/b.py": "", "m.py": "import p.a\ndef f(): return p.a.old()\n"},
        {"m.py": "import p.b\nimport p.a\ndef f(): return p.a.old()\n"},
    ),
    "a task that is called, in a table": (
        {"m.py": "from redo_py import task\n@task\ndef g(): return 1\nT = [g]\ndef f(): return T[0].options()()\n"},
        {"m.py": "from redo_py import task\n@task\ndef g(): return 2\nT = [g]\ndef f(): return T[0].options()()\n"},
    ),
    "a circle of imports": (
        {"a.py": "import m\ndef h(): return m.f\n", "m.py": "import a\ndef f(): return a.h()\n"},
        {"a.py": "import m\n\ndef h(): return m.f\n"},
    ),
}


@pytest.mark.parametrize("name", ACTING)
def test_another_home_is_other_code(tmp_path: Path, name: str) -> None:
    old, new = ACTING[name]
    assert digest(tmp_path / "old", old) != digest(tmp_path / "new", old | new)


@pytest.mark.parametrize("name", COSMETIC)
def test_another_way_to_the_same_home_is_the_same_code(tmp_path: Path, name: str) -> None:
    old, new = COSMETIC[name]
    assert digest(tmp_path / "old", old) == digest(tmp_path / "new", old | new)
