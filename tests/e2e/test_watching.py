"""A build on a terminal: the status area, above it lines that stay."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.project import WAIT, Project
from tests.e2e.terminal import Terminal

RULES = r"""
WAITS = "while [ ! -e $GO ]; do sleep 0.1; done"

@rule("out/{n}")
def slow(out, n):
    env("GO")
    sh(f"printf 'working on %s\n' {n}; {raw(WAITS)}; echo {n} > {out}")

@rule("quick")
def quick(out):
    sh(f"printf '\033[31mred\033[0m\033[2J\nwiped\rover\n'; echo > {out}")

@rule("bad")
def bad(out):
    sh(f"printf 'caf\\351 \033[5Aup\n'; false > {out}")

@action
def ask():
    sh("read answer; echo got $answer")

group("two", ["out/1", "out/2"])
group("many", [f"out/{n}" for n in range(200)])
"""


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """The file that the rules wait for; outside of the project, so that it is nobody's output."""
    return tmp_path / "gate"


@pytest.fixture
def watched(project: Project, gate: Path) -> Iterator[Project]:
    project.rules(RULES)
    project.environment["GO"] = str(gate)
    yield project
    gate.touch()


def headline(terminal: Terminal) -> str:
    """The first line of the area, "" when there is none."""
    return next((line for line in terminal.shown if line.startswith("[") and "running" in line), "")


def area(terminal: Terminal) -> list[str]:
    """The lines of the area, none while it is drawn: a terminal may hand out each line by itself."""
    if not re.search(rb"\x1b\[\d+A\r\Z", terminal.raw):  # at last the cursor goes back to the first line
        return []
    return terminal.shown[terminal.screen.cursor.y :]


def test_what_runs_is_shown_and_erased_at_the_end(watched: Project, gate: Path):
    terminal = Terminal(watched, "build", "-j4", "two")
    terminal.until(lambda it: "working on 1" in str(area(it)) and "working on 2" in str(area(it)))
    first, *jobs = area(terminal)
    assert first == "[0/2] 2 running"
    assert [job.split()[0] for job in jobs] == ["out/1", "out/2"]
    assert [job.split("  ")[-1] for job in jobs] == ["working on 1", "working on 2"]
    gate.touch()
    assert terminal.finish() == 0
    *lines, last = terminal.shown
    assert sorted(lines) == ["made        out/1", "made        out/2", "working on 1", "working on 2"]
    assert last.startswith("redun: 2 run (")
    assert terminal.screen.cursor.x == 0
    terminal.close()


def test_lines_stand_above_the_area(watched: Project, gate: Path):
    terminal = Terminal(watched, "build", "-j4", "-k", "bad", "quick", "two")
    terminal.until(lambda it: area(it)[:1] == ["[2/4] 1 failed, 2 running"])
    below = area(terminal)
    above = terminal.shown[: -len(below)]
    assert "failed      bad" in above
    assert "caf\\xe9 up" in above
    assert "made        quick" in above
    assert "over" in above
    assert "red" in above
    assert "wiped" not in str(above)
    assert [line.split()[0] for line in below[1:]] == ["out/1", "out/2"]
    gate.touch()
    assert terminal.finish() == 1
    assert headline(terminal) == ""
    terminal.close()


def test_200_jobs_in_30_columns(watched: Project, gate: Path):
    terminal = Terminal(watched, "build", "-j200", "many", columns=30, lines=12)
    terminal.until(lambda it: area(it)[:1] == ["[0/200] 200 running"])
    assert area(terminal)[1].split()[0] == "out/0"
    assert len(terminal.shown) == 6
    assert area(terminal)[-1] == "  and 196 more"
    gate.touch()
    assert terminal.finish() == 0
    assert all(len([line for line in seen if line.startswith("[")]) <= 1 for seen in terminal.history)
    assert terminal.shown[-1].startswith("redun: 200 run")
    terminal.close()


