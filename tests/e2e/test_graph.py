"""`redun graph` over real projects: what is drawn, in each format, and where it is written."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from tests.e2e.project import Project

RULES = '''
from functions import count, total


@rule("build/{stem}.o")
def cc(out, stem):
    """Compile one file.

    In detail."""
    sh(f"cat {need(f'{stem}.c')} > {out}; printf '%s: %s common.h' {out} {stem}.c > {out}.d", depfile=f"{out}.d")


@rule("app")
def link(out):
    """Link."""
    need("stamp", order_only=True)
    sh(f"cat {need('build/a.o')} {need('build/b.o')} > {out}")


@rule("stamp")
def stamp(out):
    sh(f"touch {out}")


@check
def test():
    """Look at it."""
    sh(f"grep -q a {need('app')}")


@rule("count.txt")
def counted(out):
    return count(need("app"), out)


letters = total(["a.c", "b.c"])

group("all", "app", test, "count.txt")
'''
FUNCTIONS = """
from redo_py import File, task


@task
def count(file, out):
    with open(file) as source, open(out, "w") as target:
        target.write(str(len(source.read())))
    return File(out)


@task
def size(path):
    with open(path) as source:
        return len(source.read())


@task
def total(paths):
    return [size(path) for path in paths]
"""


@pytest.fixture
def program(project: Project) -> Project:
    project.rules(RULES)
    project.write("functions.py", FUNCTIONS)
    project.write("a.c", "a\n")
    project.write("b.c", "b\n")
    project.write("common.h", "h\n")
    return project


def drawn(project: Project, *words: str, **rest: Any) -> dict[str, Any]:
    """The graph as `--format json` gives it."""
    content: dict[str, Any] = json.loads(project.run("graph", "--format", "json", *words, **rest).output)
    return content


def arrows(graph: dict[str, Any], kind: str = "content") -> list[str]:
    """The edges of one kind by the names and kinds of their nodes."""
    names = [f"{node['kind']} {node['name']}" for node in graph["nodes"]]
    return sorted(f"{names[edge['from']]} -> {names[edge['to']]}" for edge in graph["edges"] if edge["kind"] == kind)


def node(graph: dict[str, Any], name: str, kind: str = "rule") -> dict[str, Any]:
    (found,) = [each for each in graph["nodes"] if each["name"] == name and each["kind"] == kind]
    return dict(found)


def test_a_project_that_was_never_built(program: Project):
    graph = drawn(program)
    assert arrows(graph) == [
        "check test -> group all",
        "file app -> check test",
        "file app -> group all",
        "file app -> rule count.txt",
        "file build/a.o -> rule app",
        "file build/b.o -> rule app",
        "file count.txt -> group all",
        "rule app -> file app",
        "rule build/a.o -> file build/a.o",
        "rule build/b.o -> file build/b.o",
        "rule count.txt -> file count.txt",
        "rule stamp -> file stamp",
        "source a.c -> rule build/a.o",
        "source b.c -> rule build/b.o",
    ]
    assert arrows(graph, "order") == ["rule stamp -> rule app"]
    assert arrows(graph, "discovered") == []
    link = node(graph, "app")
    assert (link["state"], link["rule"], link["doc"]) == ("new", "link", "Link.")
    assert link["commands"] == ["cat build/a.o build/b.o > app"]
    assert node(graph, "count.txt")["commands"] == ["count()"]
    assert program.files() == ["a.c", "b.c", "common.h", "functions.py", "redunfile.py"]


def test_what_only_running_shows_is_there_after_a_build(program: Project):
    program.build()
    graph = drawn(program)
    assert arrows(graph, "discovered") == ["source common.h -> rule build/a.o", "source common.h -> rule build/b.o"]
    compiled = node(graph, "build/a.o")
    assert compiled["state"] == "ran"
    assert compiled["reason"] == "it was never built here"
    assert 0 <= compiled["seconds"] < 60


def test_states_are_those_of_the_last_build(program: Project):
    program.build()
    program.write("b.c", "other\n")
    program.remove("build/a.o")
    program.build("test")
    graph = drawn(program)
    assert node(graph, "build/b.o")["state"] == "ran"
    assert node(graph, "build/a.o")["state"] == "restored"
    assert node(graph, "stamp")["state"] == "cached"
    assert node(graph, "count.txt")["state"] == "earlier"
    program.write("b.c", "x\n")
    program.write("a.c", "x\n")
    program.build("test", status=1)
    assert node(drawn(program), "test", "check")["state"] == "failed"


def test_calls_of_a_lazy_value(program: Project):
    graph = drawn(program, "letters")
    assert arrows(graph) == []
    assert [(each["kind"], each["name"]) for each in graph["nodes"]] == [("value", "letters")]
    program.build("letters")
    assert arrows(drawn(program, "letters"), "discovered") == ["task size -> value letters"] * 2


def test_only_what_was_asked_for(program: Project):
    assert arrows(drawn(program, "build/a.o")) == ["rule build/a.o -> file build/a.o", "source a.c -> rule build/a.o"]
    assert [each["name"] for each in drawn(program, "a.c")["nodes"]] == ["a.c"]
    program.path("sub").mkdir()
    assert [each["name"] for each in drawn(program, "../a.c", cwd="sub")["nodes"]] == ["a.c"]


def test_depth(program: Project):
    assert arrows(drawn(program, "app", "--depth", "1")) == [
        "file build/a.o -> rule app",
        "file build/b.o -> rule app",
        "rule app -> file app",
        "rule build/a.o -> file build/a.o",
        "rule build/b.o -> file build/b.o",
    ]
    assert arrows(drawn(program, "app", "--rules", "--depth", "1")) == ["rule cc -> rule app"]
    assert node(drawn(program, "--rules", "--depth", "2"), "cc")
    assert "cc" not in [each["name"] for each in drawn(program, "--rules", "--depth", "1")["nodes"]]


def test_what_a_lazy_need_found(program: Project):
    whole = """
        @rule("list")
        def listed(out):
            sh(f"ls {need('a.c')} {need('b.c')} > {out}")

        @rule("all.txt")
        def whole(out):
            sh(f"cat {need([f'up/{name}' for name in lines(need('list'))])} > {out}")
        """
    up = """
        @rule("up/{name}")
        def up(out, name):
            sh(f"cat {need(name)} > {out}")
        """
    program.rules(up + whole)
    assert arrows(drawn(program, "all.txt"), "discovered") == []
    program.build("all.txt")
    graph = drawn(program, "all.txt")
    assert arrows(graph, "discovered") == ["file up/a.c -> rule all.txt", "file up/b.c -> rule all.txt"]
    assert "source a.c -> rule up/a.c" in arrows(graph)
    assert node(graph, "up/a.c", "rule")["state"] == "ran"
    program.build("all.txt")  # what was reused is as it was
    assert arrows(drawn(program, "all.txt"), "discovered") == arrows(graph, "discovered")
    program.rules(whole)
    assert "source up/a.c -> rule all.txt" in arrows(drawn(program, "all.txt"), "discovered")


def test_one_node_for_each_rule(program: Project):
    graph = drawn(program, "--rules")
    assert arrows(graph) == [
        "check test -> group all",
        "rule app -> check test",
        "rule app -> group all",
        "rule app -> rule count.txt",
        "rule cc -> rule app",
        "rule count.txt -> group all",
    ]
    assert node(graph, "cc")["members"] == ["build/a.o", "build/b.o"]


def test_nothing_is_run_and_nothing_missing_refused(program: Project):
    program.remove("a.c")
    assert "source a.c -> rule build/a.o" in arrows(drawn(program))
    assert not program.exists("app")


def test_the_format_is_that_of_the_suffix(program: Project):
    for name, start in {
        "g.dot": "digraph redun {",
        "g.mmd": "flowchart LR",
        "g.json": '{"nodes": [',
        "g.html": "<!DOCTYPE html>",
        "g": "digraph redun {",
    }.items():
        size = "9 nodes, 10 edges" if name == "g.html" else "14 nodes, 15 edges"
        assert program.run("graph", "-o", name).output == f"redun: wrote {name}: {size}\n"
        assert program.read(name).startswith(start)
        assert program.run("graph", "-o", name).output == f"redun: {name} is up to date\n"
    assert program.run("graph", "--format", "mermaid", "-o", "-").output.startswith("flowchart LR")


@pytest.mark.parametrize("name", ["mine.gv", "mine.json", "mine.html"])
def test_a_file_of_somebody_else_stays(program: Project, name: str):
    program.write(name, "<html>mine")
    assert program.run("graph", "-o", name, status=2).errors == (
        f"redun: {program.path(name)} holds something else, which would be lost\n"
        "  hint: name another file, or remove this one first\n"
    )
    assert program.read(name) == "<html>mine"


def test_one_format_is_written_over_itself_when_the_graph_has_changed(program: Project):
    for name in ("g.dot", "g.mmd", "g.json", "g.html"):
        program.run("graph", "-o", name)
        assert program.run("graph", "app", "--depth", "1", "-o", name).output.startswith(f"redun: wrote {name}")


def test_the_file_is_relative_to_where_one_stands(program: Project):
    program.path("sub").mkdir()
    program.run("graph", "-o", "g.dot", cwd="sub")
    program.run("graph", "-C", "sub", "-o", "h.dot")
    assert program.exists("sub/g.dot")
    assert program.exists("h.dot")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--format", "svg"),
            "redun: `redun graph` has no format `svg`\n  hint: there are dot, mermaid, json and html\n",
        ),
        (
            ("-o", "g.svg"),
            "redun: `redun graph` has no format `svg`\n  hint: Graphviz draws it: `redun graph | dot -Tsvg`\n",
        ),
        (("--format", "htm"), "redun: `redun graph` has no format `htm`\n  hint: did you mean `html`?\n"),
        (
            ("-o", "none/g.dot"),
            (
                "redun: none/g.dot cannot be written: No such file or directory\n"
                "  hint: `-o FILE` names another file, `-o -` prints it\n"
            ),
        ),
        (("apq",), "redun: there is no target `apq`\n  hint: did you mean `app`?\n"),
        (("--depth", "x"), "redun: --depth takes a whole number from 1 on, and not `x`\n"),
    ],
)
def test_what_is_refused(program: Project, words: tuple[str, ...], said: str):
    refused = program.run("graph", *words, status=2)
    assert refused.output == ""
    assert refused.errors.replace(str(program.folder) + "/", "") == said


def test_names_with_any_characters(project: Project):
    names = ["a b", 'quo"te', "new\nline", "<&>", "{x}"]
    project.rules(
        "".join(
            f"@rule({json.dumps(name.replace('{', '{{').replace('}', '}}') + '.out')})\n"
            f"def r{number}(out):\n    sh(f'touch {{out}}')\n\n"
            for number, name in enumerate(names)
        )
    )
    assert sorted(each["name"] for each in drawn(project)["nodes"] if each["kind"] == "file") == sorted(
        f"{name}.out" for name in names
    )
    project.run("graph", "-o", "g.html")
    assert "&lt;&amp;&gt;.out" in project.read("g.html")


def test_bytes_that_are_no_utf8(project: Project):
    project.rules('@rule("out")\ndef r(out):\n    sh(f"cat {need(glob(\'*.txt\'))} > {out}")\n')
    project.write(b"\xff.txt", "x")
    assert [each["name"] for each in drawn(project)["nodes"]] == ["out", "out", "\udcff.txt"]
    assert "\\\\xff.txt" in project.run("graph").output
    project.run("graph", "-o", "g.html")
    assert "\\xff.txt" in project.read("g.html")


def test_a_folder_that_cannot_be_written(program: Project):
    program.build()
    if os.geteuid() == 0:
        program.path(".redun/state.db").write_bytes(b"")  # root may write anywhere: records that cannot be read
    else:
        program.folder.chmod(0o500)
    try:
        assert "rule app -> file app" in arrows(drawn(program))
    finally:
        program.folder.chmod(0o700)


def test_a_long_chain(project: Project):
    steps = "".join(
        f'@rule("{number}")\ndef r{number}(out):\n    sh(f"cat {{need(\'{number + 1}\')}} > {{out}}")\n\n'
        for number in range(1500)
    )
    project.rules(steps + 'default("0")\n')
    project.write("1500", "x")
    assert len(drawn(project)["nodes"]) == 3001
    said = project.run("graph", "-o", "g.html")
    assert said.errors == (
        "redun: that is much for one picture: `--rules` draws one node for each rule, `--depth N` what is near\n"
    )


def test_too_much_for_a_page(project: Project):
    project.rules(
        'NAMES = [str(number) for number in range(5001)]\n\n\n@rule("{name}.txt", where={"name": NAMES})\n'
        'def made(out, name):\n    sh(f"touch {out}")\n\n\ndefault([f"{name}.txt" for name in NAMES])\n'
    )
    refused = project.run("graph", "-o", "g.html", status=2)
    assert refused.errors == (
        "redun: 5,001 boxes are too many for a page\n"
        "  hint: `--rules` draws one for each rule, `--depth N` what is near the targets; "
        "`--format json` has no limit\n"
    )
    assert not project.exists("g.html")
    assert len(drawn(project)["nodes"]) == 10_002


def test_calls_of_a_value_that_is_given_files(program: Project):
    program.rules(
        RULES.replace("import count, total", "import count, lengths, total")
        + 'sizes = lengths(need("a.c"), [need("app"), "x"])\nothers = lengths(need("b.c"), [])\n'
    )
    program.write(
        "functions.py",
        FUNCTIONS
        + """

@task
def length(file):
    return len(open(file).read())


@task
def lengths(first, more):
    return [length(each) for each in [first, *more] if each != "x"]
""",
    )
    program.build("sizes", "others")
    graph = drawn(program, "sizes", "others")
    assert sorted(arrows(graph, "discovered")) == [
        "source common.h -> rule build/a.o",
        "source common.h -> rule build/b.o",
        "task length -> value others",
        "task length -> value sizes",
        "task length -> value sizes",
    ]
