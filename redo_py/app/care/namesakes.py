"""`redun doctor`: another redun on this machine, and whose the command `redun` is."""

from __future__ import annotations

from redo_py.app.care.findings import OK, WARNING, Finding
from redo_py.executors.commands.programs import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COMMAND = "redun"
LARGEST = 1 << 16  # bytes of a program that may be the script of a Python package


def namesakes(environ: Mapping[str, str]) -> Iterator[Finding]:
    """A finding if there is another redun, or if the command of that name is not ours."""
    other = other_version()
    command, _ = find("/", COMMAND, environ.get("PATH"))
    is_ours = not command or b"redo_py" in beginning(command)
    if not is_ours:
        whose = f"that of redun {other}" if other else "not ours"
        text = f"the command {command} is {whose}"
        yield Finding(WARNING, "namesakes", text, "`redo-py` is always ours: use that, or take the other one away")
    elif other:
        text = f"redun {other} is installed as well: in what our command runs, `import redun` gives redo_py"
        yield Finding(OK, "namesakes", f'{text} (`[compat] redun = "real"` turns this off)')


def other_version() -> str:
    """The version of the redun that is installed for this Python; "" if none is."""
    from importlib import metadata

    try:
        return metadata.version(COMMAND)
    except metadata.PackageNotFoundError:
        return ""


def beginning(path: str) -> bytes:
    """The first bytes of a file; none of one that cannot be read."""
    try:
        with open(path, "rb") as stream:
            return stream.read(LARGEST)
    except OSError:
        return b""
