"""What a redunfile learns of a name of a module without importing it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from redo_py.front.literals import CONSTANT, FUNCTION, MISSING, OTHER, TASK, Found, kind_of, read_constant
from redo_py.front.modules import Project
from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span


def project_of(folder: Path, **files: str) -> Project:
    """`pkg__sub="..."` is pkg/sub.py. The project is not opened: nothing may be imported."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Project(str(folder))


def found(folder: Path, name: str, **files: str) -> Found:
    return kind_of(project_of(folder, **files), "m", name)


# ---- constants


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", "a"),
        ("'a' 'b'", "ab"),
        ("(\n  'a'\n  'b'\n)", "ab"),
        ("1", 1),
        ("-1", -1),
        ("+1.5", 1.5),
        ("0x10", 16),
        ("True", True),
        ("None", None),
        ("1, 'a'", (1, "a")),
        ("()", ()),
        ("[1, [2, (3,)]]", [1, [2, (3,)]]),
        ("{'a': 1, 2: [None], None: {}}", {"a": 1, 2: [None], None: {}}),
    ],
)
def test_a_literal(tmp_path: Path, text: str, value: object) -> None:
    read = read_constant(project_of(tmp_path, m=f"import nothere\nX = {text}\n1 / 0\n"), "m", "X")
    assert read == value
    assert type(read) is type(value)
    assert "m" not in sys.modules


def test_a_literal_with_an_annotation_or_two_names(tmp_path: Path) -> None:
    project = project_of(tmp_path, m="X: int = 3\nY = Z = 4\nprint(X, Y)\n")
    assert [read_constant(project, "m", name) for name in "XYZ"] == [3, 4, 4]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("X = 1 + 2", "it is bound to a computed value (an operator)"),
        ("X = 'a' + 'b'", "it is bound to a computed value (an operator)"),
        ("X = len('a')", "it is bound to the result of a call"),
        ("Y = 1\nX = Y", "it is bound to another name"),
        ("import os\nX = os.sep", "it is bound to an attribute of another name"),
        ("X = f'a'", "it is bound to an f-string"),
        ("X = [1, len('a')]", "it is bound to the result of a call"),
        ("X = {**{}}", "it is bound to a dict with `**`"),
        ("X = {(1,): 2}", "it is bound to a dict whose key is neither text nor a number"),
        ("X = {1, 2}", "it is bound to a set, which has no order"),
        ("X = [y for y in 'ab']", "it is bound to a comprehension"),
        ("X = lambda: 1", "it is bound to a lambda"),
        ("X = b'a'", "it is bound to bytes, a complex number or `...`"),
        ("X = -True", "it is bound to a computed value"),
        ("X = 1\nX = 2", "it is bound or changed more than once (lines 1 and 2)"),
        ("X = 1\nX += 2", "it is bound or changed more than once (lines 1 and 2)"),
        ("X = []\nX.append(1)", "it is bound or changed more than once (lines 1 and 2)"),
        ("X = {}\nX['a'] = 1", "it is bound or changed more than once (lines 1 and 2)"),
        ("X = [1]\nprint(X)", "it is bound or changed more than once (lines 1 and 2)"),
        ("X = 1\ndel X", "it is bound or changed more than once (lines 1 and 2)"),
        ("X = {}\ndef fill():\n    X['a'] = 1\nfill()", "it is bound or changed more than once (lines 1 and 4)"),
        ("X = 1\nif X:\n    X = 2", "it is bound or changed more than once (lines 1 and 2)"),
        ("if True:\n    X = 1", "it is not bound by a plain assignment at the top level"),
        ("X, Y = 1, 2", "it is not bound by a plain assignment at the top level"),
        ("for X in [1]: pass", "it is not bound by a plain assignment at the top level"),
        ("X = 1\ndef f():\n    if f:\n        global X\n        X = 2", "a function of the module declares it global"),
        ("class X: pass", "it is a class"),
        ("def X(): pass", "it is a function"),
        ("import os as X", "it is not bound by a plain assignment at the top level"),
        ("from os import sep as X", "it is imported from `os`, which is not a file of the project"),
    ],
)
def test_what_is_no_constant(tmp_path: Path, text: str, reason: str) -> None:
    span = Span("redunfile.py", 1, 15)
    with pytest.raises(UsageError) as caught:
        read_constant(project_of(tmp_path, m=text + "\n"), "m", "X", span, "from m import X")
    first, *_, last = str(caught.value).split("\n")
    assert first == f"redunfile.py:1:15: `X` of module `m` is not a plain constant: {reason}"
    assert last == (
        "  hint: bind it once to a literal, or use `config`, `data`, `table`, `stdout` or a task "
        "for a value that is computed"
    )


def test_the_whole_text_says_where_it_is_bound(tmp_path: Path) -> None:
    project = project_of(tmp_path, m="from pkg.settings import LIMIT as X\n", pkg__settings="\nLIMIT = int('3')\n")
    with pytest.raises(UsageError) as caught:
        read_constant(project, "m", "X", Span("redunfile.py", 1, 15), "from m import X")
    assert str(caught.value) == (
        "redunfile.py:1:15: `X` of module `m` is not a plain constant: it is bound to the result of a call\n"
        "     1 | from m import X\n"
        "       |               ^\n"
        "  bound at  pkg/settings.py:2:1\n"
        "            LIMIT = int('3')\n"
        "  hint: bind it once to a literal, or use `config`, `data`, `table`, `stdout` or a task "
        "for a value that is computed"
    )


