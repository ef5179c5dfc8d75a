"""The world: a project in a real folder, what happens to it, and what must hold after each step.

After each build: every target holds exactly what the model says, and now and then what a build from nothing in a clean
copy leaves; the build after it runs nothing; whenever the fast lane would have said that everything is up to date, the
long way finds nothing to do.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

from redo_py.records import PARTS
from tests.world.edits import EDITS, remove
from tests.world.forks import Ended, Forks
from tests.world.model import Entry, Made, Refused, State, first_state, seen
from tests.world.rules import expected, helpers_text, on, redunfile_text

ASK = ("build", "--explain", "-k")  # takes the long way, and says what was done
SHORT = ("build", "-k")  # leaves out what no change can reach
# Steps that are no edits, with weights.
OTHERS = {"switch": 4, "move": 1, "kill": 4, "edit meanwhile": 5, "dry": 2, "one target": 2, "clean": 1, "gc": 2}
WORK = ("made", "ran", "restored", "again")  # first words of lines that tell of work
DAMAGED = "state.db is damaged: "  # and that redun shall be run again
TICK = 0.025  # seconds: what was edited so long ago is no longer too fresh to be remembered


class Wrong(AssertionError):
    """Something does not hold."""


class World:
    """One history. `folder` must not exist."""

    def __init__(self, folder: Path, forks: Forks, seed: int, clean_each: int) -> None:
        self.random = Random(seed)
        self.forks = forks
        self.above = folder
        self.clean_each = clean_each  # a build from nothing at every so-manieth step
        self.state = first_state(self.random)
        self.past: list[State] = [self.state.copy()]
        self.is_even = False  # whether everything was up to date and remembered at the end of the last step
        self.has_forgotten = False  # whether the build of this step met damage in its records and began anew
        self.counts: Counter[str] = Counter()
        self.told: list[tuple[int, str]] = []  # what happened so far
        self.moves = 0
        self.written: dict[str, tuple[bytes, bool]] = {}  # what the folder holds of the State
        folder.mkdir(parents=True)
        self.folder = folder / "project"
        self.folder.mkdir()

    # ---- steps

    def step(self, number: int, seed: int) -> None:
        """Let one thing happen and check everything. Raises Wrong."""
        random = Random(seed)
        names = [*EDITS, *OTHERS]
        weights = [*[edit.weight for edit in EDITS.values()], *OTHERS.values()]
        name = random.choices(names, weights)[0] if number else "nothing"
        self.counts[name] += 1
        self.told.append((number, name))
        idle = self.happen(name, random)
        self.follow(random)
        if random.random() < 0.3:
            time.sleep(TICK)
        if name in OTHERS and name not in ("switch", "move"):
            getattr(self, name.replace(" ", "_"))(random)
        if name in ("lose state", "spoil state"):
            self.build()  # the fast lane may answer, and rightly, what the long way has forgotten
            self.build()  # damaged artifacts are noticed, and nothing is kept, in one build; kept again in the next
            self.is_even = False
        self.check(idle and self.is_even, number, random)
        if random.random() < 0.2:
            self.past.append(self.state.copy())

    def happen(self, name: str, random: Random) -> bool:
        """Let `name` happen; whether the next build must run nothing, if all was up to date before."""
        if name in EDITS:
            edit = EDITS[name]
            if edit.on_state is not None:
                edit.on_state(self.state, random)
            if edit.on_disk is not None:
                edit.on_disk(self.folder, self.state, random)
            return edit.idle
        if name == "switch":
            self.state = random.choice(self.past).copy()
        elif name == "move":
            self.moves += 1
            moved = self.above / f"moved {self.moves}"
            self.folder.rename(moved)
            self.folder = moved
            return True
        return name in ("dry", "one target")

    def kill(self, random: Random) -> None:
        """A build that does not come to its end."""
        number = random.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
        self.is_even = False
        ended = self.build(kill=(random.random() ** 2 * 0.15, number), ask=random.choice((ASK, SHORT)))
        self.counts[f"ended with {ended.status}"] += 1

    def edit_meanwhile(self, random: Random) -> None:
        """Sources change while a build reads them. What it makes of that is its own affair; the next one is right."""
        self.is_even = False
        for edit in random.choices([edit for edit in EDITS.values() if edit.on_state], k=random.randint(1, 2)):
            assert edit.on_state is not None
            edit.on_state(self.state, random)
        self.follow(random)
        self.forks.begin([*random.choice((ASK, SHORT)), "-j2", *self.defines()], self.folder, self.environment())
        for edit in random.choices([edit for edit in EDITS.values() if edit.on_state], k=random.randint(1, 3)):
            time.sleep(random.random() * 0.03)
            assert edit.on_state is not None
            edit.on_state(self.state, random)
            self.follow(random)
        ended = self.forks.end()
        self.counts[f"edited meanwhile, ended with {ended.status}"] += 1

    def dry(self, random: Random) -> None:
        """A dry run changes nothing and foretells what the build does."""
        before = self.outputs()
        told = self.forks.run([*ASK, "-n", *self.defines()], self.folder, self.environment())
        if self.outputs() != before:
            raise Wrong(f"a dry run changed outputs:\n{told.output}")
        if told.status == 0 and self.is_even and "would" in told.output and "always" not in on(self.state):
            raise Wrong(f"a dry run would do something where nothing is to be done:\n{told.output}")

    def one_target(self, random: Random) -> None:
        """A build of one target alone makes that one right."""
        try:
            made = expected(self.state)
        except Refused:
            return
        names = [path for path in made.entries if not any(path.startswith(f"{folder}/") for folder in made.folders)]
        if names:
            name = random.choice(sorted(names, key=os.fsencode))
            argv = [*ASK, *self.defines(), f"./{name}"]
            ended = self.forks.run(argv, self.folder, self.environment())
            if ended.status != 0 or seen(self.folder / name) != made.entries[name]:
                raise Wrong(f"{name} alone is {seen(self.folder / name)}, not {made.entries[name]}:\n{ended.output}")

    def gc(self, random: Random) -> None:
        """`redun gc` changes no output, and what it drops is made again when it is needed."""
        before = self.outputs()
        words = random.choice(([], ["--keep-last-build"], ["--max-size", "0"], ["--older-than", "0s"]))
        if "--max-size" in words:  # what is temporary may have to be made again
            self.is_even = False
        ended = self.forks.run(["gc", *words], self.folder, self.environment())
        if ended.status != 0 or self.outputs() != before:
            raise Wrong(f"gc changed outputs, or ended with {ended.status}:\n{ended.output}")

    def clean(self, random: Random) -> None:
        """What `redun clean` removes, comes back."""
        self.is_even = False
        ended = self.forks.run(["clean", *self.defines()], self.folder, self.environment())
        for path, (content, _) in self.written.items():
            if (self.folder / path).read_bytes() != content:
                raise Wrong(f"clean changed {path}:\n{ended.output}")

    # ---- the folder follows the State

    def sources(self) -> dict[str, tuple[bytes, bool]]:
        """Path -> content and executable bit of all that a clean copy holds."""
        state = self.state
        files = {path: (content, path in state.executable) for path, content in state.files.items()}
        files["redunfile.py"] = (redunfile_text(state).encode("utf-8", "surrogateescape"), False)
        files["helpers.py"] = (helpers_text(state).encode(), False)
        return files

    def follow(self, random: Random) -> None:
        """Write what differs from what was written last, and put back sources that something has damaged."""
        wanted = self.sources()
        for path in self.written.keys() - wanted.keys():
            remove(self.folder / path)
        for path, (content, is_executable) in wanted.items():
            full = self.folder / path
            if self.written.get(path) != (content, is_executable) or not full.is_file():
                write(full, content, is_executable, random)
        self.written = wanted

    def environment(self) -> dict[str, str]:
        """The environment of the builds."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **self.state.environment}

    def defines(self) -> list[str]:
        return [word for name, value in self.state.defines.items() for word in ("-D", f"{name}={value}")]

    def outputs(self) -> dict[str, Entry | None]:
        """All that lies in the folder and is neither a source nor redun's own."""
        found = {}
        for folder, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if name != ".redun"]
            for name in (*folders, *files):
                path = os.path.relpath(f"{folder}/{name}", self.folder)
                if path not in self.written:
                    found[path] = seen(self.folder / path)
        return found

    # ---- what must hold

    def build(
        self, folder: Path | None = None, kill: tuple[float, int] | None = None, ask: tuple[str, ...] = ASK
    ) -> Ended:
        """`redun build`, the long way unless `ask` says otherwise."""
        jobs = f"-j{self.random.choice((1, 2, 3))}"
        ended = self.forks.run([*ask, jobs, *self.defines()], folder or self.folder, self.environment(), kill)
        if DAMAGED in ended.output and ended.status and not kill:  # met in the middle: what it says is done
            again = self.forks.run([*ASK, jobs, *self.defines()], folder or self.folder, self.environment())
            ended = again._replace(
                answered=False
            )  # what the long way has forgotten the fast lane may know, and rightly
            self.has_forgotten = True
        if "Traceback" in ended.output or "BUG" in ended.output or "internal error" in ended.output.lower():
            raise Wrong(f"redun itself failed:\n{ended.output}")
        return ended

    def check(self, must_be_idle: bool, number: int, random: Random) -> None:
        """Build, and look whether everything is as it must be."""
        try:
            made = expected(self.state)
        except Refused as error:
            self.check_refused(str(error))
            return
        self.has_forgotten = False
        first = self.build(ask=random.choice((ASK, SHORT, SHORT)))
        self.check_answer(first, "the build after the step")
        in_parts = not first.answered and self.was_in_parts()
        self.counts["in parts"] += in_parts
        if must_be_idle and self.worked(first) and not self.has_forgotten:
            raise Wrong(f"there was nothing to be done:\n{first.output}")
        self.check_made(self.folder, made, first)
        if made.broken:
            self.is_even = False
            return
        self.check_second(random, in_parts)
        if self.clean_each and number % self.clean_each == 0:
            self.check_clean_copy(made)

    def check_refused(self, path: str) -> None:
        """A plan with a missing input is refused, and nothing is done."""
        before = self.outputs()
        ended = self.build()
        if ended.status != 2 or "is missing" not in ended.output:
            raise Wrong(f"{path} is missing, but the status is {ended.status}:\n{ended.output}")
        if self.outputs() != before:
            raise Wrong(f"a build that was refused changed outputs:\n{ended.output}")
        self.counts["refused"] += 1
        self.is_even = False

    def was_in_parts(self) -> bool:
        """Whether the last build has left out what no change could reach."""
        with closing(sqlite3.connect(self.folder / ".redun/state.db")) as records:
            kinds = records.execute("SELECT kind FROM execution ORDER BY id DESC LIMIT 1").fetchall()
        return kinds == [(PARTS,)]

    def check_second(self, random: Random, in_parts: bool) -> None:
        """Another build runs nothing. What was read while it was too fresh may run once more. After a build of parts
        the long way is the judge of what that left out."""
        second = self.build() if in_parts else self.build_again(random)
        if self.worked(second) and not self.is_even:
            self.counts["ran once more"] += 1
            time.sleep(TICK)
            second = self.build_again(random)
        if self.worked(second) or second.status:
            raise Wrong(f"the second build ran something:\n{second.output}")
        self.check_made(self.folder, expected(self.state), second)
        self.is_even = True

    def build_again(self, random: Random) -> Ended:
        """The build after a build: the way that it takes by itself, or sometimes the long way."""
        if random.random() < 0.25:
            ended = self.build()
        else:
            ended = self.forks.run(["build", *self.defines()], self.folder, self.environment())
        self.check_answer(ended, "the second build")
        return ended

    def check_answer(self, ended: Ended, when: str) -> None:
        """The fast lane must not have said that all is up to date where there was something to do."""
        self.counts["answered" if ended.answered else "not answered"] += 1
        if ended.answered and (ended.status or any(map(is_needed_work, *told_by(ended.output)))):
            raise Wrong(f"the fast lane would have answered, but {when} had work to do:\n{ended.output}")

    def worked(self, ended: Ended) -> list[str]:
        """The lines of a build that tell of work, that of rules with `always` left out."""
        lines = [line for line in ended.output.splitlines() if line.startswith(WORK)]
        return [line for line in lines if not line.endswith(" build/stamp")]

    def check_made(self, folder: Path, made: Made, ended: Ended) -> None:
        """Every target holds what it must hold."""
        if bool(ended.status) != bool(made.broken) or ended.status not in (0, 1, 2):
            raise Wrong(f"status {ended.status}, broken: {sorted(made.broken)}\n{ended.output}")
        for path, entry in made.entries.items():
            found = seen(folder / path)
            if found != entry:
                raise Wrong(f"{path} is {found}, not {entry}\n{ended.output}")
        for top in made.folders:
            for below in (folder / top).rglob("*"):
                if str(below.relative_to(folder)) not in made.entries:
                    raise Wrong(f"{below} has no business there\n{ended.output}")
        left = [path for path in made.gone if not made.broken and seen(folder / path) is not None]
        if left:
            raise Wrong(f"left lying: {left}\n{ended.output}")

    def check_clean_copy(self, made: Made) -> None:
        """A build from nothing in a copy of the sources alone leaves the same."""
        copy = self.above / "clean copy"
        copy.mkdir()
        for path, (content, is_executable) in self.sources().items():
            write(copy / path, content, is_executable, Random(0))
        self.check_made(copy, made, self.build(copy))
        self.counts["clean copies"] += 1
        shutil.rmtree(copy)


