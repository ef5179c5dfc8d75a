"""Files of any name: spaces, quotes, newlines, bytes that are no UTF-8."""

from __future__ import annotations

import os

import pytest

from tests.e2e.project import Project

NAMES = [
    b"with space",
    b'it\'s "quoted"',
    b"dollar $HOME `id` \\n",
    b"new\nline",
    b"tab\there",
    b"-dash",
    b"{braces}",
    b"*?[x]",
    "ümläut ☃".encode(),
    b"bytes \xff\xfe",
    b"#hash;semi&amp|pipe",
]

PATTERN = """
    @rule("build/{name}.copy")
    def copy(out, name):
        sh(f"cat {need('src/' + name)} > {out}")

    group("all", [f"build/{f.name}.copy" for f in glob("src/*")])
"""


@pytest.mark.parametrize("name", NAMES, ids=[ascii(name)[2:-1].replace("\\", "") for name in NAMES])
def test_a_file_of_this_name(project: Project, name: bytes):
    project.rules(PATTERN)
    project.write(b"src/" + name, "one\n")
    made = b"build/" + name + b".copy"
    project.build(made)
    assert project.read(made) == "one\n"
    assert project.build(made).is_idle
    project.write(b"src/" + name, "two\n")
    project.build()
    assert project.read(made) == "two\n"
    project.path(made).unlink()
    assert "1 restored" in project.build().output
    assert project.read(made) == "two\n"
    assert os.fsdecode(made) in project.run("why", made).output
    assert project.run("log", "--output", made).output == ""
    assert "1 removed" in project.run("clean").output
    assert not project.exists("build")


def test_all_at_once(project: Project):
    project.rules(PATTERN)
    for name in NAMES:
        project.write(b"src/" + name, name)
    assert f"{len(NAMES)} run" in project.build().output
    assert project.build().is_idle
    for name in NAMES:
        assert project.path(b"build/" + name + b".copy").read_bytes() == name


def test_cleaning_tells_of_each_on_one_line(project: Project):
    project.rules(PATTERN)
    for name in (b"new\nline", b"red \x1b[31m"):
        project.write(b"src/" + name, name)
    project.build()
    assert project.run("clean").output.splitlines() == [
        r"removed       build/new\nline.copy",
        r"removed       build/red \x1b[31m.copy",
        "redun: 2 removed",
    ]


def test_a_project_in_a_folder_of_an_odd_name(project: Project):
    project.folder = project.folder.rename(project.folder.parent / "it's my\nproject $x")
    project.rules(PATTERN)
    project.write("src/a", "one\n")
    assert project.build().made == ["build/a.copy"]
    assert project.build().is_idle


def test_a_program_that_a_rule_makes_beside_the_redunfile_is_not_looked_for_on_the_path(project: Project):
    project.rules(
        """
        @rule("sort")
        def program(out):
            sh(f"printf '#!/bin/sh\\necho ours $*\\n' > {out} && chmod +x {out}")

        @rule("lib/said.txt")
        def said(out):
            sh(f"{need('sort')} {need('in.txt')} > {out}")

        @check
        def says():
            sh(f"{need(['sort', 'in.txt'])} | grep '^ours in.txt$'")
        """
    )
    project.write("in.txt", "")
    project.build("lib/said.txt", "says")
    assert project.read("lib/said.txt") == "ours in.txt\n"
