"""RedunClient: command lines from Python."""

from __future__ import annotations

from redo_py.app.running.arguments.line import read_line
from redo_py.app.running.command import RunCommand
from redo_py.cli.fastlane import carry_out
from redo_py.cli.required import without_requirements
from redo_py.cli.run import put_behind, set_up
from redo_py.cli.terminal import write, write_aside
from redo_py.config.environment import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class RedunClient:
    """Carries out command lines in this process."""

    def execute(self, argv: Sequence[str]) -> Any:
        """Carry out `argv`, whose first word is the name of the program; of `redun run` the value of the task.

        Raises what the task raised, RedunError for a line that is refused, and SystemExit with the exit status if
        another command fails, or a dry run finds that something would run.
        """
        words = put_behind(without_requirements(argv[1:]))
        if words[:1] != ["run"]:
            if (words or not argv[1:]) and (status := carry_out(words)):
                raise SystemExit(status)
            return None
        command = RunCommand(read_line(words[1:], words), environment(), write, write_aside, None, set_up)
        status = command.carry_out()
        if command.error is not None:
            raise command.error
        if status:
            raise SystemExit(status)
        return command.value
