"""What is told of jobs that SLURM has ended, for each of its words."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.executors.backend import ENDED, Placed, Report
from redo_py.executors.options import checked
from redo_py.executors.slurm.answers import State
from redo_py.executors.slurm.failures import failure
from redo_py.executors.slurm.options import SlurmOptions
from tests.parts.backends import text_of

MEMORY = "redun: it needed more memory than it had asked for\n  hint: give it more with `memory`"
NO_SCRATCH = (
    "redun: the job of it did not find its folder in the scratch on n1\n"
    "  hint: `scratch` has to be a folder that all nodes share, under the same path"
)


def told(word: str, log: str = "", exit: int | None = None, **options: Any) -> str:
    """The text for a job with this state."""
    job = Placed("k", "it", ["worker"], checked(SlurmOptions, options))
    return text_of(Report("k", ENDED, error=failure(job, State("1", word, node="n1", exit=exit), log)), "it")


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("PREEMPTED", "redun: it gave way to a job of higher priority\n  hint: `retries` tries it again"),
        ("OUT_OF_MEMORY", MEMORY),
        ("BOOT_FAIL", "redun: the node n1 failed while it ran on it\n  hint: `retries` tries it again elsewhere"),
        (
            "DEADLINE",
            "redun: it took longer than its partition allows\n  hint: give it more with `time`",
        ),
    ],
)
def test_words(word: str, text: str):
    assert told(word) == text


def test_a_time_limit():
    assert isinstance(failure(None, State("1", "TIMEOUT", node="n1"), ""), TimeoutError)
    assert told("TIMEOUT", time="90min") == (
        "redun: it took longer than its time limit of 1.5 hours\n  hint: give it more with `time`"
    )


def test_what_the_log_says_of_memory():
    assert told("FAILED", "slurmstepd: error: Detected 1 oom_kill event in StepId=3.batch.", -9) == MEMORY
    assert told("FAILED", "slurmstepd: error: Exceeded job memory limit", -9) == MEMORY


@pytest.mark.parametrize("status", [97, -53])
def test_a_scratch_that_is_not_there(status: int):
    assert told("FAILED", exit=status) == NO_SCRATCH


def test_of_others_the_worker_tells():
    assert failure(None, State("1", "FAILED", exit=1), "some words") is None
