"""Shell scripts as calls: what `script()` and `@task(script=True)` turn into, and what stands for their outputs.

A script is one call of `redun.script`. Its files are told apart by what they are for: those in `inputs` are observed
like all Files in arguments, while what stands in `outputs` is replaced by ScriptOutputs, whose content before the
script does not count.
"""

from __future__ import annotations

import posixpath
from contextlib import suppress
from textwrap import dedent

from redo_py.ground.errors import RunError
from redo_py.ground.nested import collect, substitute
from redo_py.ir.commands import quote
from redo_py.ir.expression import Expression
from redo_py.tasks.builtin import BUILTIN, SCRIPT, SCRIPT_LATER, builtin
from redo_py.values.file import File, Observed
from redo_py.values.filing import filing
from redo_py.values.folder import Immutable
from redo_py.values.outputs import KINDS, STREAM, ScriptOutput
from redo_py.values.staging import Staging, StagingDir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType
    from typing import Any

    Put = Callable[[Any, Any], None]  # copies a file, or all below a folder, to another; what is there is kept safe


@builtin("2")
def script(command: Any, inputs: Any = (), outputs: Any = None, tempdir: bool = False, text: bool = False) -> Any:
    """Run a shell script; gives `outputs` with Files, and with what it printed."""
    raise RuntimeError("a script is run by its executor")


@builtin("1")
def script_later(command: Any, inputs: Any = (), outputs: Any = None, tempdir: bool = False, text: bool = False) -> Any:
    """The call of a script whose outputs are known only now."""
    from sys import _getframe

    return script_call(command, inputs, outputs, tempdir, text, {}, _getframe())


def script_call(
    command: Any,
    inputs: Any,
    outputs: Any,
    tempdir: bool,
    text: bool,
    options: Mapping[str, Any],
    frame: FrameType,
) -> Any:
    """The lazy call of a script, written where `frame` is; all but the flags and options may be lazy. Raises TypeError
    for a command or an option that cannot be."""
    is_late = bool(collect(outputs, Expression))  # which of them are files is known later
    task = BUILTIN[SCRIPT_LATER if is_late else SCRIPT]
    if options:
        task = task.options(**options)
    given = {"inputs": inputs, "outputs": outputs if is_late else outlined(outputs), "tempdir": tempdir, "text": text}
    return task.call((prepared(command),), given, frame)


def prepared(command: Any) -> Any:
    """The text of a command: of a list, its words quoted; without the indentation that its lines share."""
    if isinstance(command, Expression):
        return command
    if isinstance(command, (list, tuple)):
        if collect(command, Expression):
            return list(command)
        return " ".join(quote(word if isinstance(word, str) else str(word)) for word in command)
    if not isinstance(command, str):
        raise TypeError(f"a script is a text or a list of words, not {command!r}")
    return dedent(command).strip()


def outlined(outputs: Any) -> Any:
    """`outputs` with what stands for files replaced by ScriptOutputs."""
    return substitute(outputs, (Observed, Staging), outline)


def outline(item: Observed | Staging) -> ScriptOutput:
    """The ScriptOutput for a File, Dir, FileSet or a pair for staging."""
    if isinstance(item, Staging):
        kind = "folder" if isinstance(item, StagingDir) else "file"
        lasting = "lasting " if isinstance(item.remote, Immutable) else ""
        return ScriptOutput(lasting + kind, item.remote.path, item.place)
    if item.path == STREAM:
        return ScriptOutput("stream", STREAM)
    return ScriptOutput(next(name for name, kind in KINDS.items() if isinstance(item, kind)), item.path)


def interpreter_of(text: str) -> str:
    """What the first line of a script names, with its options; "" for bash as all commands have it."""
    first = text.partition("\n")[0]
    return first[2:].strip() if first.startswith("#!") else ""


def words_of(text: str) -> set[str]:
    """What in a script may be the name of a file, in the shell or in whatever its first line names: its words as bash
    parts them, if it can be parted like that, and what is left of it without the signs that stand around names."""
    import re
    from shlex import shlex

    body = text.partition("\n")[2] if text.startswith("#!") else text
    words = set(re.split(r"[\s\"'`;|&<>(){}\[\],=:$]+", body))
    parted = shlex(body, posix=True, punctuation_chars=True)
    parted.whitespace_split = True
    with suppress(ValueError):  # quotes that only make sense in a here-document, or in another language
        words.update(parted)
    return {word for word in words if word and "\0" not in word}


class Errand:
    """What is to be done around a script, where it runs: files are brought before, and taken away afterwards."""

    __slots__ = ("inputs", "outputs", "tempdir")

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self.inputs: list[Staging] = collect(arguments["inputs"], Staging)
        self.outputs: list[ScriptOutput] = collect(arguments["outputs"], ScriptOutput)
        self.tempdir = bool(arguments["tempdir"])

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to be done at all."""
        return self.tempdir or bool(self.inputs) or any(output.place for output in self.outputs)

    @property
    def has_stream(self) -> bool:
        """Whether the standard output is wanted."""
        return any(output.kind == "stream" for output in self.outputs)

    def targets(self) -> list[Any]:
        """What is copied to, as far as it is not in the temporary folder."""
        brought = [] if self.tempdir else [pair.local for pair in self.inputs]
        return [*brought, *(output.value() for output, _ in self.to_take())]

    def to_take(self) -> Iterator[tuple[ScriptOutput, str]]:
        """The outputs that are copied, and their places."""
        for output in self.outputs:
            place = output.place or (output.path if self.tempdir else "")
            if place and output.kind not in ("stream", "set"):
                yield output, place

    def bring(self, folder: str, put: Put) -> None:
        """Copy the inputs to their places, which are relative to `folder`. Raises OSError that names the path."""
        for pair in self.inputs:
            if folder:
                pair.stage(folder)
            else:
                put(pair.remote, pair.local)

    def take_away(self, folder: str, put: Put) -> None:
        """Copy the outputs from their places. Raises OSError that names the path."""
        for output, place in self.to_take():
            kind: Any = KINDS[output.kind]
            origin = kind(posixpath.join(folder, place))
            if output.place or filing().exists(origin.path):  # one without a place may be where it belongs already
                put(origin, output.value())


def script_result(outputs: Any, stream: bytes | None, text: bool) -> Any:
    """What a script gives that ended well: `outputs` with Files, and with what it printed."""
    printed: Any = stream or b""
    if text:
        printed = printed.decode("utf-8", "surrogateescape")
    return substitute(outputs, ScriptOutput, lambda output: printed if output.kind == "stream" else output.value())


def returned_script(made: Any, arguments: Mapping[str, Any]) -> Any:
    """The call of the script that a function with `arguments` has returned: all that it was given is an input. A pair
    is a script and outputs as `script` takes them. Raises RunError."""
    from sys import _getframe

    command, outputs = made if isinstance(made, tuple) and len(made) == 2 else (made, File(STREAM))
    try:
        return script_call(command, dict(arguments), outputs, False, False, {}, _getframe())
    except TypeError:
        raise RunError("bad-script", kind=repr(command)) from None
