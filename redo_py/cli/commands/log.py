"""`redun log`."""

from __future__ import annotations

from typing import Annotated

import typer

from redo_py.cli.application import PastCommand, app
from redo_py.cli.options import Directory, request_of
from redo_py.cli.terminal import write_aside, write_bytes
from redo_py.config.environment import environment
from redo_py.ground.errors import UsageError

FORMATS = ("text", "json")


Asked = Annotated[
    str, typer.Argument(metavar="WHAT", help="-, the last execution, ~2 ... earlier ones, a part of an id, or a file.")
]
Files = Annotated[bool, typer.Option("--file", help="List files that jobs read or made; WHAT may be a pattern with *.")]
TaskName = Annotated[str, typer.Option("--task", metavar="NAME", help="Only jobs of the task NAME.")]
Status = Annotated[str, typer.Option("--status", metavar="STATUS", help="Only what ended so: DONE, CACHED, FAILED ...")]
Tag = Annotated[str, typer.Option("--tag", metavar="KEY[=VALUE]", help="Only executions that have this tag.")]
Everything = Annotated[bool, typer.Option("--all", help="Leave nothing out of long lists.")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", show_default=False, help="At most N lines of a list.")]
Format = Annotated[
    str, typer.Option("--format", metavar="FORMAT", show_default=False, help="text, or json: an object a line.")
]
NoPager = Annotated[bool, typer.Option("--no-pager", help="Print it all, however long it is.")]
Output = Annotated[bool, typer.Option("--output", help="Show what the target WHAT printed when it last ran.")]
Redunfile = Annotated[str, typer.Option("-f", metavar="FILE", help="With --output: read FILE instead of redunfile.py.")]


@app.command(cls=PastCommand, short_help="Show what was built and run: executions, jobs, files and their origins.")
def log(
    asked: Asked = "",
    files: Files = False,
    task: TaskName = "",
    status: Status = "",
    tag: Tag = "",
    everything: Everything = False,
    limit: Limit = 0,
    form: Format = "text",
    plain: NoPager = False,
    output: Output = False,
    directory: Directory = "",
    redunfile: Redunfile = "",
) -> int:
    """Show what `redun build` and `redun run` did.

    Without WHAT: recent executions. Of an execution: its jobs. Of a job: its call, its code as it was, and what led to
    it. Of a file: which job made it and which have read it. An id need not be written to its end.
    """
    if form not in FORMATS:
        raise UsageError("option-value", option="--format", wanted="text or json", value=form)
    if output:
        return _print_output(asked, directory, redunfile)
    from redo_py.app.telling.recorded import Recorded
    from redo_py.cli.log.answer import Answer
    from redo_py.cli.log.pager import show
    from redo_py.cli.log.views import Wishes

    statuses = frozenset(word.strip().upper() for word in status.split(",") if word.strip())
    check_statuses(statuses)
    key, equals, value = tag.partition("=")
    wishes = Wishes(
        limit=limit or None,
        statuses=statuses,
        task=task,
        tag=(key, value if equals else None) if tag else None,
    )
    recorded = Recorded(directory)
    try:
        show(Answer(recorded, asked, wishes, everything, form == "json").lines(files), may_page=not plain)
        if wishes.left_out:
            write_aside(f"redun: {wishes.left_out}\n")
    finally:
        recorded.close()
    return 0


def check_statuses(statuses: frozenset[str]) -> None:
    """Raise UsageError for a status that neither a job nor an execution ever has."""
    from redo_py.query.log import executions, jobs

    known = sorted({*executions.STATUSES.values(), *jobs.STATUSES.values(), *jobs.COUNTED, "RUNNING"})
    for status in sorted(statuses):
        if status not in known:
            raise UsageError("log-no-status", status=status, hint=f"what there is: {', '.join(known)}")


def _print_output(target: str, directory: str, redunfile: str) -> int:
    """What a target printed when it last ran, byte for byte."""
    from redo_py.app.telling.log import printed

    if not target:
        raise UsageError("log-needs-output")
    write_bytes(printed(request_of((target,), None, directory, redunfile), environment()))
    return 0
