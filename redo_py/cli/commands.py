"""Every command of `redun`, for what the fast lane does not answer: other commands, unusual words, help, errors."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from redo_py import __version__
from redo_py.app.request import Request
from redo_py.cli.refusals import refused
from redo_py.cli.terminal import write, write_bytes
from redo_py.cli.words import no_such_command, no_such_option, read_words
from redo_py.config.environment import environment
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

Directory = Annotated[
    str, typer.Option("-C", "--directory", metavar="DIR", show_default=False, help="Work on the project in DIR.")
]
File = Annotated[
    str, typer.Option("-f", "--file", metavar="FILE", show_default=False, help="Read FILE instead of redunfile.py.")
]
Defines = Annotated[
    list[str] | None, typer.Option("-D", "--define", metavar="NAME=VALUE", help="Give a value to config(NAME).")
]
Targets = Annotated[
    list[str] | None, typer.Argument(metavar="TARGET", help="Files to make, or names of groups, checks, actions.")
]


class Command(TyperCommand):
    """A command whose words are read by us before typer gets them. What they say is left in `ctx.obj`."""

    has_actions = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError."""
        name = ctx.info_name or ""
        words = read_words(name, self.params, args, self.has_actions)
        if not any(word in ("-h", "--help") for word in words.own):
            self._count(name, words.plain)
        ctx.obj = words
        rest: list[str] = super().parse_args(ctx, words.own)
        return rest

    def _count(self, name: str, plain: list[str]) -> None:
        """As many plain words as the command takes?"""
        places = [each for each in self.params if each.param_type_name == "argument"]
        needed = [each for each in places if each.required]
        if len(plain) < len(needed):
            raise UsageError("missing-argument", command=name, argument=needed[len(plain)].metavar)
        if len(plain) > len(places) and not any(each.nargs == -1 for each in places):
            raise UsageError("too-many-arguments", command=name, word=plain[len(places)])


class BuildCommand(Command):
    """`redun build`, which hands an action its own options."""

    has_actions = True


