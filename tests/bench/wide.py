"""One wide project, written for several build tools: N files `out/I.txt`, each copied from `in/I.txt` by `cp`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.tools import OURS


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


def snakefile(count: int) -> str:
    """The project for snakemake."""
    return f"""\
rule all:
    input: [f"out/{{number}}.txt" for number in range({count})]

rule copy:
    input: "in/{{number}}.txt"
    output: "out/{{number}}.txt"
    shell: "cp {{input}} {{output}}"
"""


def workflow(count: int) -> str:
    """The project for the redun of PyPI; it copies within its own process, which is to its advantage."""
    return f"""\
import shutil

from redun import File, task

redun_namespace = "bench"


@task()
def copy(source: File, target: str) -> File:
    shutil.copyfile(source.path, target)
    return File(target)


@task()
def main() -> list:
    return [copy(File(f"in/{{number}}.txt"), f"out/{{number}}.txt") for number in range({count})]
"""


def redunfile(count: int) -> str:
    """The project for us."""
    return f"""\
@rule("out/{{number}}.txt")
def copy(out, number):
    src = need(f"in/{{number}}.txt")
    sh(f"cp {{src}} {{out}}")


group("all", [f"out/{{number}}.txt" for number in range({count})])
default("all")
"""


def do_all(count: int) -> str:
    """The script of redo that asks for everything."""
    return f"redo-ifchange {outputs(count)}\n"


def do_one(_: int) -> str:
    """The script of redo for one output; `$2` is its path without the extension, `$3` where to write it."""
    return 'source=../in/${2##*/}.txt\nredo-ifchange "$source"\ncp "$source" "$3"\n'


# tool -> the files that describe the project to it -> their text, for N targets
DESCRIPTIONS: dict[str, dict[str, Callable[[int], str]]] = {
    OURS: {"redunfile.py": redunfile},
    "ninja": {"build.ninja": ninja_file},
    "make": {"Makefile": makefile},
    "doit": {"dodo.py": dodo_file},
    "redo": {"all.do": do_all, "out/default.txt.do": do_one},
    "snakemake": {"Snakefile": snakefile},
    "redun": {"workflow.py": workflow},
}


class Wide:
    """The project of `count` targets for one tool, in `folder`."""

    def __init__(self, tool: str, folder: Path, count: int) -> None:
        self.tool = tool
        self.folder = folder
        self.count = count
        self.edits = 0  # made so far

    def write(self) -> None:
        """Write the sources and the description into the new folder."""
        (self.folder / "in").mkdir(parents=True)
        for number in range(self.count):
            (self.folder / f"in/{number}.txt").write_text(f"source {number}\n")
        self.describe()

    def describe(self) -> None:
        """Write what the tool reads."""
        (self.folder / "out").mkdir(exist_ok=True)
        for name, text in DESCRIPTIONS[self.tool].items():
            (self.folder / name).write_text(text(self.count))

    def kept(self) -> frozenset[str]:
        """What a project from which nothing is built has besides its description."""
        return frozenset(["in"])

    def edit(self) -> None:
        """Change one source to what it never held before, each time another one."""
        number = self.edits * 7 % self.count
        self.edits += 1
        (self.folder / f"in/{number}.txt").write_text(f"source {number}, edit {self.edits}\n")

    def wrong(self) -> Iterator[str]:
        """The outputs that are not what they should be."""
        for number in range(self.count):
            output = self.folder / f"out/{number}.txt"
            if not output.is_file() or output.read_bytes() != (self.folder / f"in/{number}.txt").read_bytes():
                yield f"out/{number}.txt"
