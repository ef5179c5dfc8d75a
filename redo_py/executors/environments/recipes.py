"""With which commands an environment is made: uv, Python's own venv and pip, one of the conda family or py-rattler."""

from __future__ import annotations

import os
import sys

from redo_py.executors.commands.programs import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CONDAS = ("micromamba", "mamba", "conda")  # the first that is there makes environments of conda
TOOLS = {"uv": ("uv",), "conda": CONDAS}  # scheme -> the programs one of which makes it; `venv` needs none
RATTLER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rattler_program.py")  # where there is no conda
INSTALL = {  # what to do without them
    "uv": "install uv (`pip install uv`), or write `venv:{path}`, for which Python itself is enough",
    "conda": "install micromamba, mamba or conda, or let redun do without: `pip install 'redo-py[conda]'`",
}


class ToolMissing(LookupError):
    """None of the programs that make environments of a scheme is there."""


def commands(scheme: str, file: str, folder: str, python: str, search_path: str | None) -> list[Sequence[str]]:
    """The commands that make the environment of `file` in the absent `folder`, with `python` for its interpreter where
    the file does not say which. Raises ToolMissing."""
    own = f"{folder}/bin/python"
    if scheme == "venv":
        return [
            (python, "-m", "venv", folder),
            (own, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--requirement", file),
        ]
    program = tool(scheme, search_path)
    if scheme == "conda" and not program and has_rattler():
        return [(sys.executable, "-P", RATTLER, folder, file)]
    if not program:
        raise ToolMissing(scheme)
    if scheme == "uv":
        return [
            (program, "venv", "--no-project", "--python", python, folder),
            (program, "pip", "install", "--python", own, "--requirement", file),
        ]
    if program.endswith("/micromamba"):
        return [(program, "create", "--yes", "--prefix", folder, "--file", file)]
    return [(program, "env", "create", "--prefix", folder, "--file", file)]


def tool(scheme: str, search_path: str | None) -> str:
    """The path of the program that makes environments of `scheme`; "" if there is none."""
    return next(filter(None, (find("/", name, search_path)[0] for name in TOOLS[scheme])), "")


def has_rattler() -> bool:
    """Whether redun itself can make environments of conda: with py-rattler, and a reader of YAML."""
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in ("rattler", "yaml"))


def variables(scheme: str, folder: str, environ: dict[str, str]) -> dict[str, str]:
    """`environ` for what runs in the environment at `folder`."""
    kept = {name: value for name, value in environ.items() if name != "PYTHONHOME"}
    path = environ.get("PATH", "")
    active = "CONDA_PREFIX" if scheme == "conda" else "VIRTUAL_ENV"
    return {**kept, "PATH": f"{folder}/bin:{path}" if path else f"{folder}/bin:/bin:/usr/bin", active: folder}
