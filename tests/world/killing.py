"""Projects whose builds are killed, and what must hold of the builds that come after."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.world.forks import Ended, Forks

MARGIN = 0.03  # seconds: edits this old are no longer too fresh to be remembered

REDUNFILE = '''\
"""Every command writes half of its output, waits, and writes the rest."""

from pipeline import slow

PAUSE = "{pause}"
NAMES = [file.stem for file in glob("src/*.txt")]


@rule("gen/top.h")
def header(out):
    sh(f"printf half > {{out}}; sleep {{PAUSE}}; cat {{need('src/top.src')}} > {{out}}")


@rule("out/{{stem}}.o")
def compiled(out, stem):
    need("gen/top.h", order_only=True)
    src = need(f"src/{{stem}}.txt")
    sh(f"bash tools/cc.sh {{src}} {{out}} {{out}}.d {{PAUSE}}", depfile=f"{{out}}.d")


@rule(a="two/{{stem}}.a", b="two/{{stem}}.b")
def twins(out, stem):
    src = need(f"src/{{stem}}.txt")
    sh(f"cp {{src}} {{out.a}}; sleep {{PAUSE}}; cp {{src}} {{out.b}}")


@rule("tree/{{stem}}/")
def tree(out, stem):
    src = need(f"src/{{stem}}.txt")
    sh(f"mkdir -p {{out}}/deep; cp {{src}} {{out}}/one; sleep {{PAUSE}}; cp {{src}} {{out}}/deep/two")


@rule("py/{{stem}}.txt")
def python(out, stem):
    return slow(need(f"src/{{stem}}.txt"), out, float(PAUSE))


@rule("whole.txt")
def whole(out):
    parts = [f"out/{{name}}.o" for name in NAMES] + [f"py/{{name}}.txt" for name in NAMES]
    sh(f"cat {{need(parts)}} > {{out}}")


group("all", "whole.txt", [f"two/{{name}}.a" for name in NAMES], [f"tree/{{name}}" for name in NAMES])
'''

PIPELINE = """\
import time


def slow(source, out, pause):
    with open(source) as stream:
        text = stream.read()
    with open(out, "w") as stream:
        stream.write("half")
        stream.flush()
        time.sleep(pause)
    with open(out, "w") as stream:
        stream.write(text)
"""

COMPILER = """\
set -e
printf half > "$2"
sleep "$4"
printf '%s: inc/low.h gen/top.h\\n' "$2" > "$3"
cat gen/top.h inc/low.h "$1" > "$2"
"""

VERSIONS = 3  # of the sources


class Killed(NamedTuple):
    """A build that was sent a signal."""

    status: int
    output: str


class Victim:
    """A project, the command that builds it, and what its outputs must be."""

    def __init__(self, folder: Path, forks: Forks, redun: Path, environment: dict[str, str], random: Random) -> None:
        self.folder = folder
        self.forks = forks  # for the builds that nobody disturbs
        self.redun = redun
        self.environment = environment
        self.random = random
        self.names = [f"n{number}" for number in range(random.randint(1, 7))]
        self.version = 0
        for name in ("src", "inc", "tools"):
            (folder / name).mkdir(parents=True)
        (folder / "redunfile.py").write_text(REDUNFILE.format(pause=random.choice(("0", "0.01", "0.04", "0.2"))))
        (folder / "pipeline.py").write_text(PIPELINE)
        (folder / "tools/cc.sh").write_text(COMPILER)
        self.write(0)

    def write(self, version: int) -> None:
        """Let the sources be those of `version`."""
        self.version = version
        for path, text in self.sources().items():
            (self.folder / path).write_text(text)
        time.sleep(MARGIN)

    def sources(self) -> dict[str, str]:
        size = 20_000 if self.version == 2 else 1
        texts = {f"src/{name}.txt": f"{name} {self.version}\n" * size for name in self.names}
        return texts | {"src/top.src": f"top {self.version}\n", "inc/low.h": f"low {self.version}\n"}

    def expected(self) -> dict[str, str]:
        """Every output by path."""
        sources = self.sources()
        made = {"gen/top.h": sources["src/top.src"]}
        for name in self.names:
            text = sources[f"src/{name}.txt"]
            made |= dict.fromkeys([f"two/{name}.a", f"two/{name}.b", f"tree/{name}/one", f"tree/{name}/deep/two"], text)
            made[f"out/{name}.o"] = made["gen/top.h"] + sources["inc/low.h"] + text
            made[f"py/{name}.txt"] = text
        parts = [f"out/{name}.o" for name in self.names] + [f"py/{name}.txt" for name in self.names]
        return made | {"whole.txt": "".join([made[part] for part in parts])}

    def build(self) -> Ended:
        """A build that nobody disturbs, the long way."""
        return self.forks.run(["build", "--explain", f"-j{self.random.randint(1, 4)}"], self.folder, self.environment)

    def kill(self, seconds: float, number: signal.Signals) -> Killed:
        """A build that gets the signal after so many seconds."""
        command = [str(self.redun), "build", f"-j{self.random.randint(1, 4)}"]
        with (self.folder.parent / "output").open("w+b") as output:
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )
            time.sleep(seconds)
            process.send_signal(number)
            status = process.wait(timeout=120)
            output.seek(0)
            return Killed(status, output.read().decode())

    def check_after(self, killed: Killed) -> Ended:
        """The next build makes everything right, and the one after it runs nothing."""
        next_build = self.build()
        told = f"killed: {killed}\nnext: {next_build.output}"
        assert next_build.status == 0, told
        for path, text in self.expected().items():
            assert (self.folder / path).read_text() == text, f"{path}\n{told}"
        depfiles = {f"out/{name}.o.d" for name in self.names}
        assert "is not what redun put there" not in next_build.output, told
        assert self.displaced() <= self.expected().keys() | depfiles, told  # half made; a source is never moved
        assert processes_in(self.folder) == [], told
        again = self.build()
        assert not works(again.output), f"{again.output}\nafter {told}"
        assert "up to date" in again.output, again.output
        return next_build

    def displaced(self) -> set[str]:
        """The paths from which something was moved away."""
        moved = (self.folder / ".redun/displaced").glob("*/**/*")
        return {"/".join(path.parts[len(self.folder.parts) + 3 :]) for path in moved if path.is_file()}


def processes_in(folder: Path) -> list[str]:
    """The processes that work in `folder`."""
    found = []
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/cwd") == str(folder):
                found.append(f"{pid} {Path(f'/proc/{pid}/cmdline').read_bytes()!r}")
        except OSError:
            continue
    return found


def works(output: str) -> set[str]:
    """What a build says that it made."""
    return set(re.findall(r"^(?:made|ran) +(\S+)$", output, re.MULTILINE))
