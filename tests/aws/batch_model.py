"""What AWS Batch knows: compute environments, queues, job definitions and jobs, and what of them it refuses.

Everything that a client hands in is kept as it came and given back that way. Where the real service has a rule that a
program can trip over, the rule is here, with a message like the real one's.
"""

from __future__ import annotations

import re
import threading
import time
import uuid
from typing import Any

from tests.aws.refusal import Refusal

ACCOUNT, REGION = "123456789012", "us-east-1"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
LIVE = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING")
OVER = ("SUCCEEDED", "FAILED")
STATES = LIVE + OVER
SHORTEST_TIMEOUT = 60  # seconds
MOST_TAGS = 50


def arn(kind: str, name: str) -> str:
    """The address of a resource of Batch."""
    return f"arn:aws:batch:{REGION}:{ACCOUNT}:{kind}/{name}"


def milliseconds() -> int:
    """Now, as Batch writes times."""
    return int(time.time() * 1000)


class Queue:
    """A job queue. Its jobs run on the platform of its first compute environment."""

    def __init__(self, request: dict[str, Any], platform: str) -> None:
        self.name: str = request["jobQueueName"]
        self.arn = arn("job-queue", self.name)
        self.state: str = request.get("state", "ENABLED")
        self.policy: str | None = request.get("schedulingPolicyArn")
        self.platform = platform  # "EC2" "FARGATE"
        self.request = request
        self.jobs: list[Job] = []

    def described(self) -> dict[str, Any]:
        """As DescribeJobQueues has it."""
        told = ("priority", "computeEnvironmentOrder", "tags")
        given = {name: self.request[name] for name in told if name in self.request}
        policy = {"schedulingPolicyArn": self.policy} if self.policy else {}
        return {
            "jobQueueName": self.name, "jobQueueArn": self.arn, "state": self.state, "status": "VALID",
            **given, **policy,
        }  # fmt: skip


class Definition:
    """One revision of a job definition."""

    def __init__(self, request: dict[str, Any], revision: int) -> None:
        check_name("jobDefinitionName", request.get("jobDefinitionName"))
        self.name: str = request["jobDefinitionName"]
        self.revision = revision
        self.arn = f"{arn('job-definition', self.name)}:{revision}"
        self.status = "ACTIVE"
        self.request = request
        self.type: str = request.get("type", "container")
        self.platform: str = (request.get("platformCapabilities") or ["EC2"])[0]
        check_tags(request)
        check_timeout(request)
        for container in self.containers():
            check_container(container, self.platform)

    def containers(self) -> list[dict[str, Any]]:
        """What its containers have: one, or one for each range of nodes."""
        if self.type == "container":
            return [required(self.request, "containerProperties")]
        if self.type == "multinode":
            nodes = required(self.request, "nodeProperties")
            return [required(each, "container") for each in nodes["nodeRangeProperties"]]
        raise Refusal(f"Error executing request, Exception : type {self.type} is not supported")

    def described(self) -> dict[str, Any]:
        """As DescribeJobDefinitions has it."""
        platform = {"platformCapabilities": [self.platform]} if self.type == "container" else {}
        return {
            **self.request, **platform, "jobDefinitionArn": self.arn, "revision": self.revision, "status": self.status,
        }  # fmt: skip


class Attempt:
    """One run of a job's container."""

    def __init__(self, stream: str) -> None:
        self.stream = stream  # its log
        self.started = milliseconds()
        self.stopped: int | None = None
        self.exit: int | None = None  # None if the container never ran
        self.reason = ""  # of the container
        self.status_reason = ""

    def described(self) -> dict[str, Any]:
        """As an item of `attempts`."""
        return {
            "container": self.container(), "startedAt": self.started, "stoppedAt": self.stopped or 0,
            "statusReason": self.status_reason,
        }  # fmt: skip

    def container(self) -> dict[str, Any]:
        """What there is to say of the container."""
        told: dict[str, Any] = {"logStreamName": self.stream}
        if self.exit is not None:
            told["exitCode"] = self.exit
        if self.reason:
            told["reason"] = self.reason
        return told


