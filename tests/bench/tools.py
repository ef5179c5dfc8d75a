"""The build tools that are compared, and where they are. Those that would get into each other's way, or into ours, have
a virtual environment each, below the user's cache folder."""

from __future__ import annotations

import compileall
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

OURS = "redo_py"
SOURCES = Path(__file__).resolve().parents[2] / OURS


class Tool(NamedTuple):
    """A build tool."""

    command: tuple[str, ...]  # builds everything, two things at a time where it can be told; the first word is found
    largest: int  # targets of a wide project that it is asked to build; more would take minutes
    origin: str  # where to get it
    smallest: int = 1  # likewise; one that takes long to start says little over a few targets
    package: str = ""  # of PyPI, installed apart from everything else; "" for what is beside this Python or on PATH


TOOLS: dict[str, Tool] = {
    OURS: Tool(("redun", "build", "-j2"), 100_000, "this checkout"),
    "ninja": Tool(("ninja", "-j2"), 100_000, "Debian's ninja-build"),
    "make": Tool(("make", "-j2"), 10_000, "Debian's make"),
    "doit": Tool(("doit", "-n", "2", "-P", "thread"), 10_000, "PyPI's doit"),
    "redo": Tool(
        ("redo", "-j2", "all"), 1000, "neither Debian nor, for Python 3, PyPI has djb's redo; it is compared if on PATH"
    ),
    "snakemake": Tool(("snakemake", "-j2"), 1000, "PyPI's snakemake", 10, "snakemake"),
    "redun": Tool(("redun", "run", "workflow.py", "main"), 1000, "PyPI's redun, another tool than ours", 10, "redun"),
}


class NotFound(Exception):
    """A tool is not installed; says how it could be."""


def cache_folder() -> Path:
    """Where the environments and the fetched sources are kept between runs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "redo-py-bench"


def command_of(name: str) -> list[str]:
    """The command line of the tool `name`, with the full path of the program. Raises NotFound."""
    program, *arguments = TOOLS[name].command
    return [path_of(name, program), *arguments]


def path_of(name: str, program: str) -> str:
    """Where the `program` of the tool `name` is. Raises NotFound."""
    tool = TOOLS[name]
    folders = (
        [str(cache_folder() / name / "bin")] if tool.package else [str(Path(sys.executable).parent), search_path()]
    )
    path = shutil.which(program, path=os.pathsep.join(folders))
    if path is None:
        hint = "installed by `--install`" if tool.package else "not found"
        raise NotFound(f"{hint}; {tool.origin}")
    return path


def search_path() -> str:
    """PATH."""
    return os.environ.get("PATH", os.defpath)


def installed(names: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Those of `names` that are there, and of each other why it is not."""
    there, missing = [], {}
    for name in names:
        try:
            command_of(name)
            there.append(name)
        except NotFound as reason:
            missing[name] = str(reason)
    return there, missing


def install(name: str) -> None:
    """Install the tool `name` of PyPI into an environment of its own, if it is not there. Raises NotFound."""
    folder = cache_folder() / name
    try:
        path_of(name, TOOLS[name].command[0])
    except NotFound:
        venv.create(folder, clear=True, with_pip=True)
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, TOOLS[name].package], capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotFound(f"pip: {done.stderr.strip().rpartition(chr(10))[2]}") from None


def compile_ours() -> None:
    """Compile this checkout to bytecode, as pip compiles every tool that it installs. An editable installation may have
    none, where PYTHONDONTWRITEBYTECODE is set."""
    compileall.compile_dir(SOURCES, quiet=1)


def version_of(name: str) -> str:
    """What the tool says of its version, "" if it does not say."""
    program = command_of(name)[0]
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    found = re.search(r"\d+(\.\w+)+", done.stdout)
    return found[0] if found else ""
