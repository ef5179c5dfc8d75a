"""Job definitions: what is in them, and that one is made only where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.batch.definitions import definition_request
from redo_py.executors.batch.options import BatchOptions
from redo_py.executors.options import checked
from redo_py.ground.errors import UsageError
from tests.aws.server import LocalAws
from tests.unit.executors.batch.bench import Bench

GIVEN: dict[str, Any] = {"image": "worker:1", "scratch": "s3://b/f", "queue": "q"}
ROLE = "arn:aws:iam::1:role/worker"


def request_of(role: str = ROLE, **options: Any) -> dict[str, Any]:
    """The request for a definition."""
    found: BatchOptions = checked(BatchOptions, {**GIVEN, **options})
    return definition_request(found, role)


def test_a_plain_definition():
    assert request_of() == {
        "type": "container",
        "propagateTags": True,
        "containerProperties": {
            "image": "worker:1",
            "command": ["true"],
            "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}],
            "jobRoleArn": ROLE,
            "executionRoleArn": ROLE,
        },
    }


def test_what_a_submission_cannot_say():
    container = request_of(privileged=True, shared_memory="2G")["containerProperties"]
    assert container["privileged"] is True
    assert container["linuxParameters"] == {"sharedMemorySize": 2048}
    assert "jobRoleArn" not in request_of(role="")["containerProperties"]


def test_fargate():
    request = request_of(platform="FARGATE")
    assert request["platformCapabilities"] == ["FARGATE"]
    assert request["containerProperties"]["networkConfiguration"] == {"assignPublicIp": "ENABLED"}


def test_nodes():
    request = request_of(num_nodes=4)
    assert request["type"] == "multinode"
    assert request["nodeProperties"]["numNodes"] == 4
    ranges = request["nodeProperties"]["nodeRangeProperties"]
    assert [(each["targetNodes"], each["container"]["image"]) for each in ranges] == [
        ("0", "worker:1"),
        ("1:", "worker:1"),
    ]
    (only,) = request_of(num_nodes=1)["nodeProperties"]["nodeRangeProperties"]
    assert only["targetNodes"] == "0"


def test_more_is_joined_key_by_key():
    extra = {"containerProperties": {"user": "nobody", "linuxParameters": {"swappiness": 1}}, "tags": {"a": "b"}}
    request = request_of(shared_memory=1, job_def_extra=extra)
    assert request["containerProperties"]["user"] == "nobody"
    assert request["containerProperties"]["image"] == "worker:1"
    assert request["containerProperties"]["linuxParameters"] == {"sharedMemorySize": 1024, "swappiness": 1}
    assert request["tags"] == {"a": "b"}


def test_one_is_made_once_for_all(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path, image="worker:1", job_def_extra={"tags": {"of": tmp_path.name}})
    bench.run(bench.job("a", "true"))
    bench.run(bench.job("b", "true", memory=128 << 20, cpus=3))
    bench.again().run(bench.job("c", "true"))
    (made,) = aws.asked("RegisterJobDefinition")
    assert made["jobDefinitionName"].startswith("redun-worker-1-")
    assert len(aws.asked("DescribeJobDefinitions")) == 2
    used = {request["jobDefinition"] for request in bench.submitted()}
    assert len(used) == 1


def test_a_name_of_ones_own_has_a_revision_for_each_content(aws: LocalAws, tmp_path: Path):
    name = f"own-{tmp_path.name}"
    bench = Bench(aws, tmp_path, job_def_name=name)
    bench.run(bench.job("a", "true"))
    bench.run(bench.job("b", "true", shared_memory=1))
    bench.again().run(bench.job("c", "true", shared_memory=1))
    assert [request["jobDefinitionName"] for request in aws.asked("RegisterJobDefinition")] == [name, name]
    assert [request["jobDefinition"].rpartition(":")[2] for request in bench.submitted()] == ["1", "2", "2"]


def test_a_definition_that_somebody_else_looks_after(aws: LocalAws, tmp_path: Path):
    name = f"theirs-{tmp_path.name}"
    needs = [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "64"}]
    container = {"image": "worker:1", "command": ["true"], "resourceRequirements": needs}
    for _ in range(2):
        aws.batch.answer(
            "RegisterJobDefinition",
            {"jobDefinitionName": name, "type": "container", "containerProperties": container},
        )
    bench = Bench(aws, tmp_path, autocreate_job_def=False, job_def_name=name, image="")
    bench.run(bench.job("a", "true"), bench.job("b", "true", job_def_name=f"{name}:1"))
    assert [request["jobDefinition"].rpartition(":")[2] for request in bench.submitted()] == ["2", "1"]
    assert aws.asked("RegisterJobDefinition") == []


def test_one_that_is_not_there(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path, autocreate_job_def=False, job_def_name="nobodys")
    with pytest.raises(UsageError) as caught:
        bench.backend.launch([bench.job("a", "true")])
    assert str(caught.value) == (
        "redun: the executor `batch` has no active job definition `nobodys`\n"
        "  hint: without `autocreate_job_def = false` redun makes what it needs"
    )


def test_neither_a_name_nor_an_image(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path, image="")
    with pytest.raises(UsageError) as caught:
        bench.backend.launch([bench.job("a", "true")])
    assert str(caught.value) == (
        "redun: the executor `batch` does not know its image\n"
        '  hint: say `image = "ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG"` below [executors.batch], or name a job\n'
        "        definition of your own with `job_def_name` and `autocreate_job_def = false`"
    )
    with pytest.raises(UsageError) as caught:
        bench.backend.launch([bench.job("a", "true", autocreate_job_def=False)])
    assert str(caught.value) == (
        "redun: the executor `batch` has `autocreate_job_def = false`, and no `job_def_name`\n"
        "  hint: name the job definition, or let redun make it"
    )


def test_roles(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path, role="")
    bench.run(bench.job("a", "true"), bench.job("b", "true", role="worker"), bench.job("c", "true", role=ROLE))
    made = {request["containerProperties"]["jobRoleArn"] for request in aws.asked("RegisterJobDefinition")}
    assert made == {
        "arn:aws:iam::123456789012:role/ecsTaskExecutionRole", "arn:aws:iam::123456789012:role/worker", ROLE,
    }  # fmt: skip
