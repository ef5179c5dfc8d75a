"""Reading a `redun run` line.

It is read in two steps, because only the task tells what its arguments are. `read_line` takes redun's options up to the
name of the task; what follows is kept as it is. When the task is known, `take_option` is asked about each word there
that is no argument of the task: redun's options may stand behind the task as well, and a task's argument of the same
name wins.
"""

from __future__ import annotations

from redo_py.app.running.arguments.request import RunRequest
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FLAG, OFF, KEEP_GOING, TEXT, LIST, COUNT, LEVEL, USERS = range(8)  # what an option does to its field

LEVELS = ("error", "warn", "info", "debug")
USER_KINDS = ("local", "aws", "gcp")  # what a tag for the user can be of
PAIR = "NAME=VALUE"  # the metavar of options whose value must have that form


class Option:
    """One option of `redun run`."""

    __slots__ = ("field", "help", "kind", "metavar", "spellings")

    def __init__(self, spellings: str, field: str, kind: int, metavar: str, help: str) -> None:
        self.spellings = tuple(spellings.split())
        self.field = field  # of RunRequest
        self.kind = kind
        self.metavar = metavar  # "" when it takes no value
        self.help = help

    def take(self, request: RunRequest, spelling: str, value: str | None) -> None:
        """Let `request` know that the option was given, with `value` if it takes one. Raises UsageError."""
        if self.metavar and not value:
            raise UsageError("option-needs-value", option=spelling, value=self.metavar)
        if value is not None and not self.metavar:
            raise UsageError("option-takes-no-value", option=spelling)
        if self.kind == USERS and value not in USER_KINDS:
            raise UsageError("option-value", option=spelling, wanted="local, aws or gcp", value=value)
        if self.kind in (LIST, USERS):
            if self.metavar == PAIR and "=" not in str(value)[1:]:
                raise UsageError("option-value", option=spelling, wanted=PAIR, value=value)
            getattr(request, self.field).append(value)
        else:
            setattr(request, self.field, self._meant(spelling, value or ""))

    def _meant(self, spelling: str, value: str) -> object:
        if self.kind == COUNT:
            if not (value.isascii() and value.isdigit() and int(value[:18]) >= 1):
                raise UsageError("option-not-a-number", option=spelling, value=value)
            return int(value)
        if self.kind == LEVEL:
            if value.lower() not in LEVELS:
                raise UsageError("option-value", option=spelling, wanted=" or ".join(LEVELS), value=value)
            return value.lower()
        return {FLAG: True, OFF: False, KEEP_GOING: None}.get(self.kind, value)


OPTIONS = (
    Option("--no-cache", "cache", OFF, "", "Take no result of an earlier execution."),
    Option("--no-prov", "prov", OFF, "", "Record nothing of what the task calls."),
    Option("--dryrun -n --dry-run", "dry", FLAG, "", "Take what is remembered, and say what would run, and why."),
    Option("--pdb", "debug", FLAG, "", "When a task fails, start the debugger where it did."),
    Option("--rerun", "rerun", FLAG, "", "Repeat the call of a job or execution: `redun run --rerun [SCRIPT] ID`."),
    Option("-j --jobs", "jobs", COUNT, "N", "Run at most N jobs at once."),
    Option("-k --keep-going", "max_failures", KEEP_GOING, "", "After a failure go on with what does not depend on it."),
    Option("-o --option", "options", LIST, PAIR, "Give the task an option, as the decorator takes it."),
    Option("-t --tag", "tags", LIST, PAIR, "Tag the execution."),
    Option("-p --project", "project", TEXT, "NAME", "Tag the execution with the project NAME."),
    Option("--doc", "doc", TEXT, "TEXT", "Tag the execution with a description."),
    Option("-u --user", "user", TEXT, "NAME", "Tag the execution with the user NAME, not with yours."),
    Option("--exclude-user", "exclude_users", USERS, "KIND", "Leave out a tag for the user: local, aws or gcp."),
    Option("--context", "context", LIST, PAIR, "Set a variable of the context: NAME may have dots."),
    Option("--context-file", "context_file", TEXT, "FILE", "Read the context from a JSON file."),
    Option("-i --input", "input", TEXT, "FILE", "Take the arguments from a pickle of (args, kwargs)."),
    Option("--execution-id", "execution_id", TEXT, "UUID", "Give the execution this id."),
    Option("-s --setup", "setup", LIST, PAIR, "Give setup_scheduler an argument."),
    Option("--setup-help", "setup_help", FLAG, "", "Show the arguments of setup_scheduler."),
    Option("-c --config", "config", TEXT, "DIR", "Keep the records in DIR, not in the nearest .redun."),
    Option("--log-level", "log_level", LEVEL, "LEVEL", "How much to tell: error, warn, info (every job) or debug."),
    Option("-C --directory", "directory", TEXT, "DIR", "Run in DIR."),
    Option("--profile", "profile", TEXT, "NAME", "Take the settings of [profile.NAME]."),
    Option("-h --help", "help", FLAG, "", "Show help; behind a task its arguments."),
)
KNOWN = {spelling: option for option in OPTIONS for spelling in option.spellings}


def read_line(words: Sequence[str], argv: Sequence[str]) -> RunRequest:
    """The request of the words behind `redun run`. Raises UsageError."""
    request = RunRequest(argv=tuple(argv))
    rest = list(reversed(words))
    plain: list[str] = []
    while rest and len(plain) < (2 if not (request.rerun and plain and not _is_script(plain[0])) else 1):
        word = rest.pop()
        if word[:1] != "-" or word == "-":
            plain.append(word)
        elif not take_option(request, word, rest):
            from redo_py.app.running.arguments.advice import no_such_option

            raise no_such_option(word, list(KNOWN))
    request.plain = tuple(plain)
    request.words = tuple(reversed(rest))
    return request


def _is_script(word: str) -> bool:
    """Whether the first plain word behind --rerun is a script, and no id: those are hexadecimal."""
    return word.endswith(".py") or any(char not in "0123456789abcdef-" for char in word)


def take_option(request: RunRequest, word: str, rest: list[str]) -> bool:
    """Take one word of redun's options, with the value from the end of `rest` if that is the next word; False when it
    is none of them. Raises UsageError for a value that does not fit."""
    parts = split_word(word)
    if parts is None:
        return False
    for spelling, value in parts:
        option = KNOWN[spelling]
        if value is None and option.metavar:
            value = rest.pop() if rest else None
        option.take(request, spelling, value)
    return True


def split_word(word: str) -> list[tuple[str, str | None]] | None:
    """`--jobs=4` -> [("--jobs", "4")]; `-nj4` -> [("-n", None), ("-j", "4")]; None if one of them is not known."""
    if word[:2] == "--":
        spelling, equals, value = word.partition("=")
        return [(spelling, value if equals else None)] if spelling in KNOWN else None
    parts: list[tuple[str, str | None]] = []
    for place, letter in enumerate(word[1:], 1):
        spelling = f"-{letter}"
        if spelling not in KNOWN:
            return None
        if KNOWN[spelling].metavar:
            return [*parts, (spelling, word[place + 1 :] or None)]
        parts.append((spelling, None))
    return parts or None
