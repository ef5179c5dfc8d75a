"""The folder of a job elsewhere: what is brought lies below it, and nothing beyond it is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.app.workers.workplace import Workplace
from redo_py.remote.api import stage
from redo_py.remote.api.package import Package
from redo_py.remote.api.scratch import Scratch, code_name
from redo_py.remote.api.stage import StagingError


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(str(tmp_path / "scratch"))


@pytest.fixture
def workplace(scratch: Scratch, tmp_path: Path) -> Workplace:
    (tmp_path / "job/home/project").mkdir(parents=True)
    return Workplace(scratch, str(tmp_path / "job"), str(tmp_path / "job/home/project"))


def fault(workplace: Workplace, entries: list[stage.Entry]) -> tuple[str, dict[str, str]]:
    with pytest.raises(StagingError) as caught:
        workplace.bring(entries)
    return caught.value.code, caught.value.words


def test_paths_that_lead_out_of_the_project_stay_in_the_folder(scratch: Scratch, workplace: Workplace, tmp_path: Path):
    (tmp_path / "project").mkdir()
    (tmp_path / "beside").write_text("1")
    entries = stage.entries_at(str(tmp_path / "project"), ["../beside"])
    stage.send(scratch, str(tmp_path / "project"), entries, set())
    workplace.bring(entries)
    assert (tmp_path / "job/home/beside").read_text() == "1"
    (entry,) = entries
    too_far = stage.Entry("../../../beside", entry.kind, entry.text)
    assert fault(workplace, [too_far]) == ("staged-beyond", {"path": "../../../beside"})


def test_what_has_an_absolute_path_must_be_there_and_the_same(workplace: Workplace, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.write_text("theirs")
    entries = stage.entries_at("/", [str(outside)])
    workplace.bring(entries)
    outside.write_text("other")
    assert fault(workplace, entries) == ("staged-in-the-way", {"path": str(outside)})
    assert outside.read_text() == "other"
    outside.unlink()
    assert fault(workplace, entries) == ("staged-beyond", {"path": str(outside)})
    assert not outside.exists()


def test_a_folder_with_an_absolute_path_has_nothing_else_in_it(workplace: Workplace, tmp_path: Path):
    outside = tmp_path / "outside"
    (outside / "below").mkdir(parents=True)
    (outside / "below/file").write_text("1")
    entries = stage.entries_at("/", [str(outside)])
    workplace.bring(entries)
    (outside / "below/more").write_text("2")
    assert fault(workplace, entries) == ("staged-in-the-way", {"path": str(outside / "below/more")})


def test_code_that_is_damaged_is_not_unpacked(scratch: Scratch, workplace: Workplace, tmp_path: Path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code/flow.py").write_text("x = 1\n")
    made = Package(str(tmp_path / "code"), ["**/*.py"], [])
    name = code_name(made.digest)
    for content, code in ((None, "code-gone"), (made.content[:50], "code-damaged")):
        if content is not None:
            scratch.write(name, content)
        with pytest.raises(StagingError) as caught:
            workplace.bring_code(made.digest)
        assert (caught.value.code, caught.value.is_damage) == (code, True)
    scratch.write(name, made.content)
    workplace.bring_code(made.digest)
    assert (tmp_path / "job/home/project/flow.py").read_text() == "x = 1\n"
