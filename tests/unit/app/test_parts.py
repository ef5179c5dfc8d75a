"""Which parts of a build a change reaches, by what a snapshot tells of them."""

from __future__ import annotations

import marshal
from pathlib import Path

import pytest

from redo_py.app.parts import MOST_IN_A_ROW, VERSION, Part, Parts, Rest, left_out, listed, rest_of, unpacked
from redo_py.files.globbing import glob
from redo_py.files.signature import signature_at
from redo_py.files.snapshot import Snapshot, write_snapshot

FILE = (1, 2, 0o100644, 3, 4, 5)
FILE_2 = (1, 2, 0o100644, 3, 9, 9)
FOLDER = (1, 2, 0o040755, 3, 4, 5)
LINK = (1, 2, 0o120777, 3, 4, 5)


def part(origin: str, *needs: str, reads: str = "", is_open: bool = False, is_root: bool = False) -> Part:
    """A part that reads files and the outputs of others, and leaves a file of its own name."""
    paths = (*reads.split(), *needs, origin)
    return Part(origin, origin.encode(), needs, paths, ((origin, b"d" * 16, 1),), is_root, is_open)


CHAIN = [part("a.o", reads="a.c h"), part("b.o", reads="b.c h"), part("app", "a.o", "b.o", is_root=True)]
ALONE = part("x", reads="x.in", is_root=True)
RECORDED = {b"known"}
PATHS = ("redunfile.py", "a.c", "b.c", "h", "a.o", "b.o", "app", "x.in", "x")


def rest(parts: list[Part], **now: tuple[int, ...]) -> Rest | None:
    """What is left out when the paths of the keywords, `_` for a dot, have these signatures now."""
    changes = {PATHS.index(name.replace("_", ".")): signature for name, signature in now.items()}
    return left_out(Snapshot(PATHS, (FILE,) * len(PATHS), (), ""), Parts(parts, {}, b"", 0), changes)


def origins(rest: Rest | None) -> list[str]:
    assert rest is not None
    return [part.origin for part in rest]


def test_a_change_reaches_what_reads_it_and_all_above():
    found = rest([*CHAIN, ALONE], b_c=FILE_2)
    assert found is not None
    assert (origins(found), found.roots, found.reached) == (["a.o", "x"], ["app"], {"b.o", "app"})


def test_without_a_change_all_is_left_out():
    found = rest([*CHAIN, ALONE])
    assert (origins(found), len(found or ())) == (["a.o", "b.o", "app", "x"], 4)


@pytest.mark.parametrize("now", [FILE_2, FOLDER, LINK, ()])
def test_an_output_may_have_become_anything(now: tuple[int, ...]):
    assert origins(rest([*CHAIN, ALONE], x=now)) == ["a.o", "b.o", "app"]


@pytest.mark.parametrize("now", [FOLDER, LINK, ()])
def test_a_source_may_only_have_another_content(now: tuple[int, ...]):
    assert rest([*CHAIN, ALONE], x_in=now) is None


def test_what_is_in_no_part_is_a_matter_for_everything():
    assert rest([*CHAIN, ALONE], redunfile_py=FILE_2) is None
    assert rest([*CHAIN, ALONE], redunfile_py=FILE_2, x_in=FILE_2) is None


def test_open_parts_and_what_rests_on_them_are_never_left_out():
    opened = [part("a.o", reads="a.c", is_open=True), *CHAIN[1:], ALONE]
    assert origins(rest(opened)) == ["b.o", "x"]
    assert origins(rest(opened, x_in=FILE_2)) == ["b.o"]


def test_if_everything_is_reached_nothing_is_left_out():
    assert rest(CHAIN, h=FILE_2) is None


def test_kept_parts_stand_for_what_is_there():
    found = rest([*CHAIN, part("top", "app", is_root=True), ALONE], x_in=FILE_2)
    assert found is not None
    assert found.expression("x") is None
    assert found.expression("unknown") is None
    app = found.expression("app")
    assert app is not None
    assert app is found.expression("app")
    kept = found.calls[id(app)]
    assert kept.call == b"app"
    assert [(file.path, file.digest, file.kind) for file in kept.products()] == [("app", b"d" * 16, 1)]
    assert [id(each) for each in kept.needs()] == [id(found.expression("a.o")), id(found.expression("b.o"))]


def test_a_rest_has_the_signatures_of_what_it_rests_on_and_of_the_plan():
    found = rest([*CHAIN, ALONE], a_c=FILE_2)
    assert found is not None
    assert sorted(found.signatures()) == ["b.c", "b.o", "h", "redunfile.py", "x", "x.in"]
    assert found.fixed == {"redunfile.py"}


def test_parts_are_packed():
    found = unpacked(Parts([*CHAIN, ALONE], {("*.c", ()): b"answer"}, b"id", 7).packed())
    assert found is not None
    assert (found.builds, found.execution, found.globs) == (7, b"id", {("*.c", ()): b"answer"})
    assert [each.as_tuple() for each in found.parts] == [each.as_tuple() for each in (*CHAIN, ALONE)]
    assert unpacked(b"") is None
    assert unpacked(marshal.dumps((VERSION + 1, [], {}, b"", 0))) is None


# ---- on disk


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("x.in", "x", "y.in", "y"):
        tmp_path.joinpath(name).write_text(name)
    return tmp_path


def remembered(root: Path, builds: int = 0, variables: tuple[tuple[str, str | None], ...] = ()) -> None:
    """A snapshot of two parts and a glob."""
    found = glob(str(root), "*.in")
    seen = {name: signature_at(name) for name in ("x.in", "x", "y.in", "y")} | found.seen
    parts = Parts([ALONE, part("y", reads="y.in", is_root=True)], {("*.in", ()): listed(found.paths)}, b"known", builds)
    write_snapshot(".redun", "key", Snapshot(tuple(seen), tuple(seen.values()), variables, "", parts.packed()))


def kept(root: Path, **environ: str) -> list[str] | None:
    found = rest_of(str(root), ".redun", "key", environ, lambda execution: execution in RECORDED)
    return None if found is None else origins(found)


def test_a_source_that_was_replaced_changes_its_folder_and_no_list(root: Path):
    remembered(root)
    root.joinpath("saving").write_text("new")
    root.joinpath("saving").rename(root / "x.in")
    assert kept(root) == ["y"]
    root.joinpath("z.in").write_text("new")
    assert kept(root) is None


def test_another_variable_is_a_matter_for_everything(root: Path):
    remembered(root, variables=(("CC", "gcc"),))
    root.joinpath("x.in").write_text("new")
    assert kept(root, CC="gcc") == ["y"]
    assert kept(root, CC="clang") is None
    assert kept(root) is None


def test_parts_that_the_records_do_not_know_are_not_left_out(root: Path, monkeypatch: pytest.MonkeyPatch):
    remembered(root)
    assert kept(root) == ["x", "y"]
    monkeypatch.setattr("tests.unit.app.test_parts.RECORDED", set())
    assert kept(root) is None


def test_after_many_builds_of_parts_everything_is_looked_at(root: Path):
    remembered(root, MOST_IN_A_ROW - 1)
    assert kept(root) == ["x", "y"]
    remembered(root, MOST_IN_A_ROW)
    assert kept(root) is None


def test_without_a_snapshot_or_parts_nothing_is_known(root: Path):
    assert kept(root) is None
    write_snapshot(".redun", "key", Snapshot((), (), (), ""))
    assert kept(root) is None
