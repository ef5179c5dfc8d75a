"""What a person may be about to type behind `redun run`: tasks of the file, their arguments, values of these."""

from __future__ import annotations

from redo_py.app.running.arguments.parameters import Parameter, parameters_of
from redo_py.app.running.help import meaning_of, summary_of
from redo_py.app.running.script import Script
from redo_py.app.running.workspace import RunWorkspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Offer = tuple[str, str]  # what to write, what that is


class RunOffers:
    """Answers about one script, which is imported for that."""

    def __init__(self, script: str, environ: Mapping[str, str], profile: str = "") -> None:
        """Raises whatever importing the script raises."""
        self._workspace = RunWorkspace(environ, profile)
        self._workspace.answer_redun(None)
        self._script = Script(self._workspace, script)

    def tasks(self) -> list[Offer]:
        """The tasks, each with the first line of its documentation."""
        tasks = self._script.tasks()
        words = [(word, told) for word, told in (("help", "list the tasks"), ("info", "tell about the tasks"))]
        return [*((name, summary_of(task)) for name, task in tasks.items()), *(w for w in words if w[0] not in tasks)]

    def arguments(self, task: str) -> list[Offer]:
        """The options that the parameters of `task` are, each with what it takes."""
        found: list[Offer] = []
        for parameter in self._parameters(task).values():
            found.append((parameter.option, meaning_of(parameter)))
            if parameter.is_flag:
                found.append((f"--no-{parameter.option[2:]}", ""))
        return found

    def values(self, task: str, option: str) -> list[str] | None:
        """What may be given to `option` of `task`, if there are few such values; None where only the shell can tell, or
        if it is no option of the task."""
        by_option = {parameter.option: parameter for parameter in self._parameters(task).values()}
        parameter = by_option.get(option)
        if parameter is None:
            return None
        if parameter.is_flag:
            return ["true", "false"]
        return list(parameter.parser.choices) or None

    def _parameters(self, task: str) -> dict[str, Parameter]:
        return parameters_of(self._script.task(task))
