"""`redun log`: what is asked of the records and is not in them."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "no-records": (
        "nothing is recorded for {folder}",
        "`redun build` and `redun run` record what they do; `-C DIR` names another folder",
    ),
    "log-no-execution": (
        "there is no execution {asked}: {count} are recorded",
        "`redun log` lists them, the newest first; `-` or `last` is that one, `~2` or `-2` the one before",
    ),
    "log-unknown": (
        "nothing that is recorded is called {asked}",
        "{hint}",
    ),
    "graph-not-recorded": (
        "no job or file of the execution is called {asked}",
        "{hint}",
    ),
    "log-ambiguous": (
        "{asked} is the beginning of several ids",
        "give some more digits",
    ),
    "log-no-file": (
        "no recorded job has read or made a file {pattern}",
        "{hint}",
    ),
    "log-no-status": (
        "nothing ends as {status}",
        "{hint}",
    ),
    "log-no-tag": (
        "no recorded execution has a tag {tag}",
        "{hint}",
    ),
    "log-no-task": (
        "no recorded job is of a task {name}",
        "{hint}",
    ),
}
