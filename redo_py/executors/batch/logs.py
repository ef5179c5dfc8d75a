"""What jobs have written to CloudWatch."""

from __future__ import annotations

from redo_py.executors.batch.flights import LOG_GROUP
from redo_py.executors.batch.service import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from redo_py.executors.batch.service import Service

LINES = 50  # that a tail has at most


class Stream:
    """The log of one attempt of a job."""

    __slots__ = ("group", "name")

    def __init__(self, group: str, name: str) -> None:
        self.group = group
        self.name = name


def streams_of(told: Mapping[str, Any]) -> list[Stream]:
    """The logs of a job that DescribeJobs tells of, the last attempt last."""
    container = told.get("container") or {}
    group = (container.get("logConfiguration") or {}).get("options", {}).get("awslogs-group") or LOG_GROUP
    names = [(each.get("container") or {}).get("logStreamName") for each in told.get("attempts") or []]
    names.append(container.get("logStreamName"))
    return [Stream(group, name) for name in dict.fromkeys(names) if name]


def last_lines(service: Service, stream: Stream, count: int = LINES) -> list[str]:
    """The last lines of a log; none if it is not there, which is so before a job has printed anything."""
    try:
        answer = service.ask(
            "logs", "get_log_events", logGroupName=stream.group, logStreamName=stream.name, limit=count,
            startFromHead=False,
        )  # fmt: skip
    except Refused as error:
        if error.code == "ResourceNotFoundException":
            return []
        raise
    return [str(event["message"]) for event in answer["events"]]


def all_lines(service: Service, stream: Stream) -> Iterator[tuple[float, str]]:
    """Every line of a log so far, with its wall time."""
    token: str | None = None
    while True:
        following: dict[str, Any] = {"nextToken": token} if token else {}
        try:
            answer = service.ask(
                "logs", "get_log_events", logGroupName=stream.group, logStreamName=stream.name, startFromHead=True,
                **following,
            )  # fmt: skip
        except Refused as error:
            if error.code == "ResourceNotFoundException":
                return
            raise
        for event in answer["events"]:
            yield event["timestamp"] / 1000, str(event["message"])
        if answer["nextForwardToken"] == token:  # which says that there is no more
            return
        token = answer["nextForwardToken"]
