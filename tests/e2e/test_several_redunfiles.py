"""Several redunfiles in one tree: one project, one `.redun`, whatever folder the user stands in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.e2e.project import Project

ROOT = '''
"""All of it."""

include("lib")
from .app.redunfile import NAME

@rule("out/greeting.txt")
def greeting(out):
    """Say hello."""
    sh(f"cat {need('//app:text', 'lib/words.txt')} > {out}; echo {NAME} >> {out}")

default("out/greeting.txt")
'''
LIB = '''
@rule("words.txt")
def make_words(out):
    """What is said."""
    sh(f"cat {need(glob('in/*.txt'))} > {out}; basename $PWD >> {out}")

@check
def test():
    """Is there anything?"""
    sh(f"grep -q one {need('words.txt')}")

@action
def show(count: int = 1):
    sh(f"echo shown {count} in; basename $PWD")

group("all", "words.txt", test)
'''
APP = """
from steps import measure

NAME = "app"
size = measure(need("app.txt"))

@rule("app.txt")
def app(out):
    sh(f"cat {need('//lib/words.txt')} > {out}")

group("text", "app.txt")
"""


@pytest.fixture
def tree(project: Project) -> Project:
    """Three redunfiles, the root's among them."""
    project.rules(ROOT)
    project.write("lib/redunfile.py", LIB)
    project.write("lib/in/1.txt", "one\n")
    project.write("app/redunfile.py", APP)
    project.write("steps.py", "def measure(file):\n    return len(open(file).read())\n")
    return project


def test_one_build_of_all(tree: Project):
    assert tree.build().made == ["app/app.txt", "lib/words.txt", "out/greeting.txt"]
    assert tree.read("out/greeting.txt") == "one\nlib\none\nlib\napp\n"
    assert tree.build().is_idle
    tree.write("lib/in/2.txt", "two\n")
    assert tree.build().made == ["app/app.txt", "lib/words.txt", "out/greeting.txt"]
    assert tree.build().is_idle
    assert not tree.exists("lib/.redun")


def test_each_redunfile_is_an_input_of_the_plan(tree: Project):
    tree.build()
    assert tree.build().is_idle
    tree.write("lib/redunfile.py", LIB + "# a word more\n")
    assert tree.build().is_idle
    tree.write("app/redunfile.py", APP.replace('"app"', '"changed"'))
    assert tree.build().made == ["out/greeting.txt"]
    tree.write("lib/redunfile.py", LIB.replace("cat", "sort"))
    assert tree.build().made == ["lib/words.txt"]
    tree.write("lib/redunfile.py", "while True\n")
    assert tree.build(status=2).errors.startswith("lib/redunfile.py:1:1: `while` is not part of the redunfile language")
    tree.remove("lib/redunfile.py")
    assert "there is no lib/redunfile.py" in tree.build(status=2).errors


def test_from_where_one_stands(tree: Project):
    assert tree.build(cwd="lib").made == ["lib/words.txt"], "the group `all` of lib, with its check"
    assert tree.build(cwd="lib").of("passed") == ["//lib:test (cached)"]
    assert tree.build("words.txt", cwd="lib").is_idle
    assert tree.build("../app/app.txt", cwd="lib").made == ["app/app.txt"]
    assert tree.build("//app/app.txt", cwd="lib/in").is_idle
    assert tree.build("//lib:test", ":test", "test", cwd="lib").of("passed") == ["//lib:test (cached)"]
    assert tree.build("size", cwd="app").output.splitlines()[0] == "size = 8"
    assert tree.build("//app:size", cwd="lib").output.splitlines()[0] == "//app:size = 8"
    assert tree.build("show", "--count", "3", cwd="lib/in").output.splitlines()[:3] == [
        "ran         //lib:show", "shown 3 in", "lib",
    ]  # fmt: skip
    assert tree.build("//lib:show", "--count", "4").output.splitlines()[1] == "shown 4 in"
    assert tree.build("-C", "lib", "//...").made == ["out/greeting.txt"]
    assert tree.build("...", cwd="app").is_idle
    tree.build("out/greeting.txt", cwd="lib", status=2)


