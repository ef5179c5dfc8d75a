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
    "executor-old": (
        "the executor `{name}` is made by {made_by}, a class for the scheduler of redun",
        "jobs are handed over in another way here: docs/coming-from-redun.md tells how",
    ),
    "executor-type": ("the executor `{name}` is of the type {type}, which nobody knows", "{hint}"),
    "executor-circle": ("the executor `{name}` is another name of itself: {names}", ""),
    "executor-workers": ("`max_workers` of the executor `{name}` must be a whole number from 1 on, not {value!r}", ""),
}
