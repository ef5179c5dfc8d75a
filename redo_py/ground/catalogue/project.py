"""The project folder: the command line, settings, database, lock, cache."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "no-redunfile": (
        "there is no {file} in {folder} or above it",
        "`redun init` writes one to start from; `-C DIR` names another folder",
    ),
    "root-of-all": ("/ cannot be a project", "move {file} into a folder of its own, with what it builds"),
    "folder-gone": ("the folder in which you stand is not there any more", "`cd` to where it is now"),
    "no-such-folder": ("there is no folder {path}", "`-C` takes the folder of a project, or one below it"),
    "state-unwritable": (
        "{path} cannot be written: {error}",
        "redun keeps its records there; make the folder writable, or build in a copy",
    ),
    "bad-define": ("-D takes NAME=VALUE, and not `{text}`", ""),
    "unknown-task": ("there is no task {name}", "a task is known once the module that defines it is imported"),
    "no-function": (
        "`{name}` of {module} is a {kind}, not a function",
        "import a function or a @task, or a constant bound to a literal",
    ),
    "settings-syntax": ("no valid TOML: {error}", ""),
    "settings-unknown": ("there is no setting {setting}", "{hint}"),
    "settings-value": ("{setting} must be {wanted}", ""),
    "system-refused": (
        "the system refused what redun needs: {reason}",
        "what had finished is recorded: put this right and run redun again",
    ),
    "internal": ("this is a mistake of redun's own: {error}", "please report it with the lines above"),
    # the command line
    "no-such-command": ("there is no command `{name}`", "{hint}"),
    "no-such-option": ("`{command}` has no option {option}", "{hint}"),
    "option-needs-value": ("{option} needs a value: {option} {value}", ""),
    "option-takes-no-value": ("{option} takes no value", ""),
    "option-not-a-number": ("{option} takes a whole number from 1 on, and not `{value}`", ""),
    "missing-argument": ("`redun {command}` needs {argument}", "`redun {command} --help` shows how it is used"),
    "too-many-arguments": (
        "`redun {command}` has no use for `{word}`",
        "`redun {command} --help` shows how it is used",
    ),
    "not-an-action": (
        "`{name}` is no action, so it takes no options: {option}",
        "`redun build --help` shows the options of `redun build`",
    ),
    "clean-source": ("{path} is a source file, and redun only removes what it made", ""),
    "log-needs-output": ("`redun log --output TARGET` shows what TARGET printed when it last ran", ""),
    "never-ran": ("{target} has not run yet", "`redun build {target}` runs it"),
    "already-there": ("there is a {path} already", "edit it, or give `redun init` another folder"),
    "init-takes-folder": ("{path} names a file, and `redun init` takes a folder", "write `redun init {folder}`"),
    "init-unwritable": ("{path} cannot be written: {error}", ""),
}
