"""Which jobs are submitted together, how they are named, and how the options read."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.executors.backend import Placed
from redo_py.executors.batch.console import QueuedJob
from redo_py.executors.batch.options import BatchOptions
from redo_py.executors.batch.service import Backoff
from redo_py.executors.batch.submissions import grouped, job_name, key_of, retry_strategy, tags_of
from redo_py.executors.options import OptionFault, checked, names_of, with_job
from redo_py.ground.job_ids import job_id

GIVEN: dict[str, Any] = {"image": "worker:1", "scratch": "s3://b/f", "queue": "q"}
KEY = "0123456789abcdef" * 2


def options(**more: Any) -> BatchOptions:
    """Options that are whole."""
    found: BatchOptions = checked(BatchOptions, {**GIVEN, **more})
    return found


def placed(count: int, given: BatchOptions, label: str = "task(1)", timeout: float | None = None) -> list[Placed]:
    """Jobs that lie ready."""
    return [Placed(f"{number:032d}", label, ["true"], given, timeout) for number in range(count)]


def sizes(jobs: list[Placed], given: BatchOptions) -> list[int]:
    """How many jobs each submission has."""
    return [len(group) for group in grouped(jobs, given)]


def test_few_jobs_are_single_and_many_are_arrays():
    given = options()
    assert sizes(placed(4, given), given) == [1, 1, 1, 1]
    assert sizes(placed(5, given), given) == [5]
    assert sizes(placed(2003, given), given) == [1000, 1000, 1, 1, 1]


def test_jobs_with_other_options_or_timeouts_are_others():
    given = options(min_array_size=2)
    other = with_job(given, {"memory": 8 << 30})
    assert sizes(placed(2, given) + placed(2, other) + placed(2, given, timeout=9.0), given) == [2, 2, 2]
    assert sizes(placed(2, given, "a()") + placed(2, given, "b()"), given) == [4]


def test_jobs_on_several_machines_are_single():
    given = options(min_array_size=2, num_nodes=2)
    assert sizes(placed(3, given), given) == [1, 1, 1]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("flow.train(1, 'x')", f"redun-job-flow-train-{KEY}"),
        ("out/sub dir/file.txt", f"redun-job-out-sub-dir-file-txt-{KEY}"),
        ("äöü", f"redun-job-job-{KEY}"),
        ("", f"redun-job-job-{KEY}"),
        ("x" * 500, f"redun-job-{'x' * 54}-{KEY}"),
    ],
)
def test_names_of_jobs(label: str, name: str):
    assert job_name("redun-job", label, KEY) == name
    assert len(name) <= 128
    assert key_of(name) == (KEY, False)


def test_names_that_tell_keys():
    longest = job_name("p" * 32, "x" * 500, KEY, "array")
    assert len(longest) <= 128
    assert key_of(longest) == (KEY, True)
    assert key_of("nightly-report") == ("", False)
    assert key_of("array") == ("", True)


def test_tags_are_short_and_of_characters_that_batch_takes():
    (job,) = placed(1, options(batch_tags={"long": "x" * 500, "odd": "é(1)", "none": ""}))
    tags = tags_of([job], "project", "")
    assert tags["long"] == "x" * 256
    assert tags["odd"] == "__1_"
    assert "none" not in tags
    assert "redun_user" not in tags
    assert tags_of([job, job], "p", "u").get("redun_job_key") is None


def test_tags_tell_the_execution_and_of_a_single_job_which_it_is():
    (job,) = placed(1, options())
    tags = tags_of([job], "p", "u", b"0123456789abcdef")
    assert tags["redun_execution_id"] == "30313233-3435-3637-3839-616263646566"
    assert tags["redun_job_id"] == job_id(b"0123456789abcdef", job.seq)
    assert sorted(tags_of([job, job], "p", "u", b"0123456789abcdef")) == [
        "redun_execution_id", "redun_project", "redun_task_name", "redun_user", "redun_version",
    ]  # fmt: skip
    assert not {"redun_execution_id", "redun_job_id"} & tags_of([job], "p", "u").keys()


def test_retries_are_for_machines_alone():
    assert retry_strategy(0) == {"attempts": 1}
    strategy = retry_strategy(2)
    assert strategy["attempts"] == 3
    assert strategy["evaluateOnExit"][-1] == {"onReason": "*", "action": "EXIT"}


def test_the_defaults():
    given = options()
    assert (given.cpus, given.gpus, given.memory) == (1.0, 0, 4 << 30)
    assert (given.min_array_size, given.max_array_size, given.job_stale_time) == (5, 1000, 3.0)
    assert (given.job_monitor_interval, given.job_name_prefix) == (5.0, "redun-job")
    assert given.autocreate_job_def
    assert given.default_batch_tags
    assert not given.privileged


def test_texts_as_redun_ini_has_them():
    given = options(
        vcpus="4", gpus="1", shared_memory="8", privileged="True", batch_tags='{"a": "b"}', min_array_size="10",
        job_def_extra='{"timeout": {"attemptDurationSeconds": 100}}', role="None", code_includes='["*.py"]',
    )  # fmt: skip
    assert (given.cpus, given.gpus, given.shared_memory, given.privileged) == (4.0, 1, 8.0, True)
    assert given.batch_tags == {"a": "b"}
    assert given.job_def_extra == {"timeout": {"attemptDurationSeconds": 100}}
    again = with_job(given, {"memory": 1 << 30})
    assert again.shared_memory == 8.0


def test_every_name_that_redun_has():
    names = """image queue s3_scratch aws_region role vcpus gpus memory shared_memory timeout retries privileged
    job_name_prefix autocreate_job_def job_def_name job_def_extra batch_tags default_batch_tags num_nodes share_id
    scheduling_priority_override debug debug_scratch job_monitor_interval min_array_size max_array_size job_stale_time
    code_package code_includes code_excludes"""
    assert set(names.split()) - set(names_of(BatchOptions)) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_array_size", 20_000),
        ("platform", "EKS"),
        ("num_nodes", 0),
        ("scheduling_priority_override", 10_000),
        ("job_name_prefix", "a b"),
    ],
)
def test_values_that_cannot_be(name: str, value: object):
    with pytest.raises(OptionFault) as caught:
        options(**{name: value})
    assert caught.value.name == name


def test_what_must_be_said():
    with pytest.raises(OptionFault) as caught:
        checked(BatchOptions, {"image": "x", "scratch": "s3://b"})
    assert (caught.value.name, str(caught.value)) == ("queue", "it is needed")


def test_pauses_grow_and_chance_shortens_them():
    backoff = Backoff(1.0, 8.0)
    pauses = [backoff.pause() for _ in range(200)]
    for number, most in enumerate((1.0, 2.0, 4.0, 8.0, 8.0)):
        assert 0.1 * most <= pauses[number] <= most
    assert max(pauses) <= 8.0
    assert len(set(pauses)) > 100
    backoff.reset()
    assert backoff.pause() <= 1.0


@pytest.mark.parametrize(
    ("word", "is_asked"),
    [("", False), ("o", False), ("0a1", False), (":3", False), ("0a1b", True), ("0a1b2c3d:3", True), ("wait", True)],
)
def test_a_word_that_means_a_job(word: str, is_asked: bool):
    job = QueuedJob({"jobId": "0a1b2c3d-0000", "jobName": "redun-flow-wait-0123", "status": "RUNNING"})
    assert job.is_asked(word) is is_asked
