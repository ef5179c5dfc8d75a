"""Why a job of AWS Batch has ended without a result, of what Batch says about it."""

from __future__ import annotations

from redo_py.ground.errors import RunError, TimedOut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.backend import Report

TOO_LONG = "batch-time"

# words of Batch -> code of the error
TELLING = {
    "CannotPullContainerError": "batch-image",
    "OutOfMemoryError": "batch-memory",
    "Host EC2": "batch-machine-lost",
    "Your Spot Task was interrupted": "batch-machine-lost",
    "attempt duration exceeded timeout": TOO_LONG,
}


def with_error(report: Report) -> Report:
    """`report`, with the error that its reason means, if it means a certain one."""
    for words, code in TELLING.items():
        if words in report.reason:
            report.error = (TimedOut if code == TOO_LONG else RunError)(code)
    return report
