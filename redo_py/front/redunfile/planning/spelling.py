"""What to write on the command line for a target, in the folder where somebody stands."""

from __future__ import annotations

from redo_py.front.redunfile.names.labels import below, folder_of, plain_name, upward

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.evaluation.declared import Redunfile


def spelled_name(redunfile: Redunfile, name: str, here: str) -> str:
    """The label `name`: as its plain name, unless that is another target in `here`."""
    plain = plain_name(name)
    home = redunfile.unit_at(here).folder
    for folder in upward(home):
        label = redunfile.units[folder].label(plain) if folder in redunfile.units else ""
        if label and redunfile.kind(label):
            return plain if label == name else _rooted(name)
    return _rooted(name)


def _rooted(name: str) -> str:
    return name if folder_of(name) else f"//:{name}"


def spelled_path(path: str, here: str) -> str:
    """The path or pattern `path`, which is from the root: relative to `here` if it lies there."""
    if not here:
        return path
    return path[len(here) + 1 :] if below(here, path) and path != here else f"//{path}"
