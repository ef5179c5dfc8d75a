"""Why a job of AWS Batch has ended without a result, of what Batch says about it."""

from __future__ import annotations

from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.backend import Report

# words of Batch -> code of the error
TELLING = {
    "CannotPullContainerError": "batch-image",
    "OutOfMemoryError": "batch-memory",
    "Host EC2": "batch-machine-lost",
    "Your Spot Task was interrupted": "batch-machine-lost",
}


def with_error(report: Report) -> Report:
    """`report`, with the error that its reason means, if it means a certain one."""
    for words, code in TELLING.items():
        if words in report.reason:
            report.error = RunError(code)
    return report
