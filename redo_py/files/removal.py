"""Taking files, links and whole trees away; a link is never followed."""

from __future__ import annotations

import os
from errno import EACCES, EISDIR, EPERM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

GONE = (FileNotFoundError, NotADirectoryError)
IS_FOLDER = (EISDIR, EPERM)  # what unlinking a folder gives: Linux, POSIX
OWN_FOLDER = 0o700


def remove(full: str, take_apart: Callable[[str], None] | None = None) -> None:
    """Remove the file, link or tree at `full`, a tree by `take_apart` if that is given; fine if there is none. Raises
    OSError if something stays behind."""
    try:
        os.unlink(full)
    except GONE:
        return
    except OSError as error:
        if not is_folder(full, error):
            raise
        (take_apart or remove_tree)(full)


def is_folder(full: str, error: OSError) -> bool:
    """Whether `error`, of unlinking `full`, says that it is a folder."""
    return error.errno in IS_FOLDER and os.path.isdir(full) and not os.path.islink(full)


def remove_tree(top: str) -> None:
    """Remove the folder `top` and all that is in it. Raises OSError if something stays behind."""
    folders = [top]
    emptied = []
    while folders:
        folder = folders.pop()
        emptied.append(folder)
        folders += _remove_files(folder)
    for folder in reversed(emptied):
        os.rmdir(folder)


def _remove_files(folder: str) -> list[str]:
    """Remove what is in `folder` but for the folders in it, which are returned."""
    try:
        return _unlink_all(folder)
    except PermissionError as error:
        if error.errno != EACCES:
            raise
        os.chmod(folder, OWN_FOLDER)  # a command may leave its folders read-only
        return _unlink_all(folder)


def _unlink_all(folder: str) -> list[str]:
    folders = []
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            folders.append(entry.path)
        else:
            os.unlink(entry.path)
    return folders


def remove_empty_parents(root: str, path: str) -> None:
    """Remove the folder of the project path `path`, and the one above, as long as they are empty; never the root."""
    folder = os.path.dirname(path)
    while folder:
        try:
            os.rmdir(f"{root}/{folder}")
        except FileNotFoundError:
            pass
        except OSError:  # not empty, a link, not ours to remove: it stays, and what is above with it
            return
        folder = os.path.dirname(folder)
