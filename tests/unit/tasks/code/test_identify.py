"""The parts of a task's code: names and places, tasks, packages, `hash_includes`, `version`, and what is refused."""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from redo_py.front.modules import Project
from redo_py.ground.errors import UsageError
from redo_py.tasks.code.identify import code_parts, code_text
from redo_py.tasks.making import task
from redo_py.tasks.reading.parts import CHANGED, GONE, NEW, differing_parts, digest_of_parts
from redo_py.tasks.task import Task


def code_digest(func: Callable[..., Any], project: Project, version: str | None = None) -> bytes:
    return digest_of_parts(code_parts(func, project, version=version))


def is_task(value: object) -> bool:
    return isinstance(value, Task)


@pytest.fixture(autouse=True)
def _redun_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """`from redun import task` works in the projects below."""
    package = types.ModuleType("redun")
    package.task = task  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "redun", package)


@contextmanager
def opened(folder: Path, files: dict[str, str], packages: tuple[str, ...] = ()) -> Iterator[Project]:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    with Project(str(folder), is_task, packages) as project:
        yield project


def parts_of(folder: Path, files: dict[str, str], packages: tuple[str, ...] = (), **options: Any) -> dict[str, Any]:
    with opened(folder, files, packages) as project:
        func = project.member("m", "f")
        return code_parts(func.func if is_task(func) else func, project, **options)


def places(parts: dict[str, Any]) -> dict[str, str]:
    return {name: f"{file}:{line}" for name, (_, file, line) in sorted(parts.items())}


PIPELINE = {
    "m.py": "from p.helpers import clean\nfrom p import constants as c\n\nLIMIT = 3\n\n\ndef f(x):\n"
    "    return clean(x)[:LIMIT], c.TABLE\n",
    "p/__init__.py": "",
    "p/helpers.py": "import os\n\n\ndef clean(x):\n    return os.sep.join(Row(x).cells)\n\n\n"
    "class Row:\n    cells = ()\n",
    "p/constants.py": "TABLE = {}\nTABLE['a'] = 1\nOTHER = 2\n",
}


def test_parts_have_names_and_places(tmp_path: Path) -> None:
    assert places(parts_of(tmp_path, PIPELINE)) == {
        "m.LIMIT": "m.py:4",
        "m.c.TABLE (name)": ":0",
        "m.clean (name)": ":0",
        "m.f": "m.py:7",
        "p.constants.TABLE": "p/constants.py:1",
        "p.helpers.Row": "p/helpers.py:8",
        "p.helpers.clean": "p/helpers.py:4",
        "p.helpers.os": "p/helpers.py:1",
    }


def test_explain_names_the_part_that_differs(tmp_path: Path) -> None:
    old = parts_of(tmp_path / "old", PIPELINE)
    edited = PIPELINE | {
        "p/constants.py": "TABLE = {}\nTABLE['a'] = 2\n",
        "m.py": PIPELINE["m.py"].replace("[:LIMIT]", "[:MAX]").replace("LIMIT", "\n\nMAX"),
    }
    new = parts_of(tmp_path / "new", edited)
    assert differing_parts(old, new) == [
        ("m.LIMIT", GONE, "m.py", 4),
        ("m.MAX", NEW, "m.py", 6),
        ("m.f", CHANGED, "m.py", 9),
        ("p.constants.TABLE", CHANGED, "p/constants.py", 1),
    ]
    assert differing_parts(old, old) == []


def test_the_digest_is_that_of_the_parts_without_their_places(tmp_path: Path) -> None:
    parts = parts_of(tmp_path, PIPELINE)
    moved = {name: (digest, "elsewhere.py", line + 9) for name, (digest, _, line) in reversed(parts.items())}
    assert digest_of_parts(moved) == digest_of_parts(parts)
    assert len(digest_of_parts(parts)) == 16
    assert digest_of_parts({"a": (b"1" * 16, "", 0)}) != digest_of_parts({"b": (b"1" * 16, "", 0)})


def test_digests_are_for_ever(tmp_path: Path) -> None:
    """Every task of every user runs again if this changes: only with ENCODING_VERSION."""
    assert digest_of_parts(parts_of(tmp_path, PIPELINE)).hex() == "7c0662c2cd5604faccf1bca2360ab6c8"


def test_a_plain_value_from_outside_counts_by_its_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"m.py": "from sys import platform\ndef f(x): return platform\n"}
    here = parts_of(tmp_path / "here", files)
    monkeypatch.setattr(sys, "platform", "elsewhere")
    assert differing_parts(here, parts_of(tmp_path / "there", files)) == [("m.platform", CHANGED, "m.py", 1)]


