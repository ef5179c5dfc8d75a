"""Environments of tasks, and other interpreters."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "environment-file-missing": (
        "there is no file {path}, of which the environment {environment} is made",
        "{hint}",
    ),
    "environment-folder": (
        "{file} names the folder {folder}, and {environment} would not see it change",
        "build a wheel and name that; modules of the project itself need no installing",
    ),
    "environment-tool": ("there is no program that makes the environment {environment}", "{hint}"),
    "environment-tool-there": (
        "there is no program that makes the environment {environment} where the job runs",
        "{hint}",
    ),
    "environment-place": (
        "the environment {environment} cannot be made in {place}, where the job runs: {reason}",
        "let `environments` of the executor name a folder there that jobs can write to",
    ),
    "environment-failed": ("the environment {environment} cannot be made: exit status {status}", ""),
    "environment-changes": (
        "the files of the environment {environment} changed while it was made",
        "find what writes them meanwhile, and run redun again",
    ),
    "environment-python": (
        "the environment {environment} has Python {python}, and redun runs in Python {own}",
        "functions need the same version in both: install redun for Python {python}, or ask for Python {own} there",
    ),
    "environment-no-python": (
        "the environment {environment} has no Python, which a function needs",
        "name python={own} in its file",
    ),
    "environment-elsewhere": (
        "the executor `{name}` cannot run in the environment {environment}",
        "{hint}",
    ),
    "environment-async": (
        "{label} is async, and cannot run in an environment of its own",
        "make it a plain function, or leave env= out",
    ),
    "interpreter-missing": (
        "the interpreter {python} cannot be run: {reason}",
        "`python` below [tasks] is relative to the project's root",
    ),
    "interpreter-silent": ("{python} does not answer as Python does: {reason}", ""),
    "interpreter-version": (
        "{python} is Python {version}, and redun runs in Python {own}",
        "functions need the same version in both: make it with Python {own}, or install redun for Python {version}",
    ),
}
