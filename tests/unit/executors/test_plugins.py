"""Which class an executor is made of, and what its options may be."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import Field

from redo_py.compat.executors import Executor as OfRedun
from redo_py.executors import plugins
from redo_py.executors.options import (
    PER_JOB,
    ExecutorOptions,
    OptionFault,
    RemoteOptions,
    Table,
    Words,
    checked,
    names_of,
    per_job,
    renamed,
    unheeded,
    with_job,
)
from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span


class Options(RemoteOptions):
    image: str = Field(description="what runs", json_schema_extra=PER_JOB)
    queue: str = renamed("queue", "job_queue", default="all", per_job=True, description="who waits there")
    labels: Table = Field(default={}, description="names and values")
    volumes: Words = Field(default=[], description="what is mounted")


METHODS = dict.fromkeys(("open", "launch", "poll", "cancel", "find", "tail", "close"), print)
Backend: Any = type("Backend", (), {"Options": Options, **METHODS})


# ---- options


def test_names_of_options():
    assert names_of(Options)["job_queue"] == "queue"
    assert {"image", "queue", "job_queue", "memory", "code_excludes"} <= per_job(Options)
    assert not {"scratch", "python", "labels"} & per_job(Options)


def test_texts_as_redun_ini_has_them():
    made = checked(
        Options,
        {"image": "x", "job_queue": "q", "labels": '{"a": "1"}', "volumes": '["/a", "/b c"]', "max_workers": "3",
         "code_package": "False", "code_excludes": "one/** two.py", "max_result": "2M"},
    )  # fmt: skip
    assert (made.queue, made.labels, made.volumes) == ("q", {"a": "1"}, ["/a", "/b c"])
    assert (made.max_workers, made.code_package, made.max_result) == (3, False, 2 << 20)
    assert made.code_excludes == ["one/**", "two.py"]


@pytest.mark.parametrize(
    ("given", "name", "error", "hint"),
    [
        ({}, "image", "it is needed", ""),
        ({"image": "x", "job_quue": "q"}, "job_quue", "there is no such option", "did you mean job_queue?"),
        (
            {"image": "x", "max_workers": 0},
            "max_workers",
            "it must be at least 1, not 0",
            "",
        ),
    ],
)
def test_options_that_cannot_be(given: dict[str, Any], name: str, error: str, hint: str):
    with pytest.raises(OptionFault) as caught:
        checked(Options, given)
    assert (caught.value.name, caught.value.error, caught.value.hint) == (name, error, hint)


def test_what_nobody_knows_is_answered_with_all_there_is():
    with pytest.raises(OptionFault) as caught:
        checked(RemoteOptions, {"zzzz": 1})
    assert caught.value.hint.startswith("known here: code_excludes, code_includes, code_package, cpus, ")


def test_a_job_has_options_of_its_own():
    made = checked(Options, {"image": "x", "max_workers": 2, "memory": 1 << 30})
    own = with_job(made, {"job_queue": "q", "memory": 1 << 20, "scratch": "/x", "executor": "far", "image": None})
    assert (own.image, own.queue, own.memory, own.max_workers, own.scratch) == ("x", "q", 1 << 20, 2, "")
    assert with_job(made, {"executor": "far"}) is made
    with pytest.raises(OptionFault):
        with_job(made, {"memory": "much"})


@pytest.mark.parametrize(
    ("slip", "meant"), [("imge", "image"), ("code_include", "code_includes"), ("job_queu", "job_queue")]
)
def test_a_slip_in_an_option_of_a_job_is_an_error(slip: str, meant: str):
    with pytest.raises(OptionFault) as caught:
        with_job(checked(Options, {"image": "x"}), {slip: 1})
    assert (caught.value.name, caught.value.hint) == (slip, f"did you mean {meant}?")


def test_what_a_job_says_in_vain():
    given = {"executor": "far", "image": "x", "debug": True, "scratch": "/x", "max_workers": 1, "priority_of_mine": 1}
    assert unheeded(Options, given) == ["scratch", "max_workers", "priority_of_mine"]


def test_options_of_the_settings_are_told_at_their_line():
    def place_of(option: str) -> tuple[Span, str]:
        return Span("redun.toml", 7, 3), f"{option} = ..."

    made = plugins.options_of("far", Backend, {"type": "x", "image": "i", "vcpus": 2, "memory": "2G"}, place_of)
    assert (made.cpus, made.memory) == (2.0, 2 << 30)
    with pytest.raises(UsageError) as caught:
        plugins.options_of("far", Backend, {"image": "i", "quue": "q"}, place_of)
    assert str(caught.value) == (
        "redun.toml:7:3: an option of the executor `far` cannot be: `quue`: there is no such option\n"
        "     7 | quue = ...\n"
        "       |   ^\n"
        "  hint: did you mean queue?"
    )
    with pytest.raises(UsageError, match="cannot be: `memory` is an amount of memory above 0"):
        plugins.options_of("far", Backend, {"image": "i", "memory": "lots"}, place_of)


# ---- classes


def test_ours():
    assert plugins.class_of_type("far", "subprocess").__name__ == "SubprocessBackend"
    assert {"local", "alias", "subprocess"} <= set(plugins.types())
    for kind in plugins.BUILT_IN:
        made_of = plugins.class_of_type("far", kind)
        assert made_of.__doc__
        assert hasattr(made_of, "launch") or hasattr(made_of, "submit")
        assert set(names_of(made_of.Options)) >= {"cpus", "memory", "gpus", "retries", "timeout"}


def test_those_of_installed_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    dist = tmp_path / "far_away-1.dist-info"
    dist.mkdir()
    (dist / "METADATA").write_text("Metadata-Version: 2.1\nName: far-away\nVersion: 1\n")
    (dist / "entry_points.txt").write_text(
        "[redo_py.executors]\nfaraway = far_away:Far\nbroken = far_away:Near\nhalf = far_away:Half\n"
    )
    (tmp_path / "far_away.py").write_text(
        "from redo_py.executors.options import ExecutorOptions\n"
        "class Far:\n"
        "    Options = ExecutorOptions\n"
        "    start = submit = cancel = tail = stop = print\n"
        "class Half:\n"
        "    submit = print\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert plugins.class_of_type("mine", "faraway").__name__ == "Far"
    assert "faraway" in plugins.types()
    with pytest.raises(UsageError, match="the executor `mine` cannot be made of far_away:Near"):
        plugins.class_of_type("mine", "broken")
    with pytest.raises(UsageError) as caught:
        plugins.class_of_type("mine", "half")
    assert str(caught.value) == (
        "redun: the executor `mine` cannot be made of half (far_away:Half): it lacks `Options`, `start`, `cancel`, "
        "`tail` and `stop`, which an executor has\n"
        "  hint: `class` is `MODULE:CLASS` of a backend or executor: docs/executors.md shows one"
    )
    with pytest.raises(UsageError, match="hint: did you mean faraway"):
        plugins.class_of_type("mine", "farway")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nothing", "cannot be made of nothing: it is no `module:Class`"),
        ("here:Absent", "cannot be made of here:Absent: `here` has no `Absent`"),
        ("here:function", "cannot be made of here:function: it is no class"),
        ("here:Idle", "of here:Idle: it has neither `launch`, as backends have, nor `submit`, as executors have"),
        ("here:Bare", "cannot be made of here:Bare: it lacks `Options`, which a backend has"),
        ("here:Data", "it lacks `poll`, which a backend has"),
        (
            "here:Odd",
            "its `Options` is no class below `redo_py.executors.options.RemoteOptions`, which that of a backend",
        ),
        ("here:None_", "its `Options` is no class below `redo_py.executors.options.RemoteOptions`, which that of a"),
        ("here:Old", "is made by here:Old, a class for the scheduler of redun"),
        ("here.Old", "is made by here.Old, a class for the scheduler of redun"),
    ],
)
def test_classes_that_cannot_be(place: str, said: str):
    module = SimpleNamespace(
        Idle=type("Idle", (), {"Options": Options}),
        Bare=type("Bare", (), METHODS),
        Data=type("Data", (), {**METHODS, "Options": Options, "poll": 7}),
        Odd=type("Odd", (), {**METHODS, "Options": ExecutorOptions}),
        None_=type("None_", (), {**METHODS, "Options": {}}),
        Old=type("Old", (OfRedun,), {**METHODS, "Options": Options}),
        function=len,
        Backend=Backend,
    )
    with pytest.raises(UsageError) as caught:
        plugins.class_at("far", place, lambda name: module)
    assert said in str(caught.value)
    assert plugins.class_at("far", "here:Backend", lambda name: module) is Backend


def test_a_class_that_is_made_in_another_way():
    class Alone:
        def __init__(self, options: Any) -> None:
            raise AssertionError

    class Refuses:
        def __init__(self, options: Any, site: Any) -> None:
            raise UsageError("executor-type", name="far", type="x", hint="")

    site: Any = None
    assert plugins.made_from("far", lambda options, site: (options, site), 1, site) == (1, None)
    with pytest.raises(UsageError) as caught:
        plugins.made_from("far", Alone, None, site)
    assert "`Alone(options, site)` raises TypeError: " in str(caught.value)
    with pytest.raises(UsageError, match="the executor `far` is of the type x"):
        plugins.made_from("far", Refuses, None, site)
