"""`redun compdb`: what clangd reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.project import Project

RULES = """
@rule("build/{stem}.o")
def cc(out, stem):
    sh(f"mkdir -p build && cc -O2 -DNAME='a b' -c {need(f'{stem}.c')} -o {out}")


@rule("app")
def link(out):
    sh(f"cc -o {out} {need('build/main.o')} {need('build/other.o')}")


@rule("tool")
def tool(out):
    sh(f"cc -o {out} {need('tool.c')}", cwd="")


@check
def test():
    sh(f"{need('app')}")


group("all", "app", test)
"""


@pytest.fixture
def program(project: Project) -> Project:
    project.rules(RULES)
    for name in ("main", "other", "tool"):
        project.write(f"{name}.c", "int main(void) { return 0; }\n")
    return project


def database(project: Project) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(project.read("compile_commands.json"))
    return entries


def test_every_compile_command_of_the_defaults(program: Project):
    assert program.run("compdb").output == "redun: wrote compile_commands.json: 2 commands\n"
    assert database(program) == [
        {
            "directory": str(program.folder),
            "arguments": ["cc", "-O2", "-DNAME=a b", "-c", f"{name}.c", "-o", f"build/{name}.o"],
            "file": f"{name}.c",
            "output": f"build/{name}.o",
        }
        for name in ("main", "other")
    ]
    assert not program.exists("build")


def test_an_unchanged_file_is_left_alone(program: Project):
    program.run("compdb")
    before = program.path("compile_commands.json").stat()
    assert program.run("compdb").output == "redun: compile_commands.json is up to date: 2 commands\n"
    after = program.path("compile_commands.json").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    program.rules(RULES.replace("-O2", "-O3"))
    assert program.run("compdb").output == "redun: wrote compile_commands.json: 2 commands\n"


def test_a_file_of_somebody_else_stays(program: Project):
    assert program.run("compdb", "-o", "main.c", status=2).errors.endswith(
        "main.c holds something else, which would be lost\n  hint: name another file, or remove this one first\n"
    )
    program.write("empty.json", "[]")
    program.run("compdb", "-o", "empty.json")
    assert len(json.loads(program.read("empty.json"))) == 2


def test_targets_and_places(program: Project):
    program.path("sub").mkdir()
    assert program.run("compdb", "../tool", cwd="sub").output == "redun: wrote compile_commands.json: 1 command\n"
    assert [entry["file"] for entry in database(program)] == ["tool.c"]
    program.run("compdb", "-o", "here.json", cwd="sub")
    assert len(json.loads(program.read("sub/here.json"))) == 2
    assert json.loads(program.run("compdb", "tool", "-o", "-").output)[0]["output"] == "tool"


def test_all_commands(program: Project):
    entries = json.loads(program.run("compdb", "--all", "-o", "-").output)
    assert [(entry["arguments"][0], entry["file"].rpartition("/")[2], entry.get("output", "").rpartition("/")[2])
            for entry in entries] == [
        ("cc", "main.o", "app"), ("bash", "main.c", "main.o"), ("bash", "other.c", "other.o"), ("./app", "app", ""),
    ]  # fmt: skip


def test_nothing_compiles(project: Project):
    project.rules('@rule("x")\ndef x(out):\n    sh(f"touch {out}")\n')
    assert project.run("compdb").output == "redun: wrote compile_commands.json: 0 commands\n"
    assert database(project) == []


def test_words_that_are_not_utf8_are_left_out(project: Project):
    project.rules('@rule("x")\ndef x(out):\n    sh(f"cc -o {out} {need(glob(\'*.c\'))}")\n')
    project.write("a.c", "int a;\n")
    project.write(b"\xff.c", "int b;\n")
    assert project.run("compdb").output == (
        "redun: wrote compile_commands.json: 0 commands\n"
        "redun: 2 left out: their words are not UTF-8, and JSON cannot hold them\n"
    )


def test_a_wrong_target_writes_nothing(program: Project):
    refused = program.run("compdb", "apq", status=2)
    assert "did you mean `app`?" in refused.errors
    assert not program.exists("compile_commands.json")
