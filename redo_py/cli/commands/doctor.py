"""`redun doctor`."""

from __future__ import annotations

from redo_py.cli.application import Command, app
from redo_py.cli.options import Defines, Directory, File, Profile, request_of
from redo_py.cli.terminal import write
from redo_py.config.environment import environment


@app.command(cls=Command, short_help="Check the machine and the project; change nothing.")
def doctor(defines: Defines = None, directory: Directory = "", file: File = "", profile: Profile = "") -> int:
    """Check the machine, the project and its records: a line for each, with what to do where something is wrong.

    Nothing is changed. The exit status is 1 if there is a problem, and 0 if there are only warnings.
    """
    from redo_py.app.care.doctor import doctor as examine

    return examine(request_of((), defines, directory, file, profile), environment(), write)
