"""What of a Python module is redun's: the tree that a redunfile with the same rules has, at the module's places."""

from __future__ import annotations

from textwrap import dedent

import pytest

from redo_py.front.embedded.reading import read_module
from redo_py.front.embedded.telling import is_module
from redo_py.front.redunfile.grammar.freenames import walk
from redo_py.front.redunfile.grammar.parse import parse
from redo_py.front.redunfile.grammar.syntax import Assign, Def, Import, Module, Name
from redo_py.ground.errors import ErrorList
from redo_py.tasks.reading.sources import Source


def source(text: str | bytes) -> Source:
    data = text if isinstance(text, bytes) else dedent(text).encode()
    return Source("/p/pipeline.py", "pipeline.py", "pipeline", data)


def read(text: str | bytes) -> Module:
    return read_module(source(text))


def redunfile(text: str) -> Module:
    return parse(dedent(text), "redunfile.py")


RULE = """\
@rule("build/{stem}.o")
def cc(out, stem):
    '''Compile.'''
    sh(f"cc {FLAGS} -c {need(f'src/{stem}.c')} -o {out}")
"""


def below(module: str) -> str:
    """RULE with its built-in names taken from `module`."""
    return RULE.replace("@rule", f"@{module}.rule").replace("sh(", f"{module}.sh(").replace("need(", f"{module}.need(")


PLAIN = f'FLAGS = ["-O2"]\n{RULE}'


@pytest.mark.parametrize(
    "text",
    [
        f"import os\nfrom redo_py.build import need, rule, sh\nFLAGS = ['-O2']\n{RULE}",
        f"from redo_py.build import *\nFLAGS = ['-O2']\n{RULE}",
        f"from redo_py.build import need, rule as r, sh\nFLAGS = ['-O2']\n{RULE.replace('@rule', '@r')}",
        f"from redo_py import build as b\nfrom redo_py.build import need, sh\n{PLAIN.replace('@rule', '@b.rule')}",
        f"import redo_py.build\nFLAGS = ['-O2']\n{below('redo_py.build')}",
        f"import redo_py.build as b\nFLAGS = ['-O2']\n{below('b')}",
    ],
)
def test_a_rule_is_that_of_a_redunfile_however_its_names_are_imported(text: str):
    assert read(text) == redunfile(PLAIN)


def test_what_no_rule_uses_is_pythons():
    text = """
        import os
        from redo_py import task
        from redo_py.build import need, rule, sh

        FLAGS = ["-O2"]
        UNUSED = {os.environ["X"]: lambda: 3}

        class Thing:
            level = 3

        @task
        def train(src):
            while True:
                return src

        if __name__ == "__main__":
            print("main")
        """
    assert read(dedent(text) + RULE) == redunfile(PLAIN)


def test_names_that_a_body_binds_itself_are_not_those_of_the_module():
    made = read("""
        import os
        from redo_py import build as b
        from redo_py.build import fail
        f = os.getcwd()

        @b.rule("o/{b}.txt")
        def o(out, b):
            for f in ["x"]:
                fail(b.y + f)
            return b
        """)
    assert made == redunfile("""
        @rule("o/{b}.txt")
        def o(out, b):
            for f in ["x"]:
                fail(b.y + f)
            return b
        """)


def test_functions_are_tasks_unless_they_mention_a_built_in_name():
    made = read("""
        import helpers
        from tools import clean as tidy
        from redo_py.build import need, rule, sh

        def plain(src, out):
            return src

        def copy(src, out):
            sh(f"cp {src} {out}")

        @rule("a")
        def a(out):
            copy(need("x"), out)

        @rule("b")
        def b(out):
            return plain(tidy(helpers.load(need("x"))), out)
        """)
    imports = [each for each in made.body if isinstance(each, Import)]
    assert {(each.module, name.name, name.alias) for each in imports for name in each.names} == {
        ("tools", "clean", "tidy"),
        ("pipeline", "plain", "plain"),
        ("helpers", "load", "helpers.load"),
    }
    assert [each.name for each in made.body if isinstance(each, Def)] == ["copy", "a", "b"]


def test_what_is_imported_is_there_for_the_top_level():
    made = read("""
        import helpers
        from tools import *
        from redo_py.build import rule, task

        big = task(helpers.train, memory="16G")
        small = task(clean, retries=2)

        @rule("o")
        def o(out):
            return big(small(later()), out)

        def later():
            return os.getpid()
        """)
    kinds = [type(each) for each in made.body]
    assert kinds == [Import, Import, Import, Assign, Assign, Def]
    assert {each.module for each in made.body if isinstance(each, Import)} == {"helpers", "tools", "pipeline"}


def test_names_of_resources_need_no_import():
    text = "from redo_py.build import rule, sh\nfrom tools import *\n" + '@rule("o", cpus=2)\ndef o(out):\n    %s\n'
    made = read(text % 'sh(f"make -j{cpus} {out}")')
    assert [type(each) for each in made.body] == [Def]


