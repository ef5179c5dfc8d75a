"""Which commands compile what."""

from __future__ import annotations

import pytest

from redo_py.app.views.compiling import calls_in, is_compiler


def compiled(text: str, folder: str = "") -> list[tuple[str, list[str], list[str], str]]:
    """(folder, words, sources, output) of every call that compiles something."""
    calls = calls_in(text, folder)
    return [(call.folder, call.words, call.sources, call.output) for call in calls if call.sources]


def test_a_plain_command():
    words = ["cc", "-O2", "-c", "a.c", "-o", "a.o"]
    assert compiled("cc -O2 -c a.c -o a.o") == [("", words, ["a.c"], "a.o")]


def test_only_the_compiler_of_a_line():
    assert compiled("mkdir -p out && gcc-12 -c x.cpp -oout/x.o > log 2>&1; echo done") == [
        ("", ["gcc-12", "-c", "x.cpp", "-oout/x.o"], ["x.cpp"], "out/x.o")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "tar -c a.c",
        "grep -c main a.c",
        "cp a.c b.c",
        "cc -o app a.o b.o",
        "ld -o app a.o",
        "cc --version",
        "cc -MF a.c -o x y.o",
        "# cc -c a.c",
        "echo 'cc -c a.c'",
        "",
    ],
)
def test_what_compiles_nothing(text: str):
    assert compiled(text) == []


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("cc -o app main.c", ["main.c"]),  # to a program at once
        ("ccache g++ -c a.cc b.cc", ["a.cc", "b.cc"]),
        ("env LANG=C nice clang++ -c a.cxx", ["a.cxx"]),
        ("./wrapper -c a.c -o a.o", ["a.c"]),  # an unknown program that is told to compile
        ("cc -I inc.c -include pre.c -c real.c", ["real.c"]),
        ("cc -c 'with space.c'", ["with space.c"]),
        ('cc -c "it\'s.c"', ["it's.c"]),
        ("(cd sub; cc -c a.c)", ["a.c"]),
        ("if true; then cc -c a.c; fi", ["a.c"]),
        ("CC=x cc -c a.c", ["a.c"]),
        ("cc -c $(echo other.c) a.c", ["a.c"]),
        ("nvcc -c kernel.cu", ["kernel.cu"]),
    ],
)
def test_what_compiles_something(text: str, sources: list[str]):
    assert [call[2] for call in compiled(text)] == [sources]


def test_words_that_only_a_shell_can_tell_are_left_out():
    assert compiled("cc $CFLAGS -c a.c `pkg-config x` *.h")[0][1] == ["cc", "-c", "a.c"]


def test_folders_are_followed():
    assert [call[0] for call in compiled("cc -c a.c; cd b/c; cc -c d.c; cd ..; cc -c e.c", "x")] == [
        "x",
        "x/b/c",
        "x/b",
    ]


def test_redirections_and_here_documents_are_no_words():
    text = "cc -c a.c -o a.o 2> err <<END\ncc -c b.c\nEND\n"
    assert compiled(text) == [("", ["cc", "-c", "a.c", "-o", "a.o"], ["a.c"], "a.o")]


@pytest.mark.parametrize("program", ["cc", "/usr/bin/gcc", "gcc-12", "clang++-14.0", "aarch64-linux-gnu-g++-9", "em++"])
def test_compilers(program: str):
    assert is_compiler(program)


@pytest.mark.parametrize("program", ["ccx", "12", "", "-", "accel", "gcc-ar", "make"])
def test_no_compilers(program: str):
    assert not is_compiler(program)