def test_moving_the_project_changes_nothing(tmp_path: Path) -> None:
    files = {"m.py": "import os\nHERE = os.path.dirname(__file__)\nSUB = HERE + '/x'\ndef f(x): return HERE, SUB\n"}
    assert parts_of(tmp_path / "a", files) == parts_of(tmp_path / "b", files)


# ---- tasks


def test_another_task_is_left_to_reduction(tmp_path: Path) -> None:
    files = {
        "m.py": "from redun import task\nfrom h import other\n@task()\ndef f(x): return other(x), near(x)\n"
        "@task(namespace='ns')\ndef near(x): return helper(x)\ndef helper(x): return x\n",
        "h.py": "from redun import task\n@task(name='o')\ndef other(x): return x\n",
    }
    parts = parts_of(tmp_path / "a", files)
    assert sorted(parts) == ["m.f", "m.near (name)", "m.other (name)", "ns.near (task)", "o (task)"]
    files["h.py"] = files["h.py"].replace("return x", "return -x")
    files["m.py"] = files["m.py"].replace("def helper(x): return x", "def helper(x): return -x")
    assert digest_of_parts(parts_of(tmp_path / "b", files)) == digest_of_parts(parts)


def test_a_plain_function_is_a_helper_even_if_a_task_of_it_exists_elsewhere(tmp_path: Path) -> None:
    files = {"m.py": "from redun import task\ndef h(x): return x\nmade = task(name='made')(h)\ndef f(x): return h(x)\n"}
    assert "m.h" in parts_of(tmp_path, files)


@pytest.mark.parametrize("decorator", ["@task", "@task()", "@task(executor='batch', retries=4)", "@redun.task", "@t"])
def test_the_decorator_that_makes_the_task_does_not_count(tmp_path: Path, decorator: str) -> None:
    imports = "import redun\nfrom redun import task\nfrom redun import task as t\n"
    plain = parts_of(tmp_path / "plain", {"m.py": f"{imports}@task\ndef f(x): return x\n"})
    other = parts_of(tmp_path / "other", {"m.py": f"{imports}{decorator}\ndef f(x): return x\n"})
    assert digest_of_parts(plain) == digest_of_parts(other)


def test_the_decorator_is_known_through_the_projects_own_module(tmp_path: Path) -> None:
    files = {
        "m.py": "from c import task\n@task(retries=1)\ndef f(x: int): return x\n",
        "c.py": "from redun import task\n",
    }
    old = parts_of(tmp_path / "old", files)
    new = parts_of(tmp_path / "new", files | {"m.py": "from c import task\n@task(retries=2)\ndef f(x): return x\n"})
    assert old.keys() == new.keys() == {"m.f"}
    assert digest_of_parts(old) == digest_of_parts(new)


# ---- what counts only when asked


def test_installed_packages_count_by_name_alone(tmp_path: Path) -> None:
    files = {"m.py": "import numpy as np\ndef f(x): return np.mean(x)\n"}
    assert set(parts_of(tmp_path, files)) == {"m.f", "m.np"}


