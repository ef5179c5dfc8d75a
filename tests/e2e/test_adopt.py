"""`redun adopt`: what another tool has made is not made again, says that nothing has verified it, and whatever is in
doubt is made."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from tests.e2e.project import Project

RULES = """\
    @rule("{stem}.o")
    def cc(out, stem):
        sh(f"gcc -c {need(stem + '.c')} -o {out} -MMD -MF {stem}.d", depfile=f"{stem}.d")

    @rule("app")
    def app(out):
        sh(f"gcc {need('a.o')} {need('b.o')} -o {out}")

    @rule("note.txt")
    def note(out):
        sh(f"cp {need('a.c')} {out}")

    group("all", "app", "note.txt")
    """

SHELL = """\
    @rule("{stem}.up")
    def up(out, stem):
        sh(f"tr a-z A-Z < {need(stem + '.txt')} > {out}")

    @rule("both")
    def both(out):
        sh(f"cat {need('a.up')} {need('b.up')} > {out}")

    group("all", "both")
    """


def old(project: Project, *names: str, age: float = 100.0) -> None:
    """Give files a time in the past."""
    for name in names:
        project.touch(name, seconds=-age)


@pytest.fixture
def made(project: Project) -> Project:
    """A C project as make leaves it: objects, depfiles and a program; redun has not been there."""
    project.write("h.h", "#define H 1\n")
    project.write("a.c", '#include "h.h"\nint b(void);\nint main(void) { return b() - H; }\n')
    project.write("b.c", "int b(void) { return 1; }\n")
    old(project, "h.h", "a.c", "b.c")
    project.rules(RULES)
    for command in (
        "gcc -c a.c -o a.o -MMD -MF a.d", "gcc -c b.c -o b.o -MMD -MF b.d", "gcc a.o b.o -o app", "cp a.c note.txt",
    ):  # fmt: skip
        assert os.system(f"cd '{project.folder}' && {command}") == 0
    return project


@pytest.fixture
def texts(project: Project) -> Project:
    """Two texts, what is made of them, and what is made of both."""
    for name, content in (("a.txt", "a\n"), ("b.txt", "b\n"), ("a.up", "A\n"), ("b.up", "B\n"), ("both", "A\nB\n")):
        project.write(name, content)
    old(project, "a.txt", "b.txt", age=300)
    old(project, "a.up", "b.up", age=200)
    old(project, "both", age=100)
    project.rules(SHELL)
    return project


def left(project: Project, *words: str) -> list[str]:
    return project.run("adopt", *words).of("left")


def test_a_project_that_make_has_built(made: Project) -> None:
    before = {name: made.path(name).stat().st_mtime_ns for name in ("a.o", "b.o", "app", "note.txt")}
    adopted = made.run("adopt", "--all")
    assert sorted(adopted.of("adopted")) == ["a.o", "app", "b.o", "note.txt"]
    assert adopted.output.endswith("redun: 4 adopted, not verified\n")
    assert made.build().is_idle
    assert made.build().is_idle  # the fast lane
    assert before == {name: made.path(name).stat().st_mtime_ns for name in before}
    assert made.run("adopt", "--all").output == "redun: nothing to adopt: everything is up to date\n"
    assert made.exists("a.d")
    made.write("h.h", "#define H (2 - 1)\n")
    again = made.build()
    assert again.made == ["a.o"]  # the object is the same, so the program is, too
    assert made.build().is_idle


def test_it_says_that_nothing_was_verified_until_it_was_made(texts: Project) -> None:
    texts.run("adopt", "--all")
    told = texts.run("why", "a.up").output
    assert "a.up is up to date\n" in told
    assert "  adopted  " in told
    assert "it was there, and nothing has verified it" in told
    assert texts.build("--force", "a.up").made == ["a.up"]
    assert "adopted" not in texts.run("why", "a.up").output
    assert "adopted" in texts.run("why", "b.up").output


def test_an_output_that_was_wrong_is_found_out_by_force(texts: Project) -> None:
    texts.write("a.up", "WRONG\n")
    old(texts, "a.up", age=200)
    texts.run("adopt", "--all")
    assert texts.build().is_idle
    assert texts.build("--force", "a.up").made == ["a.up", "both"]
    assert texts.read("both") == "A\nB\n"
    assert texts.build().is_idle


def test_what_was_adopted_can_be_put_back(texts: Project) -> None:
    texts.run("adopt", "--all")
    texts.remove("a.up")
    assert texts.build().restored == ["a.up"]


def test_an_edit_after_the_adoption_is_seen(texts: Project) -> None:
    texts.run("adopt", "--all")
    texts.write("a.txt", "x\n")
    assert texts.build().made == ["a.up", "both"]
    assert texts.read("both") == "X\nB\n"


def test_a_file_that_only_a_variable_names_is_an_input_of_what_was_adopted(texts: Project) -> None:
    texts.write("conf", "a\n")
    old(texts, "conf", age=300)
    texts.rules('@rule("a.up")\ndef up(out):\n    sh(f"tr a-z A-Z < $CONF > {out}", CONF="conf")\n')
    assert texts.run("adopt", "a.up").of("adopted") == ["a.up"]
    assert texts.build("a.up").is_idle
    texts.write("conf", "b\n")
    assert texts.build("a.up").made == ["a.up"]
    assert texts.read("a.up") == "B\n"


@pytest.mark.parametrize(
    ("globs", "adopted", "remaining"),
    [
        (["a.up"], ["a.up"], []),
        (["*.up"], ["a.up", "b.up"], []),
        (["both"], [], ["both: a.up that it is made from would be made again: adopt that, too"]),
        (["*.up", "both"], ["a.up", "b.up", "both"], []),
        (["*"], ["a.up", "b.up", "both"], []),
    ],
)
def test_globs(texts: Project, globs: Sequence[str], adopted: list[str], remaining: list[str]) -> None:
    done = texts.run("adopt", *globs)
    assert (sorted(done.of("adopted")), done.of("left")) == (adopted, remaining)
    assert texts.build().made == sorted({"a.up", "b.up", "both"} - set(adopted)) or adopted == ["a.up", "b.up"]


def test_a_glob_is_relative_to_where_one_stands(project: Project) -> None:
    project.write("sub/x.in", "x\n")
    project.write("sub/x.out", "x\n")
    old(project, "sub/x.in")
    project.rules('@rule("sub/x.out")\ndef x(out):\n    sh(f"cp {need(\'sub/x.in\')} {out}")\n')
    assert project.run("adopt", "*.out", cwd="sub").of("adopted") == ["sub/x.out"]
    assert project.build().is_idle


def test_a_dry_run_records_nothing(texts: Project) -> None:
    assert texts.run("adopt", "-n", "--all").output.count("would adopt   ") == 3
    assert texts.build().made == ["a.up", "b.up", "both"]


def test_what_is_older_than_its_inputs_is_left(texts: Project) -> None:
    old(texts, "a.up", age=400)
    assert left(texts, "--all") == [
        "a.up: a.txt is newer than a.up",
        "both: a.up that it is made from would be made again: adopt that, too",
    ]
    assert texts.build().made == ["a.up", "both"]


def test_what_is_older_is_adopted_if_asked_for(texts: Project) -> None:
    old(texts, "a.up", age=400)
    assert left(texts, "--all", "--any-age") == []
    assert texts.build().is_idle


def test_a_header_that_is_newer(made: Project) -> None:
    old(made, "a.o", "b.o", "app", age=50)
    made.touch("h.h", seconds=-10)
    assert "a.o: h.h is newer than a.o" in left(made, "--all")


def test_without_its_depfile_nothing_is_known_of_headers(made: Project) -> None:
    made.remove("a.d")
    made.write("b.d", "no colon\n")
    remaining = sorted(left(made, "--all", "--any-age"))
    assert remaining[0] == (  # what is next is that of b.o and of the program
        "a.o: what else it was made from is not known: its dependency file a.d cannot be read: no such file or "
        "directory"
    )
    assert remaining[1].startswith("app: ")
    assert remaining[2].endswith("its dependency file b.d cannot be read: no colon in 'no colon'")
    assert made.build().made == ["a.o", "app", "b.o"]
    assert made.build().is_idle


def test_what_is_not_there_is_left(texts: Project) -> None:
    texts.remove("b.up")
    assert left(texts, "--all") == [
        "b.up: b.up is not there", "both: b.up that it is made from would be made again: adopt that, too",
    ]  # fmt: skip


def test_a_folder_where_a_file_should_be(texts: Project) -> None:
    texts.remove("b.up")
    texts.path("b.up").mkdir()
    assert left(texts, "--all")[0].startswith("b.up: ")
    assert texts.build().made == ["a.up", "b.up", "both"] or texts.read("both") == "A\nB\n"


def test_what_redun_made_otherwise_from_the_same_is_left(texts: Project) -> None:
    texts.build()
    texts.write("a.up", "OTHER\n")
    assert left(texts, "--all") == ["a.up: redun has made it of the same inputs, and it was something else"]
    texts.build()
    assert texts.read("a.up") == "A\n"


def test_what_changes_while_redun_knew_it(texts: Project) -> None:
    texts.build()
    texts.write("a.txt", "z\n")
    old(texts, "a.txt", age=50)
    texts.write("a.up", "Z\n")
    texts.write("both", "Z\nB\n")
    assert left(texts, "--all") == []
    assert texts.build().is_idle


def test_python_code_has_a_result_that_no_file_shows(project: Project) -> None:
    project.write("steps.py", "def copy(source, out):\n    open(out, 'w').write(open(source).read())\n")
    project.write("a", "x\n")
    project.write("b", "x\n")
    project.rules("""\
        from steps import copy

        @rule("b")
        def b(out):
            return copy(need("a"), out)
        """)
    assert left(project, "b") == ["b: it is made by Python code, whose result is more than its files"]


def test_a_folder_is_adopted(project: Project) -> None:
    project.write("a", "x\n")
    project.write("tree/deep/x", "x\n")
    old(project, "a")
    project.rules('@rule("tree/")\ndef tree(out):\n    sh(f"mkdir -p {out}/deep; cp {need(\'a\')} {out}/deep/x")\n')
    assert project.run("adopt", "--all").of("adopted") == ["tree"]
    assert project.build().is_idle
    project.write("tree/deep/y", "")
    assert project.build().restored == ["tree"]


def test_odd_names(project: Project) -> None:
    project.write(b"a b'\n\xff.in", "x\n")
    project.write(b"a b'\n\xff.out", "x\n")
    os.utime(project.path(b"a b'\n\xff.in"), (1, 1))
    project.rules("""\
        for name in stems("{stem}.in"):
            @rule(f"{name}.out")
            def copy(out):
                sh(f"cp {need(name + '.in')} {out}")
        """)
    assert project.run("adopt", "*.out").output == ("adopted       a b'\\n\\xff.out\nredun: 1 adopted, not verified\n")
    assert project.build().is_idle


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ((), "redun: `redun adopt` needs either a GLOB or --all\n"),
        (("x", "--all"), "redun: `redun adopt` needs either a GLOB or --all\n"),
        (("*.none",), "redun: no rule makes a file that `*.none` matches\n"),
        (("a.txt",), "redun: no rule makes a file that `a.txt` matches\n"),
    ],
)
def test_what_makes_no_sense(texts: Project, words: Sequence[str], text: str) -> None:
    assert texts.run("adopt", *words, status=2).errors.startswith(text)


def test_the_mark_outlives_gc(texts: Project) -> None:
    texts.run("adopt", "--all")
    texts.build()
    texts.write("b.txt", "c\n")
    texts.build()
    texts.run("gc", "--keep-last-build")
    assert "nothing has verified it" in texts.run("why", "a.up").output


def test_git_keeps_an_output(texts: Project) -> None:
    assert os.system(f"cd '{texts.folder}' && git init -q . && git add a.up") == 0
    assert left(texts, "a.up")[0].startswith("a.up: ")


def test_each_output_is_told_once(texts: Project) -> None:
    texts.remove("a.up")
    assert texts.run("adopt", "--all").output == (
        "adopted       b.up\n"
        "left          a.up: a.up is not there\n"
        "left          both: a.up that it is made from would be made again: adopt that, too\n"
        "redun: 1 adopted, not verified, 2 left to be made\n"
    )
