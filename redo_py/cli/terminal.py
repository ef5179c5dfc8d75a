"""Printing: the one way out for what commands have to say.

A terminal that is gone, a full disk behind `>` or a stream that was closed must not end a build half-way: from then on
nobody listens, the work goes on, and the exit status says that something was not told.
"""

from __future__ import annotations

import os
import sys

BROKEN_PIPE = 141  # what a shell reports of a program that SIGPIPE ended

lost: list[OSError] = []  # why standard output could not be written, once that has happened


def write(text: str) -> None:
    """Print `text` at once, whatever the terminal's encoding; bytes of names that are no UTF-8 come out as they are."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "utf-8"
        write_bytes(text.encode(encoding, "surrogateescape" if encoding.lower() == "utf-8" else "backslashreplace"))
    except OSError as error:
        stop_listening(error)
    flush()


def write_bytes(output: bytes) -> None:
    """Print `output` as it is."""
    flush()
    try:
        sys.stdout.buffer.write(output)
    except OSError as error:
        stop_listening(error)
    flush()


def is_terminal() -> bool:
    """Is standard output a terminal?"""
    try:
        return os.isatty(1)
    except OSError:
        return False


def write_aside(text: str) -> None:
    """Print `text` to standard error: standard output is for a program."""
    complain(text.removesuffix("\n"))


def flush() -> None:
    """See to it that everything is out."""
    try:
        sys.stdout.flush()
    except OSError as error:
        stop_listening(error)


def stop_listening(error: OSError) -> None:
    """Standard output cannot be written: what else is printed goes nowhere, what waits to be printed too."""
    lost.append(error)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def hold_streams() -> None:
    """Occupy the descriptors of standard streams that are closed, so that no database or socket becomes one of them.
    What is printed to such a stream cannot be written."""
    while (number := os.open(os.devnull, os.O_RDONLY)) <= 2:
        if number:
            setattr(sys, ("stdin", "stdout", "stderr")[number], os.fdopen(number, "w", closefd=False))
    os.close(number)


def settled(status: int) -> int:
    """The exit status of a command that ends with `status`, if all that it had to say could be said."""
    flush()
    if not lost:
        return status
    if isinstance(lost[0], BrokenPipeError):
        return status or BROKEN_PIPE
    complain(f"redun: standard output cannot be written: {lost[0].strerror}")
    return status or 1


def complain(text: str) -> None:
    """Print `text` to standard error, if anybody can be told at all."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)  # what waits to be printed would fail again when Python ends
        os.dup2(nowhere, 2)
        os.close(nowhere)
