"""The user's Python modules: finding, importing and reading them, and the identity of their code."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "module-not-found": ("there is no module `{module}`", "{hint}"),
    "module-syntax": ("{message}", ""),
    "module-fails": ("module `{module}` fails when it is imported: {error}", "{hint}"),
    "module-missing": ("module `{module}` needs the module `{missing}`, which cannot be found", "{hint}"),
    "module-exits": (
        "module `{module}` ends the program when it is imported: SystemExit({status!r})",
        'call it below `if __name__ == "__main__":`',
    ),
    "module-circular": (
        "modules import each other in a circle: {message}",
        "import the name inside the function that uses it, or move it to a module of its own",
    ),
    "module-shadows-standard": (
        "{path} has the name of a module of Python's standard library: `import {module}` gives that one",
        "rename {path}",
    ),
    "module-name-taken": (
        "{path} has the name of a module that is already imported from {other}",
        "rename {path}",
    ),
    "script-hidden": (
        "{path} cannot run: `import {module}` gives {other} in this run",
        "rename {path}",
    ),
    "module-changes": ("{path} changes while it is being read", "run redun again when it is written"),
    "name-not-in-module": ("module `{module}` has no name `{name}`", "{hint}"),
    "constant-not-literal": (
        "`{name}` of module `{module}` is not a plain constant: {reason}",
        "bind it once to a literal, or use `config`, `data`, `table`, `stdout` or a task for a value that is computed",
    ),
    "code-without-source": (
        "the code of `{name}` cannot be seen: {reason}",
        "give the task a `version=` and change it when the code changes",
    ),
    "code-not-in-file": (
        "{file} no longer holds the `{name}` that was imported from it",
        "run redun again; give the task a `version=` if its code is made while the program runs",
    ),
    "functions-on-one-line": (
        "{file}:{line} holds several functions `{name}`, and it cannot be told which of them is the task",
        "put them on lines of their own, or give the task a `version=`",
    ),
    "include-without-identity": (
        "`hash_includes` lists a {kind}, which cannot be told from another one: {reason}",
        "list functions, classes, modules and plain values",
    ),
    "package-without-version": (
        "the package `{name}` shall count as code, but no installed distribution has it",
        "correct `[code] packages` or `hash_includes`, or give the task a `version=`",
    ),
}
