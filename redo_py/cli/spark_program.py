"""What `spark-submit` runs in a cluster: the driver of one job, `spark_program.py oneshot SCRATCH/jobs/KEY`.

It is sent there as a file by itself, for a Python that has redo-py installed.
"""

from __future__ import annotations

import sys

from redo_py.cli.fastlane import main
from redo_py.remote.spark_driver import leave, submitted_session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(words: Sequence[str]) -> int:
    """Carry out `redun WORDS`, a oneshot, where its functions have the session of this application; the exit status."""
    session = submitted_session()
    try:
        return main(words)
    finally:
        leave(session)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