def test_statements_that_bind_and_add_to_a_name_come_together():
    made = read("""
        import os
        from redo_py.build import config, rule, sh

        NAMES = []
        for n in ["a", "b"]:
            NAMES += [n]
        if config("fast", False):
            MODE = "f"
        else:
            MODE = "s"

        @rule("o")
        def o(out):
            sh(f"echo {NAMES} {MODE} > {out}")
        """)
    assert made == redunfile("""
        NAMES = []
        for n in ["a", "b"]:
            NAMES += [n]
        if config("fast", False):
            MODE = "f"
        else:
            MODE = "s"

        @rule("o")
        def o(out):
            sh(f"echo {NAMES} {MODE} > {out}")
        """)


def test_rules_in_a_loop_and_by_a_name_of_their_decorator():
    made = read("""
        import os
        from redo_py.build import rule, sh

        for kind in ["x", "y"]:
            @rule(f"o.{kind}")
            def o(out):
                sh(f"echo > {out}")

        one = rule("one")

        @one
        def first(out):
            sh(f"echo > {out}")
        """)
    assert made == redunfile("""
        for kind in ["x", "y"]:
            @rule(f"o.{kind}")
            def o(out):
                sh(f"echo > {out}")

        one = rule("one")

        @one
        def first(out):
            sh(f"echo > {out}")
        """)


HEAD = "import os\nfrom redo_py.build import rule, sh\n"
BODY = "def o(out):\n    sh(f'echo é > {out}')"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + f"{HEAD}@rule('o')\n{BODY}\n".encode(),
        f"{HEAD}@rule('o')\n{BODY}\n".replace("\n", "\r\n").encode(),
        f"{HEAD}@rule('o')\n{BODY}".replace("\n", "\r").encode(),
        f"# -*- coding: latin-1 -*-\n{HEAD}@rule('o')\n{BODY}".encode("latin-1"),
        f"{HEAD}\x0c\n@ \\\n  rule('o')\n{BODY}; \n".encode(),
    ],
    ids=["bom", "crlf", "cr", "latin-1", "form feed and continued line"],
)
def test_any_text_that_python_reads(data: bytes):
    made = read(data)
    assert made == redunfile("@rule('o')\ndef o(out):\n    sh(f'echo é > {out}')\n")


def test_places_are_those_of_the_module():
    text = 'import os\nfrom redo_py import build as b\n\né = 1; X = "ö"; Y = [X]\n\n\n'
    text += '@b.rule("o")\ndef o(out):\n    b.sh(f"é {Y}")\n'
    places = {each.id: (each.line, each.column) for each in walk(read(text)) if isinstance(each, Name)}
    assert places["X"] == (4, 22)
    assert places["Y"] == (9, 15)
    assert places["sh"] == (9, 5)
    assert places["rule"] == (7, 2)


def test_the_docstring():
    assert read('"""Two\n    lines.\n"""\nfrom redo_py.build import rule\n').doc == "Two\nlines."
    assert read("from redo_py.build import rule\n").doc == ""
    assert read("").body == ()


def test_a_file_that_is_no_text():
    with pytest.raises(ErrorList) as caught:
        read(b"import os\nfrom redo_py.build import rule\nx = '\xff'\n")
    assert "pipeline.py:" in str(caught.value)
    with pytest.raises(ErrorList):
        read(b"import os\0\nfrom redo_py.build import rule\n")


# ---- a module, or a redunfile of another name?

TAKES = "from redo_py.build import need, rule, sh\n"


@pytest.mark.parametrize(
    "text",
    [
        "import os\n",
        "from redo_py import task\n",
        "from __future__ import annotations\n",
        "from tools import *\n",
        "class A: pass\n",
        "try:\n    x = 1\nfinally:\n    pass\n",
        "@cache\ndef f(): pass\n",
        "async def f(): pass\n",
        "def f(x):\n    open(x).read()\n",
        "def f(x):\n    with open(x): pass\n",
        "if __name__ == '__main__':\n    pass\n",
    ],
)
def test_a_module(text: str):
    assert is_module(source(TAKES + text))


@pytest.mark.parametrize(
    "text",
    [
        TAKES + PLAIN,
        TAKES + "def flags(x):\n    return [x, len(x), FLAGS]\nFLAGS = 1\n",
        TAKES + "from .sub.redunfile import x\nfrom tools import y\nif x:\n    y = 1\n",
        "from redo_py.build import need\n" + PLAIN,  # the other names are there without an import
        TAKES + '@rule("o")\ndef o(out):\n    while True:\n        pass\n',  # a mistake in a rule
        "import os\n" + PLAIN,  # nothing of redun is imported
        TAKES + "def f(:\n",
        "",
    ],
)
def test_a_redunfile(text: str):
    assert not is_module(source(text))


def test_a_module_that_python_cannot_read_is_one_by_its_lines():
    assert is_module(source(TAKES + "import os\ndef f(:\n"))
