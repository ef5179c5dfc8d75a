"""What `redun doctor` finds: a line each, and what to do about it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

OK, WARNING, PROBLEM = "ok", "warning", "problem"
WIDTH = 10  # of the first column
ASPECT = 12  # of the second one


class Finding:
    """One thing that was looked at."""

    __slots__ = ("advice", "aspect", "level", "text")

    def __init__(self, level: str, aspect: str, text: str, advice: str = "") -> None:
        self.level = level  # OK; WARNING: it works, with a drawback; PROBLEM: something will not work
        self.aspect = aspect  # what was looked at, in a word or two
        self.text = text
        self.advice = advice  # what to do

    def lines(self) -> list[str]:
        """As it is printed."""
        first, *more = self.text.splitlines() or [""]
        lines = [f"{self.level:<{WIDTH}}{self.aspect:<{ASPECT}}{first}"]
        margin = " " * (WIDTH + ASPECT)
        lines += [margin + line for line in more]
        return [*lines, *([f"{margin}-> {self.advice}"] if self.advice else [])]


def told(findings: Sequence[Finding]) -> str:
    """The last line."""
    problems = sum(finding.level == PROBLEM for finding in findings)
    warnings = sum(finding.level == WARNING for finding in findings)
    counted = [
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((problems, "problem"), (warnings, "warning"))
        if count
    ]
    return f"redun: {', '.join(counted) or 'all is well'}\n"
