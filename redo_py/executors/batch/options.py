"""What can be said below [executors.NAME] with `type = "aws_batch"`; the names and defaults are those of redun."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from redo_py.executors.options import PER_JOB, Bytes, Place, RemoteOptions, Seconds, Table, as_mapping, renamed
from redo_py.ground.units import bytes_of

GIGABYTE = 1 << 30
DEBUGGED = "none"  # the queue of jobs that are not submitted
LARGEST_ARRAY = 10_000  # what AWS Batch takes


def as_platform(value: Any) -> Any:
    """The spelling of AWS."""
    return value.upper() if isinstance(value, str) else value


def as_gigabytes(value: Any) -> Any:
    """Gigabytes of a text with a unit; a number is one of gigabytes already."""
    found = bytes_of(value) if isinstance(value, str) and not value.strip()[-1:].isdecimal() else None
    return value if found is None else found / GIGABYTE


def as_flag(value: Any) -> bool:
    """Is an option on, as far as can be told? What is no flag is refused later."""
    try:
        return TypeAdapter(bool).validate_python(value)
    except ValidationError:
        return False


Extra = Annotated[dict[str, Any], BeforeValidator(as_mapping)]


class BatchOptions(RemoteOptions):
    """The options of the executor, and of its jobs."""

    scratch: Place = renamed(
        "scratch",
        "s3_scratch",
        default=...,
        description="where code, arguments, files and results pass through: s3://BUCKET/FOLDER",
    )
    image: str = Field(
        default="",
        description="the image of the containers, with redo-py in it; needed unless `job_def_name` is used as it is",
        json_schema_extra=PER_JOB,
    )
    queue: str = Field(description="name or ARN of the job queue", json_schema_extra=PER_JOB)
    aws_region: str = Field(default="", description="by default what AWS_DEFAULT_REGION or the profile says")
    role: str = Field(
        default="",
        description="IAM role of the jobs, a name or ARN; by default the account's `ecsTaskExecutionRole`; or `none`",
        json_schema_extra=PER_JOB,
    )
    cpus: float | None = renamed("cpus", "vcpus", default=1.0, per_job=True, description="processors of a job", gt=0)
    memory: Bytes | None = Field(default=4 * GIGABYTE, description="memory of a job", json_schema_extra=PER_JOB)
    gpus: int | None = Field(default=0, ge=0, description="GPUs of a job", json_schema_extra=PER_JOB)
    shared_memory: Annotated[float | None, BeforeValidator(as_gigabytes)] = Field(
        default=None, gt=0, description="size of /dev/shm, in gigabytes", json_schema_extra=PER_JOB
    )
    privileged: bool = Field(
        default=False, description="whether containers may do what only root of the host may", json_schema_extra=PER_JOB
    )
    platform: Annotated[Literal["EC2", "FARGATE"], BeforeValidator(as_platform)] = Field(
        default="EC2", description="on what the queue runs its jobs", json_schema_extra=PER_JOB
    )
    spot_retries: int = Field(
        default=3,
        ge=0,
        le=9,
        description="how often Batch starts a job again whose machine was taken away",
        json_schema_extra=PER_JOB,
    )
    job_name_prefix: str = Field(
        default="redun-job",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$",
        description="what the names of jobs begin with",
        json_schema_extra=PER_JOB,
    )
    autocreate_job_def: bool = Field(
        default=True, description="whether job definitions are made as they are needed", json_schema_extra=PER_JOB
    )
    job_def_name: str = Field(
        default="",
        description="name of the job definition; by default made of the image and what is said here",
        json_schema_extra=PER_JOB,
    )
    job_def_extra: Extra = Field(
        default={},
        description="what a job definition says besides, as RegisterJobDefinition takes it",
        json_schema_extra=PER_JOB,
    )
    batch_tags: Table = Field(default={}, description="tags of the jobs in AWS", json_schema_extra=PER_JOB)
    default_batch_tags: bool = Field(
        default=True,
        description="whether jobs have tags with their task, execution, project, user and key",
        json_schema_extra=PER_JOB,
    )
    num_nodes: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="machines of one job, on all of which the task runs; the result is that of the main one",
        json_schema_extra=PER_JOB,
    )
    share_id: str = Field(
        default="", description="whose share of a fair-share queue a job takes", json_schema_extra=PER_JOB
    )
    scheduling_priority_override: int | None = Field(
        default=None,
        ge=0,
        le=9999,
        description="which jobs of one share go first: the higher",
        json_schema_extra=PER_JOB,
    )
    debug: bool = Field(
        default=False, description="whether jobs run in containers of this machine instead", json_schema_extra=PER_JOB
    )
    debug_scratch: Place = Field(
        default="", description="the scratch of an executor with `debug`; by default a folder of this machine"
    )
    debug_options: Extra = Field(
        default={},
        description="further options of such containers, as an executor of the type `container` has them",
        json_schema_extra=PER_JOB,
    )
    job_monitor_interval: Seconds = Field(default=5.0, description="seconds between two looks at the jobs")
    min_array_size: int = Field(
        default=5, ge=0, description="from how many equal jobs on they are submitted as one array; 0 for never"
    )
    max_array_size: int = Field(default=1000, ge=2, le=LARGEST_ARRAY, description="the most jobs of one array")
    job_stale_time: float = Field(
        default=3.0, ge=0, description="seconds that jobs wait for others to be submitted together with them"
    )

    @model_validator(mode="before")
    @classmethod
    def take_debug_scratch(cls, given: Any) -> Any:
        """An executor that is set to `debug` needs nothing of AWS: its scratch is `debug_scratch`."""
        if isinstance(given, dict) and as_flag(given.get("debug")):
            own = {name: value for name, value in given.items() if name not in ("scratch", "s3_scratch")}
            return {**own, "scratch": given.get("debug_scratch", ""), "queue": given.get("queue") or DEBUGGED}
        return given
