"""Shows text in the user's pager, and knows which that is."""

from __future__ import annotations

import subprocess

from redo_py.executors.commands.programs import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

USUAL = ("less", "more")  # what is looked for where the user names none
NOT_STARTED = (126, 127)  # what a shell ends with that could not start its command
COLOURS = "-R"  # LESS where nothing else is asked for: escapes reach the terminal


def pager_of(environ: Mapping[str, str]) -> str:
    """The shell command of the pager; "" if there is none, or the user wants none."""
    if "PAGER" in environ:
        return environ["PAGER"].strip()
    if environ.get("TERM", "dumb") == "dumb":
        return ""
    return next((name for name in USUAL if find("/", name, environ.get("PATH"))[0]), "")


def page(command: str, pieces: Iterable[bytes], environ: Mapping[str, str]) -> bool:
    """Give `pieces` to the pager `command` until it ends or has them all, and wait for its end; whether it could be
    started. ^C is for the pager."""
    process = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env={"LESS": COLOURS, **environ})
    assert process.stdin is not None
    try:
        for piece in pieces:
            process.stdin.write(piece)
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # it has shown what its user wanted to see
    try:
        process.stdin.close()
    except BrokenPipeError:
        pass
    while True:
        try:
            return process.wait() not in NOT_STARTED
        except KeyboardInterrupt:
            continue
