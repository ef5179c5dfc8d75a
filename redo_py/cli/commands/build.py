"""`redun build`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.app.request import Request
from redo_py.cli.application import BuildCommand, app
from redo_py.cli.options import Check, Defines, Directory, Events, File, Junit, Profile, Targets, Trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
            help="Run at most N jobs at once; by default two more than there are processors.",
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
    profile: Profile = "",
    check: Check = False,
    events: Events = "",
    trace: Trace = "",
    junit: Junit = "",
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
        quiet, verbose, keep_failed, print_ir, ctx.obj.arguments, profile, check, events, trace, junit,
    )  # fmt: skip


def _failures(words: Any) -> int | None:
    """How many failures to put up with: the later of -k and --max-failures says."""
    last = words.last("keep_going", "max_failures")
    if last is None:
        return 1
    return None if last[0] == "keep_going" else int(last[1])
