"""The project's database: opening it, and what can go wrong with it later. Those that say "notice" stop nothing."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "store_newer": (
        "{path} was made by a newer redun",
        "Nothing was changed. Install that version here as well, or move {path} away to start with an empty one.",
    ),
    "store_busy": (
        "{path} has been locked by another process for {seconds:.0f} seconds",
        "Find it with `fuser {quoted}`; when it has ended, run redun again.",
    ),
    "store_read_only": (
        "{path} cannot be written",
        "redun records what it does there: give yourself write permission to the file and to its folder.",
    ),
    "store_full": (
        "no space left to write {path}",
        "Make room on that disk and run redun again; what was recorded before is safe.",
    ),
    "store_unreachable": (
        "{path} cannot be opened: {reason}",
        "See that its folder can be entered and written, and that {path} is a regular file.",
    ),
    "store_failing": (
        "{path} cannot be read or written: {reason}",
        "The disk or its connection fails. What was recorded before is safe if the disk is.",
    ),
    "store_damaged": (
        "{path} is damaged: {reason}",
        "Run redun again: it will set the file aside and start with an empty one. Results will be made anew as needed.",
    ),
    # notices
    "store_set_aside": (
        "{path} was set aside as {aside}: {reason}; starting with an empty one",
        "",
    ),
    "store_without_wal": (
        "{path} is on a network file system, or a similar one: it goes without a write-ahead log, which is slower",
        "",
    ),
}
