"""What every implementation of the Files door must do. A subclass gives the fixture `world`."""

from __future__ import annotations

from typing import Protocol

import pytest

from redo_py.files.api import ABSENT, DIRECTORY, EXECUTABLE, FILE, LINK, Files, Stamp
from redo_py.ground import hashing


class World(Protocol):
    """A project and hands to change it."""

    files: Files

    def write(self, path: str, content: bytes, executable: bool = False) -> None:
        """Put a file there, making the folders above."""

    def link(self, path: str, text: str) -> None:
        """Put a symbolic link there."""

    def folder(self, path: str) -> None:
        """Make a folder."""

    def remove(self, path: str) -> None:
        """Remove a file or tree."""

    def read(self, path: str) -> bytes | None:
        """The content of a file, the text of a link, None if there is neither."""

    def exists(self, path: str) -> bool:
        """Whether anything is there."""

    def forget_artifacts(self) -> None:
        """Lose everything that was kept."""

    def age(self) -> None:
        """Let enough time pass for what is there to be trusted when it is read next."""


def products_of(stamps: list[Stamp]) -> list[tuple[str, bytes, int]]:
    """`stamps` as `restore` takes them."""
    return [(stamp.path, stamp.digest, stamp.kind) for stamp in stamps]


def ledger_of(stamps: list[Stamp]) -> list[tuple[bytes, int] | None]:
    """`stamps` as the ledger has them."""
    return [(stamp.digest, stamp.kind) for stamp in stamps]


def digest_at(world: World, path: str) -> bytes:
    """The digest of what is at `path`, a link being a link."""
    return world.files.observe_outputs([path])[0].digest


def fill(world: World, top: str) -> None:
    """A directory with one of everything."""
    world.write(f"{top}/a.txt", b"a")
    world.write(f"{top}/bin/run", b"#!/bin/sh\n", executable=True)
    world.link(f"{top}/latest", "bin/run")
    world.folder(f"{top}/empty/below")
    world.write(f"{top}/odd \n'\"\udcff name", b"odd")


