"""`redun run`, with its output and its exit status."""

from __future__ import annotations

from redo_py.app.running.command import run_command
from redo_py.app.running.request import RunRequest
from redo_py.cli.refusals import refused
from redo_py.cli.terminal import write, write_aside
from redo_py.config.environment import environment


def run(request: RunRequest) -> int:
    """Carry out `request`; the exit status."""
    return refused(lambda: run_command(request, environment(), write, write_aside))
