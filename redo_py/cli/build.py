"""`redun build`, with its output and its exit status."""

from __future__ import annotations

import os

from redo_py.app.build import build as carry_out
from redo_py.app.request import Request, versions
from redo_py.cli.refusals import refused
from redo_py.cli.terminal import write


def build(request: Request) -> int:
    """Carry out `request`; the exit status."""
    return refused(lambda: carry_out(request, os.environ, write, versions()))
