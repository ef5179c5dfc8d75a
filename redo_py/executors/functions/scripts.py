"""One script with what is to be done around it, in a thread: a temporary folder, files that are brought and taken away.

The folder is removed whatever happens, but for the end of the whole process: what is left then is in the system's own
folder for such things.
"""

from __future__ import annotations

from redo_py.executors.api import CommandStep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from redo_py.executors.api import ScriptStep

    class Runner(Protocol):
        """Who runs commands."""

        def run_command(self, step: CommandStep) -> bytes | None:
            """Run one command and wait for it; its standard output, if that is the job's value."""
else:
    Protocol = object


def run_script(runner: Runner, step: ScriptStep) -> bytes | None:
    """Do all of `step`; its standard output, if that is wanted. Raises what its command and its errands raise."""
    if not step.tempdir:
        return run_in(runner, step, "")
    import shutil
    import tempfile

    folder = tempfile.mkdtemp(prefix="redun-script-")
    try:
        return run_in(runner, step, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_in(runner: Runner, step: ScriptStep, folder: str) -> bytes | None:
    """The same in `folder`, "" being the one that relative paths start from."""
    command = step.command
    step.before(folder)
    printed = runner.run_command(CommandStep(command.text, folder or command.cwd, command.shell, command.stdin))
    step.after(folder)
    return printed
