"""What the built-in names do when Python runs a module."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import redo_py.build
from redo_py.front.embedded import answers
from redo_py.front.redunfile.builtins.table import TABLE
from redo_py.ground.errors import UsageError
from tests.unit.front.redunfile.small_world import World, loaded

MODULE = "answered_module"
MARKS = ("rule", "action", "check", "group", "default", "include", "pool", "source", "task", "raw")
WITHOUT_BUILD = ("config", "env", "words")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a module that can be imported."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(answers, "_answering", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    sys.modules.pop(MODULE, None)


def imported(folder: Path, text: str) -> ModuleType:
    (folder / f"{MODULE}.py").write_text("from redo_py.build import *\n" + text)
    sys.modules.pop(MODULE, None)
    return __import__(MODULE)


def test_a_decorated_function_is_a_rule(folder: Path) -> None:
    made = imported(
        folder,
        '@rule("a/{x}", "b/{x}", h="c/{x}", retries=2)\ndef cc(out, x):\n    "Compile."\n'
        "@check\ndef ok(): pass\n@check()\ndef fine(): pass\n@action('go')\ndef act(n=1): pass\n",
    )
    assert (made.cc.kind, made.cc.name, made.cc.doc) == ("rule", "cc", "Compile.")
    assert made.cc.patterns == ("a/{x}", "b/{x}", ("h", "c/{x}"))
    assert [repr(each) for each in (made.cc, made.ok, made.fine, made.act)] == [
        "<rule cc>", "<check ok>", "<check fine>", "<action act>",
    ]  # fmt: skip
    assert made.act.function(3) is None
    with pytest.raises(RuntimeError, match="the rule `cc` cannot be called: ask `redun build` for what it makes"):
        made.cc("o", "x")


def test_a_rule_without_a_pattern(folder: Path) -> None:
    with pytest.raises(RuntimeError, match="a rule needs the path that it makes"):
        imported(folder, "@rule\ndef cc(out): pass\n")


def test_declarations_say_nothing(folder: Path) -> None:
    made = imported(
        folder,
        'L = pool("link", 2)\nG = group("all", "a", ["b"])\ndefault("all")\nsource("x/*")\n'
        'T = task(len, retries=2)\nR = raw("$x")\n',
    )
    assert (made.L, made.G.name, made.G.targets, made.T, made.R) == ("link", "all", ("a", ["b"]), len, "$x")


def test_without_a_build(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSWERED", "x y")
    made = imported(
        folder, 'C = config("mode", "fast")\nE = words(env("ANSWERED"))\nN = env("NOT_SET_ANYWHERE", "no")\n'
    )
    assert (made.C, made.E, made.N) == ("fast", ["x", "y"], "no")
    with pytest.raises(RuntimeError, match=r"glob\(\.\.\.\) is answered by `redun build` only"):
        imported(folder, 'F = glob("*")\n')


@pytest.mark.parametrize("name", ["sh", "need", "args_file"])
def test_steps_belong_into_bodies(folder: Path, name: str) -> None:
    with pytest.raises(RuntimeError, match=rf"{name}\(\.\.\.\) belongs into the body of a rule, action or check"):
        imported(folder, f'{name}("x")\n')


def test_an_import_is_answered_as_the_redunfile_was(folder: Path) -> None:
    world = World(("a.c", "b.c", "list"), {"CC": "gcc -g"}, {"mode": "slow"})
    world.files = {"a.c": "", "b.c": "", "list": "1\n2\n"}
    redunfile = loaded('MODE = config("mode", "fast")\n', world)
    answers.answer_by(redunfile)
    made = imported(
        folder,
        'MODE = config("mode", "fast")\nCC = words(env("CC", "cc"))\nL = lines("list")\n'
        'FILES = [f.stem for f in glob("*.c", exclude="b.c")]\nS = stems("{x}.c")\ndef late():\n    return glob("*")\n',
    )
    assert (made.MODE, made.CC, made.L, made.FILES, made.S) == ("slow", ["gcc", "-g"], ["1", "2"], ["a"], ["a", "b"])
    assert ("*.c", ("b.c",)) in redunfile.reads.globs
    assert redunfile.root.variables == {}
    with pytest.raises(RuntimeError, match=r"glob\(\.\.\.\) has no answer inside a task"):
        made.late()


def test_what_is_wrong_in_an_import_has_its_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    redunfile = loaded("")
    answers.answer_by(redunfile)
    with pytest.raises(UsageError) as caught:
        imported(folder, '\nL = lines("nothing")\n')
    assert str(caught.value).startswith(f"{MODULE}.py:3:1: there is no file nothing\n")


def test_a_redunfile_that_is_gone_answers_no_more(folder: Path) -> None:
    answers.answer_by(loaded('MODE = config("mode", "a")\n'))
    import gc

    gc.collect()
    assert imported(folder, 'MODE = config("mode", "b")\n').MODE == "b"


@pytest.mark.parametrize("name", [name for name, builtin in TABLE.items() if builtin.stub])
def test_every_name_can_be_called(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each marks, is answered anywhere, or says where it belongs."""
    monkeypatch.setattr(answers, "_answering", None)
    function = getattr(redo_py.build, name)
    needed = [each for each in inspect.signature(function).parameters.values() if each.default is each.empty]
    given = ["x" for each in needed if each.kind == each.POSITIONAL_OR_KEYWORD]
    if name in (*MARKS, *WITHOUT_BUILD):
        function(*given)
    else:
        with pytest.raises(RuntimeError, match=rf"{name}\(\.\.\.\) (belongs|is answered)"):
            function(*given)
