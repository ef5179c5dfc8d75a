"""`redun build`, with its output and its exit status."""

from __future__ import annotations

from redo_py.app.build import build as carry_out
from redo_py.app.request import Request, versions
from redo_py.cli.refusals import refused
from redo_py.cli.terminal import write
from redo_py.config.environment import environment


def build(request: Request) -> int:
    """Carry out `request`; the exit status."""
    return refused(lambda: carry_out(request, environment(), write, versions()))
