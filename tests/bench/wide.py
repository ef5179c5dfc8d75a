"""One wide project, written for several build tools: N files `out/I.txt`, each copied from `in/I.txt` by `cp`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Tool(NamedTuple):
    """A build tool: the file that describes the project to it, and the command line that builds all."""

    file_name: str
    description: Callable[[int], str]  # of N
    command: tuple[str, ...]  # the first word is looked up on PATH


def outputs(count: int) -> str:
    """All targets, as words."""
    return " ".join(f"out/{number}.txt" for number in range(count))


def makefile(count: int) -> str:
    """The project for GNU make."""
    return f"OUTPUTS := {outputs(count)}\n.PHONY: all\nall: $(OUTPUTS)\nout/%.txt: in/%.txt\n\t@cp $< $@\n"


def ninja_file(count: int) -> str:
    """The project for ninja."""
    edges = "".join(f"build out/{number}.txt: cp in/{number}.txt\n" for number in range(count))
    return f"rule cp\n  command = cp $in $out\n{edges}build all: phony {outputs(count)}\ndefault all\n"


def dodo_file(count: int) -> str:
    """The project for doit."""
    return f"""\
def task_cp():
    for number in range({count}):
        source, target = f"in/{{number}}.txt", f"out/{{number}}.txt"
        yield dict(name=str(number), file_dep=[source], targets=[target], actions=[f"cp {{source}} {{target}}"])
"""


def redunfile(count: int) -> str:
    """The project for redun."""
    return f"""\
@rule("out/{{number}}.txt")
def copy(out, number):
    src = need(f"in/{{number}}.txt")
    sh(f"cp {{src}} {{out}}")


group("all", [f"out/{{number}}.txt" for number in range({count})])
default("all")
"""


TOOLS: dict[str, Tool] = {
    "make": Tool("Makefile", makefile, ("make", "-j2")),
    "ninja": Tool("build.ninja", ninja_file, ("ninja", "-j2")),
    "doit": Tool("dodo.py", dodo_file, ("doit", "-n", "2", "-P", "thread")),
    "redun": Tool("redunfile.py", redunfile, ("redun", "build", "-j2")),
}


def write_project(tool: Tool, folder: Path, count: int) -> None:
    """Write the project of `count` targets for `tool` into the new `folder`."""
    (folder / "in").mkdir(parents=True)
    (folder / "out").mkdir()
    for number in range(count):
        (folder / f"in/{number}.txt").write_text(f"source {number}\n")
    (folder / tool.file_name).write_text(tool.description(count))


def missing_outputs(folder: Path, count: int) -> list[int]:
    """The numbers of targets that are not what they should be."""
    return [
        number
        for number in range(count)
        if not (folder / f"out/{number}.txt").is_file()
        or (folder / f"out/{number}.txt").read_text() != f"source {number}\n"
    ]
