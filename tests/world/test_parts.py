"""Random graphs of commands, edited at random: a build that leaves out what no change can reach leaves the very bytes
that it should, and after it the long way finds nothing to do."""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from redo_py.records import PARTS
from tests.world.forks import Ended, Forks
from tests.world.seeds import seed_of

SOURCES = 8
STEPS = 14
TICK = 0.025  # seconds: what was edited so long ago is no longer too fresh to be remembered
RULE = """\
@rule("{name}"{options})
def make_{name}(out):
    sh(f"sh join.sh {{out}} {{need({needs})}}", depfile=f"{{out}}.d")


"""
JOIN = """\
out=$1; shift
cat "$@" > $out.new
echo "$out: $*" > $out.d
for name in $(grep -h '^read ' "$@" | cut -d' ' -f2); do cat $name >> $out.new; echo "$out: $name" >> $out.d; done
cut -c1-9 $out.new > $out; rm $out.new
"""


class Graph:
    """Steps that join sources and what earlier steps made; a line `read NAME` in what they join makes them read more.
    They cut what they write, so that many edits come to nothing on the way."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.folder = folder
        self.random = random
        self.sources = {f"s{number}": f"{number}\n" for number in range(SOURCES)}
        names = list(self.sources)
        self.needs: dict[str, list[str]] = {}
        for number in range(STEPS):
            self.needs[f"t{number}"] = random.sample(names, random.randint(1, 3))
            names.append(f"t{number}")
        used = {need for needs in self.needs.values() for need in needs}
        self.roots = [name for name in self.needs if name not in used or random.random() < 0.3]
        self.sources["join.sh"] = JOIN
        for name in self.sources:
            self.write(name)
        self.describe()

    def describe(self) -> None:
        """Write the redunfile; some steps are such that they cannot be left out."""
        text = ""
        for name, needs in self.needs.items():
            options = ", temp=True" if name not in self.roots and self.random.random() < 0.1 else ""
            text += RULE.format(name=name, options=options, needs=", ".join(map(repr, needs)))
        (self.folder / "redunfile.py").write_text(f"{text}default({', '.join(map(repr, self.roots))})\n")

    def write(self, name: str) -> None:
        path = self.folder / name
        if self.random.random() < 0.3:
            beside = self.folder / "saving"
            beside.write_text(self.sources[name])
            os.replace(beside, path)
        else:
            path.write_text(self.sources[name])

    def expected(self) -> dict[str, str]:
        """What everything holds."""
        held = dict(self.sources)
        for name, needs in self.needs.items():
            text = "".join(held[need] for need in needs)
            text += "".join(held[line.split()[1]] for line in text.splitlines() if line.startswith("read "))
            held[name] = "".join(f"{line[:9]}\n" for line in text.splitlines())
        return held

    def happen(self) -> str:
        """Something that a user does."""
        kind = self.random.choice(("edit", "edit", "edit", "read", "look", "remove", "damage", "touch", "nothing"))
        name = self.random.choice([name for name in self.sources if name != "join.sh"])
        made = self.folder / self.random.choice(list(self.needs))
        if kind == "edit":
            self.sources[name] = f"{self.random.randrange(100)}\n" * self.random.randrange(3)
        elif kind == "read":
            self.sources[name] = f"read {self.random.choice(['s0', 's1', 's2'])}\n"
        elif kind == "look":
            self.sources[name] = f"{self.sources[name].rstrip():<9}{self.random.randrange(9)}\n"
        elif kind == "remove" and made.exists():
            made.unlink()
        elif kind == "damage" and made.exists():
            made.write_text("damaged\n")
        elif kind == "touch":
            os.utime(self.folder / name)
        if kind in ("edit", "read", "look"):
            self.write(name)
        return f"{kind} {name} {made.name}"


def is_in_parts(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / ".redun/state.db")) as records:
        return records.execute("SELECT kind FROM execution ORDER BY id DESC LIMIT 1").fetchall() == [(PARTS,)]


def play(folder: Path, forks: Forks, seed: int, steps: int) -> Counter[str]:
    random = Random(seed)
    folder.mkdir()
    graph = Graph(folder, random)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "LANG": "C.UTF-8"}
    counts: Counter[str] = Counter()
    told: list[str] = []

    def build(*words: str) -> Ended:
        ended = forks.run(["build", "-j2", *words], folder, environment)
        assert ended.status == 0, f"seed {seed}, after {told}:\n{ended.output}"
        wanted = graph.expected()
        found = {name: (folder / name).read_text() for name in graph.roots}
        assert found == {name: wanted[name] for name in graph.roots}, f"seed {seed}, after {told}:\n{ended.output}"
        return ended

    for _ in range(steps):
        ended = build()
        if not ended.answered and is_in_parts(folder):
            counts["in parts"] += 1
        judge = build("--explain")
        if "because" in judge.output:  # what was too fresh may run once more
            assert not ended.answered, f"seed {seed}, after {told}:\n{judge.output}"
            counts["once more"] += 1
            time.sleep(TICK)
            assert "because" not in build("--explain").output, f"seed {seed}, after {told}"
        told += [graph.happen() for _ in range(random.randint(1, 2))]
        time.sleep(TICK)
    return counts


def run(tmp_path: Path, histories: int, steps: int, seed: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    forks = Forks(tmp_path / "output")
    try:
        for each in range(seed, seed + histories):
            counts += play(tmp_path / f"{each}", forks, each, steps)
    finally:
        forks.close()
    assert counts["in parts"] > histories * steps / 3, counts
    assert counts["once more"] < histories * steps / 4, counts
    return counts


@pytest.mark.world
def test_a_few_graphs(tmp_path: Path) -> None:
    run(tmp_path, 2, 12, seed=1)


@pytest.mark.world
@pytest.mark.slow
def test_many_graphs(tmp_path: Path) -> None:
    run(tmp_path, 40, 25, seed=seed_of(100))