class Group(TyperGroup):
    """All commands, in the order of a working day."""

    def list_commands(self, ctx: Any) -> list[str]:
        """As they are written below."""
        return list(self.commands)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError."""
        first = args[0] if args else ""
        if first[:1] == "-" and first not in ("-h", "--help", "--version"):
            raise no_such_option("", first, ["--help", "--version"])
        if first and first[:1] != "-" and first not in self.commands:
            raise no_such_command(first, self.commands)
        rest: list[str] = super().parse_args(ctx, args)
        return rest


app = typer.Typer(
    cls=Group,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Build files from a redunfile.py: run what has to run, reuse everything else.",
    epilog="`redun init` writes a redunfile to start from. `redun COMMAND --help` tells more.",
)


def run_command(argv: Sequence[str]) -> int:
    """Carry out any command line; the exit status."""
    if not argv:
        parse(["--help"])
        return 2
    return refused(lambda: carry_out(list(argv)))


def carry_out(argv: list[str]) -> int:
    """Carry out a command line that is not empty; the exit status. Raises what `refused` knows."""
    answer = parse(argv)
    if isinstance(answer, Request):
        from redo_py.cli.build import build

        return build(answer)
    return answer or 0


def parse(argv: list[str]) -> Any:
    """The Request of a `build` line; any other command is carried out, which gives its exit status."""
    try:
        return get_command(app).main(argv, prog_name="redun", standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None


@app.callback(invoke_without_command=True)
def redun(version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False) -> None:
    """The command itself."""
    if version:
        print(f"redun {__version__}")
        raise typer.Exit


@app.command(cls=BuildCommand, short_help="Bring targets up to date.")
def build(
    ctx: typer.Context,
    targets: Targets = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "-j",
            "--jobs",
            metavar="N",
            help="Run at most N jobs at once; by default one more than there are processors.",
        ),
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("-k", "--keep-going", help="After a failure go on with what does not depend on it.")
    ] = False,
    max_failures: Annotated[
        int | None,
        typer.Option("--max-failures", metavar="N", help="Start nothing new after N failures, not after one."),
    ] = None,
    dry: Annotated[bool, typer.Option("-n", "--dry-run", help="Say what would run, and why; run nothing.")] = False,
    force_all: Annotated[
        bool, typer.Option("-B", "--always-make", help="Run everything, whatever is remembered.")
    ] = False,
    force: Annotated[
        list[str] | None,
        typer.Option(
            "--force", metavar="GLOB", help="Run what makes these outputs, or has these names, whatever is remembered."
        ),
    ] = None,
    defines: Defines = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each job runs.")] = False,
    keep_failed: Annotated[
        bool, typer.Option("--keep-failed", help="Leave the partial outputs of failed commands where they are.")
    ] = False,
    print_ir: Annotated[
        bool, typer.Option("--print-ir", help="Print the expressions of the targets as JSON; run nothing.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Print only failures and the output of actions.")
    ] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Print what is up to date, too.")] = False,
    directory: Directory = "",
    file: File = "",
) -> Request:
    """Bring targets up to date; without TARGET, the defaults of the redunfile.

    An action takes options of its own behind its name; `redun targets` shows them. Behind `--` everything is the
    action's.

    \b
    redun build                     the defaults
    redun build -j 8 -k all         eight jobs at once, past failures
    redun build test --filter x     an action, with an option of its own
    redun build -D mode=debug app   another value for config("mode")
    """
    return Request(
        targets or (), jobs, _failures(ctx.obj), dry, force_all, force or (), defines or (), directory, file, explain,
        quiet, verbose, keep_failed, print_ir, ctx.obj.arguments,
    )  # fmt: skip


def _failures(words: Any) -> int | None:
    """How many failures to put up with: the later of -k and --max-failures says."""
    last = words.last("keep_going", "max_failures")
    if last is None:
        return 1
    return None if last[0] == "keep_going" else int(last[1])


@app.command(cls=Command, short_help="List what can be built.")
def targets(
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
) -> int:
    """List what can be built: groups, files, patterns, checks and actions, with what their rules say of them.

    The redunfile is read; no module of yours is imported and nothing is run.
    """
    from redo_py.app.targets import as_json, as_text, targets_of

    listed = targets_of(_request((), defines, directory, file), environment())
    write(as_json(listed) if json else as_text(listed))
    return 0


@app.command(cls=Command, short_help="Say why a target would run now, or why it last ran.")
def why(
    targets: Annotated[list[str], typer.Argument(metavar="TARGET", help="What to ask about; source files, too.")],
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
) -> int:
    """Say why TARGET would run now, down to the file, option, variable, tool or line of code that differs.

    If nothing would run: what made it, when and why that was. Of a source file: what uses it. Nothing is run.
    """
    from redo_py.app.request import versions
    from redo_py.app.why import why as explain

    return explain(_request(targets, defines, directory, file), environment(), write, versions())


@app.command(cls=Command, short_help="Show what a target printed when it last ran.")
def log(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A file, check or action.")] = "",
    output: Annotated[bool, typer.Option("--output", help="Show what TARGET printed when it last ran.")] = False,
    directory: Directory = "",
    file: File = "",
) -> int:
    """Show what a target printed when it last ran: `redun log --output TARGET`."""
    from redo_py.app.log import printed

    if not output or not target:
        raise UsageError("log-needs-output")
    write_bytes(printed(_request((target,), None, directory, file), environment()))
    return 0


@app.command(cls=Command, short_help="Remove what redun made, and nothing else.")
def clean(
    targets: Targets = None,
    stale: Annotated[bool, typer.Option("--stale", help="Remove only what no rule can make any more.")] = False,
    dry: Annotated[bool, typer.Option("-n", "--dry-run", help="Say what would be removed; remove nothing.")] = False,
    defines: Defines = None,
    directory: Directory = "",
    file: File = "",
) -> int:
    """Remove what redun made and nobody has changed since: everything, or what makes up the TARGETs.

    Never a file that redun did not make. The cache keeps the contents: the next build puts them back.
    """
    from redo_py.app.clean import clean as remove

    request = _request(targets, defines, directory, file)
    request.dry = dry
    return remove(request, stale, environment(), write)


@app.command(cls=Command, short_help="Write a redunfile.py to start from.")
def init(
    directory: Annotated[str, typer.Argument(metavar="DIR", help="Where; made if it is not there.")] = ".",
) -> int:
    """Write a commented redunfile.py that works, where there is none."""
    from redo_py.app.init import init as start

    write(start(directory))
    return 0


def _request(targets: Sequence[str] | None, defines: list[str] | None, directory: str, file: str) -> Request:
    return Request(targets or (), defines=defines or (), directory=directory, file=file)
