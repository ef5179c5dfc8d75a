"""`redun _complete`: what may stand where the cursor is, for the completion scripts of shells.

It prints a line for each answer, the text, a tab and what it is. Exit status 0: these and nothing else; 3: files, too.
It never prints anything else and never fails: a person who types does not want to hear of errors.
"""

from __future__ import annotations

import os
import sys

from redo_py.app.running.arguments.line import LEVELS
from redo_py.cli.bash_line import as_bash_wants, bash_words
from redo_py.cli.line import Line
from redo_py.cli.shells import SHELLS
from redo_py.cli.spellings import spellings
from redo_py.query.graph import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redo_py.app.running.offers import RunOffers
    from redo_py.app.views.offers import Offers

    Answer = tuple[str, str]  # what to write, what that is

FILES = 3  # exit status: the shell knows better, it is a file or folder
REQUIREMENT = "--check-version"
AHEAD = (  # what may stand before a command, or instead of one
    ("--help", "Show help."),
    ("--version", "Say which version this is."),
    (REQUIREMENT, "Do nothing if this version does not fit."),
    ("--setup-help", "Show what `redun run -s` takes."),
)
SHOWN = 60  # characters of a description
MANY = 200  # answers; of more, only the next folders are shown


def complete(argv: Sequence[str]) -> int:
    """Answer for `zsh WORD...` or `fish WORD...`, the last word being typed, or `bash LINE CURSOR BREAKS`, with the
    place of the cursor in bytes and the characters that end words for readline."""
    silence()
    try:
        shell, *words = argv
        if shell not in SHELLS or not words:
            return FILES
        if shell == "bash":
            typed = bash_words(words[0], int(words[1]), words[2])
            answers, status = answers_for([word.text for word in typed])
            told = as_bash_wants(answers, typed[-1])
        else:
            answers, status = answers_for(words)
            told = lines(answers)
        sys.stdout.buffer.write("".join(told).encode("utf-8", "surrogateescape"))
        sys.stdout.flush()
    except (Exception, SystemExit, KeyboardInterrupt):
        return FILES
    return status


def silence() -> None:
    """From now on nothing reaches the terminal but the answers."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def lines(answers: Iterable[Answer]) -> list[str]:
    """The answers as zsh and fish read them."""
    return [f"{text}\t{told[:SHOWN]}\n" for text, told in answers]


def answers_for(words: Sequence[str]) -> tuple[list[Answer], int]:
    """What may stand in the place of the last of `words`, the first being the command; and the exit status."""
    while words[1:2] == [REQUIREMENT] and len(words) > 2:  # behind its value all is as if they were not there
        if len(words) == 3:
            return [], 0
        words = [words[0], *words[3:]]
    commands = spellings()
    line = Line(words[1:], commands)
    if not line.command:
        answers = [(name, each.help) for name, each in commands.items() if name]
        answers += AHEAD
        return fitting(answers, line.typed, False), 0
    if line.command.name == "run" and line.plain and (offered := _run_words(line, words)) is not None:
        return fitting(offered, line.typed, False), 0
    if line.is_option:
        return fitting([*_parameters(line), *_options(line)], line.typed, False), 0
    if line.place in ("TARGET", "GLOB"):
        found = glued(line, fitting(_targets(line), line.typed, True))
        return found, 0 if found and line.command.name == "build" else FILES
    known = _known(line)
    return ([], FILES) if known is None else (glued(line, fitting(known, line.typed, False)), 0)


def _known(line: Line) -> list[Answer] | None:
    """Everything that may be the value of an option or an argument; None if only the shell can tell."""
    fixed = {"FORMAT": FORMATS, "SHELL": SHELLS, "LEVEL": LEVELS, "N": (), "SIZE": (), "AGE": ()}
    if line.place in fixed:
        return [(each, "") for each in fixed[line.place]]
    if line.place not in ("NAME=VALUE", "NAME", "EXECUTION"):
        return None
    offers = _offers(line)
    if line.place == "NAME=VALUE":
        return offers.configs(line.typed.partition("=")[0] if "=" in line.typed else "")
    if line.place == "EXECUTION":
        return offers.executions()
    return offers.profiles() if line.option else offers.settings()


def fitting(answers: Iterable[Answer], typed: str, is_path: bool) -> list[Answer]:
    """Those that begin with what is typed, each once; of many paths the next folders. Names that no line can hold are
    left out."""
    found = {text: told for text, told in answers if text.startswith(typed) and fits_line(text)}
    if is_path and len(found) > MANY:
        return list({_next_folder(text, typed): told for text, told in found.items()}.items())
    return list(found.items())


def fits_line(text: str) -> bool:
    """Has it nothing in it that would end a line or move the cursor? Bytes that are no UTF-8 may be."""
    return not any(char < " " or char == "\x7f" for char in text)


def _next_folder(text: str, typed: str) -> str:
    """`text` up to the first slash behind what is typed."""
    slash = text.find("/", len(typed))
    return text if slash < 0 else text[: slash + 1]


def glued(line: Line, answers: Iterable[Answer]) -> list[Answer]:
    """The answers with the option before them that is part of the same word: `--define=mode=`, `-Dmode=`."""
    return [(line.glued + text, told) for text, told in answers]


# ---- live answers; what they need is imported only for them


def _options(line: Line) -> list[Answer]:
    return [(name, told) for name, (_, told) in line.command.options.items() if name[:2] == "--" or line.typed == "-"]


def _offers(line: Line) -> Offers:
    from redo_py.app.views.offers import Offers

    return Offers(line.request(), line.environ)


def _targets(line: Line) -> list[Answer]:
    return _offers(line).targets(line.typed)


def _parameters(line: Line) -> list[Answer]:
    """The options of an action, or of a task, behind its name."""
    if line.command.name == "run" and len(line.plain) > 1:
        return _run_offers(line).arguments(line.plain[1])
    if line.command.name != "build" or len(line.plain) != 1:
        return []
    return _offers(line).parameters(line.plain[0])


def _run_offers(line: Line) -> RunOffers:
    from contextlib import redirect_stdout

    from redo_py.app.running.offers import RunOffers

    request = line.request()
    if request.directory:
        os.chdir(request.directory)
    with redirect_stdout(sys.stderr):  # what the script prints when it is imported is no answer
        return RunOffers(line.plain[0], line.environ, request.profile)


def _run_words(line: Line, words: Sequence[str]) -> list[Answer] | None:
    """The tasks of a script, or the values of an argument; None if something else is wanted."""
    if line.place == "TASK" and not line.is_option:
        return _run_offers(line).tasks()
    if len(line.plain) < 2 or line.is_option or line.option or words[-2][:2] != "--":
        return None
    values = _run_offers(line).values(line.plain[1], words[-2])
    return None if values is None else [(value, "") for value in values]
