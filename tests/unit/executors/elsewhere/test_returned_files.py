"""Files that functions elsewhere return, however they were written: they come back, or the job fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redo_py.testing.bench import Bench

# Nothing here is written through File: redun does not see it.
FILES = """
    import os
    from redo_py import Dir, File, FileSet, IFile, task

    redun_namespace = "files"


    def put(path, text):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path


    @task
    def one(path):
        return File(put(path, "new"))


    @task
    def deep():
        return {"a": [File(put("made/a.txt", "1"))], "b": (Dir(put("made/dir/b.txt", "2")[:8]), 7),
                "c": FileSet(put("made/set/c.txt", "3")[:8] + "/*.txt"), "d": IFile(put("made/d.txt", "4"))}


    @task
    def by_whole_path():
        return File(os.path.abspath(put("made/whole.txt", "5")))


    @task
    def linked():
        put("made/real.txt", "6")
        os.symlink("real.txt", "made/link.txt")
        return File("made/link.txt")


    @task
    def absent(kind):
        return {"given": lambda: File("absent.txt"), "dir": lambda: [Dir("absent")]}[kind]()


    @task
    def same(file):
        return file


    @task
    def call():
        return same(File("only here.txt"))
"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "project").mkdir()
    made = Bench(tmp_path / "project", {"type": "subprocess", "python": sys.executable})
    made.write("parts/tasks.py", FILES)
    yield made
    made.close()


def value(bench: Bench, name: str, *args: Any) -> Any:
    return bench.driver.success(bench.call(1, name, *args)).value


def test_a_file_that_was_written_by_hand(bench: Bench):
    bench.write("made/out.txt", "old")
    assert value(bench, "one", "made/out.txt").path == "made/out.txt"
    assert bench.read("made/out.txt") == "new"


def test_files_in_containers_folders_and_sets(bench: Bench):
    found = value(bench, "deep")
    assert [file.path for file in (found["a"][0], found["b"][0], found["d"])] == [
        "made/a.txt",
        "made/dir",
        "made/d.txt",
    ]
    made = ("made/a.txt", "made/dir/b.txt", "made/set/c.txt", "made/d.txt")
    assert [bench.read(path) for path in made] == ["1", "2", "3", "4"]


def test_a_path_of_the_other_machine_becomes_one_of_the_project(bench: Bench):
    assert value(bench, "by_whole_path").path == "made/whole.txt"
    assert bench.read("made/whole.txt") == "5"


def test_what_a_link_leads_to(bench: Bench):
    assert value(bench, "linked").path == "made/link.txt"
    assert bench.read("made/link.txt") == "6"


@pytest.mark.parametrize(("kind", "path"), [("given", "absent.txt"), ("dir", "absent")])
def test_one_that_is_not_there_fails_the_job(bench: Bench, kind: str, path: str):
    """What lies at the path here is not what the function has made."""
    bench.write("absent.txt", "of before")
    error = bench.driver.failure(bench.call(1, "absent", kind)).error
    assert str(error).partition(": ")[2].partition(": ")[2] == (
        f"it returned {path}, which is not there where it ran\n"
        "  hint: a function returns files that it has made, or was given as arguments"
    )
    assert bench.read("absent.txt") == "of before"


def test_an_argument_that_is_nowhere_may_be_returned(bench: Bench):
    from redo_py import File

    assert value(bench, "same", File("nowhere.txt")).path == "nowhere.txt"


def test_a_file_that_is_passed_on_to_a_call_need_not_be_there(bench: Bench):
    bench.write("only here.txt", "1")
    assert "only here.txt" in repr(value(bench, "call"))
