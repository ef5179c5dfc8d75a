"""`redun build`, with its output and its exit status."""

from __future__ import annotations

from redo_py.app.build import build as carry_out
from redo_py.app.request import Request, versions
from redo_py.cli.refusals import refused
from redo_py.cli.terminal import is_terminal, write, write_aside
from redo_py.config.environment import environment


def build(request: Request) -> int:
    """Carry out `request`; the exit status."""
    environ = environment()
    if request.prints_for_programs:
        return refused(lambda: carry_out(request, environ, write_aside, versions()))
    if not is_terminal():
        return refused(lambda: carry_out(request, environ, write, versions()))
    from redo_py.cli.screen import Screen

    screen = Screen(environ, request.quiet)
    return refused(lambda: carry_out(request, environ, screen.write, versions(), screen))
