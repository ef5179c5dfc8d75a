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

from redo_py.executors.api import CommandStep, Finished
from redo_py.executors.failures import failed_after, job_failure, reason
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.api import JobSpec, Outcome

_BLANKS = " \t"
HINTS = {  # whether a command goes to another folder -> what to do about a name that is not there
    True: "names count from where the command starts, {folder}: use `cwd=` instead of `cd`",
    False: (
        "names count from where the command runs, {folder}: `cwd=` says where that is.\n"
        "If the command removes the file when it has read it, let it take the name out of {depfile}, too"
    ),
}


def discover(spec: JobSpec, root: str) -> list[str]:
    """The paths that the depfiles of a job that succeeded name, its outputs left out, no duplicates; relative ones are
    made relative to the root. The depfiles are removed. Raises RunError if one is missing or is none, and if it names
    what is not there: its names may count from another folder, and nobody would see those files change."""
    folder = next((step.cwd for step in reversed(spec.steps) if isinstance(step, CommandStep)), "")
    outputs = {os.path.normpath(output) for output in spec.outputs}
    elsewhere = other_folders(spec, folder)
    found: dict[str, None] = {}
    for depfile in spec.depfiles:
        text = taken(spec, root, depfile)
        try:
            names = prerequisites(text)
        except ValueError as error:
            raise job_failure("depfile-wrong", spec, path=depfile, reason=str(error)) from error
        for name in names:
            path = os.path.join(folder, name)
            if os.path.normpath(path) in outputs:
                continue
            if not os.path.lexists(os.path.join(root, path)):
                raise _misread("depfile-names-absent", spec, depfile, text, name, folder)
            for other in elsewhere if name[:1] != "/" else ():
                if is_another(root, path, os.path.join(other, name)):
                    raise _misread("depfile-names-two", spec, depfile, text, name, folder, other=other)
            found[path] = None
    return list(found)


def with_discovered(spec: JobSpec, outcome: Outcome, root: str) -> Outcome:
    """`outcome` of a job that another process has run, with what its depfiles name if it succeeded; see `discover`."""
    if not isinstance(outcome, Finished) or not spec.depfiles:
        return outcome
    try:
        outcome.discovered = discover(spec, root)
    except RunError as error:
        return failed_after(outcome, error)
    return outcome


def taken(spec: JobSpec, root: str, depfile: str) -> str:
    """The text of a depfile, which is removed."""
    path = os.path.join(root, depfile)
    try:
        text = text_of(path)
        os.unlink(path)
    except FileNotFoundError as error:
        raise job_failure("depfile-missing", spec, path=depfile) from error
    except OSError as error:
        raise job_failure("depfile-wrong", spec, path=depfile, reason=reason(error)) from error
    return text


def other_folders(spec: JobSpec, folder: str) -> list[str]:
    """Where else than in `folder` the commands of a job may have been when they wrote relative names: as far as their
    text shows it, the folders that they `cd` to."""
    found: dict[str, None] = {}
    for step in spec.steps:
        if isinstance(step, CommandStep):
            found[step.cwd] = None
            if changes_folder(step.text):
                found |= dict.fromkeys(os.path.join(step.cwd, name) for name in folders_named(step.text))
    return [name for name in found if os.path.normpath(name or ".") != os.path.normpath(folder or ".")]


def changes_folder(text: str) -> bool:
    """Whether `cd` or `pushd` stands in the text of a command."""
    return "cd " in text or "pushd " in text


def folders_named(text: str) -> list[str]:
    """What stands behind `cd` and `pushd`, without quotes; what only a shell can tell is left out."""
    import re

    words = re.findall(r"(?:^|[\s;&|({])(?:cd|pushd)\s+(?:--\s+)?('[^']*'|\"[^\"]*\"|[^\s;&|(){}]+)", text)
    return [word.strip("'\"") for word in words if "$" not in word and "`" not in word and word[:1] not in "-~"]


def is_another(root: str, path: str, other: str) -> bool:
    """Whether something lies at `other`, too, and it is not what lies at `path`."""
    path, other = os.path.join(root, path), os.path.join(root, other)
    return os.path.lexists(other) and os.path.realpath(other) != os.path.realpath(path)


def _misread(code: str, spec: JobSpec, depfile: str, text: str, name: str, folder: str, other: str = "") -> RunError:
    """The error of a depfile that cannot be understood: `name` stands in it."""
    where = named(folder)
    line = next((number for number, line in enumerate(text.split("\n"), 1) if name in _words(line)), 1)
    goes = any(isinstance(step, CommandStep) and changes_folder(step.text) for step in spec.steps)
    hint = HINTS[goes].format(folder=where, depfile=depfile)
    return job_failure(code, spec, path=f"{depfile}:{line}", name=name, folder=where, other=named(other), hint=hint)


def named(folder: str) -> str:
    """A folder, as an error names it."""
    folder = os.path.normpath(folder or ".")
    return "the project's root" if folder == "." else folder


def _words(line: str) -> list[str]:
    line = line.rstrip("\r")
    return split_words(line.removesuffix("\\"))


def read_depfile(path: str) -> list[str]:
    """The prerequisites of all rules in the file, in order, each once. Raises OSError, and ValueError if it is no
    such file."""
    return prerequisites(text_of(path))


def text_of(path: str) -> str:
    """The text of the file. Raises OSError."""
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "surrogateescape")


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
