"""The lines of a build for the log of GitHub Actions: outputs are folded, failures are shown at their place."""

from __future__ import annotations

from redo_py.app.report import Report, describe, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.engine.job import Job


class GithubReport(Report):
    """A Report whose lines GitHub's runner understands."""

    def output(self, job: Job, printed: bytes) -> None:
        """What a job printed, folded. What a failed one printed is in sight."""
        if not printed or job.outcome == "failed":
            super().output(job, printed)
            return
        self._write(f"::group::output of {printable(job.origin)}\n")
        super().output(job, printed)
        self._write("::endgroup::\n")

    def _failed(self, job: Job, error: Any) -> None:
        super()._failed(job, error)
        said = error if error is not None else job.error
        self._write(f"::error {place_of(job, said)}::{message(describe(said))}\n")


def place_of(job: Job, error: Any) -> str:
    """Where GitHub is to show the error: at its own place, else where the call of the job is written."""
    span = getattr(error, "span", None) or getattr(job.expression, "span", None)
    title = f"title={value(printable(job.origin))}"
    return title if span is None else f"file={value(span.file)},line={span.line},col={span.column},{title}"


def message(text: str) -> str:
    """`text` as the runner wants what follows the second colons: on one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def value(text: str) -> str:
    """`text` as a value before the second colons."""
    return message(text).replace(":", "%3A").replace(",", "%2C")
