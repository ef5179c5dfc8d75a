"""What goes wrong, as objects; how it reads is in the catalogue.

RedunError                 anything we say to the user; carries an entry of the catalogue and its facts
 ├─ UsageError             the command line, the redunfile, the graph or a setting is wrong: exit 2, nothing was run
 ├─ RunError               a command or task failed: exit 1
 │   ├─ ScriptError        a script failed; carries what it wrote to its standard error
 │   └─ TimedOut           it took longer than it may; a TimeoutError, too
 ├─ StoreError             the database or cache cannot be used: exit 2
 └─ InternalError          a bug of ours: exit 3
ErrorList                  several independent UsageErrors of one file, shown one after another
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from redo_py.ground.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STDERR = "stderr"  # the label of the fact that shows the last line of it


class RedunError(Exception):
    """An error with a designed text.

    `code` names an entry of `redo_py.ground.catalogue`; `words` fill the braces of its headline and hint.
    `span` and `source` (the text of the span's line, without its newline) give the place and the caret.
    `facts` are (label, text) pairs shown aligned below the caret; `trail` are the places that led here,
    outermost first, as (what, span or None).
    """

    exit_status = 2

    def __init__(
        self,
        code: str,
        *,
        span: Span | None = None,
        source: str | None = None,
        facts: Iterable[tuple[str, str]] = (),
        trail: Iterable[tuple[str, Span | None]] = (),
        **words: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.span = span
        self.source = source
        self.facts = list(facts)
        self.trail = list(trail)
        self.words = words

    @property
    def headline(self) -> str:
        """The first line of the message, without its place."""
        return _fill(self.code, 0, self.words)

    @property
    def hint(self) -> str:
        """What to do next; empty when the headline says it all."""
        return _fill(self.code, 1, self.words)

    def __str__(self) -> str:
        return render(self)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.span, self.source, self.facts, self.trail, self.words))


class UsageError(RedunError):
    """The request, the redunfile or the graph is wrong. Nothing was run."""


class RunError(RedunError):
    """A command or a task failed."""

    exit_status = 1


class ScriptError(RunError):
    """A shell script failed; `stderr` is what it wrote to its standard error, `message` the last line of that."""

    def __init__(self, stderr: bytes | str = b"", code: str = "script-failed", **rest: Any) -> None:
        self.stderr = stderr.encode("utf-8", "surrogateescape") if isinstance(stderr, str) else stderr
        lines = self.stderr.decode("utf-8", "replace").strip().splitlines()
        self.message = lines[-1] if lines else ""
        super().__init__(code, **{"reason": self.message, **rest})
        if self.message and code != "script-failed":
            self.facts = [fact for fact in self.facts if fact[0] != STDERR] + [(STDERR, self.message)]

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_script, (self.stderr, self.code, self.span, self.source, self.facts, self.trail, self.words))


class TimedOut(RunError, TimeoutError):
    """A command or a task took longer than it may: caught as Python's own error of that kind."""


class StoreError(RedunError):
    """The project's database or cache cannot be used."""


class InternalError(RedunError):
    """An invariant of ours does not hold."""

    exit_status = 3


class ErrorList(Exception):
    """All independent errors found in one go; must not be empty."""

    exit_status = 2

    def __init__(self, errors: Sequence[RedunError]) -> None:
        super().__init__(errors)
        self.errors = list(errors)

    def __str__(self) -> str:
        return "\n".join(render(error) for error in self.errors)


def render(error: RedunError) -> str:
    """The whole text of `error`: place and headline, source line with caret, facts, trail, hint."""
    span = error.span
    lines = [f"{span}: {error.headline}" if span else f"redun: {error.headline}"]
    if span is not None and error.source is not None:
        lines.append(f"{span.line:>6} | {error.source}")
        lines.append(" " * 7 + "| " + caret_padding(error.source, span.column) + "^")
    width = max((len(label) for label, _ in error.facts), default=0)
    for label, text in error.facts:
        lines.append(f"  {label:<{width}}  {text}")
    for what, place in error.trail:
        lines.append(f"  in {what}" + (f" ({place})" if place else ""))
    for number, line in enumerate(error.hint.splitlines()):
        lines.append(f"  hint: {line}" if number == 0 else f"        {line}")
    return "\n".join(lines)


def caret_padding(source: str, column: int) -> str:
    """What to print before a caret under `column` (from 1) of `source`, keeping tabs so that it lines up."""
    return "".join("\t" if char == "\t" else " " for char in source[: column - 1]).ljust(column - 1)


def _fill(code: str, part: int, words: dict[str, object]) -> str:
    from redo_py.ground.catalogue import ENTRIES

    return ENTRIES[code][part].format_map(words)


def _rebuild_script(
    stderr: bytes,
    code: str,
    span: Span | None,
    source: str | None,
    facts: list[tuple[str, str]],
    trail: list[tuple[str, Span | None]],
    words: dict[str, object],
) -> ScriptError:
    return ScriptError(stderr, code, span=span, source=source, facts=facts, trail=trail, **words)


def _rebuild(
    kind: type[RedunError],
    code: str,
    span: Span | None,
    source: str | None,
    facts: list[tuple[str, str]],
    trail: list[tuple[str, Span | None]],
    words: dict[str, object],
) -> RedunError:
    return kind(code, span=span, source=source, facts=facts, trail=trail, **words)