def test_a_constant_of_another_module_of_the_project(tmp_path: Path) -> None:
    files = {
        "m": "from pkg.a import Y as X\n",
        "pkg____init__": "",
        "pkg__a": "from .b import *\n",
        "pkg__b": "Y = 7\n",
    }
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/__init__.py").write_text("")
    del files["pkg____init__"]
    project = project_of(tmp_path, **files)
    assert read_constant(project, "m", "X") == 7
    assert kind_of(project, "m", "X").module == "pkg.b"
    assert [file[0] for file in project.loaded_files()] == ["m.py", "pkg/__init__.py", "pkg/a.py", "pkg/b.py"]


def test_an_unknown_name_is_suggested(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_constant(project_of(tmp_path, m="LIMIT = 1\n"), "m", "LIMITS", Span("redunfile.py", 1, 15), "from m")
    assert str(caught.value) == (
        "redunfile.py:1:15: module `m` has no name `LIMITS`\n"
        "     1 | from m\n"
        "       |               ^\n"
        "  hint: did you mean `LIMIT`?"
    )


# ---- kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("def f(): pass", FUNCTION),
        ("async def f(): pass", FUNCTION),
        ("@task\ndef f(): pass", TASK),
        ("@task(memory=1)\n@other\ndef f(): pass", TASK),
        ("f = 1", CONSTANT),
        ("f = make()", OTHER),
        ("f = lambda: 1", OTHER),
        ("class f: pass", OTHER),
        ("def f(): pass\nf.limit = 3\nregister(f)", FUNCTION),
        ("def f(): pass\nf = cache(f)", OTHER),
        ("if True:\n    def f(): pass", OTHER),
        ("from os import sep as f", OTHER),
        ("from h import *", MISSING),
        ("g = 1", MISSING),
        ("if __name__ == '__main__':\n    f = 1", MISSING),
    ],
)
def test_kinds(tmp_path: Path, text: str, kind: str) -> None:
    assert found(tmp_path, "f", m=text + "\n", h="def _f(): pass\n").kind == kind


def test_a_function_in_detail(tmp_path: Path) -> None:
    text = '''
import pathlib


async def f(a, /, b: str, c: "pathlib.Path" = None, *rest: int, d: list[
    pathlib.Path], e=1, **more: object):
    """Say it.

        Indented.
            More.
    """
'''
    function = found(tmp_path, "f", m=text)
    assert function.span == Span("m.py", 5, 1)
    assert function.is_async
    assert function.doc == "Say it.\n\nIndented.\n    More."
    assert [(p.name, p.kind, p.annotation, p.form, p.has_default) for p in function.parameters] == [
        ("a", "positional", "", "", False),
        ("b", "normal", "str", "str", False),
        ("c", "normal", '"pathlib.Path"', "path", True),
        ("rest", "*", "int", "", False),
        ("d", "keyword", "list[ pathlib.Path]", "path", False),
        ("e", "keyword", "", "", True),
        ("more", "**", "object", "", False),
    ]


@pytest.mark.parametrize(
    ("annotation", "form"),
    [
        ("str", "str"),
        ("'str'", "str"),
        ("Path", "path"),
        ("pathlib.Path", "path"),
        ("Path | None", "path"),
        ("Optional[Path]", "path"),
        ("list[str]", "str"),
        ("tuple[Path, ...]", "path"),
        ("Sequence[Path]", "path"),
        ("int", ""),
        ("File", ""),
        ("str | Path", ""),
        ("str | File", ""),
        ("dict[str, int]", ""),
        ("'not python'", ""),
        ("None", ""),
    ],
)
def test_the_form_a_file_is_handed_over_in(tmp_path: Path, annotation: str, form: str) -> None:
    assert found(tmp_path, "f", m=f"def f(x: {annotation}): pass\n").parameters[0].form == form


def test_a_function_is_followed_to_where_it_is_written(tmp_path: Path) -> None:
    project = project_of(tmp_path, m="from pkg.steps import go as f\n", pkg__steps="\n\ndef go(x): pass\n")
    function = kind_of(project, "m", "f")
    assert (function.kind, function.module, function.name) == (FUNCTION, "pkg.steps", "go")
    assert function.span == Span("pkg/steps.py", 3, 1)


def test_a_circle_of_imports_binds_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, "f", m="from n import f\n", n="from m import f\n").kind == MISSING


def test_an_unknown_module(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        kind_of(project_of(tmp_path, pipeline=""), "pipelines", "f")
    assert str(caught.value) == "redun: there is no module `pipelines`\n  hint: did you mean `pipeline`?"


@pytest.mark.parametrize("text", ["def f(:\n", "x = 1\0\n", "x = '\n"])
def test_a_module_that_cannot_be_parsed(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        found(tmp_path, "f", m=text)
    assert caught.value.code == "module-syntax"
    assert str(caught.value).startswith("m.py:1:")
