"""`redun run`: from a request to the value of a task and an exit status."""

from __future__ import annotations

import os

from redo_py.app.report import describe
from redo_py.app.running.arguments.line import read_line
from redo_py.app.running.arguments.parameters import Reader
from redo_py.app.running.options import options_of, pair
from redo_py.app.running.reporting.report import PREFIX, RunReport
from redo_py.app.running.run import Run
from redo_py.app.running.script import Script
from redo_py.app.running.workspace import RunWorkspace
from redo_py.engine.job import JobState
from redo_py.ground.errors import RedunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Protocol

    from redo_py.app.running.arguments.request import RunRequest
    from redo_py.app.running.recorded import PastCall
    from redo_py.engine.job import Cell, Job
    from redo_py.tasks.task import Task

    Write = Callable[[str], None]

    class Setup(Protocol):
        """What can be done with the user's function setup_scheduler."""

        def help(self) -> Iterable[str]:
            """The lines about what can be given to it."""

        def apply(self, given: Sequence[str]) -> None:
            """Call it with `given`, texts NAME=VALUE, and take the settings of the scheduler that it makes."""


HELP, INFO = "help", "info"  # words that stand for a task, or behind one
REPEATED_AT_MOST = 20  # lines that each repeat the one before
WOULD_RUN = 1  # the exit status of a dry run that could not give the result
ASKING = ("-h", "--help")


class RunCommand:
    """One `redun run` line. The result and what was asked for is written with `write`, all else with `tell`; `debug` is
    given the error of a task that failed, if that was asked for."""

    def __init__(
        self,
        request: RunRequest,
        environ: Mapping[str, str],
        write: Write,
        tell: Write,
        debug: Callable[[BaseException], None] | None = None,
        set_up: Callable[[RunWorkspace], Setup] | None = None,
    ) -> None:
        self.request = request
        self.environ = environ
        self.write = write
        self.tell = tell
        self.debug = debug
        self.set_up = set_up  # finds the user's function setup_scheduler
        self.value: Any = None  # of the task, once it has one
        self.error: BaseException | None = None  # by which it failed
        self.workspace: RunWorkspace

    def carry_out(self) -> int:
        """The exit status. Raises UsageError before anything was run."""
        request = self.request
        if request.directory:
            go_to(request.directory)
        if not request.plain and not request.setup_help:
            argument = "the ID of a job or an execution" if request.rerun else "SCRIPT"
            raise UsageError("missing-argument", command="run", argument=argument)
        if request.config and not os.path.isdir(request.config):
            error = no_such_folder(request.config)
            if error.hint or os.path.exists(request.config):  # else it is a new one
                raise error
        self.workspace = RunWorkspace(self.environ, request.profile, request.config)
        try:
            self.workspace.answer_redun(lambda text: self.tell(f"{PREFIX}{text}\n"))
            if request.setup_help or request.setup or self.workspace.settings.setup_scheduler:
                assert self.set_up is not None
                setup = self.set_up(self.workspace)
                if request.setup_help:
                    return self._show(setup.help())
                setup.apply(request.setup)
            if request.rerun:
                return self._run_again(*request.plain)
            return self._run_script(Script(self.workspace, request.plain[0]))
        finally:
            self.workspace.close()

    def _run_script(self, script: Script) -> int:
        """Do what is asked about `script`."""
        from redo_py.app.running import help as told

        name, words = (*self.request.plain, "")[1], self.request.words
        known = script.tasks()
        if name == INFO and INFO not in known:
            return self._show(told.facts_of_all(script, self.workspace.tasks()))
        if not name or (name == HELP and HELP not in known):
            return self._show(told.tasks_in(script))
        task = script.task(name)
        called = f"redun run {script.named} {name}"
        if words == (INFO,):
            return self._show(told.source_of(task, self.workspace.tasks()))
        reader = Reader(task, f"{called} --help", self.request)
        asks = any(word in words and word not in reader.by_option for word in ASKING)
        if asks or words == (HELP,) or self.request.help:
            return self._show(told.arguments_of(task, called))
        return self._run_task(reader)

    def _run_again(self, *plain: str) -> int:
        """Repeat the call of the job or execution that the last of `plain` names, with the arguments of this line over
        those of then; the script is the first, if there are two."""
        from redo_py.app.running.recorded import past_call

        past = past_call(self.workspace, plain[-1])
        then, folder = self._first_line(past)
        if not plain[1:] and (then is None or not then.plain):
            raise UsageError("script-not-known", asked=plain[-1], argv=past.argv)
        if plain[1:] or then is None:
            script = Script(self.workspace, plain[0])
        else:
            script = Script(self.workspace, then.plain[0], folder)
        if past.task:
            task = script.task(past.task)
            reader = Reader(task, f"redun run {script.named} {task.name} --help", self.request)
            reader.given.update(past.arguments)
            reader.lost = past.lost
        elif then is not None and len(then.plain) > 1:
            task = script.task(then.plain[1])
            reader = Reader(task, f"redun run {script.named} {task.name} --help", then)
            reader.read(then.words)
            reader.request = self.request
        else:
            raise UsageError("script-not-known", asked=plain[-1], argv=past.argv)
        return self._run_task(reader)

    def _first_line(self, past: PastCall) -> tuple[RunRequest | None, str]:
        """What the line of `past` asked for, and the folder that it was written in; of one that repeated another, those
        of that. None if it was no run."""
        from redo_py.app.running.recorded import past_call

        for _ in range(REPEATED_AT_MOST):
            words, folder = words_of(past.argv), os.path.join(self.workspace.root, past.folder)
            then = read_line(words, words) if words is not None else None
            if then is None or not then.rerun or len(then.plain) != 1:
                return then, folder
            past = past_call(self.workspace, then.plain[0])
        return None, ""

    def _run_task(self, reader: Reader) -> int:
        """Run the task with what `reader` has, and what the line says besides."""
        request = self.request
        reader.read(request.words)
        if request.input:
            reader.take_input(request.input)
        reader.check_complete()
        args, kwargs = reader.call()
        report = RunReport(self.tell, request.log_level or self.workspace.settings.log_level)
        run = Run(self.workspace, options_of(request, self.workspace, reader.task.namespace), report)
        root = run.evaluate(with_options(reader.task, request, self.workspace)(*args, **kwargs))
        report.write_table()
        return self._conclude(run, root)

    def _show(self, lines: Iterable[str]) -> int:
        self.write("".join(f"{line}\n" for line in lines))
        return 0

    def _conclude(self, run: Run, root: Cell) -> int:
        """Tell how it ended; the exit status."""
        execution = run.execution
        if execution.interrupted:
            run.report.notice("interrupted; what had finished is recorded")
            return 128 + execution.interrupted
        if root.state == JobState.DONE and report_of_dry_run(run, self.tell):
            return WOULD_RUN
        if root.state == JobState.DONE:
            self.value = root.value
            if root.value is not None:
                from redo_py.app.running.reporting.printed import printed

                text, in_the_way = printed(root.value)
                self.write(text + "\n")
                if in_the_way:
                    run.report.notice(f"the result cannot be printed as it is: {in_the_way}")
            return 0
        error = self.error = root.error
        told = {id(job.error) for job in execution.failures}
        if error is not None and id(error) not in told:
            self.tell(describe(error) + "\n")
        if error is not None and self.debug is not None:
            self.debug(error)
        status = error.exit_status if isinstance(error, RedunError) else 1
        return 1 if status == 2 and any(map(has_begun, execution.frontier.jobs)) else status


