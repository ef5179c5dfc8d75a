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
}
