"""`debug`: the jobs of a Batch executor in containers of this machine, by a real podman."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.backend import RUNNING
from redo_py.executors.batch.debug import container_options
from redo_py.executors.batch.options import BatchOptions
from redo_py.executors.options import OptionFault, checked
from redo_py.ground.errors import UsageError
from tests.aws.server import LocalAws
from tests.parts.podman import IMAGE, Podman
from tests.unit.executors.batch.bench import Bench

OF_CONTAINERS = ("engine", "engine_args", "run_args", "network", "volumes", "variables")


@pytest.fixture
def debugged(podman: Podman, aws: LocalAws, tmp_path: Path) -> Iterator[Bench]:
    """An executor with `debug`."""
    given = podman.options()
    bench = Bench(
        aws, tmp_path / "scratch", debug=True, debug_scratch=str(tmp_path / "scratch"), image=IMAGE,
        debug_options={name: given[name] for name in OF_CONTAINERS},
    )  # fmt: skip
    yield bench
    bench.backend.close()
    assert podman.names() == []


def test_jobs_run_here_and_aws_is_not_asked(debugged: Bench):
    debugged.backend.open()
    good, bad = debugged.run(debugged.job("a", "echo hello"), debugged.job("b", "echo no; exit 3"))
    assert (good.exit, bad.exit) == (0, 3)
    assert debugged.backend.tail(bad.key) == "no\n"
    assert debugged.aws.calls == []


def test_a_job_is_ended_here(debugged: Bench):
    debugged.backend.open()
    job = debugged.job("a", "sleep 300")
    debugged.backend.launch([job])
    debugged.until([job.key], lambda report: report.state == RUNNING)
    debugged.backend.cancel([job.key])
    assert debugged.ended([job])[0].exit != 0


def test_one_task_runs_here_and_the_others_there(podman: Podman, aws: LocalAws, tmp_path: Path):
    given = podman.options()
    bench = Bench(aws, tmp_path / "scratch", debug_options={name: given[name] for name in OF_CONTAINERS})
    bench.backend.open()
    here = bench.job("a", "echo ${AWS_BATCH_JOB_ID-here}", debug=True, image=IMAGE)
    there = bench.job("b", "echo $AWS_BATCH_JQ_NAME")
    bench.run(here, there)
    assert bench.backend.tail(here.key).strip() == "here"
    assert bench.backend.tail(there.key) == bench.options.queue
    assert len(bench.submitted()) == 1
    bench.backend.close()


def options(**more: Any) -> BatchOptions:
    """Options of an executor with `debug`."""
    found: BatchOptions = checked(BatchOptions, {"image": "worker:1", "debug": True, **more})
    return found


def test_it_needs_neither_queue_nor_bucket():
    given = options(s3_scratch="s3://bucket/folder")
    assert given.scratch == ""
    assert options(debug_scratch="/somewhere").scratch == "/somewhere"


def test_what_containers_get():
    found = container_options(
        options(vcpus=2, memory=1 << 30, shared_memory=2, privileged=True, debug_options={"user": "nobody"})
    )
    assert (found.image, found.cpus, found.memory, found.shared_memory) == ("worker:1", 2.0, 1 << 30, 2 << 30)
    assert (found.run_args, found.user, found.include_aws_env) == (["--privileged"], "nobody", True)


def test_an_option_that_containers_have_not():
    with pytest.raises(UsageError) as caught:
        container_options(options(debug_options={"net": "host"}))
    assert str(caught.value) == (
        "redun: an option of containers cannot be: `debug_options.net`: there is no such option\n"
        "  hint: " + caught.value.hint
    )


def test_what_is_no_flag_is_refused():
    with pytest.raises(OptionFault) as caught:
        checked(BatchOptions, {"image": "x", "queue": "q", "scratch": "s", "debug": "perhaps"})
    assert caught.value.name == "debug"


def test_what_an_earlier_process_has_started_here_is_not_started_twice(podman: Podman, aws: LocalAws, tmp_path: Path):
    given = podman.options()
    options = {"debug_options": {name: given[name] for name in OF_CONTAINERS}}
    first, second = (Bench(aws, tmp_path / "scratch", **options) for _ in range(2))
    for bench in (first, second):
        bench.backend.open()
    job = first.job("a", "sleep 300", debug=True, image=IMAGE)
    first.backend.launch([job])
    first.until([job.key], lambda report: report.state == RUNNING)
    while podman.call("ps", "--filter", "status=running", "--format", "{{.Names}}").split() != [f"redun-{job.key}"]:
        assert first.backend.poll([job.key])[0].state == RUNNING
    second.backend.launch([job])
    second.until([job.key], lambda report: report.state == RUNNING)
    assert podman.names() == [f"redun-{job.key}"]
    second.backend.cancel([job.key])
    assert second.ended([job])[0].exit != 0
    second.backend.close()
    first.backend.close()