def test_what_the_other_commands_say(tree: Project):
    tree.build("//lib:show", "//...")
    assert tree.run("targets").output.splitlines()[2:] == [
        "groups",
        "  //lib:all",
        "  //app:text",
        "",
        "checks",
        "  //lib:test  Is there anything?",
        "",
        "actions",
        "  //lib:show [--count 1]",
        "",
        "values",
        "  //app:size",
        "",
        "files",
        "* out/greeting.txt  Say hello.",
        "  lib/words.txt     What is said.",
        "  app/app.txt",
        "",
        "* what `redun build` builds without a target",
    ]
    below = tree.run("targets", cwd="lib").output
    assert "* all\n" in below
    assert "  show [--count 1]\n" in below
    assert "  //out/greeting.txt  Say hello.\n  words.txt           What is said.\n" in below
    listed = json.loads(tree.run("targets", "--json", cwd="lib").output)
    assert [(each["name"], each["file"]) for each in listed["targets"] if each["kind"] == "check"] == [
        ("//lib:test", "lib/redunfile.py")
    ]
    assert "made by   rule make_words, lib/redunfile.py:3" in tree.run("why", "words.txt", cwd="lib").output
    assert tree.run("why", "//lib:test").output.startswith("//lib:test ")
    assert tree.run("why", "//lib/redunfile.py").output.startswith("lib/redunfile.py is a redunfile")
    for words, cwd in [(("//lib:show",), "app"), (("show",), "lib/in"), ((":show",), "lib")]:
        assert tree.run("log", "--output", *words, cwd=cwd).output == "shown 1 in\nlib\n"
    assert tree.run("clean", "//app", cwd="lib").of("removed") == ["app/app.txt"]
    assert tree.run("clean", "//lib:all").of("removed") == ["lib/words.txt"]
    assert tree.run("clean", "...", cwd="app").output == "redun: nothing to remove\n"
    assert tree.build("--force", "//lib:test", "//lib:test").of("passed") == ["//lib:test"]
    assert tree.build("--force", "*.txt", "all", cwd="lib").made == ["lib/words.txt"]


def test_a_rule_that_moves_to_the_root_runs_nothing(project: Project):
    project.rules('include("sub")\ndefault("sub/b.txt")\n')
    project.write("sub/a.txt", "a\n")
    project.write(
        "sub/redunfile.py",
        """
        @rule("b.txt")
        def b(out):
            sh(f"cat {need('a.txt')} > {out}; pwd > /dev/null")
    """,
    )
    assert project.build().made == ["sub/b.txt"]
    project.rules("""
        @rule("sub/b.txt")
        def moved(out):
            sh(f"cat {need('sub/a.txt')} > {out}; pwd > /dev/null", cwd="sub")
        default("sub/b.txt")
    """)
    assert project.build().is_idle


def test_headers_that_a_compiler_finds_from_its_folder(project: Project):
    project.rules('include("sub/src")\n')
    project.write("sub/include/a.h", "#define A 1\n")
    project.write("sub/src/a.c", '#include "../include/a.h"\nint a = A;\n')
    project.write(
        "sub/src/redunfile.py",
        """
        @rule("../build/{name}.o")
        def cc(out, name):
            sh(f"cc -MMD -MF {out}.d -c {need(f'{name}.c')} -o {out}", depfile=f"{out}.d")
        default("../build/a.o")
    """,
    )
    assert project.build().made == ["sub/build/a.o"]
    assert project.build().is_idle
    project.write("sub/include/a.h", "#define A 2\n")
    assert project.build().made == ["sub/build/a.o"]
    assert project.files() == [
        "redunfile.py", "sub/build/a.o", "sub/include/a.h", "sub/src/a.c", "sub/src/redunfile.py",
    ]  # fmt: skip


def test_values_known_late_are_seen_from_the_folder(project: Project):
    project.rules('include("sub")\n')
    project.write("steps.py", "def listed():\n    return ['in/a.txt', '//other.txt']\n")
    project.write("sub/in/a.txt", "a\n")
    project.write("other.txt", "other\n")
    project.write(
        "sub/redunfile.py",
        """
        from steps import listed

        FILES = need(listed())

        @rule("all.txt")
        def everything(out):
            sh(f"cat {FILES} $FIRST > {out}; echo {FILES[1].path} >> {out}", FIRST=FILES[0])
    """,
    )
    project.build("sub/all.txt")
    assert project.read("sub/all.txt") == "a\nother\na\n../other.txt\n"
    project.write("sub/in/a.txt", "b\n")
    assert "sub/all.txt" in project.build("sub/all.txt").made


@pytest.mark.parametrize("name", ["a b", "it's", 'say "x"', "line\nbreak", "$HOME", "[x]*?", "a{b}", "-n", "ü", "a:b"])
def test_folders_with_odd_names(project: Project, name: str):
    project.rules(f"include({name!r})\n")
    project.write(
        f"{name}/redunfile.py",
        """
        @rule("out/{stem}.txt")
        def copy(out, stem):
            sh(f"cp {need(f'in/{stem}.txt')} {out}")
        group("all", [f"out/{f.stem}.txt" for f in glob("in/*.txt")])
    """,
    )
    project.write(f"{name}/in/1.txt", "1\n")
    project.write(f"{name}/in/2.txt", "2\n")
    assert sorted(os.listdir(project.path(name))) == ["in", "redunfile.py"]
    project.build(f"//{name}:all")
    assert project.read(f"{name}/out/2.txt") == "2\n"
    assert project.build(cwd=name).is_idle
    assert project.build("//...").is_idle


