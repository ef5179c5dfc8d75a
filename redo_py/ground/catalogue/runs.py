"""`redun run`: the line, the file with the tasks, and what is asked of them."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "no-such-script": ("there is no file {path}", "{hint}"),
    "no-such-task": ("{script} has no task `{name}`", "{hint}"),
    "no-such-file": ("there is no file {path}", "a task or the command line names it; it must be there before"),
    "missing-task-argument": ("`{task}` needs {arguments}", "`{called} --help` shows its arguments"),
    "no-such-argument": ("`{task}` has no argument {option}", "{hint}"),
    "no-use-for-word": ("`{task}` has no use for `{word}`", "{hint}"),
    "argument-value": ("{option} takes {wanted}, and not `{value}`", "{reason}"),
}
