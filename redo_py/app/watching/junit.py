"""`--junit`: the checks and actions of a build as JUnit XML, which CI systems show as tests. What else has failed
stands there as an error, so that no report of a build that failed is green."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from redo_py.app.report import describe, text_of
from redo_py.engine.job import JobState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redo_py.engine.execution import Execution
    from redo_py.engine.job import Job

SHOWN = ("check", "action")  # kinds of jobs
TAKEN = ("cached", "restored", "joined")  # outcomes of jobs whose earlier result still holds, or another's


def as_xml(execution: Execution, seconds: float, replay: Callable[[Job], bytes], error: BaseException | None) -> bytes:
    """The document. `replay` gives what a job printed when it last ran; `error` is that of a build that failed."""
    jobs = [job for job in execution.frontier.jobs if job.kind in SHOWN]
    failed = sum(job.outcome == "failed" for job in jobs)
    skipped = sum(why_skipped(execution, job) != "" for job in jobs)
    others = [job for job in execution.failures if job.kind not in SHOWN and job.outcome == "failed"]
    others = [job for job in others if job.seq not in execution.handling.caught]
    told = {id(job.error) for job in execution.failures}
    nobodys = [error] if error is not None and id(error) not in told and not execution.interrupted else []
    errors = len(others) + len(nobodys)
    count = len(jobs) + errors
    counts = f'tests="{count}" failures="{failed}" errors="{errors}" skipped="{skipped}" time="{seconds:.3f}"'
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<testsuites name="redun" {counts}>']
    lines.append(f'<testsuite name="redun build" {counts}>')
    for job in (*others, *jobs):
        lines += case(execution, job, replay)
    for each in nobodys:
        lines += ['<testcase name="redun build" classname="build">', failure("error", describe(each)), "</testcase>"]
    lines += ["</testsuite>", "</testsuites>", ""]
    return "\n".join(lines).encode()


def failure(element: str, text: str) -> str:
    """The element that tells of a failure."""
    text = legal(text)
    return f"<{element} message={attribute(text.partition(chr(10))[0])}>{escape(text)}</{element}>"


def case(execution: Execution, job: Job, replay: Callable[[Job], bytes]) -> Iterator[str]:
    """One job as a test case."""
    seconds = max(0.0, job.ended - job.started) if job.tries else 0.0
    span = getattr(job.expression, "span", None)
    place = f' file={attribute(span.file)} line="{span.line}"' if span is not None else ""
    yield f'<testcase name={attribute(job.origin)} classname="{job.kind}"{place} time="{seconds:.3f}">'
    if job.outcome in TAKEN:
        yield '<properties><property name="cached" value="true"/></properties>'
    if job.outcome == "failed":
        yield failure("failure" if job.kind in SHOWN else "error", describe(job.error))
    elif reason := why_skipped(execution, job):
        yield f"<skipped message={attribute(reason)}/>"
    printed = text_of(replay(job) if job.outcome in TAKEN else job.log)
    if printed:
        yield f"<system-out>{escape(legal(printed))}</system-out>"
    yield "</testcase>"


def why_skipped(execution: Execution, job: Job) -> str:
    """Why there is no result for the job; "" if there is one."""
    if job.outcome == "would_run":
        return f"would run: {job.reason}"
    if job.outcome == "failed" or job.state == JobState.DONE:
        return ""
    if execution.interrupted:
        return "the build was interrupted"
    return "something that it needs failed" if job.state == JobState.FAILED else "the build ended before it"


def attribute(text: str) -> str:
    """`text` as a quoted value."""
    return quoteattr(legal(text), {"\n": "&#10;", "\t": "&#9;"})


def legal(text: str) -> str:
    """`text` with what XML cannot hold, control characters and halves of characters, written as escapes."""
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n")
    return "".join(char if is_legal(char) else char.encode("unicode_escape").decode() for char in lines)


def is_legal(char: str) -> bool:
    """Whether XML 1.0 can hold the character; carriage returns, which parsers change, do not count as such."""
    return char in "\n\t" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"
