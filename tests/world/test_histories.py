"""Histories that once went wrong, found by the other tests of this folder and shortened by hand."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.world.forks import Ended, Forks

FUTURE = (4_000_000_000, 4_000_000_000)
TICK = 0.03  # seconds: what was edited so long ago is no longer too fresh to be remembered


class Folder:
    """A project, and what a build of it did."""

    def __init__(self, folder: Path, forks: Forks, environment: dict[str, str]) -> None:
        self.folder = folder
        self.forks = forks
        self.environment = environment

    def write(self, files: dict[str, str]) -> None:
        """Write files, and wait until they are no longer fresh."""
        for path, text in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text)
        time.sleep(TICK)

    def build(self, *words: str) -> Ended:
        """Build the long way; the fast lane must not have promised that there is nothing to do."""
        ended = self.forks.run(["build", "--explain", *words], self.folder, self.environment)
        assert not (ended.answered and done(ended)), ended.output
        return ended

    def read(self, path: str) -> str:
        return (self.folder / path).read_text()


def done(ended: Ended) -> list[str]:
    """The lines that tell what was done, without blanks in a row."""
    words = ("made", "restored", "again", "failed")
    return [" ".join(line.split()) for line in ended.output.splitlines() if line.startswith(words)]


@pytest.fixture
def project(tmp_path: Path, forks: Forks, environment: dict[str, str]) -> Folder:
    return Folder(tmp_path, forks, environment)


INCLUDES = """\
@rule("out.txt")
def out(out):
    sh(f"cat $PWD/inc.h > {out}; echo {out}: $PWD/inc.h > {out}.d", depfile=f"{out}.d")
"""


@pytest.mark.world
def test_a_discovered_input_from_the_future(project: Folder) -> None:
    """Its time cannot show that it did not change while the command read it; what was seen of it can."""
    project.write({"redunfile.py": INCLUDES, "inc.h": "one\n"})
    os.utime(project.folder / "inc.h", FUTURE)
    time.sleep(TICK)
    first = project.build()
    assert (first.status, done(first)) == (0, ["again out.txt: inc.h changed while it was read", "made out.txt"])
    assert done(project.build()) == []
    (project.folder / "inc.h").write_text("two\n")
    os.utime(project.folder / "inc.h", FUTURE)
    assert project.build().status == 0
    assert project.read("out.txt") == "two\n"


NEEDED_LATE = """\
@rule("up/{stem}")
def up(out, stem):
    sh(f"tr a-z A-Z < {need('src/' + stem)} > {out}")


@rule("picked.txt")
def picked(out):
    names = lines(need("list"))
    sh(f"cat {need(names)} > {out}")


default("picked.txt")
"""


@pytest.mark.world
def test_a_path_that_is_needed_late_is_made_by_a_rule_that_nothing_else_needs(project: Folder) -> None:
    project.write({"redunfile.py": NEEDED_LATE, "list": "up/a\n", "src/a": "one\n"})
    assert done(project.build()) == ["made up/a", "made picked.txt"]
    project.write({"src/a": "two\n"})
    assert done(project.build()) == ["made up/a", "made picked.txt"]
    assert project.read("picked.txt") == "TWO\n"
    (project.folder / "src/a").unlink()
    refused = project.build()
    assert refused.status == 2
    assert "src/a is missing, and rule `up` needs it for up/a" in refused.output
    project.write({"src/a": "one\n"})
    assert done(project.build()) == ["restored up/a", "restored picked.txt"]


MEANWHILE = """\
@rule("first.txt")
def first(out):
    sh(f"cat {need('in.txt')} > {out}")


@rule("second.txt")
def second(out):
    need("first.txt", order_only=True)
    need("in.txt")
    sh(f"if [ -d ../once ]; then rmdir ../once; echo two > $PWD/in.txt; fi; cat in.txt > {out}")
"""


@pytest.mark.world
def test_an_input_that_changes_after_another_command_has_read_it(project: Folder) -> None:
    """The build ends well, and is remembered as nothing: what it made first rests on what there is no more."""
    project.folder /= "project"
    project.write({"redunfile.py": MEANWHILE, "in.txt": "one\n", "../once/x": ""})
    (project.folder / "../once/x").unlink()
    first = project.build("-j1")
    assert done(first) == ["made first.txt", "again second.txt: in.txt changed while it was read", "made second.txt"]
    assert project.read("second.txt") == "two\n"
    assert done(project.build()) == ["made first.txt"]
    assert done(project.build()) == []


COMPUTED = """\
from work import price


@rule("price.txt")
def priced(out):
    return price(out)
"""

WORK = """\
with open("rate.txt") as stream:
    RATE = stream.read()


def price(out):
    with open(out, "w") as stream:
        stream.write(RATE)
"""


@pytest.mark.world
def test_a_value_that_a_module_reads_when_it_is_imported(project: Folder) -> None:
    project.write({"redunfile.py": COMPUTED, "work.py": WORK, "rate.txt": "1\n"})
    assert done(project.build()) == ["made price.txt"]
    assert done(project.build()) == []
    project.write({"rate.txt": "2\n"})
    assert done(project.build()) == ["made price.txt"]
    assert project.read("price.txt") == "2\n"


TEMPORARY = """\
@rule("part.tmp", temp=True)
def part(out):
    sh(f"cat {need('in.txt')} > {out}")


@rule("whole.txt")
def whole(out):
    sh(f"grep -v bad {need('part.tmp')} > {out}")


default("whole.txt")
"""


@pytest.mark.world
def test_a_temporary_output_that_a_failed_build_has_left(project: Folder) -> None:
    project.write({"redunfile.py": TEMPORARY, "in.txt": "good\n"})
    assert done(project.build()) == ["made part.tmp", "made whole.txt"]
    project.write({"in.txt": "bad\n"})
    assert done(project.build()) == ["made part.tmp", "failed whole.txt"]
    project.write({"in.txt": "good\n"})
    assert done(project.build()) == ["restored whole.txt"]
    assert not (project.folder / "part.tmp").exists()
