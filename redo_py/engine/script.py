"""script: what there is to do for a script, and what it has left behind."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.made import seen_now
from redo_py.engine.staged import enter_stage
from redo_py.executors.api import CommandStep, ScriptStep
from redo_py.files.api import ABSENT, EXECUTABLE, FILE
from redo_py.ground.errors import RunError
from redo_py.ground.nested import collect
from redo_py.tasks.scripts import Errand, interpreter_of, prepared, script_result, words_of
from redo_py.values.outputs import ScriptOutput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

UNREAL = ("/dev/", "/proc/", "/sys/")  # below them nothing has a content that lasts


def script_step(execution: Execution, job: Job) -> CommandStep | ScriptStep:
    """The step of a script: its command, and what is to be done around it if there is anything. Raises RunError."""
    try:
        text = prepared(job.arguments["command"])
    except TypeError:
        raise RunError("bad-script", kind=repr(job.arguments["command"])) from None
    command = CommandStep(text, "", interpreter_of(text))
    errand = Errand(job.arguments)
    if not errand.is_needed:
        return command
    stage = enter_stage(execution, job, errand.targets())
    return ScriptStep(
        command,
        lambda folder: errand.bring(folder, stage.put),
        lambda folder: errand.take_away(folder, stage.put),
        errand.tempdir,
        errand,
        stage.make_way,
    )


def has_errand(job: Job) -> bool:
    """Whether a script needs a thread that does something around it."""
    return Errand(job.arguments).is_needed


def paths_given(job: Job) -> list[str]:
    """The paths, and patterns of paths, of what a script leaves behind."""
    outputs: list[ScriptOutput] = collect(job.arguments["outputs"], ScriptOutput)
    return [output.path for output in outputs if output.kind != "stream"]


def wants_stream(job: Job) -> bool:
    """Whether what a script prints is a part of its value."""
    return Errand(job.arguments).has_stream


def result_of_script(execution: Execution, job: Job, stream: bytes | None) -> Any:
    """What a script that ended well gives; its outputs are its products. Raises RunError for one that is missing."""
    arguments = job.arguments
    outputs: list[ScriptOutput] = [
        output for output in collect(arguments["outputs"], ScriptOutput) if output.kind in ("file", "folder")
    ]
    result = script_result(arguments["outputs"], stream, arguments["text"])
    result = seen_now(execution, job, result, [output.value().path for output in outputs])
    for output in outputs:
        path = output.value().path
        if execution.stamps[path].kind == ABSENT:
            raise RunError("script-output-missing", path=path)
    return result


def files_read(execution: Execution, job: Job) -> list[str]:
    """The files that a finished script most likely read although its inputs do not say so: those that a word of its
    text names and that did not change while it ran. One that changed is taken for something that it wrote."""
    files, own_path = execution.doors.files, execution.doors.planner.own_path
    text, in_folder_of_its_own = job.arguments["command"], job.arguments["tempdir"]
    paths = {own_path(word): None for word in words_of(prepared(text)) if word[0] == "/" or not in_folder_of_its_own}
    errand = Errand(job.arguments)
    written = {place for output in errand.outputs for place in (output.path, output.place) if place}
    written.update(pair.local.path for pair in errand.inputs)
    inside = tuple(f"{path.rstrip('/')}/" for path in written)
    candidates = [path for path in paths if path not in written and not path.startswith((*inside, *UNREAL))]
    return [
        stamp.path
        for stamp in files.observe(candidates)
        if stamp.kind in (FILE, EXECUTABLE)
        and max(stamp.signature[4], stamp.signature[5]) / 1e9 < job.started - files.tick(stamp.signature)
    ]
