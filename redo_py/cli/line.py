"""A command line that is still being typed: which command, what stands before the cursor, what is wanted there."""

from __future__ import annotations

from redo_py.app.request import Request
from redo_py.config.environment import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redo_py.cli.spellings import Spelled

FIELDS = {"-C": "directory", "--directory": "directory", "-f": "file", "--file": "file", "--profile": "profile"}
DEFINES = ("-D", "--define")


class Line:
    """The words behind `redun`, the last one being typed."""

    __slots__ = ("_given", "command", "environ", "glued", "is_option", "option", "place", "plain", "typed")

    def __init__(self, words: Sequence[str], commands: Mapping[str, Spelled]) -> None:
        self.environ = environment()
        self._given: list[tuple[str, str]] = []  # (option, value) before the cursor
        self.plain: list[str] = []  # words before it that are no options
        self.glued = ""  # the option that the word being typed begins with, when its value is being typed
        self.is_option = False  # whether an option is being typed
        self.option = ""  # the option whose value is being typed
        *before, self.typed = words or [""]
        self.command = commands.get(before[0] if before else "", commands[""])
        if not self.command:
            return
        pending = self._read(before[1:])
        self.place = self._place(pending, "--" in before[1:])  # the metavar of what is wanted, "" if nobody knows

    def _read(self, words: Sequence[str]) -> str:
        """Take in the words before the cursor; gives the option that waits for its value, "" if none does."""
        pending = ""
        for word in words:
            name, value = self._split(word)
            if pending:
                self._given.append((pending, word))
                pending = ""
            elif name not in self.command.options:
                self.plain += [] if word[:1] == "-" else [word]
            elif self.command.options[name][0] and value is None:
                pending = name
            elif value is not None:
                self._given.append((name, value))
        return pending

    def _split(self, word: str) -> tuple[str, str | None]:
        """`--file=x` -> ("--file", "x"), `-fx` -> ("-f", "x"), `-f` -> ("-f", None)."""
        if word[:2] == "--":
            name, equals, value = word.partition("=")
            return name, value if equals else None
        return (word[:2], word[2:] or None) if word[:1] == "-" else (word, None)

    def _place(self, pending: str, behind_dashes: bool) -> str:
        """The metavar of what is being typed."""
        if pending:
            self.option = pending
            return self.command.options[pending][0]
        if self.typed[:1] == "-" and not behind_dashes:
            name, value = self._split(self.typed)
            metavar = self.command.options.get(name, ("", ""))[0]
            if value is None or not metavar:
                self.is_option = True
                return ""
            self.glued = self.typed[: len(self.typed) - len(value)]
            self.option, self.typed = name, value
            return metavar
        arguments = self.command.arguments
        return arguments[min(len(self.plain), len(arguments) - 1)] if arguments else ""

    def request(self) -> Request:
        """Where and with which settings the project is asked."""
        request = Request(defines=[value for name, value in self._given if name in DEFINES and "=" in value])
        for name, value in self._given:
            if name in FIELDS:
                setattr(request, FIELDS[name], value)
        return request
