"""The words behind a command, told apart before typer sees them: what is wrong is said in our own words, and what
belongs to an action is set aside.

An action has parameters of its own. They stand behind its name: from the first option on that `redun build` does not
know, or behind `--`, everything is the action's.
"""

from __future__ import annotations

from difflib import get_close_matches

from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

NUMBER, DEFINITION = "N", "NAME=VALUE"  # metavars of options whose values are checked
HELP = ("-h", "--help")


class Words:
    """What a command line says."""

    __slots__ = ("arguments", "options", "own", "plain")

    def __init__(self) -> None:
        self.own: list[str] = []  # what is redun's, as it was written
        self.plain: list[str] = []  # those of `own` that are no options
        self.options: list[tuple[str, str | None]] = []  # (name of the parameter, value if it takes one), in order
        self.arguments: list[str] = []  # what is the action's

    def last(self, *names: str) -> tuple[str, str | None] | None:
        """The last of these options; None when none of them is given."""
        given = [option for option in self.options if option[0] in names]
        return given[-1] if given else None


def read_words(
    name: str,
    parameters: Iterable[Any],
    given: Sequence[str],
    has_actions: bool,
    counts_back: bool = False,
    has_command: bool = False,
) -> Words:
    """Tell the words behind the command `name` apart by its `parameters`, which are typer's; `counts_back`: `-2` is no
    option, but means `~2`; `has_command`: all from the first plain word on is somebody else's command line. Raises
    UsageError."""
    known = {spelling: each for each in parameters for spelling in each.opts if spelling[:1] == "-"}
    words = Words()
    rest = list(reversed(given))
    while rest:
        word = rest.pop()
        if word == "--":
            _read_behind_dashes(words, rest[::-1], has_actions)
            break
        if counts_back and word[:1] == "-" and word[1:].isdecimal():
            word = f"~{word[1:]}"
        if has_command and word[:1] != "-":
            _read_behind_dashes(words, [word, *rest[::-1]], has_actions)
            break
        if word[:1] != "-" or word == "-":
            words.plain.append(word)
            words.own.append(word)
        elif not _read_option(words, known, word, rest):
            if not has_actions or len(words.plain) != 1:
                raise no_such_option(name, word, [*known, *HELP])
            words.arguments = [word, *rest[::-1]]
            break
    return words


def _read_behind_dashes(words: Words, rest: list[str], has_actions: bool) -> None:
    """What follows `--`: arguments of the one target before it, or plain words that begin with a dash."""
    if has_actions and len(words.plain) == 1:
        words.arguments = rest
    elif rest:
        words.plain += rest
        words.own += ["--", *rest]


def _read_option(words: Words, known: dict[str, Any], word: str, rest: list[str]) -> bool:
    """Take one word of options, with the value from `rest` if that is the next word; False when it is not known."""
    parts = _split(known, word)
    if parts is None:
        return False
    words.own.append(word)
    for spelling, value in parts:
        parameter = known.get(spelling)
        if parameter is None:  # --help
            continue
        if parameter.is_flag:
            if value is not None:
                raise UsageError("option-takes-no-value", option=spelling)
        elif value is None:
            if not rest:
                raise UsageError("option-needs-value", option=spelling, value=parameter.metavar)
            value = rest.pop()
            words.own.append(value)
        if value is not None:
            _check(spelling, parameter.metavar, value)
        words.options.append((parameter.name, value))
    return True


def _split(known: dict[str, Any], word: str) -> list[tuple[str, str | None]] | None:
    """`--jobs=4` -> [("--jobs", "4")]; `-nj4` -> [("-n", None), ("-j", "4")]; None if one of them is not known."""
    if word[:2] == "--":
        spelling, equals, value = word.partition("=")
        return [(spelling, value if equals else None)] if spelling in known or spelling in HELP else None
    parts: list[tuple[str, str | None]] = []
    for place, letter in enumerate(word[1:], 1):
        spelling = f"-{letter}"
        if spelling not in known and spelling not in HELP:
            return None
        if spelling in known and not known[spelling].is_flag:
            return [*parts, (spelling, word[place + 1 :] or None)]
        parts.append((spelling, None))
    return parts


def _check(option: str, metavar: str, value: str) -> None:
    """Refuse a value that is not of the option's kind."""
    if metavar == NUMBER and not (value.isascii() and value.isdigit() and int(value[:18]) >= 1):
        raise UsageError("option-not-a-number", option=option, value=value)
    if metavar == DEFINITION and "=" not in value[1:]:
        raise UsageError("bad-define", text=value)
    if not value:
        raise UsageError("option-needs-value", option=option, value=metavar)


def no_such_option(command: str, word: str, known: Iterable[str]) -> UsageError:
    """The error for an option that `command` does not have."""
    from redo_py.cli.absent import ABSENT_OF_LOG

    option = word.partition("=")[0]
    if command == "log" and option in ABSENT_OF_LOG:
        return UsageError("no-such-option", command="redun log", option=option, hint=ABSENT_OF_LOG[option])
    names = [each[2:] for each in known if each[:2] == "--"]
    close = get_close_matches(option[2:], names, 1) if option[:2] == "--" else []
    shows = f"`redun {command} --help` shows them all" if command else "options of a command stand behind its name"
    return UsageError(
        "no-such-option",
        command=f"redun {command}".rstrip(),
        option=option,
        hint=f"did you mean --{close[0]}?" if close else shows,
    )


def no_such_command(word: str, known: Iterable[str]) -> UsageError:
    """The error for a first word that is no command."""
    close = get_close_matches(word, list(known), 1)
    lists = f"`redun --help` lists the commands; `redun build {word}` builds the target {word}"
    return UsageError("no-such-command", name=word, hint=f"did you mean `redun {close[0]}`?" if close else lists)
