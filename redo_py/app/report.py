"""Events of an execution as lines of text, for the command line and for callers from Python."""

from __future__ import annotations

from redo_py.engine.job import JobState
from redo_py.executors.failures import trace_elsewhere
from redo_py.ground.errors import ErrorList, RedunError, render
from redo_py.tasks.builtin import STDOUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from redo_py.engine.job import Job

WORDS = {"rule": "made", "action": "ran", "check": "passed", "task": "ran"}  # kind of job -> what it did
WIDTH = 12  # of the first column
DISPLACED = 3  # of what was moved out of the way has a line of its own
TRACE = "Traceback (most recent call last):\n"


class Report:
    """A listener that writes a line for each thing that was done, its output whole behind it; failures tell all."""

    def __init__(self, write: Callable[[str], None], quiet: bool, verbose: bool, explain: bool, dry: bool) -> None:
        self._write = write
        self._quiet = quiet  # only failures and the output of actions
        self._verbose = verbose  # also what was taken from the cache
        self._explain = explain  # say why each job runs
        self._dry = dry
        self.counts: dict[str, int] = {}  # outcome -> jobs
        self._aside: dict[str, None] = {}  # folders of what was moved out of the way without a line of its own
        self.paint: Callable[[str], str] = str  # a word of the first column, in its colour
        self.replay: Callable[[Job], bytes] = lambda _: b""  # what a cached check printed when it ran
        self.texts: Mapping[str, Sequence[str]] = {}  # redunfile -> its lines, to show where an error is

    def __call__(self, kind: str, subject: Any, detail: Any) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        tell = getattr(self, f"_{kind}", None) if kind in _TOLD else None
        if tell is not None:
            tell(subject, detail)

    def line(self, word: str, text: str) -> None:
        """One line with `word` in the first column."""
        self._write(f"{self.paint(word)}{' ' * (WIDTH - len(word))}{printable(text)}\n")

    def output(self, job: Job, printed: bytes) -> None:
        """What `job` printed, now or when it last ran."""
        self._write(text_of(printed))

    def notice(self, text: str) -> None:
        """Something that the user should know once."""
        self._write(f"redun: {text}\n")

    def _started(self, job: Job, detail: Any) -> None:
        if self._explain:
            self.line("because", f"{job.origin}: {job.reason}")

    def _done(self, job: Job, detail: Any) -> None:
        if not self._quiet and job.kind != "task":
            self.line(WORDS[job.kind], job.origin)
        elif job.log and not self._quiet:
            self.line("printed", job.origin)
        if job.log and (not self._quiet or job.kind == "action"):
            self.output(job, job.log)

    def _cached(self, job: Job, detail: Any) -> None:
        if job.kind == "check" and not self._quiet:
            self.line("passed", f"{job.origin} (cached)")
            self.output(job, self.replay(job))
        elif self._verbose:
            self.line("cached", job.origin)

    def _restored(self, job: Job, detail: Any) -> None:
        if self._quiet:
            return
        if self._dry:
            self.line("would get", f"{job.origin}: {job.reason}")
            return
        if self._explain:
            self.line("because", f"{job.origin}: {job.reason}")
        self.line("restored", job.origin)

    def _retried(self, job: Job, detail: Any) -> None:
        if self._quiet:
            return
        self.line("again", f"{job.origin}: {str(detail).splitlines()[0]}")

    def _failed(self, job: Job, error: Any) -> None:
        self.line("failed", job.origin)
        self.output(job, job.log)
        self.error(error if error is not None else job.error)

    def error(self, error: BaseException | None) -> None:
        """The whole text of an error, with the line of the redunfile where it is."""
        if isinstance(error, RedunError):
            show_line(error, self.texts)
        self._write(describe(error) + "\n")

    def _stopped(self, job: Job, detail: Any) -> None:
        self.line("stopped", job.origin)
        self.output(job, job.log)

    def _would_run(self, job: Job, detail: Any) -> None:
        if self._quiet:
            return
        self.line("would run" if job.kind != "rule" else "would make", f"{job.origin}: {job.reason}")

    def _displaced(self, job: Job, detail: Any) -> None:
        path, new_place = detail
        if self.counts["displaced"] <= DISPLACED:
            self.notice(f"{path} is not what redun put there: moved to {new_place}")
        else:
            self._aside[new_place.removesuffix(path)] = None

    def tell_displaced(self) -> None:
        """How many more were moved, and where to, if so many were that not each has a line."""
        if self._aside:
            more = self.counts["displaced"] - DISPLACED
            self.notice(f"{more} more {'was' if more == 1 else 'were'} moved to {', '.join(self._aside)}")
            self._aside.clear()

    def _notice(self, job: Any, detail: Any) -> None:
        self.notice(str(detail))


_TOLD = frozenset({
    "started", "done", "cached", "restored", "retried", "failed", "stopped", "would_run", "displaced", "notice",
})  # fmt: skip


def printable(text: str) -> str:
    """`text` on one line, whatever is in the names that it mentions; bytes that are no UTF-8 show as in outputs."""
    if text.isprintable():
        return text
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in whole)


def text_of(output: bytes) -> str:
    """What a job printed, as text that ends a line; bytes that are no UTF-8 show as escapes."""
    text = output.decode("utf-8", "backslashreplace")
    return text if not text or text.endswith("\n") else text + "\n"


def show_line(error: RedunError, texts: Mapping[str, Sequence[str]]) -> None:
    """Let `error`, which was found while the build ran, show the line that it is about: `texts` are those of the
    redunfiles."""
    span = error.span
    if span is not None and error.source is None and span.line <= len(texts.get(span.file, ())):
        error.source = texts[span.file][span.line - 1]


def describe(error: BaseException | None) -> str:
    """The whole text of an error; of one that a task raised, its traceback below redun's own frames, or that of the
    process where the task ran."""
    if error is None:
        return "redun: it failed"
    if isinstance(error, ErrorList):
        return str(error)
    there = trace_elsewhere(error)
    if isinstance(error, RedunError):  # one with such a traceback stands for what the task raised
        return f"{TRACE}{there}{render(error)}" if there else render(error)
    if there:
        return f"{TRACE}{there}".rstrip("\n")
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/redo_py/" not in frame.filename.replace("\\", "/")]
    lines = [TRACE, *traceback.format_list(own)] if own else []
    lines += traceback.format_exception_only(type(error), error)
    return "".join(lines).rstrip("\n")


def is_answer(job: Job) -> bool:
    """Whether `job` was a question to a command (`stdout`) that was answered: every build asks, it is no work."""
    return job.name == STDOUT and job.outcome == "ran" and job.state == JobState.DONE


def summary(counts: dict[str, int], seconds: float, dry: bool) -> str:
    """The last line of a build that did something."""
    names = [
        ("failed", "failed"), ("done", "run"), ("restored", "restored"), ("cached", "up to date"),
        ("stopped", "stopped"), ("skipped", "not run"),
    ]  # fmt: skip
    if dry:
        names = [
            ("failed", "would fail"),
            ("would_run", "would run"),
            ("restored", "would be restored"),
            ("cached", "up to date"),
        ]
    parts = [f"{counts[kind]} {word}" for kind, word in names if counts.get(kind)]
    return f"redun: {', '.join(parts) or 'nothing to do'}" + ("" if dry else f" ({seconds:.2f} s)")
