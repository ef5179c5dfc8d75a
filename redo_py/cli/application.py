"""The command line as typer sees it: the group of all commands, and how each has its words read."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup

from redo_py import __version__
from redo_py.cli.absent import ABSENT, ABSENT_OPTIONS
from redo_py.cli.words import NUMBER, no_such_command, no_such_option, read_words
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class Command(TyperCommand):
    """A command whose words are read by us before typer gets them. What they say is left in `ctx.obj`."""

    has_actions = False
    counts_back = False
    has_command = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError."""
        name = ctx.info_name or ""
        words = read_words(name, self.params, args, self.has_actions, self.counts_back, self.has_command)
        if not any(word in ("-h", "--help") for word in words.own):
            self._count(name, words.plain)
        take_as_written(self.get_params(ctx))
        ctx.obj = words
        rest: list[str] = super().parse_args(ctx, words.own)
        return rest

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """What `--help` lists: arguments as the usage line names them, without the types that typer adds; options."""
        arguments = [
            (each.metavar, getattr(each, "help", "")) for each in self.params if each.param_type_name == "argument"
        ]
        options = [each.get_help_record(ctx) for each in self.get_params(ctx) if each.param_type_name == "option"]
        for title, rows in (("Arguments", arguments), ("Options", options)):
            shown = [row for row in rows if row is not None]
            if shown:
                with formatter.section(title):
                    formatter.write_dl(shown)

    def _count(self, name: str, plain: list[str]) -> None:
        """As many plain words as the command takes?"""
        places = [each for each in self.params if each.param_type_name == "argument"]
        needed = [each for each in places if each.required]
        if len(plain) < len(needed):
            raise UsageError("missing-argument", command=name, argument=needed[len(plain)].metavar)
        if len(plain) > len(places) and not any(each.nargs == -1 for each in places):
            raise UsageError("too-many-arguments", command=name, word=plain[len(places)])


def take_as_written(parameters: Iterable[Any]) -> None:
    """Have typer convert no value that is what it must be as it stands: a text, several, a default, nothing. It would
    import pydantic for that, which takes as long as all else that a short command does."""
    for parameter in parameters:
        parameter.process_value = partial(as_written, parameter, parameter.process_value)


def as_written(parameter: Any, convert: Callable[[Any, Any], Any], ctx: Any, value: Any) -> Any:
    """The value of a parameter, where `convert` is how typer makes it. Numbers are its affair, and what is missing."""
    is_number = value and isinstance(value, str) and parameter.metavar == NUMBER
    if is_number or (parameter.required and not value):
        return convert(ctx, value)
    if parameter.multiple or parameter.nargs == -1:
        value = () if value is None else list(value)
    return parameter.callback(ctx, parameter, value) if parameter.callback else value


class BuildCommand(Command):
    """`redun build`, which hands an action its own options."""

    has_actions = True


class LaunchCommand(Command):
    """`redun launch`, behind whose options there is a command line of the user's."""

    has_command = True


class PastCommand(Command):
    """A command that is asked about executions: `-2` is the one before the last."""

    counts_back = True


class Group(TyperGroup):
    """All commands, in the order of a working day."""

    def list_commands(self, ctx: Any) -> list[str]:
        """As `cli.dispatch` imports them."""
        return list(self.commands)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError."""
        if args[:1] == ["help"]:
            args = [*args[1:2], "--help"]
        first = args[0] if args else ""
        if first[:1] == "-" and first not in ("-h", "--help", "-V", "--version"):
            if first in ABSENT_OPTIONS:
                raise UsageError("no-such-option", command="redun", option=first, hint=ABSENT_OPTIONS[first])
            raise no_such_option("", first, ["--help", "--version"])
        if first and first[:1] != "-" and first not in self.commands:
            if first in ABSENT:
                raise UsageError("command-absent", name=first, hint=ABSENT[first])
            raise no_such_command(first, self.commands)
        take_as_written(self.get_params(ctx))
        rest: list[str] = super().parse_args(ctx, args)
        return rest


app = typer.Typer(
    cls=Group,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Build files from a redunfile.py: run what has to run, reuse everything else.",
    epilog="`redun init` writes a redunfile to start from. `redun COMMAND --help` tells more. "
    "`redun --check-version REQUIREMENT COMMAND` does nothing if this version does not fit; `redun --setup-help` shows "
    "what `redun run -s` takes.",
)


@app.callback(invoke_without_command=True)
def redun(version: Annotated[bool, typer.Option("--version", "-V", help="Say which version this is.")] = False) -> None:
    """The command itself."""
    if version:
        print(f"redun {__version__}")
        raise typer.Exit
