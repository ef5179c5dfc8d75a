"""Dependency files are read as the compilers mean them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redo_py.executors.api import CommandStep, JobSpec
from redo_py.executors.commands.depfile import discover, prerequisites, read_depfile
from redo_py.ground.errors import RunError

ODD_NAMES = [
    b"plain.h",
    b"with space.h",
    b" leading.h",
    b"two  spaces.h",
    b"hash#sign.h",
    b"#first.h",
    b"dollar$sign.h",
    b"double$$.h",
    b"back\\slash.h",
    b"back\\ space.h",
    b"back\\\\ two.h",
    b"back\\#hash.h",
    b"quote'single.h",
    b"colon:here.h",
    b"percent%.h",
    b"tab\there.h",
    b"star*.h",
    "ünïcode – €.h".encode(),
    "no-break\u00a0space.h".encode(),
    "line\u2028separator.h".encode(),
    b"latin1-\xe9\xff.h",
    b"form\x0cfeed\x1c.h",
    b"paren(s)&;.h",
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.o: a.c b.h\n", ["a.c", "b.h"]),
        ("a.o: a.c \\\n b.h \\\r\n  c.h\r\n", ["a.c", "b.h", "c.h"]),
        ("a.o b.o : a.c\n", ["a.c"]),
        ("a.o: a.c a.h\n\na.h:\n", ["a.c", "a.h"]),
        ("a.o: x y x\nb.o: y z\n", ["x", "y", "z"]),
        ("a\\ b.o: c\\ d.h e\\\\\\ f.h", ["c d.h", "e\\ f.h"]),
        ("a.o: d$$.h $x.h h\\#.h h\\\\#.h", ["d$.h", "$x.h", "h#.h", "h\\#.h"]),
        ("a.o: a\\b.h C\\:x.h end\\\\ y.h", ["a\\b.h", "C:x.h", "end\\", "y.h"]),
        ("C:/x.o: C:/x.c\n", ["C:/x.c"]),
        ("a.o:\n", []),
        ("", []),
        ("# env-dep:HOME\na.d: a.rs\n# env-dep:X=1\n", ["a.rs"]),
    ],
)
def test_forms(text: str, names: list[str]):
    assert prerequisites(text) == names


@pytest.mark.parametrize("text", ["hello", "a.o a.c\n", "\x7fELF\x02\x01 x"])
def test_what_is_no_dependency_file(text: str):
    with pytest.raises(ValueError, match="no colon in"):
        prerequisites(text)


def test_gcc_writes_odd_names(tmp_path: Path):
    folder = os.fsencode(tmp_path)
    kept = [name for name in ODD_NAMES if b"\x0c" not in name]
    for name in kept:
        Path(os.fsdecode(os.path.join(folder, name))).write_bytes(b"\n")
    source = b"".join(b'#include "' + name + b'"\n' for name in kept)
    (tmp_path / "in.c").write_bytes(source)
    subprocess.run(["gcc", "-MMD", "-MP", "-MF", "out.d", "-c", "in.c", "-o", "out file.o"], cwd=folder, check=True)
    found = read_depfile(str(tmp_path / "out.d"))
    assert found == ["in.c", *(os.fsdecode(name) for name in kept)]


def gcc_quoted(name: str) -> str:
    """As libcpp's munge writes a name: only what it escapes."""
    out: list[str] = []
    for place, char in enumerate(name):
        if char in " \t":
            run = len(name[:place]) - len(name[:place].rstrip("\\"))
            out.append("\\" * (run + 1))
        elif char == "#":
            out.append("\\")
        elif char == "$":
            out.append("$")
        out.append(char)
    return "".join(out)


NAMES = st.text(st.sampled_from(list("ab \t#$\\%é\udce9\u00a0\u2028'\"()")), min_size=1, max_size=9).filter(
    lambda name: not name.endswith("\\")
)


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True))
@settings(max_examples=300)
def test_any_name_comes_back(names: list[str]):
    text = "out.o: in.c " + " \\\n ".join(map(gcc_quoted, names)) + "\n"
    text += "".join(f"\n{gcc_quoted(name)}:\n" for name in names)
    assert prerequisites(text) == ["in.c", *names]


def spec_of(depfiles: list[str], outputs: list[str], cwd: str = "") -> JobSpec:
    return JobSpec(1, "out.o", [CommandStep("gcc", cwd)], {}, outputs, depfiles)


