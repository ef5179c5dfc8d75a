"""Outputs: whose they are, when they count as made, and what happens to what stands in their way."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from tests.e2e.project import Project

COPY = """
    @rule("out")
    def copy(out):
        sh(f"cat {need('in')} > {out}")
"""


def copied(project: Project) -> Project:
    """`in` copied to `out`; built."""
    project.rules(COPY)
    project.write("in", "one\n")
    assert project.build().made == ["out"]
    return project


# ---- what the user did to an output


def test_a_hand_edited_output_is_put_back_and_the_edit_kept(project: Project):
    copied(project)
    project.write("out", "my edit\n")
    again = project.build()
    assert again.restored == ["out"]
    assert project.read("out") == "one\n"
    assert "redun: out is not what redun put there: moved to .redun/displaced/" in again.output
    (kept,) = (project.state / "displaced").glob("*/out")
    assert kept.read_text() == "my edit\n"


def test_of_many_files_that_are_moved_away_some_have_a_line(project: Project):
    project.rules(
        '@rule("{n}.out")\ndef o(out, n):\n    sh(f"echo {n} > {out}")\n\n'
        'group("all", [f"{n}.out" for n in range(6)])\n'
    )
    project.build()
    shutil.rmtree(project.state)
    moved = project.build()
    assert len(moved.made) == 6
    assert moved.output.count(" is not what redun put there: moved to .redun/displaced/") == 3
    assert re.search(r"^redun: 3 more were moved to \.redun/displaced/[^/]+/$", moved.output, re.MULTILINE)
    assert len(list((project.state / "displaced").glob("*/*.out"))) == 6


def test_a_file_that_was_there_before_is_moved_away(project: Project):
    project.rules(COPY)
    project.write("in", "one\n")
    project.write("out", "precious\n")
    first = project.build()
    assert first.made == ["out"]
    (kept,) = (project.state / "displaced").glob("*/out")
    assert kept.read_text() == "precious\n"
    assert f"moved to {kept.relative_to(project.folder)}" in first.output


def git(project: Project, *words: str) -> None:
    """Run git in the project."""
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *words], cwd=project.folder, check=True, capture_output=True)


def test_a_file_that_git_keeps_is_not_overwritten(project: Project):
    project.rules(COPY)
    project.write("in", "one\n")
    project.write("out", "precious\n")
    git(project, "init")
    git(project, "add", "out")
    git(project, "commit", "-m", "x")
    refused = project.build(status=2)
    assert (
        "redun: git keeps out, which would be overwritten\n"
        "  hint: if git need not keep it: git rm --cached out\n"
        "        if it should, although a rule makes it: say tracked=True on the rule, or build once with --force out\n"
    ) in refused.output + refused.errors
    assert project.read("out") == "precious\n"
    project.rules(COPY.replace('"out")', '"out", tracked=True)'))
    assert project.build().made == ["out"]
    assert project.read("out") == "one\n"


def test_a_file_that_git_keeps_and_force(project: Project):
    project.rules(COPY)
    project.write("in", "one\n")
    project.write("out", "precious\n")
    git(project, "init")
    git(project, "add", "out")
    assert project.build("--force", "out").made == ["out"]
    assert project.build().is_idle


def test_the_same_bytes_by_hand_are_fine(project: Project):
    copied(project)
    project.remove("out")
    project.write("out", "one\n")
    assert project.build().made == []
    assert not (project.state / "displaced").exists()


def test_an_output_that_became_executable_is_put_right(project: Project):
    copied(project)
    project.path("out").chmod(0o755)
    project.build()
    assert not os.access(project.path("out"), os.X_OK)


def test_an_executable_output_stays_one(project: Project):
    project.rules("""
        @rule("tool")
        def tool(out):
            sh(f"printf '#!/bin/sh\\necho hi\\n' > {out}")
            sh(f"chmod +x {out}")

        @check
        def works():
            sh(f"./{need('tool')}")
    """)
    project.build("tool")
    project.remove("tool")
    project.build("works")
    assert os.access(project.path("tool"), os.X_OK)


# ---- when a command does not do what it should


def test_a_declared_output_that_is_not_made_is_a_failure(project: Project):
    project.rules("""
        @rule("a", "b")
        def two(out):
            sh("echo x > a")
    """)
    failed = project.build("a", status=1)
    assert "redun: a succeeded but did not make b" in failed.output
    assert failed.failed == ["a"]
    assert not project.exists("a")
    assert project.build("a", status=1).failed == ["a"]


def test_a_failed_output_is_not_taken_for_built(project: Project):
    project.rules("""
        @rule("out")
        def half(out):
            sh(f"echo half > {out}; cat {need('in')} >> {out}; test ! -e fail")
    """)
    project.write("in", "one\n")
    project.write("fail", "")
    assert project.build(status=1).failed == ["out"]
    assert not project.exists("out")
    kept = project.build("--keep-failed", status=1)
    assert kept.failed == ["out"]
    assert project.read("out") == "half\none\n"
    project.remove("fail")
    assert project.build().made == ["out"]
    assert project.build().is_idle


def test_the_last_good_output_survives_a_failure_in_the_cache(project: Project):
    project.rules("""
        @rule("out")
        def strict(out):
            sh(f"grep -v bad {need('in')} > {out}")
    """)
    project.write("in", "good\n")
    project.build()
    project.write("in", "bad\n")
    project.build(status=1)
    assert not project.exists("out")
    project.write("in", "good\n")
    assert project.build().restored == ["out"]
    assert project.read("out") == "good\n"


def test_the_old_output_is_gone_when_the_command_runs(project: Project):
    project.rules("""
        @rule("out")
        def append(out):
            sh(f"cat {need('in')} >> {out}")
    """)
    project.write("in", "one\n")
    project.build()
    project.write("in", "two\n")
    project.build()
    assert project.read("out") == "two\n"


def test_parent_folders_are_made(project: Project):
    project.rules("""
        @rule("a/deep/folder/out")
        def out(out):
            sh(f"echo x > {out}")
    """)
    assert project.build().made == ["a/deep/folder/out"]


def test_a_folder_where_a_file_was_declared(project: Project):
    project.rules("""
        @rule("out")
        def out(out):
            sh(f"mkdir {out}")
    """)
    failed = project.build(status=1)
    assert "redun: out is a folder, but a file (no trailing slash) was declared" in failed.output or (
        "out is a folder" in failed.output
    )


# ---- folders and links


FOLDER = """
    @rule("site/")
    def site(out):
        sh(f"mkdir -p {out}/sub; cat {need('in')} > {out}/page; ln -s page {out}/link; echo x > {out}/sub/deep")

    @rule("count")
    def count(out):
        sh(f"find {need('site')} -type f | wc -l > {out}")
