"""From jobs that lie ready to requests for AWS Batch: which of them make one array, and what is asked for."""

from __future__ import annotations

import math
import re

from redo_py import __version__
from redo_py.executors.batch.definitions import MAIN_NODE, ranges_of
from redo_py.executors.elsewhere.arrays import alike, arrays
from redo_py.ground.job_ids import execution_id, job_id
from redo_py.remote.api import BESIDE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from redo_py.executors.backend import Placed
    from redo_py.executors.batch.options import BatchOptions

SHORTEST_TIMEOUT = 60  # seconds, of AWS Batch
MEBIBYTE = 1 << 20
INDEX_VARIABLE = "AWS_BATCH_JOB_ARRAY_INDEX"
NODE_VARIABLE = "AWS_BATCH_JOB_NODE_INDEX"
IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")
IN_TAGS = re.compile(r"[^\w .:/=+@-]", re.ASCII)
NAME_WIDTH = 54  # characters of a task's name in that of its job, which has 128 with prefix and key
TAG_WIDTH = 256
ARRAY = "array"  # how the name of an array ends
# A machine that was taken away is no fault of the job; everything else that fails is redun's to try again.
RECLAIMED = ("Host EC2*", "Your Spot Task was interrupted*")


class Submission:
    """What one SubmitJob asks for: one job, or an array of jobs in the order of their index."""

    __slots__ = ("jobs", "name", "request")

    def __init__(self, jobs: Sequence[Placed], name: str, request: dict[str, Any]) -> None:
        self.jobs = jobs
        self.name = name  # no other job ever has it, but the same call submitted again
        self.request = request


def grouped(jobs: Sequence[Placed], options: BatchOptions) -> list[Sequence[Placed]]:
    """The jobs that go into one submission each: as many as may be in an array, if they are equal but for what they
    are called with, and enough."""
    found: list[Sequence[Placed]] = []
    for group in alike(jobs, by_timeout=True):
        is_single = options.min_array_size == 0 or group[0].options.num_nodes is not None
        found += arrays(group, max(2, options.min_array_size), 1 if is_single else options.max_array_size)
    return found


def job_name(prefix: str, label: str, key: str, kind: str = "") -> str:
    """The name of a job: for people what it is, for a later redun which it is."""
    task = IN_NAMES.sub("-", task_of(label)).strip("-")[:NAME_WIDTH].strip("-") or "job"
    return "-".join(filter(None, (prefix, task, key, kind)))


def array_key(command: Sequence[str]) -> str:
    """The key of an array, of the command that its jobs run."""
    return command[command.index("--array") + 1]


def key_of(name: str) -> tuple[str, bool]:
    """The key in the name of a job, and whether it is that of an array; "" if it is no job of redun's."""
    parts = name.split("-")
    is_array = parts[-1] == ARRAY
    key = parts[-2] if is_array and len(parts) > 1 else parts[-1]
    return (key if re.fullmatch("[a-z0-9]{32}", key) else ""), is_array


def task_of(label: str) -> str:
    """The name of the task in what a user calls a job."""
    return label.partition("(")[0].strip()


def request_for(
    jobs: Sequence[Placed], name: str, definition: str, command: Sequence[str], region: str, tags: Mapping[str, str]
) -> dict[str, Any]:
    """What SubmitJob is asked for; the jobs are equal but for what they are called with."""
    options: BatchOptions = jobs[0].options
    request: dict[str, Any] = {
        "jobName": name, "jobQueue": options.queue, "jobDefinition": definition, "propagateTags": True,
        "retryStrategy": retry_strategy(options.spot_retries),
    }  # fmt: skip
    overrides = container_overrides(options, command, region)
    if options.num_nodes is None:
        request["containerOverrides"] = overrides
    else:
        beside = {**overrides, "environment": [*overrides["environment"], {"name": BESIDE, "value": "1"}]}
        each = [
            {"targetNodes": targets, "containerOverrides": overrides if targets == MAIN_NODE else beside}
            for targets in ranges_of(options.num_nodes)
        ]
        request["nodeOverrides"] = {"numNodes": options.num_nodes, "nodePropertyOverrides": each}
    if len(jobs) > 1:
        request["arrayProperties"] = {"size": len(jobs)}
    if jobs[0].timeout is not None:
        request["timeout"] = {"attemptDurationSeconds": max(SHORTEST_TIMEOUT, math.ceil(jobs[0].timeout))}
    if tags:
        request["tags"] = dict(tags)
    if options.share_id:
        request["shareIdentifier"] = options.share_id
    if options.scheduling_priority_override is not None:
        request["schedulingPriorityOverride"] = options.scheduling_priority_override
    return request


def retry_strategy(spot_retries: int) -> dict[str, Any]:
    """Start again what lost its machine, and nothing else."""
    if not spot_retries:
        return {"attempts": 1}
    again = [{"onStatusReason": reason, "action": "RETRY"} for reason in RECLAIMED]
    return {"attempts": 1 + spot_retries, "evaluateOnExit": [*again, {"onReason": "*", "action": "EXIT"}]}


def container_overrides(options: BatchOptions, command: Sequence[str], region: str) -> dict[str, Any]:
    """The command, and what it needs."""
    cpus = options.cpus or 1.0
    if options.platform != "FARGATE":
        cpus = math.ceil(cpus)  # there are no parts of a processor elsewhere
    needs = [("VCPU", f"{cpus:g}"), ("MEMORY", str(max(4, (options.memory or 0) // MEBIBYTE)))]
    if options.gpus:
        needs.append(("GPU", str(options.gpus)))
    return {
        "command": list(command),
        "resourceRequirements": [{"type": kind, "value": value} for kind, value in needs],
        "environment": [{"name": "AWS_DEFAULT_REGION", "value": region}],
    }


def tags_of(jobs: Sequence[Placed], project: str, user: str, execution: bytes = b"") -> dict[str, str]:
    """The tags of a submission: redun's own, and those of the options over them. What tells one job from others is left
    out of an array, whose jobs have all the same tags."""
    options: BatchOptions = jobs[0].options
    tags: dict[str, str] = {}
    if options.default_batch_tags:
        names = {task_of(job.label) for job in jobs}
        tags = {"redun_version": __version__, "redun_project": project, "redun_user": user}
        if len(names) == 1:
            tags["redun_task_name"] = names.pop()
        if execution:
            tags["redun_execution_id"] = execution_id(execution)
        if len(jobs) == 1:
            tags["redun_job_key"] = jobs[0].key
            tags |= {"redun_job_id": job_id(execution, jobs[0].seq)} if execution else {}
    tags |= options.batch_tags
    return {name: IN_TAGS.sub("_", value)[:TAG_WIDTH] for name, value in tags.items() if value}