def write(full: Path, content: bytes, is_executable: bool, random: Random) -> None:
    """Write a source in one of the ways in which editors do; one of the same size often gets the old time back."""
    if full.parent.is_file():
        full.parent.unlink()
    full.parent.mkdir(parents=True, exist_ok=True)
    before = full.stat() if full.is_file() else None
    if before is not None and random.random() < 0.5:
        beside = full.with_name("being saved")
        beside.write_bytes(content)
        os.replace(beside, full)
    else:
        full.write_bytes(content)
    full.chmod(0o755 if is_executable else 0o644)
    if before is not None and before.st_size == len(content) and random.random() < 0.7:
        os.utime(full, ns=(before.st_atime_ns, before.st_mtime_ns))


def told_by(output: str) -> tuple[list[str], list[str]]:
    """The lines of `output`, each with all of it."""
    lines = output.splitlines()
    return lines, [output] * len(lines)


def is_needed_work(line: str, output: str) -> bool:
    """Whether `line` tells of work without which an output would be wrong. A temporary output that nothing needs is
    made again the long way when it was dropped from the cache, which the fast lane does not know of, and need not."""
    path = line.partition(" ")[2].strip()
    is_lost = path.startswith("tmp/") and f"output {path} is missing and is not kept in the cache" in output
    return line.startswith(WORK) and not is_lost
