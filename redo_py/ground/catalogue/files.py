"""Files and folders that cannot be read, written, moved or removed."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "path-denied": (
        "{path} cannot be read: {reason}",
        "see who may read it with `ls -l`, and allow yourself to with `chmod u+r`",
    ),
    "path-unreadable": (
        "{path} cannot be read: {reason}",
        "try `cat` on it; if that fails too, the disk or the network share is at fault",
    ),
    "url-unreadable": (
        "{path} cannot be read: {reason}",
        "docs/files.md tells with which variables a store is found, and who asks there",
    ),
    "path-unwritable": (
        "{path} cannot be put in place: {reason}",
        "see who may write to its folder with `ls -ld`; redun makes, moves and removes outputs there",
    ),
    "disk-read-only": (
        "{path} cannot be put in place: {reason}",
        "this folder is mounted read-only; build a copy of the project elsewhere",
    ),
    "unknown-scheme": (
        "there is no file system for `{path}`",
        "known are {known}; register_filesystem() adds another",
    ),
    "disk-full": (
        "no space is left on the disk for {path}",
        "make some space and build again: what is already built is kept",
    ),
}