def test_a_folder_that_is_no_text(project: Project):
    project.rules('for file in glob("*/redunfile.py"):\n    include(file.parent)\n')
    project.write(b"b\xff/redunfile.py", '@rule("x")\ndef x(out):\n    sh(f"echo 1 > {out}")\n')
    project.build()
    assert project.exists(b"b\xff/x")
    assert project.build().is_idle


def test_a_folder_that_nobody_includes(tree: Project):
    tree.build()
    tree.write("apart/redunfile.py", 'group("g", "x")\n')
    assert tree.build().is_idle
    hint = (
        '  hint: write `include("apart")` in redunfile.py,\n'
        "        or `root = true` in apart/redun.toml to make it a project of its own\n"
    )
    assert tree.build(cwd="apart", status=2).errors == f"redun: apart/redunfile.py is not part of this build\n{hint}"
    text = tree.build("//apart:g", status=2).errors
    assert text.startswith(
        "redun: there is no target `//apart:g`\n  hint: apart/redunfile.py is not part of this build:"
    )
    tree.write("apart/redun.toml", "root = true\n")
    tree.write("apart/redunfile.py", '@rule("x")\ndef x(out):\n    sh(f"echo > {out}")\n')
    assert tree.build(cwd="apart").made == ["x"]
    assert tree.exists("apart/.redun")


def test_a_folder_of_another_repository(tree: Project):
    """Like a submodule: a project of its own, also if it becomes one later."""
    tree.build()
    assert tree.build().is_idle
    subprocess.run(["git", "init", "-q", tree.path("lib")], check=True)
    assert tree.build(status=2).errors == (
        "redunfile.py:4:1: lib is a project of its own: there is lib/.git\n"
        '     4 | include("lib")\n'
        "       | ^\n"
        "  hint: it keeps its own records: build it with `redun build -C lib`, in an action or by hand\n"
    )
    shutil.rmtree(tree.path("lib/.git"))
    assert tree.build().is_idle
    tree.write("lib/redun.toml", "root = true\n")
    assert "there is lib/redun.toml" in tree.build(status=2).errors
    tree.write("lib/redun.toml", "root = false\n")
    assert tree.build().is_idle
    assert tree.build().is_idle


def test_linked_folders(tree: Project):
    os.symlink("lib", tree.path("again"))
    tree.write("redunfile.py", 'include("again")\n')
    assert tree.build(status=2).errors.startswith("redunfile.py:1:1: again is a link to lib\n")
    os.symlink("/", tree.path("away"))
    tree.write("redunfile.py", 'include("away/tmp")\n')
    assert "is outside of this project" in tree.build(status=2).errors


def test_settings_of_other_files(tree: Project):
    tree.write("lib/redunfile.py", LIB + 'LOUD = config("loud", False)\ndefault("words.txt")\n')
    tree.build()
    assert "hint: did you mean `//lib:loud`?" in tree.build("-D", "loud=yes", status=2).errors
    for words, cwd in [(("-D", "//lib:loud=yes"), ""), (("-D", ":loud=yes"), "lib"), (("-D", ":loud=yes"), "lib/in")]:
        assert tree.build(*words, cwd=cwd).is_idle
    assert "no setting `loud`" in tree.build("-D", "//:loud=yes", cwd="lib", status=2).errors
    assert tree.run("config", "loud", status=2).errors.endswith("  hint: did you mean //lib:loud?\n")


def test_a_folder_is_no_target(tree: Project):
    assert tree.build("lib", status=2).errors == (
        "redun: there is no target `lib`\n  hint: it is a folder: `lib/...` is all that its redunfile makes and names\n"
    )


def test_files_of_patterns_are_listed_as_one_writes_them_where_one_stands(tree: Project):
    tree.write(
        "lib/redunfile.py", LIB + '@rule("{n}.up", where={"n": ["a"]})\ndef up(out, n):\n    sh(f"touch {out}")\n'
    )
    assert "  {n}.up\n    a.up\n" in tree.run("targets", cwd="lib").output
    assert "  //lib/{n}.up\n    //lib/a.up\n" in tree.run("targets", cwd="app").output
    assert "  lib/{n}.up\n    lib/a.up\n" in tree.run("targets").output


def test_a_build_inside_a_build(tree: Project):
    tree.write(
        "lib/redunfile.py",
        LIB + '@rule("nested")\ndef nested(out):\n    sh(f"redun build //app/app.txt; touch {out}")\n',
    )
    failed = tree.build("nested", cwd="lib", status=1)
    assert failed.failed == ["lib/nested"]
    text = failed.output + failed.errors
    assert (
        f"redun: a build of {tree.folder} is running, and `redun build //app/app.txt` is run by a command of it\n"
        in text
    )
    assert 'hint: let the rule that runs this command need its targets: `need("TARGET")` builds them first' in text
    assert not tree.exists("app/app.txt")