@pytest.mark.parametrize("files", [
    {"m.py": "import numpy as np\ndef f(x): return np.mean(x)\n"},
    {"m.py": "def f(x):\n    from numpy import mean\n    return mean(x)\n"},
    {"m.py": "from h import g\ndef f(x): return g(x)\n", "h.py": "import numpy.ma\ndef g(x): return numpy.mean(x)\n"},
])  # fmt: skip
def test_a_package_of_the_settings_counts_by_version_where_it_is_reached(
    tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = parts_of(tmp_path / "a", files, ("numpy",))
    assert "numpy (installed)" in parts
    monkeypatch.setattr("importlib.metadata.version", lambda name: "99")
    changed = parts_of(tmp_path / "b", files, ("numpy",))
    assert differing_parts(parts, changed) == [("numpy (installed)", CHANGED, "", 0)]


def test_a_package_of_the_settings_that_is_not_reached_does_not_count(tmp_path: Path) -> None:
    assert set(parts_of(tmp_path, {"m.py": "def f(x): return x\n"}, ("numpy",))) == {"m.f"}


def test_a_package_may_be_named_by_its_distribution(tmp_path: Path) -> None:
    files = {"m.py": "import _pytest\ndef f(x): return _pytest.version\n"}
    assert "_pytest (installed)" in parts_of(tmp_path, files, ("PyTest",))


def test_a_named_package_without_a_version_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        parts_of(tmp_path, {"m.py": "def f(x):\n    import nothere\n    return nothere\n"}, ("nothere",))
    assert str(caught.value) == (
        "redun: the package `nothere` shall count as code, but no installed distribution has it\n"
        "  hint: correct `[code] packages` or `hash_includes`, or give the task a `version=`"
    )


def test_the_version_takes_the_place_of_everything(tmp_path: Path) -> None:
    files = {"m.py": "def f(x): return x\n"}
    old = parts_of(tmp_path / "old", files, version="1")
    assert digest_of_parts(old) == digest_of_parts(parts_of(tmp_path / "new", {"m.py": "def f(x): pass"}, version="1"))
    assert digest_of_parts(old) != digest_of_parts(parts_of(tmp_path / "two", files, version="2"))


def test_hash_includes(tmp_path: Path) -> None:
    files = {
        "m.py": "import h\nfrom redun import task\nclass K: n = 1\ndef g(x): return x\n@task\ndef t(x): return g(x)\n"
        "def f(x): return x\n",
        "h.py": "a = 1\n",
    }
    with opened(tmp_path, files) as project:
        m: Any = project.load("m")
        includes = [m.h, m.K, m.t, {"a": [1.5]}, "text", np, np.mean, builtins.len]
        parts = code_parts(m.f, project, includes=includes)
        assert set(parts) >= {"m.f", "h (module)", "m.K", "m.t", "m.g", "included 4", "included 5", "numpy (installed)"}
        assert "builtins (installed)" in parts
        assert code_parts(m.f, project, includes=[{"a": [1.5]}]) != code_parts(m.f, project, includes=[{"a": [2.5]}])
        assert set(code_parts(m.f, project)) == {"m.f"}


def test_an_included_thing_needs_an_identity(tmp_path: Path) -> None:
    files = {"m.py": "def f(x): return x\n"}
    with opened(tmp_path, files) as project, (tmp_path / "m.py").open() as stream:
        with pytest.raises(UsageError) as caught:
            code_parts(project.member("m", "f"), project, includes=[stream])
        assert str(caught.value).startswith(
            "redun: `hash_includes` lists a TextIOWrapper, which cannot be told from another one: "
        )


def test_a_task_of_an_installed_package_is_told_by_its_version(tmp_path: Path) -> None:
    import shlex

    with opened(tmp_path, {}) as project:
        parts = code_parts(shlex.join, project)
    assert list(parts) == ["shlex.join"]


# ---- functions without a file, several on a line, text


def made_by_exec() -> Callable[[int], int]:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("def f(x): return x", names)
    return names["f"]  # type: ignore[no-any-return]


def test_code_without_a_file_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path, {}) as project, pytest.raises(UsageError) as caught:
        code_digest(made_by_exec(), project)
    assert str(caught.value) == (
        "redun: the code of `f` cannot be seen: <string> is no file\n"
        "  hint: give the task a `version=` and change it when the code changes"
    )


def test_code_without_a_file_may_have_a_version(tmp_path: Path) -> None:
    with opened(tmp_path, {}) as project:
        assert len(code_digest(made_by_exec(), project, version="1")) == 16


@pytest.mark.parametrize("func", [len, print, "".join])
def test_builtins_are_told_by_the_version_of_python_or_refused(tmp_path: Path, func: Any) -> None:
    with opened(tmp_path, {}) as project:
        if func.__module__:
            assert code_parts(func, project)
        else:
            with pytest.raises(UsageError) as caught:
                code_parts(func, project)
            assert caught.value.code == "code-without-source"


def test_two_functions_of_one_line_are_told_apart_by_their_columns(tmp_path: Path) -> None:
    text = "f = [lambda x: x + 1, lambda x: x + 2, lambda x: (lambda x: x + 3)(x), lambda x: x if x else [4]]\n"
    with opened(tmp_path, {"m.py": text}) as project:
        functions: list[Any] = project.member("m", "f")
        inner = functions[2].__code__.co_consts
        assert len({code_digest(function, project) for function in functions}) == 4
        assert any(isinstance(const, types.CodeType) for const in inner)
        assert code_digest(functions[2], project) != code_digest(types.FunctionType(inner[0] or inner[1], {}), project)


def without_columns(code: types.CodeType) -> types.CodeType:
    """As `python -X no_debug_ranges` compiles: location entries of kind 15 say "none" for up to 8 code units."""
    rounds, rest = divmod(len(code.co_code) // 2, 8)
    return code.replace(co_linetable=b"\xff" * rounds + (bytes([0xF8 | (rest - 1)]) if rest else b""))


def test_functions_of_one_line_without_columns_are_refused_if_they_differ(tmp_path: Path) -> None:
    with opened(tmp_path, {"m.py": "f, g, h = lambda: 1, lambda: 2, lambda x: 3\n"}) as project:
        f, h = (project.member("m", name) for name in ("f", "h"))
        blind = types.FunctionType(without_columns(f.__code__), f.__globals__)
        with pytest.raises(UsageError) as caught:
            code_digest(blind, project)
        assert str(caught.value) == (
            "redun: m.py:1 holds several functions `<lambda>`, and it cannot be told which of them is the task\n"
            "  hint: put them on lines of their own, or give the task a `version=`"
        )
        assert code_digest(h, project)


def test_a_script_has_the_code_it_has_as_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"m.py": "LOG = [__name__]\nclass C: pass\ndef f(x): return LOG, C, __name__, __file__\n"}
    as_module = parts_of(tmp_path, files)
    main = types.ModuleType("__main__")
    main.__file__ = str(tmp_path / "m.py")
    exec(compile(files["m.py"], main.__file__, "exec"), vars(main))
    with opened(tmp_path, {}) as project:
        monkeypatch.setitem(sys.modules, "__main__", main)
        assert code_parts(main.f, project) == as_module


