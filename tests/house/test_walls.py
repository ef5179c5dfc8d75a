"""Imports point down, rooms meet at doors, each effect has one owner."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tests.house import plan
from tests.house.sources import Module, dotted_name, modules, own_imports, uses
from tests.house.walls import (
    cycles,
    effect_faults,
    floor_faults,
    forbidden_faults,
    order_faults,
    room_of,
    third_party_faults,
    way_fault,
)


def test_imports_point_down():
    assert [fault for module in modules().values() for fault in floor_faults(module)] == []


def test_below_floor_5_nobody_knows_what_only_redun_has():
    knowing = [
        f"{module.name} names {name}"
        for module in modules().values()
        if plan.FLOORS[room_of(module.name) or module.name] < 5 and not module.name.startswith("redo_py.ground.alias")
        for node in ast.walk(module.tree)
        for name in (getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", ""))
        if name in ("Promise", "Scheduler") or str(name).startswith("redo_py.compat")
    ]
    assert knowing == []


def test_no_import_cycle():
    assert cycles({name: own_imports(module) for name, module in modules().items()}) == []


def test_rooms_within_a_room_stand_on_each_other():
    assert [fault for module in modules().values() for fault in order_faults(module)] == []


def test_rooms_within_a_room_are_there():
    inner = [f"{room}.{name}" for room, rooms in plan.WITHIN.items() for name in rooms]
    assert [name for name in inner if name not in modules()] == []


def test_third_party_packages_stay_in_their_rooms():
    assert [fault for module in modules().values() for fault in third_party_faults(module)] == []


def test_each_effect_has_one_owner():
    assert [fault for module in modules().values() for fault in effect_faults(module)] == []


def test_what_a_room_has_sworn_off():
    assert [fault for module in modules().values() for fault in forbidden_faults(module)] == []


@pytest.mark.parametrize("effect", plan.ONE_OF_ITS_KIND)
def test_effect_of_a_single_file(effect: str):
    users = {name for name, module in modules().items() if any(use.name == effect for use in uses(module))}
    assert len(users) <= 1


def test_every_exception_is_needed():
    def is_needed(name: str, what: str) -> bool:
        module = modules().get(name)
        return module is not None and any(use.name == what or use.name.startswith(what + ".") for use in uses(module))

    assert [key for key in plan.EXCEPTIONS if not is_needed(*key)] == []


def test_the_package_itself_imports_nothing():
    assert own_imports(modules()["redo_py"]) == set()


# ---- the judges themselves


def module_of(text: str, name: str = "redo_py.engine.demand") -> Module:
    """A module `name` with this text, which need not exist."""
    return Module(name, Path("demand.py"), text, ast.parse(text))


@pytest.mark.parametrize(
    ("here", "target", "fault"),
    [
        ("redo_py.engine", "redo_py.ground.errors", ""),
        ("redo_py.engine", "redo_py.store.api", ""),
        ("redo_py.engine", "redo_py.store.sqlite", "rooms meet at each other's api module only"),
        ("redo_py.ir", "redo_py.values.codec", ""),
        ("redo_py.values", "redo_py.ir.expression", "imports point down"),
        ("redo_py.store.api", "redo_py.store.sqlite", "a door imports its own room"),
        ("redo_py.store", "redo_py.store.api", ""),
        ("redo_py.store", "redo_py.ir.expression", "redo_py.store may not touch redo_py.ir"),
        ("redo_py.config", "redo_py.cli.render", "imports point down"),
        ("redo_py.app", "redo_py.store.sqlite", ""),
        ("redo_py.cli", "redo_py.store.sqlite", "redo_py.cli may not touch redo_py.store"),
        ("redo_py.front", "redo_py.elsewhere", "no room of this name"),
    ],
)
def test_way_fault(here: str, target: str, fault: str):
    assert way_fault(here, target) == fault


def test_room_of_takes_the_longest_name():
    assert room_of("redo_py.store.api") == "redo_py.store.api"
    assert room_of("redo_py.store.sqlite.schema") == "redo_py.store"
    assert room_of("redo_py.storeroom") is None


def test_imports_in_functions_and_under_type_checking_count():
    text = (
        "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import redo_py.cli.a\ndef f():\n    from redo_py.app import b\n"
    )
    assert own_imports(module_of(text)) == {"redo_py.cli.a", "redo_py.app"}


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ['A']",
        "import os as o\no.environ",
        "from os import environ as e",
        "def f():\n    from os import getenv\n    getenv('A')",
        "print('a')",
        "import time\ntime.sleep(1)",
        "import datetime as d\nd.datetime.now()",
        "from datetime import datetime\ndatetime.now()",
        "import concurrent.futures",
    ],
)
def test_an_effect_is_seen_through_aliases(text: str):
    assert effect_faults(module_of(text)) != []


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.path.join('a')",
        "def f(print):\n    print('a')",
        "import datetime\ndatetime.timedelta(1)",
        "class A:\n    time = 1\nA().time",
    ],
)
def test_what_only_looks_like_an_effect(text: str):
    assert effect_faults(module_of(text)) == []


def test_an_import_upwards_within_a_room_is_seen():
    text = "from redo_py.executors.{} import a"
    name = "redo_py.executors.commands.launch"
    assert order_faults(module_of(text.format("processes.system"), name)) == []
    assert order_faults(module_of(text.format("inbox"), name)) == []
    assert order_faults(module_of(text.format("functions.threads"), name)) == [
        f"{name} imports redo_py.executors.functions.threads: commands stands below functions"
    ]


def test_cycles_finds_each_group_once():
    graph = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": {"e"}, "e": {"d"}, "f": {"a", "elsewhere"}}
    assert cycles(graph) == [["a", "b", "c"], ["d", "e"]]


def test_dotted_name():
    assert dotted_name(ast.parse("a.b.c", mode="eval").body) == "a.b.c"
    assert dotted_name(ast.parse("a().b", mode="eval").body) == ""


def test_what_is_imported_is_declared():
    """A package that comes along with another one may be gone with that one's next version."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    words = [*project["dependencies"], *(word for words in project["optional-dependencies"].values() for word in words)]
    declared = {re.split(r"[^\w-]", word)[0] for word in words}
    used = {plan.DISTRIBUTIONS.get(package, package) for package in plan.THIRD_PARTY}
    assert sorted(used - declared) == []
