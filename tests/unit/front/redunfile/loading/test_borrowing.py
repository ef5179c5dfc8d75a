"""`from pipeline import compile_c`: what a redunfile takes from a module with rules, and what it leaves there."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from redo_py.front.embedded.reading import read_module
from redo_py.front.redunfile.planning.planner import Planner
from redo_py.ground.errors import ErrorList
from redo_py.tasks.reading.sources import Source
from tests.unit.front.redunfile.small_world import World, commands, loaded

PIPELINE = """\
    import os
    from redo_py.build import action, config, env, group, need, pool, rule, sh

    MODE = config("mode", "fast")
    FLAGS = []
    for flag in ["-a", "-b"]:
        FLAGS += [flag]
    UNUSED = config("unused", 1)
    pool("few", 2)

    def copy(src, out):
        sh(f"cp {FLAGS} {src} {out}")

    @rule("o/{stem}", pool="few")
    def make(out, stem):
        copy(need(f"i/{stem}"), out)

    @rule("p/{stem}")
    def other(out, stem):
        sh(f"echo {MODE} {stem} > {out}")

    @action
    def go():
        sh("go")

    ALL = group("all", "o/a", "o/b")
    """


class Modules(World):
    """A world with Python modules."""

    def __init__(self, **modules: str) -> None:
        super().__init__(("i/a", "i/b"))
        self.modules = modules
        self.asked: list[str] = []

    def embedded(self, module: str) -> Any:
        self.asked.append(module)
        if module not in self.modules:
            return None
        source = Source(f"/{module}.py", f"{module}.py", module, dedent(self.modules[module]).encode())
        return read_module(source), source.text, source.shown


def test_a_rule_brings_what_it_uses_and_nothing_else():
    world = Modules(pipeline=PIPELINE)
    made = loaded("from pipeline import make\n", world)
    assert [each.name for each in made.rules] == ["make"]
    assert (list(made.configs), made.pools, made.groups, made.actions) == ([], {"few": 2}, {}, {})
    assert commands(Planner(made, world), "o/a") == ["cp -a -b i/a o/a"]


def test_names_of_several_imports_are_evaluated_once():
    world = Modules(pipeline=PIPELINE)
    made = loaded(
        "from pipeline import make, MODE\nfrom pipeline import other as another, make as again, ALL, go\n", world
    )
    assert [each.name for each in made.rules] == ["make", "other"]
    assert (list(made.configs), list(made.groups), list(made.actions)) == (["mode"], ["all"], ["go"])
    assert commands(Planner(made, world), "p/x") == ["echo fast x > p/x"]
    assert world.asked == ["pipeline"]


def test_functions_and_modules_without_rules_are_as_before():
    world = Modules(pipeline=PIPELINE + "\n    def plain(out):\n        return os\n")
    made = loaded("from pipeline import plain\nfrom tools import clean\n", world)
    assert [type(made.scope.names[name]).__name__ for name in ("plain", "clean")] == ["Imported", "Imported"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'from pipeline import make\n\npool("few", 3)\n',
            "redunfile.py:3:1: ",
        ),
        ("def f():\n    from pipeline import make\n    return 1\n\nX = f()\n", "redunfile.py:2:26: "),
    ],
)
def test_errors_of_the_redunfile(text: str, told: str):
    with pytest.raises(ErrorList) as caught:
        loaded(text, Modules(pipeline=PIPELINE))
    assert str(caught.value).startswith(told)


def test_errors_of_the_module_are_at_its_own_lines():
    with pytest.raises(ErrorList) as caught:
        loaded("from pipeline import make\n", Modules(pipeline=PIPELINE.replace('"cp {FLAGS}', "\"cp '{FLAGS}'")))
    assert str(caught.value).startswith(
        "pipeline.py:12:14: a hole inside single quotes\n    12 |     sh(f\"cp '{FLAGS}'"
    )
    with pytest.raises(ErrorList) as caught:
        loaded("from pipeline import make\n", Modules(pipeline=PIPELINE.replace('"o/{stem}"', '"o/{name}"')))
    assert str(caught.value).startswith("pipeline.py:15:5: the parameters of rule `make` do not fit o/{name}: ")
