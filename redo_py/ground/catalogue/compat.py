"""What comes from redun: its settings file, its executors, its way to write forms."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "ini-syntax": ("no valid INI: {error}", ""),
    "ini-value": ("{setting} must be {wanted}", ""),
    "ini-variable": (
        "there is no option and no environment variable `{name}`",
        "`$$` is a dollar sign; an option of another section is written ${{SECTION:NAME}}",
    ),
    "ini-circle": ("the variables of this value never come to an end", "an option refers to itself"),
    "executor-absent": (
        "the executor `{name}` is of the type {type}, which is not here yet",
        (
            '`[executors.{name}]` with `type = "local"` in redun.toml runs its jobs on this machine;\n'
            "docs/coming-from-redun.md tells what there is"
        ),
    ),
    "executor-glue": (
        "the executor `{name}` is of the type aws_glue, which there is none of here",
        '`type = "spark"` in redun.toml runs tasks in any Spark: docs/executors.md tells how',
    ),
    "executor-old": (
        "the executor `{name}` is made by {made_by}, a class for the scheduler of redun",
        "jobs are handed over in another way here: docs/coming-from-redun.md tells how",
    ),
    "executor-option": ("an option of the executor `{name}` cannot be: {error}", "{hint}"),
    "executor-type": ("the executor `{name}` is of the type {type}, which nobody knows", "{hint}"),
    "executor-circle": ("the executor `{name}` is another name of itself: {names}", ""),
    "executor-workers": ("`max_workers` of the executor `{name}` must be a whole number from 1 on, not {value!r}", ""),
    "form-stuck": (
        "the form `{name}` has returned a promise that nothing is going to settle",
        "settle it by what follows from `scheduler.evaluate(...)`, or return that",
    ),
    "form-result": (
        "the form `{name}` has returned {kind}, and not a promise",
        "return what `scheduler.evaluate(...)` gives, or write the form as a generator that yields expressions",
    ),
    "no-federated-task": ("the settings have no federated task `{name}`", "{hint}"),
    "federated-incomplete": (
        "the settings do not say which task the federated task `{name}` is",
        "add `task_name`, and `namespace` if it has one",
    ),
    "federated-config": ("the settings of federated tasks in {path} cannot be read: {reason}", ""),
    "federated-kind": (
        "there is no `{kind}` here yet",
        "`federated_task` runs a task of another project on this machine; see docs/coming-from-redun.md",
    ),
    "federated-input": (
        "the federated task `{name}` is given arguments, and a file with arguments as well",
        "give one of the two",
    ),
}
