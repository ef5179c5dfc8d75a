"""Where files of a job elsewhere may be put: never where nobody has asked for them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from redo_py.executors.api import CallStep, CommandStep, JobSpec
from redo_py.executors.backend import Site
from redo_py.executors.elsewhere.landing import Landing
from redo_py.ground import hashing
from redo_py.ground.clock import Clock
from redo_py.remote.api import stage
from redo_py.remote.api.scratch import Scratch, blob_name
from redo_py.remote.api.stage import FILE, FOLDER, LINK, Entry, StagingError

BYTES = b"of elsewhere"
DIGEST = hashing.digest(hashing.FILE, BYTES).hex()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    return root


def landing(root: Path, *, outputs: tuple[str, ...] = (), gives: tuple[str, ...] = (), calls: bool = False) -> Landing:
    site = Site("far", str(root), str(root), str(root / ".redun"), {}, Clock(), lambda _: b"")
    step = CallStep(len, ("",), {}) if calls else CommandStep("true")
    return Landing(site, JobSpec(1, "job", [step], {}, outputs=outputs, gives=gives))


def put(root: Path, where: Landing, *entries: Entry) -> None:
    scratch = Scratch(str(root.parent / "scratch"))
    scratch.write(blob_name(DIGEST), BYTES)
    where.check(entries)
    stage.lay_out(scratch, entries, where.place_of)


def refusal(root: Path, where: Landing, *entries: Entry) -> str:
    with pytest.raises(StagingError) as caught:
        put(root, where, *entries)
    return caught.value.words.get("reason", caught.value.code)


def test_an_output_that_only_looks_like_a_pattern(root: Path):
    where = landing(root, outputs=("x[z-a].txt", "y[.txt"))
    put(root, where, Entry("x[z-a].txt", FILE, DIGEST), Entry("y[.txt", FILE, DIGEST))
    assert (root / "x[z-a].txt").read_bytes() == BYTES
    assert refusal(root, where, Entry("xz.txt", FILE, DIGEST)) == "it is no output of these commands"


def test_declared_outputs_and_what_is_below_them(root: Path):
    where = landing(root, outputs=("a.txt", "made"), gives=("logs/*.log", str(root.parent / "far.txt")))
    put(
        root, where, Entry("a.txt", FILE, DIGEST), Entry("made", FOLDER), Entry("made/b/c", FILE, DIGEST),
        Entry("logs/1.log", FILE, DIGEST), Entry(str(root.parent / "far.txt"), FILE, DIGEST),
    )  # fmt: skip
    for path in ("a.txt", "made/b/c", "logs/1.log", "../far.txt"):
        assert (root / path).read_bytes() == BYTES


@pytest.mark.parametrize("path", ["b.txt", "a.txt2", "logs/1.log/../../b.txt", "logs/deep/1.log", "made/../b.txt"])
def test_commands_leave_what_is_declared_and_nothing_else(root: Path, path: str):
    where = landing(root, outputs=("a.txt", "made"), gives=("logs/*.log",))
    assert refusal(root, where, Entry(path, FILE, DIGEST)) in (
        "it is no output of these commands", "that is no plain path",
    )  # fmt: skip
    assert not (root / "b.txt").exists()


@pytest.mark.parametrize("kind", [FILE, LINK, FOLDER])
@pytest.mark.parametrize("path", ["../x", "/no/such/folder/x", "a/../../x", ".redun/db", "a/.git/hooks/pre-commit"])
def test_functions_write_in_the_project_alone(root: Path, path: str, kind: str):
    text = {FILE: DIGEST, LINK: "aim", FOLDER: ""}[kind]
    assert refusal(root, landing(root, calls=True), Entry(path, kind, text)) in (
        "landing-outside", "that is no plain path", "that is a record of redun or git",
    )  # fmt: skip
    assert list(root.iterdir()) == []
    assert not os.path.lexists(root.parent / "x")


def test_a_function_may_have_written_anything_in_the_project(root: Path):
    put(root, landing(root, calls=True), Entry("new/gen.py", FILE, DIGEST), Entry("new/link", LINK, "gen.py"))
    assert (root / "new/link").read_bytes() == BYTES


def test_what_is_outside_and_the_same_is_no_matter(root: Path):
    outside = root.parent / "seen by both"
    outside.write_bytes(BYTES)
    before = outside.stat().st_ino
    put(root, landing(root, calls=True), Entry(str(outside), FILE, DIGEST), Entry("../seen by both", FILE, DIGEST))
    assert outside.stat().st_ino == before


def test_code_that_runs_here_is_not_replaced(root: Path, monkeypatch: pytest.MonkeyPatch):
    module = ModuleType("loaded_here")
    module.__file__ = str(root / "loaded_here.py")
    monkeypatch.setitem(sys.modules, "loaded_here", module)
    for name in ("loaded_here.py", "redunfile.py", "redun.toml"):
        (root / name).write_text("ours")
        assert refusal(root, landing(root, calls=True), Entry(name, FILE, DIGEST)) == "that is code which runs here"
        assert (root / name).read_text() == "ours"
        (root / name).write_bytes(BYTES)  # a job may name what it has not changed
        put(root, landing(root, calls=True), Entry(name, FILE, DIGEST))


def test_no_link_leads_out_of_the_project(root: Path):
    """Neither one that was there nor one that the same result has brought."""
    (root.parent / "outside").mkdir()
    (root / "out").symlink_to("../outside")
    (root / "file").symlink_to("../outside/file")
    calls = landing(root, calls=True)
    assert refusal(root, calls, Entry("out/x", FILE, DIGEST)) == "a link leads out of the project there"
    assert refusal(root, calls, Entry("file", FILE, DIGEST)) == "a link leads out of the project there"
    brought = (Entry("new", LINK, "../outside"), Entry("new/x", FILE, DIGEST))
    assert refusal(root, calls, *brought) == "a link leads out of the project there"
    made = (Entry("made", FOLDER), Entry("made/l", LINK, "../../outside"), Entry("made/l/x", FILE, DIGEST))
    assert refusal(root, landing(root, outputs=("made",)), *made) == "made/l is a link"
    (root / ".git").mkdir()
    (root / "hidden").symlink_to(".git")
    assert refusal(root, calls, Entry("hidden/config", FILE, DIGEST)) == "that is a record of redun or git"
    assert list((root.parent / "outside").iterdir()) == []


def test_a_function_writes_through_a_link_as_it_does_here(root: Path):
    (root / "real").write_text("before")
    (root / "link").symlink_to("real")
    put(root, landing(root, calls=True), Entry("link", FILE, DIGEST))
    assert (root / "link").is_symlink()
    assert (root / "real").read_bytes() == BYTES


def test_a_declared_folder_takes_the_place_of_a_link(root: Path):
    (root.parent / "outside").mkdir()
    (root / "made").symlink_to("../outside")
    put(root, landing(root, outputs=("made",)), Entry("made", FOLDER), Entry("made/x", FILE, DIGEST))
    assert not (root / "made").is_symlink()
    assert (root / "made/x").read_bytes() == BYTES
    assert list((root.parent / "outside").iterdir()) == []
