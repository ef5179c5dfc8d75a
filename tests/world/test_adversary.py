"""A compiler that edits its own source, its header and another target's source while it runs.

Whatever it does, nothing wrong is recorded: once it has calmed down, builds are right, for the sources as they are and
for every version of them that there ever was.
"""

from __future__ import annotations

import time
from itertools import product
from pathlib import Path

import pytest

from tests.world.forks import Ended, Forks

REDUNFILE = """\
@rule("out/{stem}.o")
def compiled(out, stem):
    src = need(f"src/{stem}.c")
    sh(f"bash tools/cc.sh {src} {out} {out}.d", depfile=f"{out}.d")


group("all", "out/a.o", "out/b.o", "out/c.o")
"""

# Everything is read twice, so that an edit in between shows in the output. Where the plan of ../plan/STEM tells it,
# `WHEN PATH HOW`, it edits PATH before, between or after the two readings, as often as the plan has lines.
COMPILER = r"""set -e
src=$1 out=$2 dep=$3
stem=$(basename "$src" .c)
plan=../plan/$stem
act() {
  [ -s "$plan/0" ] || return 0
  read -r when path how < "$plan/0"
  [ "$when" = "$1" ] || return 0
  n=$(($(cat ../count) + 1)); echo $n > ../count
  case $how in
    append) echo "edit $n" >> "$path" ;;
    alike) cp -p "$path" ../old; printf '%s %04d\n' "${path##*/}" $n > "$path"; touch -r ../old "$path" ;;
    replace) printf '%s %04d\n' "${path##*/}" $n > ../new; mv ../new "$path" ;;
    remove) rm -f "$path"; return 0 ;;
  esac
  cp "$path" "../versions/$(printf %04d $n)-${path##*/}"
}
act before
first=$(ls inc/h.h 2> ../errors || true)
cat "$src" $first > "$out"
act between
second=$(ls inc/h.h 2> ../errors || true)
cat "$src" $second >> "$out"
printf '%s: %s\n' "$out" "${first:-$second}" > "$dep"
act after
if [ -s "$plan/0" ]; then sed -i 1d "$plan/0"; fi
"""

SOURCES = {"src/a.c": "a.c 0000\n", "src/b.c": "b.c 0000\n", "src/c.c": "c.c 0000\n", "inc/h.h": "h.h 0000\n"}
WHEN = ("before", "between", "after")
HOW = ("append", "alike", "replace")


class Workshop:
    """A project with the adversary for a compiler."""

    def __init__(self, above: Path, forks: Forks, environment: dict[str, str]) -> None:
        self.above = above
        self.folder = above / "project"
        self.forks = forks
        self.environment = environment
        for name in ("project/src", "project/inc", "project/tools", "plan/a", "plan/b", "plan/c", "versions"):
            (above / name).mkdir(parents=True)
        for path, text in SOURCES.items():
            (self.folder / path).write_text(text)
            (above / f"versions/0000-{Path(path).name}").write_text(text)
        (self.folder / "redunfile.py").write_text(REDUNFILE)
        (self.folder / "tools/cc.sh").write_text(COMPILER)
        (above / "count").write_text("0\n")
        self.calm()
        time.sleep(0.03)

    def calm(self) -> None:
        """From now on it only compiles."""
        for stem in "abc":
            (self.above / f"plan/{stem}/0").write_text("")

    def plan(self, stem: str, lines: list[str]) -> None:
        """While it compiles `stem` it does what the lines say, one line at each run."""
        (self.above / f"plan/{stem}/0").write_text("".join([f"{line}\n" for line in lines]))

    def build(self, jobs: int = 1, *targets: str) -> Ended:
        return self.forks.run(["build", "--explain", f"-j{jobs}", *targets], self.folder, self.environment)

    def check_outputs(self, told: str) -> None:
        """Every output is that of the sources as they are."""
        for stem in "abc":
            header = self.folder / "inc/h.h"
            text = (self.folder / f"src/{stem}.c").read_text() + (header.read_text() if header.exists() else "")
            assert (self.folder / f"out/{stem}.o").read_text() == text * 2, told

    def check_calm(self, told: str) -> None:
        """Builds are right again, and settle."""
        self.calm()
        ended = self.build()
        assert ended.status == 0, ended.output
        self.check_outputs(f"{told}\n{ended.output}")
        time.sleep(0.03)
        self.build()  # what was too fresh to be remembered
        again = self.build()
        assert again.output == "redun: everything is up to date\n"
        self.check_outputs(told)

    def check_versions(self, told: str) -> None:
        """No version of a source that ever was is known under a wrong output."""
        for version in sorted((self.above / "versions").iterdir()):
            name = version.name.partition("-")[2]
            (self.folder / ("inc" if name == "h.h" else "src") / name).write_bytes(version.read_bytes())
            time.sleep(0.03)
            self.check_calm(f"{version.name}\n{told}")


