"""Disks, databases, shells and permissions that fail: clear words, no wrong answer, right again afterwards."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import sqlite3
from collections.abc import Callable

import pytest

from tests.e2e.project import Project

COPY = """
    @rule("{name}.out")
    def copy(out, name):
        sh(f"cat {need(f'{name}.in')} > {out}")

    group("all", [f"{f.stem}.out" for f in glob("*.in")])
"""


@pytest.fixture
def built(project: Project) -> Project:
    """Two files copied."""
    project.rules(COPY)
    project.write("a.in", "a\n")
    project.write("b.in", "b\n")
    assert project.build().made == ["a.out", "b.out"]
    return project


def damage_header(content: bytes) -> bytes:
    """The first bytes overwritten."""
    return b"\0" * 100 + content[100:]


def damage_middle(content: bytes) -> bytes:
    """A page in the middle overwritten."""
    half = len(content) // 2
    return content[:half] + b"\xff" * 4096 + content[half + 4096 :]


def cut(content: bytes) -> bytes:
    """The second half lost."""
    return content[: len(content) // 2]


LIBC = ctypes.CDLL(None)
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2

DAMAGES = [damage_header, damage_middle, cut, lambda _: b"", lambda _: b"not a database at all\n" * 100]
DAMAGE_NAMES = ["header", "middle", "cut", "empty", "text"]


@pytest.mark.parametrize("damage", DAMAGES, ids=DAMAGE_NAMES)
def test_a_damaged_database_never_gives_a_wrong_answer(built: Project, damage: Callable[[bytes], bytes]):
    for extra in built.state.glob("state.db-*"):
        extra.unlink()
    database = built.state / "state.db"
    database.write_bytes(damage(database.read_bytes()))
    built.write("a.in", "changed\n")
    for _ in range(3):  # a build may stop and ask to be run again
        outcome = built.build(status=None)
        if outcome.status == 0:
            break
        assert "damaged" in outcome.errors + outcome.output
    assert built.read("a.out") == "changed\n"
    assert built.read("b.out") == "b\n"
    assert built.build().is_idle


def test_a_newer_database_is_refused(built: Project):
    with sqlite3.connect(built.state / "state.db") as database:
        database.execute("UPDATE meta SET value = value + 1 WHERE key = 'schema'")
    built.write("a.in", "changed\n")
    refused = built.build(status=2)
    assert "was made by a newer redun" in refused.errors
    assert built.read("a.out") == "a\n"


@pytest.mark.parametrize("damage", DAMAGES, ids=DAMAGE_NAMES)
@pytest.mark.parametrize("kind", ["snapshots", "memo", "parsed", "settings"])
def test_damaged_memories_are_made_anew(built: Project, kind: str, damage: Callable[[bytes], bytes]):
    place = built.state / kind
    for path in [place] if place.is_file() else list(place.glob("*")):
        path.write_bytes(damage(path.read_bytes()))
    built.write("a.in", "changed\n")
    assert built.build().made == ["a.out"]
    assert built.build().is_idle


def test_a_damaged_artifact_is_not_restored(built: Project):
    for path in (built.state / "artifacts").rglob("*"):
        if path.is_file():
            path.write_bytes(damage_middle(path.read_bytes())[: path.stat().st_size])
    built.remove("a.out")
    outcome = built.build()
    assert outcome.made + outcome.restored == ["a.out"]
    assert built.read("a.out") == "a\n"


def test_the_state_folder_lost_during_life(built: Project):
    shutil.rmtree(built.state)
    built.build()
    assert built.build().is_idle
    assert built.read("a.out") == "a\n"


# ---- disks and permissions


def as_anybody() -> None:
    """In a child: let permissions count, though it may be root's. What it executes cannot undo it."""
    if os.geteuid() == 0:
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            assert LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0