class Job:
    """One job: a single one, an array, a child of one, a job of several nodes, or a node."""

    def __init__(
        self,
        request: dict[str, Any],
        queue: Queue,
        definition: Definition,
        id: str = "",
        index: int | None = None,
        node: int | None = None,
    ) -> None:
        self.id = id or str(uuid.uuid4())
        self.arn = arn("job", self.id)
        self.name: str = request["jobName"]
        self.request = request
        self.queue = queue
        self.definition = definition
        self.index = index  # in its array
        self.node = node
        self.children: list[Job] = []  # of an array, or the nodes
        self.created = milliseconds()
        self.started: int | None = None
        self.stopped: int | None = None
        self.status = "SUBMITTED"
        self.reason = ""  # statusReason
        self.attempts: list[Attempt] = []
        self.stop_reason: str | None = None  # once somebody has terminated or cancelled it
        self.lock = threading.Lock()  # guards status, attempts and stop_reason
        self.over = threading.Event()

    @property
    def is_array(self) -> bool:
        """Whether it is a whole array."""
        return bool(self.children) and self.children[0].index is not None

    def container(self) -> dict[str, Any]:
        """What its container has: the definition's properties with the overrides of the request over them."""
        given, overrides = self._properties()
        environment = {each["name"]: each["value"] for each in given.get("environment", [])}
        environment |= {each["name"]: each["value"] for each in overrides.get("environment", [])}
        resources = {each["type"]: each["value"] for each in given.get("resourceRequirements", [])}
        resources |= {each["type"]: each["value"] for each in overrides.get("resourceRequirements", [])}
        return {
            **given,
            "command": overrides.get("command") or given.get("command", []),
            "environment": [{"name": name, "value": value} for name, value in environment.items()],
            "resourceRequirements": [{"type": kind, "value": value} for kind, value in resources.items()],
        }

    def _properties(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The container of the definition, and what the request says over it."""
        if self.node is None:
            return self.definition.request["containerProperties"], self.request.get("containerOverrides", {})
        count = self.node_count()
        ranges = self.definition.request["nodeProperties"]["nodeRangeProperties"]
        given = next(each["container"] for each in ranges if is_within(self.node, each["targetNodes"], count))
        overrides: dict[str, Any] = {}
        for each in self.request.get("nodeOverrides", {}).get("nodePropertyOverrides", []):
            if is_within(self.node, each["targetNodes"], count):
                overrides |= each.get("containerOverrides", {})
        return given, overrides

    def node_count(self) -> int:
        """How many nodes the job has of which this is one."""
        there: int = self.definition.request["nodeProperties"]["numNodes"]
        return int(self.request.get("nodeOverrides", {}).get("numNodes", there))

    def retries(self) -> dict[str, Any]:
        """Its retry strategy."""
        found: dict[str, Any] = self.request.get("retryStrategy") or self.definition.request.get("retryStrategy") or {}
        return found

    def timeout(self) -> int | None:
        """Seconds that an attempt may take."""
        found = self.request.get("timeout") or self.definition.request.get("timeout") or {}
        seconds: int | None = found.get("attemptDurationSeconds")
        return seconds

    def counts(self) -> dict[str, int]:
        """How many children are in each state."""
        states = [child.status for child in self.children]
        return {state: states.count(state) for state in STATES}

    def summary(self) -> dict[str, Any]:
        """As ListJobs has it."""
        told: dict[str, Any] = {
            "jobId": self.id, "jobArn": self.arn, "jobName": self.name, "createdAt": self.created,
            "status": self.status, "jobDefinition": self.definition.arn,
        }  # fmt: skip
        if self.attempts:
            container = self.attempts[-1].container()
            told["container"] = {name: container[name] for name in ("exitCode", "reason") if name in container}
        if self.is_array:
            told["arrayProperties"] = {"size": len(self.children)}
        elif self.index is not None:
            told["arrayProperties"] = {"index": self.index}
        if self.node is not None:
            told["nodeProperties"] = {"nodeIndex": self.node, "isMainNode": self.node == 0}
        elif self.definition.type == "multinode":
            told["nodeProperties"] = {"numNodes": len(self.children), "isMainNode": False}
        return told | self._moments()

    def described(self) -> dict[str, Any]:
        """As DescribeJobs has it."""
        told = self.summary() | {
            "jobQueue": self.queue.arn,
            "attempts": [each.described() for each in self.attempts if each.stopped],
            "tags": self.request.get("tags", {}),
            "parameters": self.request.get("parameters", {}),
            "dependsOn": self.request.get("dependsOn", []),
            "retryStrategy": self.retries(),
        }
        for name in ("shareIdentifier", "timeout", "propagateTags"):
            if name in self.request:
                told[name] = self.request[name]
        if "schedulingPriorityOverride" in self.request:
            told["schedulingPriority"] = self.request["schedulingPriorityOverride"]
        if self.definition.type == "container" or self.node is not None:
            last = self.attempts[-1].container() if self.attempts else {}
            told["container"] = {**self.container(), **last}
        else:
            told["nodeProperties"] = {**self.definition.request["nodeProperties"], "numNodes": len(self.children)}
        if self.is_array:
            told["arrayProperties"] = {"size": len(self.children), "statusSummary": self.counts()}
        return told

    def _moments(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if self.reason:
            told["statusReason"] = self.reason
        if self.started is not None:
            told["startedAt"] = self.started
        if self.stopped is not None:
            told["stoppedAt"] = self.stopped
        return told


def is_within(node: int, targets: str, count: int) -> bool:
    """Is a node in a range like "0", "1:" or "0:3"?"""
    first, colon, last = targets.partition(":")
    if not colon:
        return node == int(first)
    return int(first or 0) <= node <= int(last or count - 1)


def required(request: dict[str, Any], name: str) -> Any:
    """A part of a request that must be there."""
    if not request.get(name):
        raise Refusal(f"Error executing request, Exception : {name} must be provided")
    return request[name]


def check_name(what: str, name: str | None) -> None:
    """Is it a name that Batch takes?"""
    if not name or not NAME.fullmatch(name):
        raise Refusal(f"Error executing request, Exception : {what} should match valid pattern: [A-Za-z0-9_-]{{1,128}}")


def check_tags(request: dict[str, Any]) -> None:
    """Are there few enough tags, of texts that are short enough?"""
    tags = request.get("tags") or {}
    if len(tags) > MOST_TAGS:
        raise Refusal(f"Error executing request, Exception : at most {MOST_TAGS} tags are allowed")
    for key, value in tags.items():
        if not key or len(key) > 128 or len(value) > 256 or key.lower().startswith("aws:"):
            raise Refusal(f"Error executing request, Exception : the tag {key} is not valid")


def check_timeout(request: dict[str, Any]) -> None:
    """Is it long enough?"""
    seconds = (request.get("timeout") or {}).get("attemptDurationSeconds")
    if seconds is not None and (not isinstance(seconds, int) or seconds < SHORTEST_TIMEOUT):
        raise Refusal("Error executing request, Exception : Timeout attemptDurationSeconds must be at least 60 seconds")


def check_container(container: dict[str, Any], platform: str) -> None:
    """Has a container what it must have, and on Fargate nothing that it may not have?"""
    required(container, "image")
    resources = {each["type"]: float(each["value"]) for each in container.get("resourceRequirements", [])}
    cpus = resources.get("VCPU", container.get("vcpus", 0))
    memory = resources.get("MEMORY", container.get("memory", 0))
    if cpus <= 0:
        raise Refusal("Error executing request, Exception : Container vcpus should be greater than 0")
    if memory < 4:
        raise Refusal("Error executing request, Exception : Container memory should be at least 4 MiB")
    if platform == "FARGATE":
        if not container.get("executionRoleArn"):
            raise Refusal("Error executing request, Exception : executionRoleArn is required for Fargate jobs")
        if container.get("privileged") or "GPU" in resources or container.get("linuxParameters"):
            raise Refusal("Error executing request, Exception : not applicable to jobs that run on Fargate resources")
        if not is_fargate_size(cpus, memory):
            raise Refusal("Error executing request, Exception : Fargate resource requirements (vcpu, memory) not valid")
    elif cpus != int(cpus):
        raise Refusal("Error executing request, Exception : VCPU must be a whole number on EC2 resources")


def is_fargate_size(cpus: float, memory: float) -> bool:
    """Do so many processors and MiB go together on Fargate?"""
    ranges = {0.25: (512, 2048), 0.5: (1024, 4096), 1.0: (2048, 8192), 2.0: (4096, 16384), 4.0: (8192, 30720)}
    if cpus not in ranges:
        return False
    low, high = ranges[cpus]
    return low <= memory <= high and memory % (512 if cpus == 0.25 else 1024) == 0