def test_another_size_in_mid_build(watched: Project, gate: Path):
    terminal = Terminal(watched, "build", "-j4", "two", columns=100, lines=24)
    terminal.until(lambda it: "working on 2" in str(area(it)))
    terminal.resize(20, 10)
    terminal.until(lambda it: len(area(it)) == 3 and all(len(line) < 20 for line in it.shown))
    terminal.resize(10, 2)  # too small for an area
    terminal.until(lambda it: headline(it) == "")
    terminal.resize(80, 24)
    terminal.until(headline)
    gate.touch()
    assert terminal.finish() == 0
    assert headline(terminal) == ""
    terminal.close()


def test_the_time_that_is_left(watched: Project, gate: Path):
    gate.touch()
    watched.build("two")
    gate.unlink()
    terminal = Terminal(watched, "build", "-B", "two")
    terminal.until(lambda it: headline(it).endswith(" left"))
    gate.touch()
    assert terminal.finish() == 0
    terminal.close()


def test_a_stop_and_going_on(watched: Project, gate: Path):
    front = gate.with_name("front")
    waits = f"while [ ! -e '{front}' ]; do sleep 0.02; done"
    shell = f"set -m; redun build -j4 two; echo stopped with $?; {waits}; fg > /dev/null; echo ended with $?"
    terminal = Terminal(watched, "-c", shell, program="bash")
    terminal.until(lambda it: "working on 2" in str(it.shown))
    terminal.press(b"\x1a")
    terminal.until(lambda it: "stopped with 148" in str(it.shown))
    assert headline(terminal) == ""
    assert "working on" not in str(terminal.shown)
    front.touch()
    terminal.until(headline)
    gate.touch()
    assert terminal.finish() == 0
    assert terminal.shown[-1] == "ended with 0"
    assert headline(terminal) == ""
    terminal.close()


def test_an_action_has_the_terminal_for_itself(watched: Project):
    terminal = Terminal(watched, "build", "ask")
    time.sleep(0.5)  # longer than it takes until an area would be there
    terminal.press(b"42\n")
    assert terminal.finish() == 0
    assert terminal.shown[:3] == ["42", "got 42", "ran         ask"]
    assert not any(line.startswith("[") for seen in terminal.history for line in seen)
    terminal.close()


@pytest.mark.parametrize("variables", [{"CI": "true"}, {"TERM": "dumb"}, {"TERM": ""}])
def test_no_area(watched: Project, gate: Path, variables: dict[str, str]):
    terminal = Terminal(watched, "build", "quick", "out/1", environment=variables)
    terminal.until(lambda it: "made        quick" in it.shown)
    time.sleep(0.5)
    gate.touch()
    assert terminal.finish() == 0
    assert not any(line.startswith("[") for seen in terminal.history for line in seen)
    assert (b"\x1b[31mred" in terminal.raw) == ("TERM" not in variables)
    terminal.close()


def test_quiet(watched: Project, gate: Path):
    terminal = Terminal(watched, "build", "-q", "out/1")
    time.sleep(0.8)
    gate.touch()
    assert terminal.finish() == 0
    assert terminal.raw == b""
    terminal.close()


def test_no_colour(watched: Project):
    terminal = Terminal(watched, "build", "quick", environment={"NO_COLOR": "1"})
    assert terminal.finish() == 0
    assert b"\x1b[3" not in terminal.raw
    terminal.close()


def test_the_window_is_closed(watched: Project, gate: Path):
    terminal = Terminal(watched, "build", "-j4", "two")
    terminal.until(headline)
    terminal.close()
    assert terminal.process.wait(timeout=WAIT) == 129
    gate.touch()
    again = watched.build("two")
    assert again.made == ["out/1", "out/2"]
    assert "killed" not in again.output


def test_the_window_is_closed_under_nohup(watched: Project, gate: Path):
    terminal = Terminal(watched, "build", "-j4", "two", ignores_hangup=True)
    terminal.until(headline)
    terminal.close()
    gate.touch()
    assert terminal.process.wait(timeout=WAIT) == 1  # not all could be said
    assert watched.read("out/1") + watched.read("out/2") == "1\n2\n"
    assert watched.build("two").is_idle
