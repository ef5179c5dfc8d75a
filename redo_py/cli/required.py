"""`--check-version REQUIREMENT`, which stands before a command: it is carried out by a version that meets it, or not at
all.

A requirement is a version, or comparisons with versions between commas: `0.1`, `>=0.1,<2`. Versions are numbers between
dots, and zeros at their end do not count.
"""

from __future__ import annotations

from itertools import takewhile
from operator import eq, ge, gt, le, lt, ne

from redo_py import __version__
from redo_py.cli.run import AHEAD, ALONE
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

OPTION = "--check-version"
COMPARISONS = {"==": eq, "!=": ne, ">=": ge, "<=": le, ">": gt, "<": lt}  # the longer signs first
LONGEST = 9  # digits of a number


def without_requirements(argv: Sequence[str]) -> list[str]:
    """A line without the requirements that stand before its command, all of which are met. Raises UsageError."""
    rest: list[str] = []
    place = 0
    while place < len(argv) and argv[place][:1] == "-":
        word, equals, value = argv[place].partition("=")
        takes_next = not equals and (word == OPTION or (word in AHEAD and word not in ALONE))
        behind = place + 1 + takes_next
        if word != OPTION:
            rest += argv[place:behind]
        elif behind > len(argv):
            raise UsageError("option-needs-value", option=OPTION, value="REQUIREMENT")
        elif not meets(__version__, required := value if equals else argv[place + 1]):
            raise UsageError("other-version", version=__version__, required=required)
        place = behind
    return [*rest, *argv[place:]]


def meets(version: str, required: str) -> bool:
    """Whether `version` meets what is required; one from before a release (`2.0rc1`) counts as that release. Raises
    UsageError if nothing that can be met is required."""
    own = numbers("".join(takewhile(lambda char: char in "0123456789.", version)).rstrip("."))
    comparisons = []
    for part in required.split(","):
        text = part.strip()
        sign = next((each for each in COMPARISONS if text.startswith(each)), "")
        wanted = numbers(text[len(sign) :].strip())
        if not wanted:
            raise UsageError(
                "option-value", option=OPTION, wanted="a version, or comparisons like `>=0.1,<2`", value=required
            )
        comparisons.append((COMPARISONS[sign or "=="], wanted))
    return all(holds(own, wanted) for holds, wanted in comparisons)


def numbers(version: str) -> list[int]:
    """The numbers of a version, at least one, without zeros behind the first; none of what is no version."""
    found = []
    for part in version.split("."):
        if not (part.isascii() and part.isdigit() and len(part) <= LONGEST):
            return []
        found.append(int(part))
    while len(found) > 1 and found[-1] == 0:
        found.pop()
    return found
