"""`redun build`, with its output and its exit status."""

from __future__ import annotations

import os
import sys

from redo_py.app.build import build as carry_out
from redo_py.app.request import Request, versions
from redo_py.cli.refusals import refused


def build(request: Request) -> int:
    """Carry out `request`; the exit status."""
    return refused(lambda: carry_out(request, os.environ, write, versions()))


def write(text: str) -> None:
    """Print `text` at once, whatever the terminal's encoding."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        sys.stdout.write(text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding))
    sys.stdout.flush()
