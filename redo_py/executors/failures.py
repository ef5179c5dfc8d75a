"""The errors of jobs, with their facts: what was run, where, and which variables it did not get."""

from __future__ import annotations

import os
from errno import EMFILE, ENFILE, ENOSPC

from redo_py.executors.api import Failed
from redo_py.ground.errors import RunError, ScriptError, TimedOut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.executors.api import CommandStep, JobSpec, Outcome

OF_THE_COMMAND = frozenset(
    (
        "command-failed", "command-killed", "command-not-executable", "command-not-found", "command-not-started",
        "command-too-long", "shell-not-found",
    )
)  # fmt: skip
_TIMED_OUT = "timed-out"
_SHOWN_LINES = 20
_SHOWN_WIDTH = 500


class RemoteError(Exception):
    """What an error of another process looked like there, as the cause of that error here."""

    def __init__(self, trace: str) -> None:
        super().__init__(trace)
        self.trace = trace  # where it was raised, and what it says

    def __str__(self) -> str:
        return f"Traceback (most recent call last):\n{self.trace}"


def trace_elsewhere(error: BaseException | None) -> str:
    """Where an error of another process was raised there, and what it says; "" for one of this process."""
    cause = error.__cause__ if error is not None else None
    return cause.trace if isinstance(cause, RemoteError) else ""


def step_failure(
    code: str, spec: JobSpec, step: CommandStep, hidden: Mapping[str, str] | None = None, **words: Any
) -> RunError:
    """The error `code` of one command. `hidden` are the variables of redun's own environment; those of them that the
    text mentions and that it did not get are named."""
    facts = command_facts(step.text)
    if step.cwd:
        facts.append(("in", step.cwd))
    missing = hidden_names(spec, step, hidden or {})
    if missing:
        names = ", ".join(missing)
        facts.append(("not passed", f"{names}: name what it needs in `env=`, `env()` or `[build] pass_env`"))
    if not step.shell and (word := glued_options(step.text)):
        facts.append(("one word", f"{word}: where that should be several, write `words(...)` around it"))
    return _kind(code)(code, facts=facts, label=spec.label, **words)


def job_failure(code: str, spec: JobSpec, **words: Any) -> RunError:
    """The error `code` of a job as a whole."""
    return _kind(code)(code, label=spec.label, **words)


def _kind(code: str) -> type[RunError]:
    return TimedOut if code == _TIMED_OUT else RunError


def mishandled(spec: JobSpec, error: BaseException) -> RunError:
    """The error of a job that could not be sent, or taken back, for a reason that nobody has thought of."""
    made = job_failure("job-mishandled", spec, error=f"{type(error).__name__}: {error}")
    made.__cause__ = error
    return made


def system_failure(spec: JobSpec, error: OSError) -> RunError:
    """The error of a job that the system gave no means to run."""
    if error.errno in (EMFILE, ENFILE):
        return job_failure("too-many-files", spec)
    if error.errno == ENOSPC:
        return job_failure("disk-full", spec, path=error.filename)
    return job_failure("command-not-started", spec, reason=reason(error))


def failed_after(outcome: Outcome, error: BaseException) -> Failed:
    """The outcome of a job whose `outcome` does not hold because of `error`."""
    return Failed(outcome.seq, error, outcome.output, outcome.started, outcome.ended, outcome.usage)


def exit_failure(spec: JobSpec, step: CommandStep, status: int, hidden: Mapping[str, str]) -> RunError:
    """The error of a command that ended with the wait status `status`, which is not 0."""
    if os.WIFSIGNALED(status):
        dumped = " (core dumped)" if os.WCOREDUMP(status) else ""
        return step_failure("command-killed", spec, step, hidden, signal=signal_name(os.WTERMSIG(status)) + dumped)
    return step_failure("command-failed", spec, step, hidden, status=os.WEXITSTATUS(status))


def script_failure(error: RunError, stderr: bytes) -> RunError:
    """The error of a script: that of its command, with what it wrote to its standard error; others stay as they are."""
    if error.code not in OF_THE_COMMAND:
        return error
    return ScriptError(stderr, error.code, span=error.span, facts=error.facts, **error.words)


def command_facts(text: str) -> list[tuple[str, str]]:
    """The first lines of a command's text, one fact each."""
    lines = text.strip("\n").split("\n")
    shown = lines[:_SHOWN_LINES]
    if len(lines) > _SHOWN_LINES:
        shown.append(f"... and {len(lines) - _SHOWN_LINES} more lines")
    return [("" if number else "command", printable(line)) for number, line in enumerate(shown)]


def printable(line: str) -> str:
    """`line` without what would upset a terminal, and not endless."""
    kept = "".join(char if char.isprintable() or char == "\t" else ascii(char)[1:-1] for char in line[:_SHOWN_WIDTH])
    return kept + (f"... and {len(line) - _SHOWN_WIDTH} more characters" if len(line) > _SHOWN_WIDTH else "")


def hidden_names(spec: JobSpec, step: CommandStep, hidden: Mapping[str, str]) -> list[str]:
    """Variables of `hidden` that the command mentions and was not given, sorted."""
    import re

    pattern = r"\w+" if step.shell else r"(?<=\$)\w+|(?<=\$\{)\w+"
    return sorted({name for name in re.findall(pattern, step.text) if name in hidden and name not in spec.env})


def glued_options(text: str) -> str:
    """The first quoted word of a command that looks like several options; "" if there is none."""
    import re

    found = re.search(r"(?<!\S)'-[^'\s]+(\s+-[^'\s]+)+'(?!\S)", text)
    return printable(found[0]) if found else ""


def signal_name(number: int) -> str:
    """SIGSEGV for 11; the number itself where it has no name."""
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def reason(error: OSError) -> str:
    """The system's own words, begun small."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]


def as_failure(error: BaseException, spec: JobSpec, file: str) -> BaseException:
    """`error` that a function raised, with a traceback that begins behind the frames of our `file`; for sys.exit() and
    the like a RunError, because what is not meant to be caught must not end more than its job."""
    if not isinstance(error, Exception):
        if isinstance(error, SystemExit):
            shown = job_failure("call-exited", spec, status="" if error.code is None else error.code)
        else:
            shown = job_failure("call-broken-off", spec, kind=type(error).__name__, error=str(error))
        shown.__cause__ = error
        return shown
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == file:
        trace = trace.tb_next
    return error.with_traceback(trace) if trace is not None else error
