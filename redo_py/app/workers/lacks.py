"""What a worker lacks of the packages that the project imports where the job was decided, or has in another version."""

from __future__ import annotations

import os
import sys

from redo_py.ground.errors import RedunError
from redo_py.remote.api.packages import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redo_py.remote.api import Reply

OF_IMPORTS = ("module-missing", "module-not-found")  # errors of modules that are not there
OF_VERSIONS = (AttributeError, ImportError, TypeError)  # what another version of a package raises
INCLUDE = "let `code_includes` of the executor match it"
NONE: Mapping[str, Sequence[str]] = {}


def explain_import(
    reply: Reply,
    used: Mapping[str, Sequence[str]] = NONE,
    differing: Mapping[str, Sequence[str]] = NONE,
    environment: str = "",
) -> None:
    """An error may be none where the job was decided: say what is not here. `used` and `differing` are as
    remote.api.packages has them, `environment` is the one of the job, if it has one."""
    error = getattr(reply.outcome, "error", None)
    notes = []
    if isinstance(error, ModuleNotFoundError):
        notes = [f"{this_worker()}, lacks it: {advice(error.name or '', used, environment)}"]
    elif isinstance(error, RedunError) and error.code in OF_IMPORTS:
        name = str(error.words.get("missing") or error.words.get("module") or "")
        error.facts += [("worker", f"{this_worker()}, lacks it"), ("", advice(name, used, environment))]
        if differing:
            error.facts.append(("packages", told(differing)))
    if differing and isinstance(error, OF_VERSIONS):
        notes.append(f"packages on {this_worker()}, differ: {told(differing)}")
    for note in notes:
        error.add_note(f"redun: {note}")  # type: ignore[union-attr]
        reply.trace += f"redun: {note}\n"


def this_worker() -> str:
    """Its interpreter and its machine."""
    return f"the worker, {sys.executable} on {os.uname().nodename}"


def advice(name: str, used: Mapping[str, Sequence[str]], environment: str) -> str:
    """What to do about a module that is not here."""
    if environment:
        return f"let the file of its environment {environment} name it, or, if it is a file of the project, {INCLUDE}"
    known = used.get(name.partition(".")[0])
    if known is not None:
        return f"install it there; where the job was decided it is of {known[0]} {known[1]}"
    return f"install it there, or, if it is a file of the project, {INCLUDE}"
