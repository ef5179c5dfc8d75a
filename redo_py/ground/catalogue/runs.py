"""`redun run`: the line, the file with the tasks, and what is asked of them."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "no-setup": (
        "`setup_scheduler` names no function: {setting}",
        "below [run] in redun.toml, or [scheduler] in redun.ini, it is `FILE::FUNCTION` or `MODULE::FUNCTION`",
    ),
    "setup-not-set": (
        "there is nothing to give arguments to: no function makes the scheduler",
        "`setup_scheduler` below [run] in redun.toml, or [scheduler] in redun.ini, names one: `FILE::FUNCTION`",
    ),
    "setup-fails": ("{setting} fails: {error}", ""),
    "not-a-script": ("{path} is no Python file", "`redun run` takes a file that ends in .py, or the name of a module"),
    "no-scheduler": ("{setting} must return a Scheduler, not a {kind}", ""),
    "no-such-script": ("there is no file {path}", "{hint}"),
    "no-such-task": ("{script} has no task `{name}`", "{hint}"),
    "no-such-file": ("there is no file {path}", "a task or the command line names it; it must be there before"),
    "missing-task-argument": ("`{task}` needs {arguments}", "`{shows}` shows its arguments"),
    "no-such-argument": ("`{task}` has no argument {option}", "{hint}"),
    "no-use-for-word": ("`{task}` has no use for `{word}`", "{hint}"),
    "input-unreadable": ("the arguments cannot be read from {path}: {reason}", ""),
    "task-option": ("-o: {reason}", "docs/tasks.md lists the options of tasks"),
    "context-file": ("the context cannot be read from {path}: {reason}", ""),
    "execution-there": ("there is an execution {id} already", "leave --execution-id out, or give another one"),
    "no-such-run": (
        "there is no job or execution {asked}",
        "ids are shown while something runs, and by `redun log`",
    ),
    "run-ambiguous": ("several jobs or executions begin with {asked}: {ids}", "write more of the id"),
    "call-not-kept": (
        "what `{task}` was called with is not kept",
        "repeat what called it: {argv}",
    ),
    "argument-lost": ("what `{task}` was given for `{name}` is not kept", "give it now: {option} VALUE"),
    "script-not-known": (
        "it is not known which file {asked} is of: {argv}",
        "name it: `redun run --rerun SCRIPT {asked}`",
    ),
    "argument-twice": ("{option} is given twice", "write all of its values behind one {option}"),
    "argument-value": ("{option} takes {wanted}, and not `{value}`", "{reason}"),
}