def has_begun(job: Job) -> bool:
    """Whether `job` has run, or had its result taken from an earlier execution."""
    return bool(job.tries or job.children or job.state == JobState.DONE)


def report_of_dry_run(run: Run, tell: Write) -> bool:
    """Whether `run` was a dry run in which something would have run, which is told."""
    count = sum(job.outcome == "would_run" for job in run.execution.frontier.jobs)
    if count:
        tell(f"[redun] Dry run: {count} job{'s' if count > 1 else ''} would run, and perhaps others after them\n")
    return count > 0


SPELLED = {"False": False, "None": None, "True": True}  # as Python has them, beside `false`, `null` and `true` of JSON


def with_options(task: Task, request: RunRequest, workspace: RunWorkspace) -> Task:
    """The task as the line wants it called. Raises UsageError."""
    options = {name: SPELLED.get(str(value), value) for name, value in map(pair, request.options)}
    if isinstance(options.get("executor"), str):
        from redo_py.app.checked_executors import check_name

        check_name(options["executor"], workspace)
    if not request.prov:
        options["prov"] = False
    try:
        return task.options(**options) if options else task
    except (TypeError, ValueError) as error:
        raise UsageError("task-option", reason=str(error)) from None


def go_to(directory: str) -> None:
    """Make `directory` the current folder; raises UsageError."""
    if not os.path.isdir(directory):
        raise no_such_folder(directory)
    os.chdir(directory)


def no_such_folder(path: str) -> UsageError:
    """The error for a folder that is not there."""
    from redo_py.app.nearby import nearby

    return UsageError("no-such-folder", path=path, hint=nearby(path, os.getcwd(), os.path.isdir))


def words_of(argv: str) -> list[str] | None:
    """The words behind `redun run` of a line that was recorded; None if it is none."""
    import shlex

    try:
        words = shlex.split(argv)
    except ValueError:
        return None
    return words[2:] if words[:2] == ["redun", "run"] else None
