"""What a redunfile of many lines costs: read for the first time, and read again from what is remembered of it.

Both are measured through the command, over a build that has one thing to do; the difference to the same build with a
redunfile of a few lines is what the lines cost.
"""

from __future__ import annotations

import functools
from pathlib import Path

from tests.bench.rounds import Figures, Key, Pace, Runner, call, in_turns
from tests.bench.tools import OURS, command_of

REMEMBERED, NEW = "remembered", "never seen"
STANZA = '''\
SOURCES_{n} = [f"in/{{name}}.txt" for name in ["a", "b", "c"] if name != "{n}"]
LIMITS_{n} = {{"low": {n}, "high": {n} * 2 + 1, "label": f"step {n}"}}


@rule("out/{n}/{{name}}.txt", version="{n}")
def step_{n}(out, name):
    """Join what belongs to step {n}."""
    src = need(f"in/{{name}}.txt")
    more = need(SOURCES_{n}) if LIMITS_{n}["low"] > 3 else []
    if name == "last":
        sh(f"cat {{src}} > {{out}}")
    else:
        sh(f"cat {{src}} {{more}} > {{out}}")


'''
LAST = 'default("out/0/last.txt")\n'


def redunfile(lines: int) -> str:
    """A redunfile of at least `lines` lines, whose default is one target."""
    stanzas = max(1, -(-(lines - 1) // STANZA.count("\n")))
    return "".join(STANZA.format(n=n) for n in range(stanzas)) + LAST


def title(lines: int) -> str:
    """What the project with a redunfile of `lines` lines is called."""
    return f"redunfile of {lines:,} lines"


class LongFile:
    """A project in `folder` with a redunfile of `lines` lines."""

    def __init__(self, folder: Path, lines: int) -> None:
        self.folder = folder
        self.text = redunfile(lines)
        self.edits = 0
        (folder / "in").mkdir(parents=True)
        (folder / "redunfile.py").write_text(self.text)
        self.edit()

    def edit(self) -> None:
        """Change the input of the one target."""
        self.edits += 1
        (self.folder / "in/last.txt").write_text(f"edit {self.edits}\n")

    def rewrite(self) -> None:
        """Change the input, and the redunfile to one that was never read."""
        self.edit()
        (self.folder / "redunfile.py").write_text(f"{self.text}# edit {self.edits} of {self.folder}\n")


def measure_long_file(lines: int, pace: Pace, folder: Path) -> Figures:
    """A build of one target with `lines` lines of rules and with a few, both remembered and new. Raises BadRun."""
    runners = []
    for count in (1, lines):
        project = LongFile(folder / str(count), count)
        run = functools.partial(call, command_of(OURS), project.folder)
        run()
        runners.append(Runner(Key(title(count), REMEMBERED, OURS), run, project.edit))
        runners.append(Runner(Key(title(count), NEW, OURS), run, project.rewrite))
    return in_turns(runners, pace)
