"""Commands and tasks while they run."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "bad-call": ("the call of {task} does not fit: {error}", ""),
    "no-thread": ("{value} is no thread of this execution", "join_thread takes what fork_thread has given"),
    "bad-tag": ("the value of the tag {key} is no plain data: {error}", "texts, numbers, lists and dicts are"),
    "bad-tags": ("tags are a list of pairs, like [('project', 'x')], or a dict, not {value}", ""),
    "bad-lazy-option": ("an option of {task} cannot be: {error}", ""),
    "no-scheduler-task": (
        "{name}, which a result calls as a form, is a task by now",
        "give one of them another name: what is remembered calls them by it",
    ),
    "hook-failed": ("`{hook}` of a {type} failed: {error}", ""),
    "no-identity": (
        "an argument of {task} cannot be told from another one: {error}",
        "pass plain data, a File, a dataclass, or an object that can be pickled",
    ),
    "no-items": ("{form} got {kind}, which has no items", "it takes a list, or a call whose value is one"),
    "no-keywords": (
        "starmap got {kind} as item {number}",
        "each item is a dict with the keyword arguments of one call",
    ),
    "operation-failed": ("`{operation}` on the result of a task failed: {error}", ""),
    "too-few-gpus": (
        "{origin} asks for gpus={wanted}, and this machine has {there}",
        "if there are more than redun sees, `gpus` below [build] in redun.toml says how many, or their names",
    ),
    "no-late-key": ("the value has no key {key}", "{hint}"),
    "no-late-item": ("{kind} has no item {key}", ""),
    "bad-lazy-need": ("`need` got {kind}", "it takes paths, files and lists of them"),
    "unknown-executor": ("{origin} asks for the executor `{name}`, which is not configured", "{suggestion}"),
    "temp-lost": (
        "{path}, a temporary file that {origin} needs, is no longer in the cache",
        "run `redun build -B {origin}` to make it again",
    ),
    "output-tracked": (
        "git keeps {path}, which would be overwritten",
        (
            "if git need not keep it: git rm --cached {path}\n"
            "if it should, although a rule makes it: say tracked=True on the rule, or build once with --force {path}"
        ),
    ),
    "output-missing": (
        "{origin} succeeded but did not make {path}",
        "write the file at the path given by `out`, or take it out of the rule's outputs",
    ),
    "output-kind": (
        "{path} is {kind}, but {declared} was declared",
        "a path with a trailing slash declares a folder, one without a file",
    ),
    "undeclared-dependency": (
        "{origin} read {path}, which a rule makes, without depending on it",
        'add `need("{path}", order_only=True)` so that it is made first; what is read stays discovered',
    ),
    "changes-while-read": (
        "{path} changes while it is being read",
        "{origin} ran four times and its input was different each time: find what writes it during the build",
    ),
    "named-word-changes": (
        "{path} changes while it is being read",
        (
            "{origin} ran four times and its input was different each time; a word of the command makes it an input.\n"
            'If the command writes it, declare it as an output, or write raw("{path}")'
        ),
    ),
    "undeclared-output": (
        "{origin} made {path}, which a word of its command names and no output declares",
        'from now on the word would name an input. Declare {path} as an output, or write raw("{path}")',
    ),
    "result-unwritable": (
        "the result of {task}, a {kind}, cannot be kept: {error}",
        "return plain data, a File, a dataclass, or an object that can be pickled",
    ),
    "script-failed": ("the script failed: {reason}", ""),
    "bad-script": (
        "the command of `script` is {kind}",
        "it takes a text, or a list of words",
    ),
    "script-output-missing": (
        "the script succeeded but did not make {path}",
        "let it write there, or take the file out of `outputs`",
    ),
    "jam": (
        "{origin} waits for {what}, which {holding} will hold until it has ended: none can go on",
        "a task that awaits calls keeps what it takes while it waits: leave it to those that do the work",
    ),
    "stuck": (
        "{count} calls wait for each other and none can go on: {origins}",
        "a task that calls itself with the same arguments, directly or not, has no value: change what it passes",
    ),
}
