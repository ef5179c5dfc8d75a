"""The settings of a project; the result of checking them is remembered by the content of their files."""

from __future__ import annotations

import os

from redo_py import __version__
from redo_py.config.layers import PROFILE, files_of, layers_of, merged, variables
from redo_py.config.settings import DEFAULTS, Settings, checked, checked_variables, is_ours
from redo_py.files.sealed import read_sealed, write_sealed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redo_py.config.layers import Layer, Values
    from redo_py.files.api import Stamp
    from redo_py.files.local import LocalFiles

    Sources = Sequence[tuple[str, bytes]]

MAGIC = b"redunC\x02\x00"


def read_settings(
    files: LocalFiles, state: str, environ: Mapping[str, str], profile: str
) -> tuple[Settings, list[Layer], list[Stamp]]:
    """(settings, where they come from, the files they rest on) of a project whose files are `files` and whose state
    folder is `state`; `profile` is the one that the command line names, "" for none.

    Raises UsageError or ErrorList that point at the line.
    """
    stamps, sources = [], []
    for name in files_of(environ):
        stamp, data = files.read(name)
        stamps.append(stamp)
        if stamp.digest and is_ours(name, data):
            sources.append((name, data))
    given = variables(environ)
    contents, own = _checked(sources, given, state) if sources or given else ((), {})
    texts = [(name, data.decode("utf-8", "replace")) for name, data in sources]
    found = [(name, text, values) for (name, text), values in zip(texts, contents, strict=True)]
    layers = layers_of(found, own, profile or environ.get(PROFILE, ""))
    return Settings(merged(DEFAULTS, layers)), layers, stamps


def _checked(sources: Sources, given: dict[str, str], state: str) -> tuple[tuple[Values, ...], Values]:
    """What each file and the environment say."""
    key = (__version__, tuple(sources), tuple(given.items()))
    kept = read_sealed(f"{state}/settings", MAGIC)
    if isinstance(kept, tuple) and len(kept) == 2 and kept[0] == key:
        values: tuple[tuple[Values, ...], Values] = kept[1]
        return values
    values = tuple(checked(name, data) for name, data in sources), checked_variables(given) if given else {}
    if os.path.isdir(state):
        write_sealed(f"{state}/settings", MAGIC, (key, values))
    return values
