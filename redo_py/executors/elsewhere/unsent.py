"""Files that a job elsewhere did not find although they are here: nobody has said that it reads them."""

from __future__ import annotations

import os
import posixpath
import re

from redo_py.executors.failures import OF_THE_COMMAND
from redo_py.ground.errors import RedunError
from redo_py.remote.api.stage import is_outside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.executors.api import Failed, JobSpec
    from redo_py.executors.backend import Site

MISSED = re.compile(rb"([^\s:'\"`]+)['\"`]?: No such file|No such file or directory: ['\"]([^'\"]+)['\"]")
READER = re.compile(rb"^([^\s:]+):\d+:")  # what a compiler begins a line with: headers may lie beside that file
MOST = 3  # files that are told


def explain(failed: Failed, spec: JobSpec, site: Site) -> str:
    """Say in the error of a job which files of the project it has missed; what is to be said below its traceback there,
    "" if nothing."""
    error = failed.error
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        found = [*_here([error.filename], spec, site)]
        if found:
            error.add_note(f"redun: {told(found)}")
        return f"redun: {told(found)}\n" if found else ""
    if isinstance(error, RedunError) and error.code in OF_THE_COMMAND:
        found = [*_here(missed(failed.output), spec, site)]
        error.facts += [("not sent", told(found))] if found else []
    return ""


def told(paths: list[str]) -> str:
    """What to do about them."""
    are = "are" if len(paths) > 1 else "is"
    return f"{', '.join(paths)} {are} here, and no input of the job: an argument, `inputs=` or `need` brings a file"


def missed(output: bytes) -> Iterator[str]:
    """The names in what a command has printed of files that it did not find."""
    for line in output.splitlines():
        reader = READER.match(line)
        for match in MISSED.finditer(line):
            name = os.fsdecode(match[1] or match[2])
            yield name
            if reader is not None:
                yield posixpath.join(posixpath.dirname(os.fsdecode(reader[1])), name)


def _here(names: Iterator[str] | list[str], spec: JobSpec, site: Site) -> Iterator[str]:
    """Those of `names` that are files of the project and were not sent."""
    given = {posixpath.normpath(file.path) for file in spec.files if hasattr(file, "path")}
    paths = dict.fromkeys(posixpath.normpath(name) for name in names)
    here = (path for path in paths if path not in given and os.path.isfile(os.path.join(site.folder, path)))
    yield from [path for path in here if not os.path.isabs(path) and not is_outside(path)][:MOST]
