"""Makes an environment of conda with py-rattler, the library that pixi is made of: a script, never imported.

    PYTHON -P rattler_program.py FOLDER FILE

makes FOLDER of what FILE says: its channels (conda-forge if it names none), its dependencies, and those that are below
`pip:`, which the pip of the new environment installs. Paths in FILE are relative to its folder.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

USUAL = ["conda-forge"]
DEFAULTS = ["https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"]  # what conda means by the name
NO_DEFAULTS = "nodefaults"  # a word among the channels: nothing is added to them here, anyway


class Wanted:
    """What an environment's file, which lies in the folder `beside`, asks for. Raises ValueError with what is wrong."""

    def __init__(self, text: str, beside: str) -> None:
        import yaml

        try:
            told = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ValueError(f"it is no YAML: {error}") from None
        if not isinstance(told, dict):
            raise ValueError("it has no `dependencies:`")
        self.beside = beside
        self.channels = [self._channel(name) for name in spelled_out(listed(told, "channels"))] or USUAL
        self.specs: list[str] = []
        self.of_pip: list[str] = []
        for each in listed(told, "dependencies"):
            if isinstance(each, str):
                self.specs.append(each)
            elif isinstance(each, dict) and list(each) == ["pip"]:
                self.of_pip += map(str, listed(each, "pip"))
            else:
                raise ValueError(f"{each!r} below `dependencies:` is neither a package nor a list for pip")

    def _channel(self, name: str) -> str:
        return os.path.normpath(os.path.join(self.beside, name)) if name.startswith((".", "/")) else name


def spelled_out(channels: list[Any]) -> list[str]:
    """The channels, in their order, with those that one name stands for."""
    found: list[str] = []
    for name in channels:
        if name != NO_DEFAULTS:
            found += DEFAULTS if name == "defaults" else [str(name)]
    return found


def listed(told: dict[str, Any], name: str) -> list[Any]:
    """The list that is called `name`; empty if there is none."""
    found = told.get(name)
    if found is not None and not isinstance(found, list):
        raise ValueError(f"`{name}:` must be a list")
    return found or []


async def make(folder: str, wanted: Wanted) -> None:
    """Put what is wanted into the new folder."""
    from rattler import VirtualPackage, install, solve

    records = await solve(wanted.channels, wanted.specs, virtual_packages=VirtualPackage.detect())
    await install(records, folder, show_progress=False, execute_link_scripts=True)  # as conda does


def add_by_pip(folder: str, wanted: Wanted) -> None:
    """Let the pip of the environment install what is wanted of it."""
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        raise ValueError("a list for pip needs `python` and `pip` among the dependencies")
    words = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    for each in wanted.of_pip:
        words += each.split(maxsplit=1) if each.startswith("-") else [each]
    subprocess.run([python, *words], cwd=wanted.beside, check=True)


def main(words: list[str]) -> int:
    """Make the environment; the status to leave with, 1 after a text if that is not possible."""
    folder, path = map(os.path.abspath, words)
    try:
        with open(path, encoding="utf-8") as file:
            wanted = Wanted(file.read(), os.path.dirname(path))
        asyncio.run(make(folder, wanted))
        if wanted.of_pip:
            add_by_pip(folder, wanted)
    except subprocess.CalledProcessError as error:  # pip has said why
        return error.returncode
    except Exception as error:  # whatever rattler says of what cannot be had
        sys.stderr.write(f"{os.path.relpath(path)}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)  # threads of rattler's may outlive the interpreter, and crash
