"""What lies in scratches that are folders and that no job needs: jobs that nobody has asked about for long, and code,
files and arrays that none of the others names. What is missing after all is sent again.
"""

from __future__ import annotations

import os

from redo_py.app.plugins import SCRATCH
from redo_py.config.root import STATE
from redo_py.files.rubbish import entries
from redo_py.remote.api import wire
from redo_py.remote.api.scratch import JOB, RESULT, Scratch, blob_name, code_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

CONTAINERS = "containers"  # the folder of logs in the state folder, see executors.container.backend
DAY = 24 * 3600.0  # seconds: what is younger may be needed by a run of others, which marks it once an hour
WEEK = 7 * 24 * 3600.0  # seconds for which a job may wait or run without anybody asking about it, unless one says more
OPTIONS = ("scratch", "s3_scratch", "debug_scratch")  # options of executors that name a scratch


def scratches(executors: Mapping[str, Mapping[str, Any]], is_asked: bool) -> list[str]:
    """The folders to look through: the project's own, and if that `is_asked` for by an age, those that the settings of
    executors name, which others may use, too."""
    named = [str(setting.get(option) or "") for setting in executors.values() for option in OPTIONS if is_asked]
    places = [Scratch(place) for place in (f"{STATE}/{SCRATCH}", *filter(None, named))]
    return list(dict.fromkeys(place.url for place in places if place.is_folder and os.path.isdir(place.url)))


def forgotten(folder: str, before: float) -> list[str]:
    """The paths in the scratch `folder` that go: what was last changed `before` a moment in seconds, and no job that
    stays needs it. Raises OSError."""
    found: list[str] = []
    needed: set[str] = set()
    keys: set[str] = set()
    for job in entries(f"{folder}/jobs"):
        if max(map(_changed, (job, *entries(job)))) < before:
            found.append(job)
        else:
            keys.add(os.path.basename(job))
            needed.update(named_in(job))
    for kind in ("code", "blobs"):
        found += [
            path
            for path in entries(f"{folder}/{kind}")
            if f"{kind}/{os.path.basename(path)}" not in needed and _changed(path) < before
        ]
    for array in entries(f"{folder}/arrays"):
        if _changed(array) < before and keys.isdisjoint(_read(array).decode("ascii", "replace").split()):
            found.append(array)
    return sorted(found)


def logs_of_containers(state: str, before: float) -> list[str]:
    """The folders with what containers have printed, in the folder `state`, last changed `before` a moment."""
    folders = entries(f"{state}/{CONTAINERS}")
    return sorted(folder for folder in folders if max(map(_changed, (folder, *entries(folder)))) < before)


def named_in(job: str) -> Iterator[str]:
    """What the folder of a job says that it needs, or that came of it."""
    for part, files in ((JOB, "inputs"), (RESULT, "outputs")):
        try:
            header, _ = wire.read(_read(f"{job}/{part}"))
        except wire.Torn:
            continue
        if header.get("code"):
            yield code_name(header["code"])
        yield from (blob_name(text) for _, _, text in header.get(files, ()))


def _read(path: str) -> bytes:
    """What is there; b"" if nothing is any more."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return b""


def _changed(path: str) -> float:
    """When it was last changed; what is gone meanwhile is new."""
    try:
        return os.lstat(path).st_mtime
    except FileNotFoundError:
        return float("inf")