@pytest.fixture
def workshop(tmp_path: Path, forks: Forks, environment: dict[str, str]) -> Workshop:
    return Workshop(tmp_path, forks, environment)


CASES = [
    *[(path, when, how, 1) for path, when, how in product(("src/b.c", "inc/h.h", "src/a.c", "src/c.c"), WHEN, HOW)],
    *[(path, when, "alike", 2) for path, when in product(("src/b.c", "inc/h.h", "src/a.c"), WHEN)],
]
QUICK = {
    ("inc/h.h", "after", "remove", 1),
    ("src/b.c", "between", "alike", 1),
    ("inc/h.h", "between", "replace", 1),
    ("src/a.c", "before", "append", 2),
}


@pytest.mark.world
@pytest.mark.parametrize(
    ("path", "when", "how", "times"),
    [pytest.param(*case, marks=() if case in QUICK else pytest.mark.slow) for case in CASES],
)
def test_a_compiler_that_edits(workshop: Workshop, path: str, when: str, how: str, times: int) -> None:
    """While b is compiled, its source, its header, the source of a (compiled already) or of c (compiled later)."""
    workshop.plan("b", [f"{when} {path} {how}"] * times)
    builds = [workshop.build(jobs) for jobs in (1, 3)]
    told = "\n".join([ended.output for ended in builds])
    assert {ended.status for ended in builds} <= {0, 1}, told
    workshop.check_calm(told)
    workshop.check_versions(told)


@pytest.mark.world
@pytest.mark.parametrize("when", [pytest.param("before", marks=pytest.mark.slow), "between", "after"])
def test_a_compiler_that_removes_its_header(workshop: Workshop, when: str) -> None:
    """What was made with the header is not taken for what is made without."""
    workshop.plan("b", [f"{when} inc/h.h remove"])
    told = workshop.build(1, "out/b.o")  # alone, so that nobody has seen the header before
    assert told.status == 0, told.output
    workshop.check_calm(told.output)


@pytest.mark.world
@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_all_of_them_edit_everything(workshop: Workshop, jobs: int) -> None:
    for stem in "abc":
        edits = [f"{when} {path} {how}" for how in HOW for when in WHEN for path in SOURCES]
        workshop.plan(stem, edits[ord(stem) - 97 :: 3])
    told = [workshop.build(jobs) for _ in range(4)]
    workshop.check_calm("\n".join([ended.output for ended in told]))
    workshop.check_versions("")


@pytest.mark.world
@pytest.mark.parametrize("path", ["src/b.c", "inc/h.h"])
def test_after_the_fourth_time_it_fails(workshop: Workshop, path: str) -> None:
    workshop.plan("b", [f"between {path} alike"] * 9)
    ended = workshop.build()
    assert ended.status == 1
    assert f"redun: {path} changes while it is being read" in ended.output
    assert "hint: out/b.o ran four times and its input was different each time" in ended.output
    assert not (workshop.folder / "out/b.o").exists()
    assert (workshop.above / "plan/b/0").read_text().count("\n") == 5
    workshop.check_calm(ended.output)
    workshop.check_versions(ended.output)