"""


def test_a_directory_output(project: Project):
    project.rules(FOLDER)
    project.write("in", "one\n")
    assert project.build("count").made == ["count", "site"]
    assert project.build("count").is_idle
    project.remove("site/page")
    assert project.build("count").restored == ["site"]
    assert project.read("site/page") == "one\n"
    assert os.readlink(project.path("site/link")) == "page"
    project.write("site/extra", "x")
    assert project.build("count").restored == ["site"]
    assert not project.exists("site/extra")
    project.write("in", "two\n")
    assert project.build("count").made == ["count", "site"] or project.read("count").strip() == "2"


def test_a_path_below_a_directory_output_is_its_rule_s(project: Project):
    project.rules(FOLDER)
    project.write("in", "one\n")
    assert project.build("site/sub/deep").made == ["site"]


def test_an_output_that_is_a_link(project: Project):
    project.rules("""
        @rule("latest")
        def latest(out):
            sh(f"ln -s {need('version').name} {out}")
    """)
    project.write("version", "1\n")
    assert project.build().made == ["latest"]
    project.remove("latest")
    assert project.build().restored == ["latest"]
    assert os.readlink(project.path("latest")) == "version"
    assert project.build().is_idle


def test_an_input_link_is_followed(project: Project):
    copied(project)
    project.write("real", "real\n")
    project.remove("in")
    project.path("in").symlink_to("real")
    assert project.build().made == ["out"]
    assert project.read("out") == "real\n"
    project.write("real", "changed\n")
    assert project.build().made == ["out"]
    assert project.read("out") == "changed\n"


def test_several_outputs_of_one_run(project: Project):
    project.rules("""
        @rule(c="gen/{n}.c", h="gen/{n}.h")
        def gen(out, n):
            sh(f"echo c > {out.c}; echo h > {out.h}")

        @rule("both")
        def both(out):
            sh(f"cat {need(['gen/x.c', 'gen/x.h'])} > {out}")
    """)
    assert project.build("both").made == ["both", "gen/x.c"]
    project.remove("gen/x.h")
    assert project.build("both").restored == ["gen/x.c"]
    assert project.read("both") == "c\nh\n"


def test_a_temporary_output_goes_and_is_not_made_again(project: Project):
    project.rules("""
        @rule("middle", temp=True)
        def middle(out):
            sh(f"cat {need('in')} > {out}")

        @rule("end")
        def end(out):
            sh(f"cat {need('middle')} > {out}")
    """)
    project.write("in", "one\n")
    assert project.build("end").made == ["end", "middle"]
    assert not project.exists("middle")
    assert project.build("end").made == []
    project.write("in", "two\n")
    assert project.build("end").made == ["end", "middle"]
    assert project.read("end") == "two\n"
    assert not project.exists("middle")


def test_stale_outputs_stay_until_they_are_asked_away(project: Project):
    copied(project)
    project.rules(COPY.replace('"out"', '"other"'))
    assert project.build().made == ["other"] or project.exists("other")
    assert project.exists("out")
    assert project.run("clean", "--stale").of("removed") == ["out"]
    assert project.files() == ["in", "other", "redunfile.py"]
