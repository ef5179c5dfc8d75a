"""`script`: run a shell script as a task."""

from __future__ import annotations

from sys import _getframe

from redo_py.tasks.scripts import script_call
from redo_py.values.file import File
from redo_py.values.outputs import STREAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NULL = object()  # what says that no outputs were given


def script(
    command: Any,
    inputs: Any = (),
    outputs: Any = NULL,
    tempdir: bool = False,
    as_mount: bool = False,
    *,
    text: bool = False,
    **task_options: Any,
) -> Any:
    """A lazy call that runs `command`: a text for `bash -euo pipefail`, or for what its first line `#!...` names, or a
    list of words.

    `inputs` are Files, and StagingFiles and StagingDirs, which are copied to their local places before it runs.
    `outputs` say what it gives, in lists, dicts and so on: File("-") stands for what it prints, a File or Dir for what
    it leaves there, a StagingFile or StagingDir for what is copied from its local place when it is done. Without
    outputs, its value is what it prints: bytes, or a str if `text`. With `tempdir` it runs in a folder of its own,
    which is removed afterwards. `as_mount` is for executors that mount buckets; others copy. Further options are those
    of a task.

    Raises TypeError; what fails later is a ScriptError.
    """
    wanted = File(STREAM) if outputs is NULL else outputs
    return script_call(command, inputs, wanted, tempdir, text, task_options, _getframe(1))
