"""What identifies a tool is the program that runs, whatever PATH says."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from redo_py.app.tools import ProjectTools
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.ground.clock import Clock
from redo_py.values.encoding import decode, encode
from redo_py.values.file import Tool

NOT_FOUND = bytes(16)
PATH = "first:second"


class Place:
    """A project with folders of programs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / ".redun").mkdir()
        self.files = LocalFiles(str(root), StatMemo(str(root / ".redun/memo")), None, Clock())

    def write(self, name: str, text: str, mode: int = 0o755) -> None:
        path = self.root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
        path.chmod(mode)

    def tools(self, mode: str = "digest", search_path: str | None = PATH) -> ProjectTools:
        return ProjectTools(self.files, str(self.root), search_path, mode)

    def digest(self, name: str, path: str | None = None, cwd: str = "") -> bytes:
        return self.tools().digests([Tool(name, b"", path, cwd)])[0]

    def content(self, name: str) -> bytes:
        return self.files.observe([name])[0].digest


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """`mt` is a text in the first folder of PATH and a program in the second."""
    made = Place(tmp_path)
    made.write("first/mt", "notes", 0o644)
    made.write("second/mt", "program")
    return made


def test_a_file_that_cannot_run_is_passed_over(place: Place):
    assert place.digest("mt") == place.content("second/mt")
    place.write("first/mt", "program 2", 0o755)
    assert place.digest("mt") == place.content("first/mt")


def test_the_path_of_the_command_counts(place: Place):
    place.write("tools/mt", "mine")
    assert place.digest("mt", "tools:second") == place.content("tools/mt")
    assert place.digest("mt", "none") == NOT_FOUND


def test_what_is_relative_starts_in_the_folder_of_the_command(place: Place):
    place.write("sub/mt", "here")
    place.write("sub/second/mt", "below")
    assert place.digest("mt", ":second", "sub") == place.content("sub/mt")
    assert place.digest("mt", "", "sub") == place.content("sub/mt")
    assert place.digest("mt", None, "sub") == place.content("sub/second/mt")
    assert place.digest("./mt", None, "sub") == place.content("sub/mt")
    assert place.digest("./mt") == NOT_FOUND


def test_everything_that_was_looked_at_is_kept(place: Place):
    tools = place.tools()
    tools.digests([Tool("mt", b"", "none:first:second"), Tool("gone", b"", "none:first")])
    assert {path: bool(stamp.digest) for path, stamp in tools.stamps.items()} == {
        "none/mt": False,
        "first/mt": True,
        "second/mt": True,
        "none/gone": False,
        "first/gone": False,
    }
    assert not tools.rests_on_folders


def test_a_folder_of_the_name_is_passed_over_and_never_read(place: Place):
    (place.root / "third/mt/below").mkdir(parents=True)
    tools = place.tools()
    assert tools.digests([Tool("mt", b"", "third:second")]) == [place.content("second/mt")]
    assert set(tools.stamps) == {"second/mt"}
    assert tools.rests_on_folders


def test_by_path_the_content_does_not_count(place: Place):
    tools = place.tools("path")
    tool = Tool("mt")
    before = tools.digests([tool])
    place.write("second/mt", "other")
    assert tools.unchanged([tool]) == [True]
    assert tools.digests([tool]) == before
    place.write("first/mt", "other", 0o755)
    assert tools.unchanged([tool]) == [False]
    assert tools.digests([tool]) != before


def test_what_is_replaced_is_noticed(place: Place):
    tools = place.tools()
    asked = [Tool("mt"), Tool("gone")]
    first = tools.digests(asked)
    assert tools.unchanged(asked) == [True, True]
    place.write("second/mt", "program of another size")
    place.write("second/gone", "has come")
    assert tools.unchanged(asked) == [False, False]
    second = tools.digests(asked)
    assert first[0] != second[0]
    assert second == [place.content("second/mt"), place.content("second/gone")]
    assert tools.unchanged(asked) == [True, True]
    place.write("first/gone", "has come before")
    assert tools.unchanged(asked) == [True, False]


class Blind(LocalFiles):
    """Signatures that never differ, as of changes within one tick of the clock."""

    __slots__ = ()

    def unchanged(self, stamps):
        return [True for _ in stamps]


def test_what_is_replaced_within_the_tick_is_noticed(place: Place, monkeypatch: pytest.MonkeyPatch):
    """The signature of a program that is too fresh proves nothing: then it is read again."""
    monkeypatch.setattr("redo_py.files.ticks.shows_each_change", lambda _: False)
    os.utime(place.root / "second/mt", (2**32, 2**32))
    files = Blind(str(place.root), StatMemo(str(place.root / ".redun/memo")), None, Clock())
    tools = ProjectTools(files, str(place.root), PATH, "digest")
    tools.digests([Tool("mt")])
    assert tools.unchanged([Tool("mt")]) == [True]
    place.write("second/mt", "PROGRAM")
    assert tools.unchanged([Tool("mt")]) == [False]


def test_without_path_commands_have_the_usual_one(place: Place):
    tools = place.tools(search_path=None)
    tools.digests([Tool("there-is-no-such-program")])
    assert list(tools.stamps) == ["/bin/there-is-no-such-program", "/usr/bin/there-is-no-such-program"]


@contextmanager
def nobody(folder: Path) -> Iterator[None]:
    """Root may read everything: be somebody else for a while, who may go into `folder`."""
    if os.geteuid() != 0:
        yield
        return
    for each in (folder, *folder.parents):
        if each.stat().st_uid == 0 and len(each.parts) > 2:
            each.chmod(each.stat().st_mode | 0o011)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_program_that_cannot_be_read_counts_by_its_signature(place: Place):
    place.write("first/mt", "secret", 0o311)
    tools = place.tools()
    with nobody(place.root):
        (before,) = tools.digests([Tool("mt")])
    assert before not in (NOT_FOUND, place.content("second/mt"))
    time.sleep(0.03)
    place.write("first/mt", "secrets", 0o311)
    with nobody(place.root):
        assert tools.digests([Tool("mt")]) != [before]


def test_a_tool_keeps_where_it_is_looked_for():
    for tool in (Tool("mt", b"d" * 16), Tool("mt", b"d" * 16, "a:b", "sub"), Tool("mt", b"", "", "")):
        again = decode(encode(tool))
        assert (again.key, again.digest) == (tool.key, tool.digest)
    assert Tool("mt", b"d" * 16).state() == ("mt", b"d" * 16), "what has no PATH of its own is encoded as ever"
