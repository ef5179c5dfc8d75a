"""The records of `--events` as pydantic models: version 1, as docs/events.md promises it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

JobOutcome = Literal["ran", "cached", "restored", "joined", "failed", "stopped", "would_run"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Progress(Strict):
    done: int = Field(ge=0)
    total: int = Field(ge=0)
    failed: int = Field(ge=0)
    running: int = Field(ge=0)


class Job(Strict):
    seq: int = Field(ge=0)
    origin: str
    kind: Literal["rule", "action", "check", "task"]
    task: str
    outputs: list[str]


class Record(Strict):
    time: float
    execution: str = Field(pattern="^[0-9a-f]{32}$")


class BuildStarted(Record):
    kind: Literal["build_started"]
    version: Literal[1]
    redun: str
    root: str
    targets: list[str]
    arguments: list[str]
    jobs: int = Field(ge=1)
    dry: bool


class Later(Record):
    progress: Progress


class JobQueued(Later):
    kind: Literal["job_queued", "job_started"]
    job: Job
    reason: str = Field(min_length=1)
    summary: str = Field(min_length=1)


class JobRetried(Later):
    kind: Literal["job_retried"]
    job: Job
    reason: str
    tries: int = Field(ge=1)


class JobEnded(Later):
    kind: Literal["job_ended"]
    job: Job
    outcome: JobOutcome
    reason: str
    started: float | None = None
    duration: float | None = Field(default=None, ge=0)
    tries: int | None = Field(default=None, ge=1)
    error: str | None = None
    exit_status: int | None = None


class FileDisplaced(Later):
    kind: Literal["file_displaced"]
    path: str
    to: str


class Notice(Later):
    kind: Literal["notice"]
    text: str


class BuildEnded(Later):
    kind: Literal["build_ended"]
    status: int
    outcome: Literal["done", "failed", "interrupted"]
    duration: float = Field(ge=0)
    counts: dict[JobOutcome, int]


KINDS = (BuildStarted, JobQueued, JobRetried, JobEnded, FileDisplaced, Notice, BuildEnded)
AnyRecord = Annotated[
    BuildStarted | JobQueued | JobRetried | JobEnded | FileDisplaced | Notice | BuildEnded, Field(discriminator="kind")
]
RECORDS: TypeAdapter[AnyRecord] = TypeAdapter(AnyRecord)
