"""CI with what is there: a fresh clone into another folder, with new times everywhere, and only `.redun` restored."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.project import Project

RULES = """\
    CC = words(env("CC", "gcc"))
    OBJECTS = [f"build/{f.with_suffix('.o')}" for f in glob("src/**/*.c")]

    @rule("build/{stem}.o")
    def cc(out, stem):
        sh(f"{CC} -Iinclude -MMD -MF {out}.d -c {need(stem + '.c')} -o {out}", depfile=f"{out}.d")

    @rule("build/version.h")
    def version(out):
        sh(f"sed 's/.*/#define VERSION \\"&\\"/' {need('VERSION')} > {out}")

    @rule("bin/tool")
    def link(out):
        sh(f"{CC} -o {out} {need(OBJECTS)}")

    @rule("share/doc/")
    def doc(out):
        sh(f"mkdir -p {out}; cp {need('VERSION')} {out}/version.txt; ln -s version.txt {out}/latest")

    @check
    def test():
        sh(f"{need('bin/tool')} | grep -q 7")

    group("all", "bin/tool", "share/doc/", "build/version.h")
    """
SOURCES = {
    "VERSION": "1.2\n",
    ".gitignore": "build/\nbin/\nshare/\n",
    "include/one.h": '#include "deep/three.h"\nint one(void);\n',
    "include/two.h": "int two(void);\n",
    "include/deep/three.h": "#define THREE 3\n",
    "src/one.c": '#include "one.h"\nint one(void) { return THREE; }\n',
    "src/two.c": '#include "two.h"\nint two(void) { return 4; }\n',
    "src/sub/alone.c": "int alone(void) { return 0; }\n",
    "src/main.c": (
        '#include <stdio.h>\n#include "one.h"\n#include "two.h"\nint alone(void);\n'
        'int main(void) { printf("%d\\n", one() + two() + alone()); return 0; }\n'
    ),
}
EVERYTHING = [
    "bin/tool", "build/src/main.o", "build/src/one.o", "build/src/sub/alone.o", "build/src/two.o", "build/version.h",
    "share/doc",
]  # fmt: skip


def git(folder: Path, *words: str) -> None:
    settings = ("-c", "user.name=ci", "-c", "user.email=ci@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *settings, *words], cwd=folder, check=True, capture_output=True)


def commit(project: Project) -> None:
    git(project.folder, "add", "-A")
    git(project.folder, "commit", "-q", "-m", "change")


@pytest.fixture
def upstream(project: Project) -> Project:
    """The repository, with everything built and checked in its own folder, and the cache trimmed as CI does."""
    for name, content in SOURCES.items():
        project.write(name, content)
    project.rules(RULES)
    git(project.folder, "init", "-q")
    commit(project)
    assert project.build("all", "test").made == EVERYTHING
    project.run("gc", "--keep-last-build")
    return project


def fresh_clone(upstream: Project, cache: Project, name: str, seed: int) -> Project:
    """A clone of `upstream` in another folder, with other times, and with nothing of `cache` but its `.redun`."""
    folder = upstream.folder.parent / name
    git(upstream.folder.parent, "clone", "-q", str(upstream.folder), str(folder))
    shutil.copytree(cache.state, folder / ".redun")
    dice = random.Random(seed)
    for path in sorted(folder.rglob("*")):
        if ".git" not in path.parts:
            moment = 1_000_000_000 + dice.random() * 600_000_000
            os.utime(path, (moment, moment), follow_symlinks=False)
    return Project(folder, upstream.environment | {"HOME": str(folder.parent)})


@pytest.mark.parametrize("seed", [1, 2])
def test_a_fresh_clone_runs_nothing(upstream: Project, seed: int) -> None:
    clone = fresh_clone(upstream, upstream, "somewhere else", seed)
    first = clone.build("all", "test")
    assert (first.made, first.restored) == ([], EVERYTHING)
    assert first.of("passed") == ["test (cached)"]
    assert subprocess.run([clone.path("bin/tool")], capture_output=True, check=True).stdout == b"7\n"
    assert os.readlink(clone.path("share/doc/latest")) == "version.txt"
    assert clone.build("all").is_idle
    assert clone.build("all").is_idle


@pytest.mark.parametrize(
    ("name", "content", "reached"),
    [
        ("include/deep/three.h", "#define THREE 3 // same\n", ["build/src/main.o", "build/src/one.o"]),
        ("include/deep/three.h", "#define THREE 5\n", ["bin/tool", "build/src/main.o", "build/src/one.o"]),
        ("include/two.h", "int two(void); \n", ["build/src/main.o", "build/src/two.o"]),
        ("src/sub/alone.c", "int alone(void) { return 1; }\n", ["bin/tool", "build/src/sub/alone.o"]),
        ("VERSION", "1.3\n", ["build/version.h", "share/doc"]),
    ],
)
def test_an_edit_runs_what_it_reaches(upstream: Project, name: str, content: str, reached: list[str]) -> None:
    upstream.write(name, content)
    commit(upstream)
    clone = fresh_clone(upstream, upstream, "clone", 3)
    built = clone.build("all")
    assert built.made == reached or (built.made == [each for each in reached if each != "build/src/main.o"])
    assert set(built.made) | set(built.restored) == set(EVERYTHING)
    assert clone.build("all").is_idle
    reference = fresh_clone(upstream, upstream, "reference", 4)
    shutil.rmtree(reference.state)
    assert reference.build("all").made == EVERYTHING
    for each in EVERYTHING[:-1]:
        assert reference.path(each).read_bytes() == clone.path(each).read_bytes()


def test_a_chain_of_runs(upstream: Project) -> None:
    """Each run restores what the one before has saved, and trims it before it saves it again."""
    cache = upstream
    for number in range(4):
        upstream.write("src/two.c", f'#include "two.h"\nint two(void) {{ return {number}; }}\n')
        commit(upstream)
        clone = fresh_clone(upstream, cache, f"run {number}", number)
        assert clone.build("all").made == ["bin/tool", "build/src/two.o"]
        clone.run("gc", "--keep-last-build")
        cache = clone
    again = fresh_clone(upstream, cache, "last", 9)
    assert again.build("all").made == []


def test_a_cache_that_cannot_be_written_is_refused_plainly(upstream: Project) -> None:
    clone = fresh_clone(upstream, upstream, "clone", 5)
    (clone.state / "state.db").unlink()
    (clone.state / "state.db").mkdir()
    refused = clone.build("all", status=2)
    assert "state.db" in refused.errors
    assert "Traceback" not in refused.errors


def test_files_that_seem_to_be_of_the_future(upstream: Project) -> None:
    clone = fresh_clone(upstream, upstream, "clone", 6)
    for path in clone.folder.rglob("*"):
        if ".git" not in path.parts and ".redun" not in path.parts:
            os.utime(path, (4_000_000_000, 4_000_000_000), follow_symlinks=False)
    assert clone.build("all").made == []
    clone.write("include/deep/three.h", "#define THREE 9\n")
    os.utime(clone.path("include/deep/three.h"), (4_000_000_000, 4_000_000_000))
    assert "bin/tool" in clone.build("all").made
    assert subprocess.run([clone.path("bin/tool")], capture_output=True, check=True).stdout == b"13\n"
