"""What goes to a worker and comes back: the door between executors and the processes that run for them.

Everything here is pickled with values.codec. A worker of the same version reads it; there is no other reader.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.executors.api import CommandStep, Outcome

WORKER = "_worker"  # the hidden command that serves: `redun _worker REQUESTS REPLIES ROOT FOLDER...`
BESIDE = "REDUN_BESIDE"  # a variable: this worker is one of several at the same job, whose result is that of another
NO_MEMORY = 75  # exit status of a worker that has too little memory to go on
NO_RESULT = 74  # exit status of a worker that cannot use the scratch, or what its machine has for temporary folders
STALE = "stale"  # the kind of a reply that says: this worker has loaded other code than it was asked for
DONE = "done"  # the kind of a reply with an outcome


class Reference:
    """A function that a worker can import for itself, told by where it is and by what it was when it was decided."""

    __slots__ = ("by_files", "code", "converts", "member", "module", "name", "version")

    def __init__(
        self,
        name: str,
        module: str,
        member: str,
        code: bytes,
        converts: bool,
        version: str | None,
        by_files: bool = False,
    ) -> None:
        self.name = name  # the task's full name
        self.module = module
        self.member = member  # the qualified name in the module
        self.code = code  # the digest of the task's code; b"" if nobody can check it
        self.converts = converts  # whether annotated parameters get text or a Path for a File, as redunfiles do
        self.version = version
        self.by_files = by_files  # whether `code` is that of whole files: in an interpreter with other packages


class RemoteCall:
    """One call of a function: of a Reference, or of a function that travels itself."""

    __slots__ = ("args", "function", "kwargs", "modules")

    def __init__(
        self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], modules: Sequence[str] = ()
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.modules = modules  # what has to be imported because it changes what the function reaches


class RemoteScript:
    """A script with what is to be done around it, where it runs."""

    __slots__ = ("command", "errand")

    def __init__(self, command: CommandStep, errand: Any) -> None:
        self.command = command
        self.errand = errand  # a tasks.scripts.Errand


class RemoteSpec:
    """A JobSpec as it travels; see executors.api for the fields. `env` is None if it is the last one that was sent."""

    __slots__ = ("answers", "build_id", "depfiles", "env", "label", "outputs", "script", "seq", "steps")

    def __init__(
        self,
        seq: int,
        label: str,
        steps: Sequence[CommandStep | RemoteCall | RemoteScript],
        env: dict[str, str] | None,
        outputs: Sequence[str],
        depfiles: Sequence[str],
        answers: bool = False,
        script: bool = False,
        build_id: str = "",
    ) -> None:
        self.seq = seq
        self.label = label
        self.steps = steps
        self.env = env
        self.outputs = outputs
        self.depfiles = depfiles
        self.answers = answers
        self.script = script
        self.build_id = build_id  # what commands carry, so that whoever sent this finds them; "" if nobody looks for it


class Reply:
    """What a worker answers: DONE with an outcome, or STALE."""

    __slots__ = ("kind", "outcome", "trace")

    def __init__(self, kind: str, outcome: Outcome | None = None, trace: str = "") -> None:
        self.kind = kind
        self.outcome = outcome  # without what C code and child processes printed, which goes another way
        self.trace = trace  # of an error: its traceback as text, because frames do not travel
