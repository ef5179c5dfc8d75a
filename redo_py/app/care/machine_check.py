"""`redun doctor`: the machine that redun runs on."""

from __future__ import annotations

import os
import sys

from redo_py import __version__
from redo_py.app.care.findings import OK, PROBLEM, WARNING, Finding
from redo_py.app.care.namesakes import namesakes
from redo_py.config.environment import OURS
from redo_py.config.home import cache_folder
from redo_py.executors.commands.programs import find
from redo_py.executors.environments.recipes import TOOLS, has_rattler, tool
from redo_py.store.inspection import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FEW_FILES = 256  # open files that are not enough for many jobs at once


def machine(environ: Mapping[str, str]) -> Iterator[Finding]:
    """What can be said without a project."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(OK, "redun", f"{__version__}, {OURS}/redo_py")
    yield Finding(OK, "python", f"{version}, {sys.executable}")
    yield Finding(OK, "sqlite", VERSION)
    yield from namesakes(environ)
    yield from search_path(environ)
    yield shell(environ)
    yield open_files()
    yield environments(environ)
    yield user_cache(environ)


def search_path(environ: Mapping[str, str]) -> Iterator[Finding]:
    """The folders of PATH, in which commands are found."""
    if not environ.get("PATH"):
        yield Finding(WARNING, "PATH", "is not set: commands get /bin and /usr/bin", "set PATH")
        return
    entries = environ["PATH"].split(":")
    missing = [entry for entry in dict.fromkeys(entries) if entry and not os.path.isdir(entry)]
    relative = [entry or "(empty)" for entry in dict.fromkeys(entries) if entry[:1] != "/"]
    if relative:
        text = f"relative folders in PATH: {', '.join(relative)}"
        yield Finding(WARNING, "PATH", text, "what they find depends on the folder of each command: leave them out")
    if missing:
        text = f"folders in PATH that are not there: {', '.join(missing)}"
        yield Finding(WARNING, "PATH", text, "every command is looked for there as well: leave them out")
    if not relative and not missing:
        yield Finding(OK, "PATH", f"{len(entries)} folders")


def shell(environ: Mapping[str, str]) -> Finding:
    """The shell of commands that need one."""
    found, _ = find("/", "bash", environ.get("PATH"))
    if found:
        return Finding(OK, "bash", found)
    return Finding(PROBLEM, "bash", "there is no bash on PATH", "install it: commands with shell characters need it")


def environments(environ: Mapping[str, str]) -> Finding:
    """What makes the environments that tasks may ask for with `env=`."""
    found = {scheme: tool(scheme, environ.get("PATH")) for scheme in TOOLS}
    if not found["conda"] and has_rattler():
        found["conda"] = "py-rattler"
    told = [f"{scheme}: {path or 'not here'}" for scheme, path in found.items()]
    return Finding(OK, "envs", ", ".join(["venv", *told]))


def open_files() -> Finding:
    """How many files may be open at once."""
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < FEW_FILES:
        return Finding(WARNING, "open files", f"at most {soft}", "raise it with `ulimit -n`, or use few jobs with -j")
    return Finding(OK, "open files", "without limit" if soft < 0 else f"at most {soft}")


def user_cache(environ: Mapping[str, str]) -> Finding:
    """The user's folder for what can be worked out again."""
    folder = cache_folder(environ)
    if not folder:
        return Finding(WARNING, "user cache", "there is none: HOME is not set", "each project keeps its parser tables")
    above = folder
    while not os.path.exists(above):
        above = os.path.dirname(above)
    if not os.access(above, os.W_OK):
        return Finding(WARNING, "user cache", f"{folder} cannot be written", "each project keeps its parser tables")
    return Finding(OK, "user cache", folder)
