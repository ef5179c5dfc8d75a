"""Dependency files for make, as gcc and clang write them.

    out.o: in.c a\\ b.h \\
      c\\#.h d$$.h
    c\\#.h:

What a compiler writes is not all that make understands, and less than it would need: a backslash stands for itself
unless it comes before a blank, `#` or `:`; of 2n+1 backslashes before a blank, n belong to the name, as do n of 2n at
its end. Names may be bytes that are no UTF-8. Rules without prerequisites, which -MP adds, say nothing.
"""

from __future__ import annotations

import os

from redo_py.executors.api import CommandStep
from redo_py.executors.failures import job_failure, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.api import JobSpec

_BLANKS = " \t"


def discover(spec: JobSpec, root: str) -> list[str]:
    """The paths that the depfiles of a job that succeeded name, its outputs left out, no duplicates; relative ones are
    made relative to the root. The depfiles are removed. Raises RunError if one is missing or is none."""
    folder = next((step.cwd for step in reversed(spec.steps) if isinstance(step, CommandStep)), "")
    found: dict[str, None] = {}
    for depfile in spec.depfiles:
        path = os.path.join(root, depfile)
        try:
            names = read_depfile(path)
            os.unlink(path)
        except FileNotFoundError as error:
            raise job_failure("depfile-missing", spec, path=depfile) from error
        except OSError as error:
            raise job_failure("depfile-wrong", spec, path=depfile, reason=reason(error)) from error
        except ValueError as error:
            raise job_failure("depfile-wrong", spec, path=depfile, reason=str(error)) from error
        found |= dict.fromkeys(os.path.join(folder, name) for name in names)
    outputs = {os.path.normpath(output) for output in spec.outputs}
    return [name for name in found if os.path.normpath(name) not in outputs]


def read_depfile(path: str) -> list[str]:
    """The prerequisites of all rules in the file, in order, each once. Raises OSError, and ValueError if it is no
    such file."""
    with open(path, "rb") as file:
        return prerequisites(file.read().decode("utf-8", "surrogateescape"))


def prerequisites(text: str) -> list[str]:
    """The prerequisites of all rules in the text of a dependency file, in order, each once."""
    found: dict[str, None] = {}
    for line in rule_lines(text):
        words = split_words(line) if needs_care(line) else line.split()
        end_of_targets = next((place for place, word in enumerate(words) if word.endswith(":")), None)
        if end_of_targets is None and words:
            raise ValueError(f"no colon in {line.strip()[:60]!r}")
        found |= dict.fromkeys(words[(end_of_targets or 0) + 1 :])
    return list(found)


def rule_lines(text: str) -> list[str]:
    """The lines of `text` with continued ones joined."""
    text = text.replace("\r\n", "\n")
    return text.replace("\\\n", " ").split("\n")


def needs_care(line: str) -> bool:
    """Is there more to a line than words and blanks? str.split knows more blanks than make does."""
    return not line.isascii() or not line.isprintable() or "\\" in line or "$" in line or "#" in line


def split_words(line: str) -> list[str]:
    """The words of one rule, unescaped. A colon that ends the targets stays at the end of its word."""
    words: list[str] = []
    word: list[str] = []
    place, end = 0, len(line)
    while place < end:
        char = line[place]
        if char == "\\":
            piece, place = unescape(line, place)
            word.append(piece)
            continue
        if char == "#" and not word:
            break  # a comment, as rustc writes them
        if char in _BLANKS:
            if word:
                words.append("".join(word))
                word = []
        else:
            word.append(char)
            if char == "$" and line[place + 1 : place + 2] == "$":
                place += 1
        place += 1
    if word:
        words.append("".join(word))
    return words


def unescape(line: str, place: int) -> tuple[str, int]:
    """What the backslashes of `line` from `place` on and the character after them mean, and the place after that."""
    after = place
    while line[after : after + 1] == "\\":
        after += 1
    count = after - place
    char = line[after : after + 1]
    if char and char in _BLANKS:
        if count % 2:
            return "\\" * (count // 2) + char, after + 1
        return "\\" * (count // 2), after
    if char and char in "#:":
        return "\\" * (count - 1) + char, after + 1
    return "\\" * count, after
