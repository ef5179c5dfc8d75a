"""Executors elsewhere: what they are made of, how jobs get there, and what comes back."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "executor-class": (
        "the executor `{name}` cannot be made of {made_by}: {error}",
        "`class` is `MODULE:CLASS` of a backend or executor: docs/executors.md shows one",
    ),
    "executor-unusable": (
        "the executor `{name}` cannot be used: {error}",
        "its section of the settings says how it is reached; docs/executors.md lists what each type needs",
    ),
    "executor-broke": (
        "{label}: the executor `{name}` has broken down: {error}",
        "this is a fault of the executor and not of the job",
    ),
    "job-mishandled": (
        "{label}: it could not be sent to where it runs, or taken back: {error}",
        "this is a fault of redun, or of a class of its arguments or result; other jobs go on",
    ),
    "unknown-executors-action": (
        "redun executors does not know {action}",
        "it lists them without arguments; `redun executors check NAME` tries one",
    ),
    "launch-options": ("-o: {reason}", "docs/executors.md lists the options of each executor"),
    "no-executor": ("there is no executor `{name}`", "{hint}"),
    "job-option": ("{label}: an option for its executor cannot be: {error}", "{hint}"),
    "not-begun": (
        "{label}: it has not begun within {seconds:g} seconds",
        "`start_timeout` of the executor or task says how long it may wait in a queue",
    ),
    "check-unanswered": (
        "{label}: no answer within {seconds:g} seconds",
        "`timeout` of the executor says how long an answer is waited for",
    ),
    "job-torn": ("{label}: what was to be done cannot be read by the worker: {error}", ""),
    "worker-differs": (
        "{label}: the worker has Python {python} and redo-py {redun}, here are {their_python} and {their_redun}",
        "code and values travel between the same minor version of Python and the same redo-py only: install them there",
    ),
    "worker-lost": (
        "{label}: whoever ran it is gone, and it has left no result",
        "`retries=1` on the task tries again",
    ),
    "worker-bare": (
        "{label}: the Python of the worker has no redo-py",
        "install the same version of redo-py there; the option `python` of the executor names another Python",
    ),
    "worker-lacks": (
        "{label}: the Python of the worker lacks `{module}`, which redo-py needs",
        "install redo-py there with pip, which brings what it needs",
    ),
    "worker-old": (
        "{label}: the Python of the worker is older than 3.11",
        "it must be of the same minor version as here; the option `python` of the executor names another one",
    ),
    "worker-broke": (
        "{label}: its worker, on {host}, could not go on after it had run: {error}",
        "the task may have closed, or used up, what belongs to its process",
    ),
    "worker-unable": (
        "{label}: its worker could not do its part: {error}",
        "it must be able to read and write the scratch, and to make a temporary folder; it may be short of room",
    ),
    "worker-resultless": (
        "{label}: its worker ended, with exit status {status}, without a result",
        "what it printed last is shown here; a function that ends its process, as `os._exit` does, leaves no result",
    ),
    "code-gone": ("{label}: the code of the project is not in the scratch any more: {place}", "run redun again"),
    "code-damaged": (
        "{label}: the code of the project is damaged in the scratch, {place}: {error}",
        "it was sent again; something writes to the scratch, or its disk is full or broken",
    ),
    "code-elsewhere": (
        "{label}: the worker has other code of the task than the project here",
        (
            "`code_includes` and `code_excludes` of the executor must leave all modules that the task reaches, "
            "packages in `[code] packages` must have the same version there, and no module may be edited while it runs"
        ),
    ),
    "staged-changed": (
        "{label}: {path} is not what it was when it was sent",
        "something writes to it, or to the scratch, while the job runs",
    ),
    "staged-gone": ("{label}: {path} was sent and is not there any more: {place}", "run redun again"),
    "staged-in-the-way": (
        "{label}: {path} lies outside of the project, and the worker has something else there",
        "move it into the project, or make both the same",
    ),
    "staged-beyond": (
        "{label}: {path} lies outside of the project, and the worker has nothing there",
        (
            "say files of the project relative to its root, and move others into it, or let the worker see them at the "
            "same place: a shared folder, or a volume of the container"
        ),
    ),
    "file-not-made": (
        "{label}: it returned {path}, which is not there where it ran",
        "a function returns files that it has made, or was given as arguments",
    ),
    "landing-outside": (
        "{label}: it has written {path} outside of the project, and here is something else",
        "write below the root of the project, to an object store, or to a folder that both sides see",
    ),
    "landing-refused": (
        "{label}: its result names {path}, which it may not write: {reason}",
        "declare the file as an output; if the job does not write it, ask who else may write to the scratch",
    ),
    "file-unstageable": ("{label}: {path} cannot be moved to or from the worker: {reason}", ""),
    "scratch-unusable": (
        "{label}: the scratch cannot be used at {path}: {reason}",
        (
            "`scratch` of the executor is a folder that workers see, too, or a place in an object store that you may "
            "write to"
        ),
    ),
    "result-torn": ("{label}: its result in the scratch is damaged: {error}", "run redun again"),
    "result-too-large": (
        "{label}: its result takes {size}, and `max_result` allows {room}",
        "write it to a File and return that, or raise `max_result` of the executor",
    ),
}
