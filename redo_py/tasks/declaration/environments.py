"""Environments of tasks, like `uv:requirements.txt` and `conda:env.yaml`, and what their files name."""

from __future__ import annotations

import posixpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEMES = ("uv", "venv", "conda")
OPTION = "env"  # the option that names one
ENVIRONMENTS = "envs"  # the folder of those that are made on this machine, below the state folder
ARGUMENT = "(environment)"  # under what it is kept beside the arguments of a call: no parameter has such a name

RELATIVE = "paths are relative to the project, as those of files are"  # what to say of a file that is not there

INCLUDES = ("-r", "--requirement", "-c", "--constraint")  # followed by a file of the same form
EDITABLE = ("-e", "--editable")  # followed by a folder, of which nothing can be told
ARCHIVES = (".whl", ".tar.gz", ".zip")
FOLDER, FILE, INCLUDED = "folder", "file", "included"  # what a line names


def split(environment: str) -> tuple[str, str]:
    """The scheme and the path of an environment; the first is "" if it is none."""
    scheme, _, path = environment.partition(":")
    return (scheme, path) if scheme in SCHEMES and path.strip("/ ") and path == path.strip() else ("", "")


def files_of(path: str, read: Callable[[str], str]) -> list[str]:
    """`path` and all files that it names, and those that these name, each once. `read` gives the text of one; what it
    raises is raised. Raises ValueError with the line that names a folder, of whose content nothing would be told."""
    found = {path: None}
    waiting = [path]
    while waiting:
        current = waiting.pop()
        for kind, named in named_in(read(current)):
            if kind == FOLDER:
                raise ValueError(current, named)
            place = posixpath.normpath(posixpath.join(posixpath.dirname(current), named))
            if place not in found:
                found[place] = None
                if kind == INCLUDED:
                    waiting.append(place)
    return list(found)


def named_in(text: str) -> Iterator[tuple[str, str]]:
    """(INCLUDED, FILE or FOLDER, path) of all that the lines of a requirements file, or of the list `pip:` in a file of
    conda, name by path."""
    for line in text.replace("\\\n", " ").splitlines():
        words = line.strip().removeprefix("- ").strip("'\"").split(" #")[0].split()
        if not words or words[0].startswith("#"):
            continue
        option, _, value = words[0].partition("=")
        if words[0][:2] in ("-r", "-c", "-e"):
            option, value = words[0][:2], words[0][2:].lstrip("=")
        if option in INCLUDES or option in EDITABLE:
            path = value or "".join(words[1:2])
            if path and "://" not in path.removeprefix("file://"):
                yield FOLDER if option in EDITABLE else INCLUDED, path.removeprefix("file://")
        elif local := local_path(" ".join(words)):
            yield FILE if local.endswith(ARCHIVES) else FOLDER, local


def local_path(requirement: str) -> str:
    """The path of a requirement that is a file or folder of this machine; "" if it is none."""
    _, _, place = requirement.rpartition(" @ ")
    path = place.split(";")[0].strip().removeprefix("file://").split("#")[0]
    if "://" in path or " " in path or path.startswith("-"):
        return ""
    is_path = path.startswith(("./", "../", "/")) or path in (".", "..") or path.endswith(ARCHIVES)
    return path.partition("[")[0] if is_path else ""
