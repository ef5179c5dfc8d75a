"""A real C program, the brotli tool of examples/brotli, written for the tools that know how to follow headers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

from tests.bench.rounds import BadRun
from tests.bench.tools import OURS, cache_folder

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/brotli"
COMPILE = "cc -Ic/include -O2 -MMD -MF {out}.d -c {source} -o {out}"
LINK = "cc -o {out} {objects} -lm"


def fetched() -> Path:
    """The folder that has the sources in `c`, fetched from PyPI if need be. Raises BadRun."""
    folder = cache_folder() / "brotli"
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([sys.executable, EXAMPLE / "fetch.py", folder], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BadRun(f"the C program could not be fetched:\n{done.stderr}")
    return folder


def makefile(objects: list[str]) -> str:
    """The program for GNU make."""
    compiling = COMPILE.format(out="$@", source="$<")
    return f"""\
OBJECTS := {" ".join(objects)}
bin/brotli: $(OBJECTS)
\t@mkdir -p $(@D)
\t@{LINK.format(out="$@", objects="$^")}
build/%.o: %.c
\t@mkdir -p $(@D)
\t@{compiling}
-include $(OBJECTS:=.d)
"""


def ninja_file(objects: list[str]) -> str:
    """The program for ninja."""
    edges = "".join(f"build {each}: cc {source_of(each)}\n" for each in objects)
    return f"""\
rule cc
  command = {COMPILE.format(out="$out", source="$in")}
  depfile = $out.d
  deps = gcc
rule link
  command = {LINK.format(out="$out", objects="$in")}
{edges}build bin/brotli: link {" ".join(objects)}
"""


def redunfile(_: list[str]) -> str:
    """The program for us: the very file of the example."""
    return (EXAMPLE / "redunfile.py").read_text()


DESCRIPTIONS: dict[str, tuple[str, Callable[[list[str]], str]]] = {
    OURS: ("redunfile.py", redunfile),
    "ninja": ("build.ninja", ninja_file),
    "make": ("Makefile", makefile),
}


def source_of(built: str) -> str:
    """The C file that the object file `built` is compiled from."""
    return built.removeprefix("build/").removesuffix(".o") + ".c"


class Program:
    """The C program below `sources` for one tool, in `folder`."""

    def __init__(self, tool: str, folder: Path, sources: Path) -> None:
        self.tool = tool
        self.folder = folder
        self.sources = sources
        found = sorted(path.relative_to(sources) for path in (sources / "c").rglob("*.c"))
        self.objects = [f"build/{path.with_suffix('.o')}" for path in found]
        self.header = max((sources / "c").rglob("*.h"), key=lambda path: (path.name == "histogram.h", path))
        self.edits = 0

    def write(self) -> None:
        """Write the sources and the description into the new folder."""
        copytree(self.sources / "c", self.folder / "c")
        self.describe()

    def describe(self) -> None:
        """Write what the tool reads."""
        name, text = DESCRIPTIONS[self.tool]
        (self.folder / name).write_text(text(self.objects))

    def kept(self) -> frozenset[str]:
        """What a project from which nothing is built has besides its description."""
        return frozenset(["c"])

    def edit(self) -> None:
        """Change one header to what it never was before."""
        self.edits += 1
        with (self.folder / self.header.relative_to(self.sources)).open("a") as header:
            header.write(f"/* edit {self.edits} */\n")

    def wrong(self) -> Iterator[str]:
        """The outputs that are not there."""
        return (path for path in ("bin/brotli", *self.objects) if not (self.folder / path).is_file())
