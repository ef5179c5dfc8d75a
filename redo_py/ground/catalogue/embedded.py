"""Rules inside Python modules: what cannot be read without running the module."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "captured-name": (
        "`{name}` is not a plain constant: {reason}",
        "a rule uses constants, built-in names and functions: compute the rest in a function, which is a task here",
    ),
    "not-imported": ("`{name}` is not imported", "add it: `from redo_py.build import {name}`"),
    "builtin-hidden": (
        "`{shown}` cannot be told from `{name}`, which is bound around it",
        "give the parameter or the variable another name",
    ),
    "declared-inside": (
        "`{name}` is declared inside {where}",
        "declare it at the top level of the module, where it can be read without running anything",
    ),
    "called-at-import": (
        "`{name}` is called when the module is imported",
        "call it in the body of a rule, where its result is waited for",
    ),
    "async-declaration": ("`{name}` is an `async def`", "write `def`: its body is read, never called"),
    "reached-window": (
        "the task `{task}` uses `{name}`, which `{builtin}` gives: nobody would see that it has changed",
        "pass it to the task as an argument",
    ),
}
