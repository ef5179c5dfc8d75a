"""Finding and importing the user's modules, and what is said when that fails."""

from __future__ import annotations

import importlib
import os
import py_compile
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from redo_py.front.import_errors import no_such_module
from redo_py.front.modules import Project
from redo_py.ground.errors import UsageError
from redo_py.ground.hashing import FILE, digest


class Folder:
    """A project's folder in a test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.project = Project(str(root))

    def write(self, **files: str | bytes) -> None:
        """`pkg__helpers="..."` writes pkg/helpers.py, `pkg__="..."` pkg/__init__.py."""
        for name, text in files.items():
            path = self.root / (
                name.removesuffix("__").replace("__", "/") + ("/__init__.py" if name.endswith("__") else ".py")
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def load(self, name: str) -> Any:
        return self.project.load(name)

    def fails(self, name: str, member: str = "") -> str:
        """The whole text of the error."""
        with pytest.raises(UsageError) as caught:
            self.project.member(name, member) if member else self.project.load(name)
        assert caught.value.exit_status == 2
        return str(caught.value)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path)
    with made.project:
        yield made


# ---- importing


def test_modules_packages_and_relative_imports(folder: Folder) -> None:
    folder.write(
        main="import pkg.deep.leaf\nfrom ns.inner import value\nfrom pkg import near\n"
        "out = pkg.deep.leaf.up, value, near.x\n",
        pkg__="name = 'pkg'\n",
        pkg__near="x = 3\n",
        pkg__deep__="",
        pkg__deep__leaf="from .. import name as up\n",
        ns__inner="value = 2\n",
    )
    assert folder.load("main").out == ("pkg", 2, 3)
    assert [file[0] for file in folder.project.loaded_files()] == [
        "main.py", "ns/inner.py", "pkg/__init__.py", "pkg/deep/__init__.py", "pkg/deep/leaf.py", "pkg/near.py",
    ]  # fmt: skip


def test_each_file_is_read_once_with_the_signature_of_that_reading(folder: Folder) -> None:
    folder.write(m="x = 1\n")
    status = os.stat(folder.root / "m.py")
    assert folder.load("m").x == 1
    folder.write(m="x = 22\n")
    assert folder.project.source_of("m") is folder.project.source_at(str(folder.root / "m.py"))
    signature = (status.st_dev, status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    assert folder.project.loaded_files() == [("m.py", digest(FILE, b"x = 1\n"), signature)]


def test_what_is_compiled_is_what_was_read_before(folder: Folder) -> None:
    """A constant read for the redunfile and the module imported later are of one text."""
    folder.write(m="x = 1\n")
    assert folder.project.source_of("m") is not None
    folder.write(m="x = 2\n")
    assert folder.load("m").x == 1


def test_no_bytecode_is_trusted_or_written(folder: Folder) -> None:
    folder.write(m="x = 1\n")
    status = os.stat(folder.root / "m.py")
    py_compile.compile(str(folder.root / "m.py"))
    folder.write(m="x = 2\n")
    os.utime(folder.root / "m.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert folder.load("m").x == 2
    folder.write(n="")
    folder.load("n")
    assert not list(folder.root.glob("__pycache__/n.*"))


def test_the_root_comes_before_installed_packages(folder: Folder) -> None:
    folder.write(xdist="mine = True\n")
    already = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "xdist"}
    for name in already:
        del sys.modules[name]
    try:
        assert folder.load("xdist").mine
    finally:
        sys.modules.update(already)


@pytest.mark.parametrize(
    "place", [".venv/lib/python3/site-packages", "env", "lib/site-packages", ".redun", "node_modules"]
)
def test_foreign_folders_below_the_root_are_not_the_project(folder: Folder, place: str) -> None:
    (folder.root / place).mkdir(parents=True)
    (folder.root / "env" / "pyvenv.cfg").parent.mkdir(exist_ok=True)
    (folder.root / "env" / "pyvenv.cfg").write_text("")
    (folder.root / place / "foreign_module.py").write_text("x = 1\n")
    sys.path.append(str(folder.root / place))
    try:
        assert folder.load("foreign_module").x == 1
    finally:
        sys.path.remove(str(folder.root / place))
        del sys.modules["foreign_module"]
    assert folder.project.loaded_files() == []
    assert folder.project.source_of("foreign_module") is None


def test_a_source_folder_on_the_path_below_the_root_is_the_project(folder: Folder) -> None:
    folder.write(src__pkg__="x = 1\n", src__pkg__sub="from . import x\n")
    sys.path.append(str(folder.root / "src"))
    try:
        assert folder.load("pkg.sub").x == 1
        assert folder.project.territory.module_at(str(folder.root / "src/pkg/sub.py")) == "pkg.sub"
    finally:
        sys.path.remove(str(folder.root / "src"))
    assert [file[0] for file in folder.project.loaded_files()] == ["src/pkg/__init__.py", "src/pkg/sub.py"]


def test_paths_looked_for_in_vain_are_known(folder: Folder) -> None:
    folder.write(m="x = 1\n")
    folder.load("m")
    assert "m/__init__.py" in folder.project.absent


def test_an_own_module_never_takes_the_place_of_the_standard_library(folder: Folder) -> None:
    folder.write(colorsys="mine = True\n", m="import colorsys\n")
    sys.modules.pop("colorsys", None)
    assert not hasattr(folder.load("m").colorsys, "mine")
    assert folder.fails("colorsys") == (
        "redun: colorsys.py has the name of a module of Python's standard library: `import colorsys` gives that one\n"
        "  hint: rename colorsys.py"
    )


def test_a_name_that_is_taken_by_what_redun_imported(folder: Folder) -> None:
    folder.write(pytest="x = 1\n")
    text = folder.fails("pytest")
    assert text.startswith("redun: pytest.py has the name of a module that is already imported from /")
    assert text.endswith("hint: rename pytest.py")


def test_tracebacks_and_inspect_see_the_text_that_runs(folder: Folder) -> None:
    import inspect

    folder.write(m="def f():\n    return 1\n")
    function = folder.load("m").f
    assert inspect.getsource(function) == "def f():\n    return 1\n"


def test_a_declared_encoding_and_a_bom_are_respected(folder: Folder) -> None:
    folder.write(m="# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), n=b"\xef\xbb\xbfx = '\xc3\xa9'\r\n")
    assert folder.load("m").x == folder.load("n").x == "é"
    source = folder.project.source_of("m")
    assert source is not None
    assert source.line(2) == "x = 'é'"


def test_a_root_with_odd_characters(tmp_path: Path) -> None:
    root = tmp_path / 'it\'s a "root"\nof ünï'
    root.mkdir()
    (root / "m.py").write_text("def f(): return 1\n")
    with Project(str(root)) as project:
        assert project.load("m").f() == 1
        assert [file[0] for file in project.loaded_files()] == ["m.py"]


def test_a_module_that_is_imported_by_a_tasks_thread_is_ours_too(folder: Folder) -> None:
    folder.write(m="def f():\n    import late\n    return late.x\n", late="x = 5\n")
    results: list[int] = []
    function = folder.load("m").f
    threads = [threading.Thread(target=lambda: results.append(function())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [5] * 4
    assert "late.py" in [file[0] for file in folder.project.loaded_files()]


def test_two_threads_load_a_module_once(folder: Folder) -> None:
    folder.write(m="import time\ntime.sleep(0.05)\nx = object()\n")
    loaded: list[object] = []
    threads = [threading.Thread(target=lambda: loaded.append(folder.load("m").x)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 3
    assert len(set(map(id, loaded))) == 1


def test_printing_at_import_is_let_through(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.write(m="print('hello')\n")
    folder.load("m")
    assert capsys.readouterr().out == "hello\n"


def test_close_leaves_nothing_behind(tmp_path: Path) -> None:
    before = (list(sys.path), list(sys.meta_path), set(sys.modules))
    (tmp_path / "ns").mkdir()
    (tmp_path / "ns/inner.py").write_text("")
    with Project(str(tmp_path)) as project:
        project.load("ns.inner")
        assert "ns.inner" in sys.modules
    assert (list(sys.path), list(sys.meta_path), set(sys.modules)) == before


def test_a_failed_module_can_be_loaded_by_the_next_project(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("1 / 0\n")
    with Project(str(tmp_path)) as project, pytest.raises(UsageError):
        project.load("m")
    (tmp_path / "m.py").write_text("x = 1\n")
    with Project(str(tmp_path)) as project:
        loaded: Any = project.load("m")
    assert loaded.x == 1


# ---- members


def test_a_member_may_be_a_submodule(folder: Folder) -> None:
    folder.write(pkg__="", pkg__sub="")
    assert isinstance(folder.project.member("pkg", "sub"), ModuleType)


def test_an_unknown_name(folder: Folder) -> None:
    folder.write(m="def summarize(): pass\ndef other(): pass\n")
    assert folder.fails("m", "sumarize") == (
        "redun: module `m` has no name `sumarize`\n  hint: did you mean `summarize`?"
    )
    assert folder.fails("m", "zzz") == "redun: module `m` has no name `zzz`\n  hint: it has `other`, `summarize`"


# ---- failures


def test_an_unknown_module(folder: Folder) -> None:
    folder.write(pipeline="", pkg__steps="")
    assert folder.fails("pipelin") == "redun: there is no module `pipelin`\n  hint: did you mean `pipeline`?"
    assert folder.fails("pkg.step") == "redun: there is no module `pkg.step`\n  hint: did you mean `pkg.steps`?"
    assert folder.fails("qqq.www") == (
        "redun: there is no module `qqq.www`\n"
        "  hint: a module `qqq.www` is the file qqq/www.py below the project's root"
    )


def test_a_failing_module_is_shown_at_its_own_innermost_line(folder: Folder) -> None:
    folder.write(
        m="import h\n",
        h="import json\n\n\ndef parse(text):\n    return  json.loads(text)\n\n\nVALUE = parse('x')\n",
    )
    assert folder.fails("m") == (
        "h.py:5:13: module `m` fails when it is imported: JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n"
        "     5 |     return  json.loads(text)\n"
        "       |             ^\n"
        "  in import (m.py:1:1)\n"
        "  in import (h.py:8:9)"
    )


def test_an_error_without_text(folder: Folder) -> None:
    folder.write(m="é = 1; raise KeyError\n")
    assert folder.fails("m") == (
        "m.py:1:8: module `m` fails when it is imported: KeyError\n     1 | é = 1; raise KeyError\n       |        ^"
    )


def test_a_missing_dependency(folder: Folder) -> None:
    folder.write(m="import helpes\n", helpers="", n="import surely_not_installed\n")
    assert folder.fails("m") == (
        "m.py:1:1: module `m` needs the module `helpes`, which cannot be found\n"
        "     1 | import helpes\n"
        "       | ^\n"
        "  hint: did you mean `helpers`?"
    )
    assert folder.fails("n").endswith("hint: install `surely_not_installed`, or correct its name")


def test_a_name_that_an_imported_module_does_not_have(folder: Folder) -> None:
    folder.write(m="from h import sumarize\n", h="def summarize(): pass\n", n="import h\nh.sumarize\n")
    assert folder.fails("m") == (
        "m.py:1:1: module `m` fails when it is imported: ImportError: cannot import name 'sumarize' from 'h'\n"
        "     1 | from h import sumarize\n"
        "       | ^\n"
        "  hint: did you mean `summarize`?"
    )
    assert folder.fails("n").endswith("hint: did you mean `summarize`?")


def test_an_own_module_with_a_standard_name_is_pointed_at(folder: Folder) -> None:
    folder.write(m="import colorsys\ncolorsys.mix\n", n="from colorsys import mix\n", colorsys="mix = 1\n")
    hint = "  hint: `colorsys` is a module of Python's standard library: rename your colorsys.py"
    assert folder.fails("m").endswith(hint)
    assert folder.fails("n").endswith(hint)


def test_system_exit(folder: Folder) -> None:
    folder.write(m="import sys\nsys.exit(3)\n")
    assert folder.fails("m") == (
        "m.py:2:1: module `m` ends the program when it is imported: SystemExit(3)\n"
        "     2 | sys.exit(3)\n"
        "       | ^\n"
        '  hint: call it below `if __name__ == "__main__":`'
    )


def test_a_syntax_error(folder: Folder) -> None:
    folder.write(m="import h\n", h="x = 1\ndef f(:\n    pass\n")
    assert folder.fails("m") == "h.py:2:7: invalid syntax\n     2 | def f(:\n       |       ^"


@pytest.mark.parametrize("content", [b"x = '\xff'\n", b"x = 1\0\n", b"# coding: nothing\n"])
def test_text_that_cannot_be_read(folder: Folder, content: bytes) -> None:
    folder.write(m=content)
    assert folder.fails("m").startswith(("m.py:1:", "redun: module `m` fails when it is imported: "))


def test_a_circle(folder: Folder) -> None:
    folder.write(a="from b import x\ny = 1\n", b="from a import y\nx = 1\n")
    assert folder.fails("a") == (
        "b.py:1:1: modules import each other in a circle: "
        "cannot import name 'y' from partially initialized module 'a'\n"
        "     1 | from a import y\n"
        "       | ^\n"
        "  in import (a.py:1:1)\n"
        "  hint: import the name inside the function that uses it, or move it to a module of its own"
    )


def test_an_interrupt_passes(folder: Folder) -> None:
    folder.write(m="raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        folder.load("m")


def test_an_unreadable_module(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(m="x = 1\n")

    def denied(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("redo_py.front.modules.os.open", denied)
    assert folder.fails("m").startswith("redun: m.py cannot be read: Permission denied")


def test_a_file_that_does_not_hold_still(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(m="x = 1\n")
    status = os.fstat

    def changing(descriptor: int) -> os.stat_result:
        os.utime(folder.root / "m.py", ns=(0, time.monotonic_ns()))
        return status(descriptor)

    monkeypatch.setattr("redo_py.front.modules.os.fstat", changing)
    assert "m.py changes while it is being read" in folder.fails("m")


def test_importing_costs_nothing_before_it_is_needed() -> None:
    """`redun build` imports these rooms; re, enum, inspect, ast and the like must not come with them."""
    import subprocess

    program = (
        "import sys; before = set(sys.modules);"
        "import redo_py.front.modules, redo_py.front.literals, redo_py.tasks.code.identify;"
        "print(sorted({'typing', 're', 'enum', 'ast', 'inspect', 'contextlib', 'dataclasses', 'pathlib', 'tokenize'}"
        " & (set(sys.modules) - before)))"
    )
    root = Path(__file__).resolve().parents[3]
    answer = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {[str(root), *site_folders()]!r}; {program}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert answer.stdout == "[]\n"


def site_folders() -> list[str]:
    import xxhash

    return [str(Path(xxhash.__file__).parents[1])]


@pytest.mark.parametrize("name", ["os", "os.path", "subprocess"])
def test_a_module_of_python_is_none_of_the_project(tmp_path: Path, name: str) -> None:
    with Project(str(tmp_path)) as project:
        error = no_such_module(project, name)
    assert str(error) == (
        f"redun: there is no module `{name}`\n"
        "  hint: from a module of yours: `from MODULE import NAME`; Python's own library is for the tasks of such a "
        "module.\n"
        '        Here a variable is `env("NAME")`, files are `glob("*.c")`, and what a command says `stdout("...")`'
    )


def test_what_was_imported_before_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Also if its file was read, because what it changes was looked for."""
    (tmp_path / "there_before.py").write_text("X = 1\n")
    (tmp_path / "meanwhile.py").write_text("X = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    there = importlib.import_module("there_before")
    with Project(str(tmp_path)) as project:
        project.load("meanwhile")
        assert [source.module for source in project.imported()] == ["meanwhile", "there_before"]
    assert sys.modules["there_before"] is there
    assert "meanwhile" not in sys.modules
    monkeypatch.delitem(sys.modules, "there_before")
