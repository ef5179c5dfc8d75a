"""The project folder: the command line, settings, database, lock, cache."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "unknown-fs-action": ("`redun fs` has no action `{action}`", "it copies: redun fs cp SRC DEST"),
    "stream-recursive": ("a stream is one file: `-` and --recursive do not go together", "name two folders"),
    "copy-failed": ("{path}: {reason}", ""),
    "no-redunfile": ("there is no {file} in {folder} or above it", "{hint}"),
    "root-of-all": ("/ cannot be a project", "move {file} into a folder of its own, with what it builds"),
    "folder-gone": ("the folder in which you stand is not there any more", "`cd` to where it is now"),
    "no-such-folder": ("there is no folder {path}", "{hint}"),
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
    "unknown-setting": ("no redunfile of this project has the setting `{name}`", "{hint}"),
    "settings-value": ("{setting} must be {wanted}", ""),
    "settings-room": (
        "values may take {value}, and all that is kept {total}",
        "a larger one would be dropped at once: raise `artifacts.max_total`, or lower `artifacts.max_value`",
    ),
    "settings-variable": ("the environment variable {variable} must be {wanted}, and not `{value}`", ""),
    "no-such-value": ("there is no setting {name}, and no config({name}) in the redunfile", "{hint}"),
    "unknown-profile": ("there is no profile `{name}`", "{hint}"),
    "system-refused": (
        "the system refused what redun needs: {reason}",
        "what had finished is recorded: put this right and run redun again",
    ),
    "internal": ("this is a mistake of redun's own: {error}", "please report it with the lines above"),
    # the command line
    "no-such-command": ("there is no command `{name}`", "{hint}"),
    "command-absent": ("redun here has no command `{name}`", "{hint}"),
    "no-such-option": ("`{command}` has no option {option}", "{hint}"),
    "option-needs-value": ("{option} needs a value: {option} {value}", ""),
    "option-takes-no-value": ("{option} takes no value", ""),
    "option-not-a-number": ("{option} takes a whole number from 1 on, and not `{value}`", ""),
    "option-value": ("{option} takes {wanted}, and not `{value}`", ""),
    "other-version": (
        "this is redo-py {version}, and --check-version asks for {required}",
        "redo-py counts its own versions, not those of redun: install one that fits, or ask for another",
    ),
    "missing-argument": ("`redun {command}` needs {argument}", "`redun {command} --help` shows how it is used"),
    "too-many-arguments": (
        "`redun {command}` has no use for `{word}`",
        "`redun {command} --help` shows how it is used",
    ),
    "not-an-action": (
        "`{name}` is no action, so it takes no options: {option}",
        "`redun build --help` shows the options of `redun build`",
    ),
    "report-unwritable": ("{path} cannot be written: {error}", "name a file in a folder that is there"),
    "holds-another": (
        "{path} holds something else, which would be lost",
        "name another file, or remove this one first",
    ),
    "adopt-what": ("`redun adopt` needs either a GLOB or --all", "`redun adopt -n --all` shows what there is to adopt"),
    "adopt-nothing": ("no rule makes a file that `{glob}` matches", "`redun targets` lists what rules make"),
    "adopt-depfile": (
        "what else it was made from is not known: its dependency file {path} cannot be read: {reason}",
        "",
    ),
    "clean-source": ("{path} is a source file, and redun only removes what it made", ""),
    "log-needs-output": ("`redun log --output TARGET` shows what TARGET printed when it last ran", ""),
    "never-ran": ("{target} has not run yet", "{hint}"),
    "no-such-execution": (
        "there is no execution {asked}: {newest}",
        "`redun log` lists them, the newest first; `-` or `last` is that one, `~2` or `-2` the one before",
    ),
    "execution-ambiguous": ("several executions begin with {asked}: {ids}", "write more of the id"),
    "why-needs-target": (
        "`redun why` needs a TARGET",
        "`redun why TARGET` says why it would run, `redun why --in last` what the last build did",
    ),
    "why-not-in-past": (
        "`--not` asks about the project as it is, and `--in` about the past",
        "give one of the two",
    ),
    "already-there": ("there is a {path} already", "edit it, or give `redun init` another folder"),
    "init-takes-folder": ("{path} names a file, and `redun init` takes a folder", "write `redun init {folder}`"),
    "init-unwritable": ("{path} cannot be written: {error}", ""),
    "export-unwritable": ("{path} cannot be written: {error}", "`-o FILE` names another file, `-o -` prints it"),
    "no-such-format": ("`redun graph` has no format `{format}`", "{hint}"),
    "graph-too-large": (
        "{count} boxes are too many for a page",
        "`--rules` draws one for each rule, `--depth N` what is near the targets; `--format json` has no limit",
    ),
    "no-such-shell": ("there is no completion for `{shell}`", "{hint}"),
}
