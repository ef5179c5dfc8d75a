"""With which commands an environment is made: uv, Python's own venv and pip, or one of the conda family."""

from __future__ import annotations

from redo_py.executors.programs import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CONDAS = ("micromamba", "mamba", "conda")  # the first that is there makes environments of conda
TOOLS = {"uv": ("uv",), "conda": CONDAS}  # scheme -> the programs one of which must be there; `venv` needs none
INSTALL = {  # what to do without them
    "uv": "install uv (`pip install uv`), or write `venv:{path}`, for which Python itself is enough",
    "conda": "install micromamba, mamba or conda",
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
    if scheme == "uv":
        return [
            (program, "venv", "--no-project", "--python", python, folder),
            (program, "pip", "install", "--python", own, "--requirement", file),
        ]
    if program.endswith("/micromamba"):
        return [(program, "create", "--yes", "--prefix", folder, "--file", file)]
    return [(program, "env", "create", "--prefix", folder, "--file", file)]


def tool(scheme: str, search_path: str | None) -> str:
    """The path of the program that makes environments of `scheme`. Raises ToolMissing."""
    for name in TOOLS[scheme]:
        found = find("/", name, search_path)[0]
        if found:
            return found
    raise ToolMissing(scheme)


def variables(scheme: str, folder: str, environ: dict[str, str]) -> dict[str, str]:
    """`environ` for what runs in the environment at `folder`."""
    kept = {name: value for name, value in environ.items() if name != "PYTHONHOME"}
    path = environ.get("PATH", "")
    active = "CONDA_PREFIX" if scheme == "conda" else "VIRTUAL_ENV"
    return {**kept, "PATH": f"{folder}/bin:{path}" if path else f"{folder}/bin:/bin:/usr/bin", active: folder}
