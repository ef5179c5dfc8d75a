"""The way in. A plain `redun build` line is parsed here, and answered here when the snapshot still holds; everything
else is handed on. It compares signatures and does nothing else: no hashing, no planning, no database."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` without its enums, which cost start-up time
import os
import sys

from redo_py.app.request import Request, snapshot_key, versions
from redo_py.cli.terminal import hold_streams, settled, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

ONESHOT = "oneshot"  # the command of a process that runs one job elsewhere, see app.workers.oneshot
WORKER = "_worker"  # the command of a process that runs calls, see remote.api
DRIVER = "_spark"  # that of one that runs them in Spark, see remote.api.spark

SIGINT = 2

FLAGS = {  # spelling -> field of Request
    "-n": "dry", "--dry-run": "dry", "-B": "force_all", "--always-make": "force_all", "--explain": "explain",
    "-q": "quiet", "--quiet": "quiet", "-v": "verbose", "--verbose": "verbose", "--keep-failed": "keep_failed",
    "--check": "check",
}  # fmt: skip
VALUES = {  # spelling -> field of Request that takes a value
    "-j": "jobs", "--jobs": "jobs", "-D": "defines", "--define": "defines", "-C": "directory",
    "--directory": "directory", "--force": "force", "-f": "file", "--file": "file", "--max-failures": "max_failures",
    "--profile": "profile", "--events": "events", "--trace": "trace", "--junit": "junit",
}  # fmt: skip


class EarlyInterrupt:
    """Handles SIGINT until an execution listens: it raises KeyboardInterrupt, and remembers that it came.

    The exception can be lost: a module of the user's may catch it, and Python drops it in what it calls back, such as
    the end of one of importlib's locks, which then stays locked for all other threads. See Interrupts.listen.
    """

    has_come = False

    def __call__(self, number: int, frame: object) -> None:
        self.has_come = True
        raise KeyboardInterrupt


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status."""
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:
        hold_streams()
    if argv is None and _signal.getsignal(SIGINT) is _signal.default_int_handler:
        _signal.signal(SIGINT, EarlyInterrupt())
    try:
        status = carry_out(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:  # before anything else listens: there is nothing to tell
        status = 130
    except Exception as error:
        from redo_py.cli.refusals import refusal

        status = refusal(error)
    return settled(status)


def carry_out(argv: list[str]) -> int:
    """Answer, or hand on; the exit status."""
    if argv == ["--version"]:
        from redo_py import __version__

        write(f"redun {__version__}\n")
        return 0
    if argv[:1] == ["_complete"]:
        from redo_py.cli.complete import complete

        return complete(argv[1:])
    if argv[:1] == [WORKER]:
        from redo_py.app.workers.worker import work

        return work(int(argv[1]), int(argv[2]), argv[3], argv[4:])
    if len(argv) in (2, 4, 6) and argv[0] == ONESHOT and argv[1][:1] != "-":
        from redo_py.app.workers.oneshot import oneshot
        from redo_py.app.workers.worker import leave
        from redo_py.cli.terminal import write_aside

        leave(oneshot(argv[1:], dict(os.environ), write_aside))
    if argv[:1] == [DRIVER]:
        from redo_py.app.workers.spark_driver import drive

        return drive(int(argv[1]), int(argv[2]), argv[3], argv[4:])
    request = parse_build(argv[1:]) if argv and argv[0] == "build" else None
    if request is None:
        return carry_out_other(argv)
    if request.may_be_answered:
        message = answer(request)
        if message is not None:
            if not request.quiet:
                write(f"{message}\n")
            return 0
    import gc

    gc.set_threshold(50_000, 20, 100)  # what is loaded and planned lives until the end: looking for garbage is in vain
    from redo_py.cli.build import build

    return build(request)


def carry_out_other(argv: list[str]) -> int:
    """Carry out a line that is no plain `build`; the exit status."""
    if argv and argv[0][:1] == "-":
        from redo_py.cli.required import without_requirements

        rest = without_requirements(argv)
        if len(rest) < len(argv):
            return carry_out(rest) if rest else 0
    if argv and (argv[0] == "run" or argv[0][:1] == "-"):
        from redo_py.cli.run import put_behind, run

        argv = put_behind(argv)
        status = run(argv) if argv[0] == "run" else None
        if status is not None:
            return status
    from redo_py.cli.dispatch import run_command

    return run_command(argv)


def answer(request: Request) -> str | None:
    """What to say if everything is as it was when `request` was last carried out; None when it may not be."""
    from redo_py.config.root import STATE, find_project
    from redo_py.files.snapshot import holds, read_snapshot

    place = find_project(request.directory, request.file)
    if place is None:
        return None
    try:
        before = os.getcwd()
    except OSError:  # it has been removed: there is no way back
        return None
    try:
        os.chdir(place.root)
        snapshot = read_snapshot(STATE, snapshot_key(request, place.root, place.here, versions()))
        if snapshot is not None and holds(snapshot, os.environ):
            return snapshot.message
    except OSError:
        return None
    finally:
        os.chdir(before)
    return None


def parse_build(argv: Sequence[str]) -> Request | None:
    """The request of a plain line; None for anything unusual, which typer then parses or refuses."""
    request = Request()
    targets: list[str] = []
    lists: dict[str, list[str]] = {"defines": [], "force": []}
    words = list(reversed(argv))
    while words:
        word = words.pop()
        if word[:1] != "-" or word == "-":
            targets.append(word)
            continue
        name, value = split_option(word)
        if name in FLAGS and value is None:
            setattr(request, FLAGS[name], True)
        elif name == "-k" or name == "--keep-going":
            if value is not None:
                return None
            request.max_failures = None
        elif name in VALUES:
            if value is None:
                if not words:
                    return None
                value = words.pop()
            if not take_value(request, VALUES[name], value, lists):
                return None
        else:
            return None
    request.targets = tuple(targets)
    request.defines = tuple(lists["defines"])
    request.force = tuple(lists["force"])
    return request


def split_option(word: str) -> tuple[str, str | None]:
    """`--jobs=4` -> ("--jobs", "4"); `-j4` -> ("-j", "4"); `-j` -> ("-j", None)."""
    if word[:2] == "--":
        name, equals, value = word.partition("=")
        return name, value if equals else None
    return word[:2], word[2:] or None


def take_value(request: Request, field: str, value: str, lists: dict[str, list[str]]) -> bool:
    """Put the value of an option in its field; False when it is not of the right kind."""
    if field in lists:
        lists[field].append(value)
        return "=" in value if field == "defines" else value != ""
    if field in ("jobs", "max_failures"):
        if not value.isascii() or not value.isdigit() or len(value) > 9 or int(value) < 1:
            return False
        setattr(request, field, int(value))
        return True
    setattr(request, field, value)
    return value != ""