def test_discovered_paths_are_relative_to_the_root(tmp_path: Path):
    (tmp_path / "a.d").write_text("../out.o: in.c ../up.h /usr ../out.o\n")
    (tmp_path / "b.d").write_text("x: in.c other.h\n")
    (tmp_path / "sub").mkdir()
    for name in ("up.h", "sub/in.c", "sub/other.h"):
        (tmp_path / name).touch()
    found = discover(spec_of(["a.d", "b.d"], ["out.o"], "sub"), str(tmp_path))
    assert found == ["sub/in.c", "sub/../up.h", "/usr", "sub/other.h"]
    assert sorted(os.listdir(tmp_path)) == ["sub", "up.h"]


def misread(tmp_path: Path, *steps: CommandStep, outputs: tuple[str, ...] = ()) -> str:
    """What is said of the depfile `out.o.d`, which the commands wrote."""
    with pytest.raises(RunError) as caught:
        discover(JobSpec(1, "out.o", list(steps), {}, outputs, ["out.o.d"]), str(tmp_path))
    assert not (tmp_path / "out.o.d").exists()
    return str(caught.value)


def test_a_depfile_of_another_folder(tmp_path: Path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src/m.c").touch()
    (tmp_path / "out.o.d").write_text("../out.o: ../src/m.c \\\n m.c ../x.h\n")
    said = misread(tmp_path, CommandStep("cd src && cc -MMD -MF ../out.o.d -c m.c -o ../out.o"), outputs=("out.o",))
    assert said == (
        "redun: out.o: out.o.d:1 names ../src/m.c, which is not there\n"
        "  hint: names count from where the command starts, the project's root: use `cwd=` instead of `cd`"
    )


def test_a_file_that_was_removed(tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.c").touch()
    (tmp_path / "out.o.d").write_text("out.o: a.c \\\n tmp\\ 1.h\ntmp\\ 1.h:\n")
    assert misread(tmp_path, CommandStep("./gen", "in")) == (
        "redun: out.o: out.o.d:2 names tmp 1.h, which is not there\n"
        "  hint: names count from where the command runs, in: `cwd=` says where that is.\n"
        "        If the command removes the file when it has read it, let it take the name out of out.o.d, too"
    )


@pytest.mark.parametrize("go", ["cd src && {}", "(cd 'src'; {})", "pushd src; {}; popd"])
def test_a_name_that_is_in_two_folders(tmp_path: Path, go: str):
    for name in ("m.c", "src/m.c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "out.o.d").write_text("out.o: m.c\n")
    assert misread(tmp_path, CommandStep(go.format("cc -c m.c"))) == (
        "redun: out.o: out.o.d:1 names m.c, which is in the project's root and in src\n"
        "  hint: names count from where the command starts, the project's root: use `cwd=` instead of `cd`, or two "
        "calls of `sh`"
    )


def test_a_command_that_comes_back(tmp_path: Path):
    (tmp_path / "src").mkdir()
    (tmp_path / "m.c").touch()
    (tmp_path / "out.o.d").write_text(f"out.o: m.c {tmp_path}/m.c\nghost.h:\n")
    spec = JobSpec(1, "out.o", [CommandStep("(cd src; make) && cd $HOME && cd - && cc -c m.c")], {}, [], ["out.o.d"])
    assert discover(spec, str(tmp_path)) == ["m.c", f"{tmp_path}/m.c"]


def test_a_missing_depfile(tmp_path: Path):
    with pytest.raises(RunError) as caught:
        discover(spec_of(["a.d"], []), str(tmp_path))
    assert str(caught.value) == (
        "redun: out.o: the command succeeded but left no dependency file a.d\n"
        "  hint: gcc and clang write it with `-MMD -MF a.d`; drop `depfile=` if there is none"
    )


def test_a_depfile_that_is_none(tmp_path: Path):
    (tmp_path / "a.d").write_text("hello world\n")
    with pytest.raises(RunError) as caught:
        discover(spec_of(["a.d"], []), str(tmp_path))
    assert str(caught.value) == (
        "redun: out.o: a.d is not a dependency file: no colon in 'hello world'\n"
        "  hint: it holds lines like `out.o: in.c in.h`, as gcc and clang write them"
    )


def test_a_depfile_that_is_a_folder(tmp_path: Path):
    (tmp_path / "a.d").mkdir()
    with pytest.raises(RunError, match=r"out\.o: a\.d is not a dependency file: is a directory"):
        discover(spec_of(["a.d"], []), str(tmp_path))