def test_a_script_that_was_edited_since_it_started_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path, {"m.py": "def g(x): return x\n"}) as project:
        names: dict[str, Any] = {"__name__": "__main__"}
        exec(compile("def f(x): return x\n", str(tmp_path / "m.py"), "exec"), names)
        with pytest.raises(UsageError) as caught:
            code_digest(names["f"], project)
    assert str(caught.value).startswith("redun: m.py no longer holds the `f` that was imported from it\n")


def test_a_broken_module_that_is_imported_inside_a_function(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        parts_of(tmp_path, {"m.py": "def f(x):\n    import h\n    return h.g(x)\n", "h.py": "def g(:\n"})
    assert str(caught.value).startswith("h.py:1:7: invalid syntax\n")


def test_an_edit_after_the_import_is_not_seen(tmp_path: Path) -> None:
    with opened(
        tmp_path, {"m.py": "from h import g\ndef f(x): return g(x)\n", "h.py": "def g(x): return x\n"}
    ) as project:
        f = project.member("m", "f")
        (tmp_path / "m.py").write_text("def f(x): return -1\n")
        (tmp_path / "h.py").write_text("def g(x): return -1\n")
        parts = code_parts(f, project)
    assert parts == parts_of(
        tmp_path, {"m.py": "from h import g\ndef f(x): return g(x)\n", "h.py": "def g(x): return x\n"}
    )


def test_code_text_has_the_decorators_and_no_margin(tmp_path: Path) -> None:
    text = (
        "import functools\ndef make():\n    # before\n    @functools.cache\n    def g(x):\n        # inside\n"
        '        return """a\n  b"""\n    return g\nf = make()\nh = lambda x: x\n'
    )
    with opened(tmp_path, {"m.py": text}) as project:
        expected = '@functools.cache\ndef g(x):\n    # inside\n    return """a\n  b"""\n'
        assert code_text(project.member("m", "f"), project) == expected
        assert code_text(project.member("m", "h"), project) == "h = lambda x: x\n"
        assert code_text(made_by_exec(), project) == ""
        assert code_text(len, project) == ""


def test_a_compiled_module_of_the_project_counts_by_its_bytes(tmp_path: Path) -> None:
    from importlib.machinery import EXTENSION_SUFFIXES

    files = {"m.py": "def f(x):\n    import fast\n    return fast.go(x)\n", f"fast{EXTENSION_SUFFIXES[0]}": "one"}
    old = parts_of(tmp_path, files)
    assert set(old) == {"m.f", "fast (compiled)"}
    new = parts_of(tmp_path, files | {f"fast{EXTENSION_SUFFIXES[0]}": "two"})
    assert [change[0] for change in differing_parts(old, new)] == ["fast (compiled)"]


def test_a_helper_module_that_cannot_be_imported_counts_by_its_text(tmp_path: Path) -> None:
    files = {
        "m.py": "def f(x):\n    from h import g\n    return g(x)\n",
        "h.py": "import nothere\ndef g(x): return x\n",
    }
    assert set(parts_of(tmp_path, files)) == {"m.f", "h.g"}


def test_a_thousand_tasks_that_reach_each_other(tmp_path: Path) -> None:
    lines = ["from redun import task", "TABLE = {'a': 1}"]
    for number in range(1000):
        lines += [
            "@task()",
            f"def t{number}(x, y=1):",
            '    """A task."""',
            f"    values = [row * {number} for row in x if row > y]",
            f"    total = helper{number % 50}(values) + TABLE['a']",
            "    if total > 10:",
            "        return {'total': total, 'values': values}",
            f"    return t{(number + 1) % 1000}(values)",
            "",
            "",
        ]
    for number in range(50):
        lines += [
            f"def helper{number}(values):",
            f"    return sum(values) + {number} + helper{(number + 1) % 50}(values)",
        ]
    with opened(tmp_path, {"m.py": "\n".join(lines) + "\n"}) as project:
        module = project.load("m")
        tasks = [value for value in vars(module).values() if is_task(value)]
        digests = {code_digest(made.func, project) for made in tasks}
    assert len(digests) == 1000