def test_a_folder_that_cannot_be_written(built: Project):
    shutil.rmtree(built.state)
    built.folder.chmod(0o555)
    try:
        refused = built.build(status=2, prepare=as_anybody)
    finally:
        built.folder.chmod(0o777)
    assert refused.errors == (
        f"redun: {built.state} cannot be written: Permission denied\n"
        "  hint: redun keeps its records there; make the folder writable, or build in a copy\n"
    )


def test_an_input_that_cannot_be_read(built: Project):
    built.write("a.in", "secret\n")
    built.path("a.in").chmod(0)
    refused = built.build(status=2, prepare=as_anybody)
    assert refused.errors == (
        "redun: a.in cannot be read: permission denied\n"
        "  hint: see who may read it with `ls -l`, and allow yourself to with `chmod u+r`\n"
    )
    assert built.read("b.out") == "b\n"


def test_an_output_folder_that_cannot_be_written(project: Project):
    project.rules("""
        @rule("closed/out")
        def out(out):
            sh(f"echo x > {out}")
    """)
    project.write("closed/keep", "")
    project.path("closed").chmod(0o555)
    try:
        failed = project.build(status=1, prepare=as_anybody)
    finally:
        project.path("closed").chmod(0o777)
    assert failed.failed == ["closed/out"]
    assert "Permission denied" in failed.output
    assert project.build(prepare=as_anybody).made == ["closed/out"]


def small_files_only() -> None:
    """No file of more than 300 kB can be written, as if the disk were full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def test_a_disk_that_is_full(project: Project):
    project.rules("""
        @rule("big")
        def big(out):
            sh(f"head -c 2000000 /dev/zero > {out}")

        @rule("small")
        def small(out):
            sh(f"echo x > {out}")
    """)
    failed = project.build("-k", status=1, prepare=small_files_only)
    assert failed.failed == ["big"]
    assert not project.exists("big")
    assert project.build().made == ["big"]
    assert project.build().is_idle


def tiny_files_only() -> None:
    """No file of more than 30 kB can be written: not even the database."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))


def test_records_that_find_no_room(built: Project):
    built.write("a.in", "changed\n")
    failed = built.build(status=None, prepare=tiny_files_only)
    assert failed.status in (1, 2)
    assert "Traceback" not in failed.errors
    assert failed.errors.startswith("redun: ")
    built.build()
    assert built.read("a.out") == "changed\n"
    assert built.build().is_idle


def test_no_bash_on_path(project: Project, tmp_path):
    project.rules("""
        @rule("simple")
        def simple(out):
            sh(f"cp {need('in')} {out}")

        @rule("shell")
        def shell(out):
            sh(f"cat {need('in')} > {out}")
    """)
    project.write("in", "x\n")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("cp", "cat", "redun", "sh", "env"):
        found = shutil.which(name, path=project.environment["PATH"])
        assert found is not None
        (tools / name).symlink_to(found)
    project.environment["PATH"] = str(tools)
    assert project.build("simple").made == ["simple"]
    failed = project.build("shell", status=1)
    assert "redun: shell: its command needs bash, which is not on PATH" in failed.output


def test_records_that_cannot_be_written(built: Project):
    for path in built.state.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    built.state.chmod(0o555)
    assert built.build(prepare=as_anybody).is_idle  # nothing to write
    built.write("a.in", "changed\n")
    refused = built.build(status=2, prepare=as_anybody)
    assert f"redun: {built.state}/lock cannot be locked: Permission denied\n" in refused.errors
    assert built.read("a.out") == "a\n"
    for words, told in (  # who changes nothing need not write
        ("why a.out", "a.out would be made: a.in changed"), ("why --in last", "ran         a.out"),
        ("why a.out --not a.in", "a.in reaches a.out"), ("build -n", "would make  a.out"),
        ("clean -n", "would remove  a.out"), ("log --output b.out", ""), ("adopt -n --all", "left          a.out"),
    ):  # fmt: skip
        assert told in built.run(*words.split(), prepare=as_anybody).output
    assert "would make  a.out" in built.build("--check", status=4, prepare=as_anybody).output
    built.state.chmod(0o777)