class FilesSuite:
    """Inherit, and define the fixture `world`."""

    # Observing

    def test_a_batch_is_answered_in_its_order(self, world: World):
        world.write("one", b"1")
        world.write("dir/two", b"2", executable=True)
        one, none, two = world.files.observe(["one", "none", "dir/two"])
        assert (one.path, one.kind, one.digest) == ("one", FILE, hashing.digest(hashing.FILE, b"1"))
        assert (none.path, none.kind, none.digest, none.signature) == ("none", ABSENT, b"", ())
        assert (two.path, two.kind, two.digest) == ("dir/two", EXECUTABLE, hashing.digest(hashing.FILE, b"2"))

    def test_below_a_file_nothing_is(self, world: World):
        world.write("file", b"")
        assert world.files.observe(["file/below"])[0].kind == ABSENT

    def test_what_was_just_written_is_not_trusted_and_what_is_absent_is(self, world: World):
        def trusted() -> list[bool]:
            world.write("new", b"1")
            return [stamp.trusted for stamp in world.files.observe(["new", "none"])]

        assert [False, True] in (trusted() for _ in range(100))  # more than a tick may pass before it is looked at

    def test_settling_waits_and_trusts(self, world: World):
        world.write("new", b"1")
        world.write("tree/below", b"1")
        stamps = world.files.observe(["new", "none", "tree"])
        settled = world.files.settle(stamps)
        assert all(stamp.trusted for stamp in settled)
        assert [stamp.digest for stamp in settled] == [stamp.digest for stamp in stamps]
        assert all(world.files.unchanged(settled))

    def test_settling_sees_what_changed_meanwhile(self, world: World):
        world.write("new", b"1")
        stamps = world.files.observe(["new"])
        world.write("new", b"2")
        assert world.files.settle(stamps)[0].digest == digest_at(world, "new") != stamps[0].digest

    def test_changes_are_noticed_one_by_one(self, world: World):
        world.write("kept", b"1")
        world.write("edited", b"1")
        world.write("removed", b"1")
        paths = ["kept", "edited", "removed", "made"]
        world.age()
        stamps = world.files.observe(paths)
        assert world.files.unchanged(stamps) == [True] * 4
        world.write("edited", b"2")
        world.remove("removed")
        world.write("made", b"1")
        assert world.files.unchanged(stamps) == [True, False, False, False]

    # Directories

    def test_files_that_changed_since_a_moment_are_told_without_reading(self, world: World):
        world.write("folder/file", b"one")
        world.write("file", b"two")
        world.link("to file", "file")
        world.link("to folder", "folder")
        world.link("to nothing", "none")
        paths = ["file", "to file", "folder", "to folder", "to nothing", "none", "folder/file/none"]
        changed = max(world.files.observe(["file"])[0].signature[4:]) / 1e9
        assert world.files.changed_since(paths, changed) == ["file", "to file"]
        assert world.files.changed_since(paths, changed + 60) == []
        world.age()
        world.write("none", b"three")
        later = max(world.files.observe(["none"])[0].signature[4:]) / 1e9
        assert "to nothing" in world.files.changed_since(paths, later)

    def test_equal_trees_have_equal_digests(self, world: World):
        fill(world, "one")
        fill(world, "deep/two")
        assert digest_at(world, "one") == digest_at(world, "deep/two")

    @pytest.mark.parametrize(
        "change",
        [
            lambda world: world.write("top/a.txt", b"b"),
            lambda world: world.write("top/a.txt", b"a", executable=True),
            lambda world: world.write("top/new", b""),
            lambda world: world.folder("top/empty too"),
            lambda world: world.remove("top/empty/below"),
            lambda world: (world.remove("top/latest"), world.link("top/latest", "bin/walk")),
            lambda world: (world.remove("top/latest"), world.write("top/latest", b"bin/run")),
            lambda world: (world.remove("top/bin/run"), world.write("top/bin-run", b"#!/bin/sh\n", executable=True)),
        ],
        ids=["content", "mode", "file", "folder", "gone", "text", "link to file", "moved"],
    )
    def test_every_difference_below_counts(self, world: World, change):
        fill(world, "top")
        world.age()
        before = world.files.observe(["top"])
        change(world)
        assert world.files.unchanged(before) == [False]
        assert digest_at(world, "top") != before[0].digest

    def test_our_state_and_git_are_no_part_of_a_directory(self, world: World):
        fill(world, "top")
        before = digest_at(world, "top")
        world.write("top/.git/HEAD", b"x")
        world.write("top/bin/.redun/state.db", b"x")
        assert digest_at(world, "top") == before

    def test_a_directory_rests_on_everything_below(self, world: World):
        fill(world, "top")
        parts = {part.path for part in world.files.observe(["top"])[0].parts}
        assert {"top/a.txt", "top/bin", "top/bin/run", "top/latest", "top/empty/below"} <= parts

    # Links

    def test_an_input_link_is_its_text_and_its_content(self, world: World):
        world.write("real", b"1")
        world.write("twin", b"1")
        world.link("link", "real")
        first = world.files.observe(["link"])[0]
        assert first.kind == FILE
        assert [part.path for part in first.parts] == ["real"]
        assert first.digest != digest_at(world, "real")
        world.write("real", b"2")
        second = world.files.observe(["link"])[0]
        world.remove("link")
        world.link("link", "twin")
        third = world.files.observe(["link"])[0]
        assert len({first.digest, second.digest, third.digest}) == 3
        assert world.files.unchanged([first, second]) == [False, False]

    def test_a_chain_of_links_is_followed_to_its_end(self, world: World):
        world.write("dir/real", b"1")
        world.link("dir/middle", "real")
        world.link("link", "dir/middle")
        stamp = world.files.observe(["link"])[0]
        assert [(part.path, part.kind) for part in stamp.parts] == [("dir/middle", LINK), ("dir/real", FILE)]

    def test_an_output_link_is_its_text(self, world: World):
        world.write("real", b"1")
        world.link("link", "real")
        before = world.files.observe_outputs(["link"])
        world.write("real", b"2")
        assert before[0].kind == LINK
        assert before[0].digest == hashing.digest(hashing.LINK, b"real") == digest_at(world, "link")
        assert world.files.unchanged(before) == [True]

    def test_a_link_to_nowhere_is_absent_until_it_leads_somewhere(self, world: World):
        world.link("link", "later")
        world.link("round", "round")
        world.age()
        stamps = world.files.observe(["link", "round"])
        assert [stamp.kind for stamp in stamps] == [ABSENT, ABSENT]
        assert world.files.unchanged(stamps) == [True, True]
        world.write("later", b"1")
        assert world.files.unchanged(stamps) == [False, True]
        assert world.files.observe(["link"])[0].kind == FILE

    def test_a_link_to_a_directory_rests_on_what_is_in_it(self, world: World):
        world.write("dir/below", b"1")
        world.link("link", "dir")
        stamp = world.files.observe(["link"])[0]
        assert stamp.kind == DIRECTORY
        assert [part.path for part in stamp.parts] == ["dir", "dir/below"]

    # Artifacts

    def test_what_was_collected_can_be_put_back(self, world: World):
        world.write("out/file", b"1")
        world.write("out/program", b"2", executable=True)
        world.link("out/link", "nowhere")
        fill(world, "out/tree")
        paths = ["out/file", "out/program", "out/link", "out/tree"]
        stamps = world.files.collect(paths)
        world.remove("out")
        assert world.files.can_restore(products_of(stamps))
        assert world.files.restore(products_of(stamps))
        again = world.files.observe_outputs(paths)
        assert products_of(again) == products_of(stamps)
        assert world.read("out/program") == b"2"

    def test_all_or_none_is_put_back(self, world: World):
        world.write("kept", b"1")
        stamps = world.files.collect(["kept"])
        world.write("not kept", b"2")
        stamps += world.files.observe_outputs(["not kept"])
        world.remove("kept")
        world.remove("not kept")
        assert not world.files.can_restore(products_of(stamps))
        assert not world.files.restore(products_of(stamps))
        assert not world.exists("kept")

    def test_a_tree_that_lost_a_file_is_not_put_back(self, world: World):
        fill(world, "tree")
        stamps = world.files.collect(["tree"])
        world.remove("tree")
        world.forget_artifacts()
        assert not world.files.can_restore(products_of(stamps))
        assert not world.files.restore(products_of(stamps))
        assert not world.exists("tree")

    def test_an_empty_file_and_an_empty_directory_come_back(self, world: World):
        world.write("none", b"")
        world.folder("hollow")
        stamps = world.files.collect(["none", "hollow"])
        world.remove("none")
        world.remove("hollow")
        assert world.files.restore(products_of(stamps))
        assert world.read("none") == b""
        assert world.exists("hollow")

    # Making room

    def test_what_redun_put_there_is_removed(self, world: World):
        world.write("out/file", b"1")
        world.link("out/link", "file")
        fill(world, "out/tree")
        paths = ["out/file", "out/link", "out/tree"]
        stamps = world.files.collect(paths)
        assert world.files.clear(paths, ledger_of(stamps)) == []
        assert [world.exists(path) for path in paths] == [False] * 3
        assert world.exists("out")

    @pytest.mark.parametrize("known", [True, False], ids=["changed since", "never ours"])
    def test_anything_else_is_moved_away_whole(self, world: World, known: bool):
        world.write("out/file", b"1")
        ledger = ledger_of(world.files.collect(["out/file"])) if known else [None]
        world.write("out/file", b"precious")
        ((path, place),) = world.files.clear(["out/file"], ledger)
        assert path == "out/file"
        assert place.startswith(".redun/displaced/")
        assert not world.exists("out/file")
        assert world.read(place) == b"precious"

    def test_a_changed_mode_is_a_change(self, world: World):
        world.write("out", b"1")
        ledger = ledger_of(world.files.collect(["out"]))
        world.write("out", b"1", executable=True)
        assert len(world.files.clear(["out"], ledger)) == 1

    def test_a_directory_in_the_way_is_moved_away(self, world: World):
        world.write("out/precious", b"1")
        ((_, place),) = world.files.clear(["out"], [None])
        assert world.read(f"{place}/precious") == b"1"

    def test_a_file_in_the_way_of_a_folder_is_moved_away(self, world: World):
        world.write("out", b"precious")
        ((path, place),) = world.files.clear(["out/deep/file"], [None])
        assert path == "out"
        assert world.read(place) == b"precious"
        assert world.exists("out/deep")

    def test_a_directory_with_what_its_digest_leaves_out_is_moved_away_whole(self, world: World):
        world.write("tree/page", b"1")
        ours = world.files.observe_outputs(["tree"])
        world.write("tree/.git/HEAD", b"head")
        (stamp,) = world.files.observe_outputs(["tree"])
        assert (stamp.digest, stamp.left_out) == (ours[0].digest, "tree/.git")
        assert not stamp.is_just((stamp.digest, stamp.kind))
        ((path, place),) = world.files.clear(["tree"], ledger_of(ours))
        assert path == "tree/.git"
        assert world.read(f"{place}/HEAD") == b"head"
        assert world.read(f"{place.removesuffix('.git')}page") == b"1"
        assert not world.exists("tree")

    def test_a_directory_with_what_its_digest_leaves_out_is_not_kept(self, world: World):
        world.write("tree/page", b"1")
        world.write("tree/.git/HEAD", b"head")
        products = products_of(world.files.collect(["tree"]))
        assert not world.files.can_restore(products)

    def test_nothing_displaced_is_ever_overwritten(self, world: World):
        places = []
        for content in (b"1", b"2", b"3"):
            world.write("out", content)
            places += world.files.clear(["out"], [None])
        assert [world.read(place) for _, place in places] == [b"1", b"2", b"3"]

    def test_folders_for_absent_outputs_are_made(self, world: World):
        assert world.files.clear(["a/b/c", "a/d", "e"], [None, None, None]) == []
        assert world.exists("a/b")
        assert not world.exists("a/b/c")
        assert not world.exists("e")

    def test_partial_outputs_are_discarded(self, world: World):
        world.write("file", b"1")
        world.link("link", "file")
        fill(world, "tree")
        world.files.discard(["file", "link", "tree", "none", "file/below"])
        assert not any(map(world.exists, ["file", "link", "tree"]))

    def test_discarding_a_link_leaves_what_it_leads_to(self, world: World):
        world.write("dir/file", b"1")
        world.link("link", "dir")
        world.files.discard(["link"])
        assert world.read("dir/file") == b"1"
