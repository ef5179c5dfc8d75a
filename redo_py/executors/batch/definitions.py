"""Job definitions: what of a job cannot be said when it is submitted.

One that redun makes has a name that comes of its content, so that equal jobs of all users share one, and nobody needs
to ask whether it is still what is wanted. Processors, memory and GPUs are not in it: each submission says its own.
"""

from __future__ import annotations

import json
import re

from redo_py.executors.batch.service import Refused
from redo_py.ground.errors import UsageError
from redo_py.ground.hashing import digest, seed_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.executors.batch.options import BatchOptions
    from redo_py.executors.batch.service import Service

DEFAULT_ROLE = "ecsTaskExecutionRole"  # what the console of AWS makes with the first task of an account
NO_ROLE = "none"
MAIN_NODE, OTHER_NODES = "0", "1:"  # ranges of nodes
DIGEST_TAG = "redun_definition"  # the tag that tells what a definition of a given name was made of
LEAST_MEMORY = 2048  # MiB; every submission says more exactly what it needs
IN_NAMES = re.compile(r"[^A-Za-z0-9]+")
CONTENT = seed_of("batch job definition")
NAME_WIDTH = 60  # characters of an image's name that are shown in that of its definition


class Definitions:
    """The definitions that one executor uses, each asked for once."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: dict[str, str] = {}  # what was wanted, as text -> address
        self._account: tuple[str, str] | None = None  # partition and number

    def address(self, options: BatchOptions) -> str:
        """The address of an active definition with which jobs of these options can be submitted; made if need be.
        Raises UsageError, and what asking raises."""
        if not options.autocreate_job_def:
            return self._given(options)
        if not options.image:
            raise UsageError("batch-no-image", name=self._service.name)
        request = definition_request(options, self._role(options.role))
        content = json.dumps(request, sort_keys=True)
        found = self._known.get(content)
        if found is None:
            found = self._known[content] = self._registered(options, request, digest(CONTENT, content.encode()).hex())
        return found

    def _given(self, options: BatchOptions) -> str:
        """The definition of the user's own."""
        name = options.job_def_name
        if not name:
            raise UsageError("batch-no-definition-name", name=self._service.name)
        if name not in self._known:
            by = {"jobDefinitions": [name]} if ":" in name else {"jobDefinitionName": name, "status": "ACTIVE"}
            found = [each for each in self._revisions(by) if each["status"] == "ACTIVE"]
            if not found:
                raise UsageError("batch-no-definition", name=self._service.name, definition=name)
            self._known[name] = max(found, key=lambda each: int(each["revision"]))["jobDefinitionArn"]
        return self._known[name]

    def _registered(self, options: BatchOptions, request: dict[str, Any], content: str) -> str:
        """The newest revision if it is what is wanted, else a new one."""
        name = options.job_def_name or made_name(options.image, content)
        newest = max(
            self._revisions({"jobDefinitionName": name, "status": "ACTIVE"}),
            key=lambda each: int(each["revision"]), default=None,
        )  # fmt: skip
        if newest is not None and newest.get("tags", {}).get(DIGEST_TAG) == content:
            return str(newest["jobDefinitionArn"])
        tags = {**request.get("tags", {}), DIGEST_TAG: content}
        whole = {**request, "jobDefinitionName": name, "tags": tags}
        made = self._service.ask("batch", "register_job_definition", **whole)
        return str(made["jobDefinitionArn"])

    def _revisions(self, by: dict[str, Any]) -> list[Any]:
        return list(self._service.pages("batch", "describe_job_definitions", "jobDefinitions", **by))

    def _role(self, role: str) -> str:
        """The address of a role; "" for none."""
        if role.lower() == NO_ROLE:
            return ""
        if role.startswith("arn:"):
            return role
        if self._account is None:
            try:
                caller = self._service.ask("sts", "get_caller_identity")
            except Refused as error:
                raise UsageError("aws-no-credentials", name=self._service.name, reason=error.text) from None
            self._account = (str(caller["Arn"]).split(":")[1], str(caller["Account"]))
        partition, account = self._account
        return f"arn:{partition}:iam::{account}:role/{role or DEFAULT_ROLE}"


def definition_request(options: BatchOptions, role: str) -> dict[str, Any]:
    """What RegisterJobDefinition is asked for, but for the name."""
    container: dict[str, Any] = {
        "image": options.image,
        "command": ["true"],
        "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": str(LEAST_MEMORY)}],
    }
    if role:
        container |= {"jobRoleArn": role, "executionRoleArn": role}
    if options.privileged:
        container["privileged"] = True
    if options.shared_memory:
        container["linuxParameters"] = {"sharedMemorySize": int(options.shared_memory * 1024)}
    if options.platform == "FARGATE":
        container["networkConfiguration"] = {"assignPublicIp": "ENABLED"}
    if options.num_nodes is not None:
        nodes = {"numNodes": options.num_nodes, "mainNode": 0}
        ranges = [{"targetNodes": targets, "container": container} for targets in ranges_of(options.num_nodes)]
        request: dict[str, Any] = {"type": "multinode", "nodeProperties": {**nodes, "nodeRangeProperties": ranges}}
    else:
        request = {"type": "container", "containerProperties": container}
        if options.platform == "FARGATE":
            request["platformCapabilities"] = ["FARGATE"]
    return with_extra({**request, "propagateTags": True}, options.job_def_extra)


def ranges_of(count: int) -> list[str]:
    """The main one of so many nodes, and all others: a submission says for each what it runs."""
    return [MAIN_NODE, OTHER_NODES] if count > 1 else [MAIN_NODE]


def with_extra(request: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """`request` with `extra` over it: dicts are joined key by key, anything else is replaced."""
    joined = dict(request)
    for key, value in extra.items():
        there = joined.get(key)
        joined[key] = with_extra(there, value) if isinstance(there, dict) and isinstance(value, dict) else value
    return joined


def made_name(image: str, content: str) -> str:
    """The name of a definition that is redun's own."""
    plain = IN_NAMES.sub("-", image.rpartition("/")[2]).strip("-")[:NAME_WIDTH]
    return f"redun-{plain}-{content[:16]}"
