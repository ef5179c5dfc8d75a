"""What an executor of the type `slurm` can be told, and each of its jobs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from redo_py.executors.options import JOINED, PER_JOB, RemoteOptions, Words, renamed
from redo_py.tasks.declaration.units import seconds


def as_time(value: Any) -> Any:
    """Seconds of a duration: a number of minutes, "2h", or as SLURM writes it, like "1-12:00:00"."""
    found = _clock_time(value) if isinstance(value, str) and not value[-1:].isalpha() else seconds(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        found = value * 60.0
    if not found or found <= 0:
        raise ValueError('a time is "30min", "2h", or as SLURM has it, like "1-12:00:00"')
    return found


def _clock_time(text: str) -> float | None:
    """Seconds of MINUTES, MINUTES:SECONDS, HOURS:MINUTES:SECONDS, DAYS-HOURS and so on; None if it is none of them."""
    days, dash, rest = text.strip().rpartition("-")
    parts = rest.split(":")
    if not all(part.isdecimal() for part in (*parts, *([days] if dash else []))) or len(parts) > 3:
        return None
    numbers = [int(part) for part in parts]
    if dash:
        hours, minutes, secs = (*numbers, 0, 0)[:3]
        return ((int(days) * 24 + hours) * 60 + minutes) * 60.0 + secs
    if len(numbers) == 3:
        return (numbers[0] * 60 + numbers[1]) * 60.0 + numbers[2]
    return numbers[0] * 60.0 + (numbers[1] if len(numbers) == 2 else 0)


def as_lines(value: Any) -> Any:
    """Lines of a text, or a list of them."""
    return value.splitlines() if isinstance(value, str) else value


Time = Annotated[float, BeforeValidator(as_time)]
Lines = Annotated[list[str], BeforeValidator(as_lines)]


class SlurmOptions(RemoteOptions):
    """[executors.NAME] with `type = "slurm"`."""

    cpus: float | None = renamed(
        "cpus", "vcpus", gt=0, per_job=True, description="processors of a job; by default what the cluster gives"
    )
    time: Time | None = Field(
        default=None,
        description='how long a job may take: "30min", "2h", or as SLURM has it, like "1-12:00:00"',
        json_schema_extra=PER_JOB,
    )
    partition: str = Field(default="", description="where jobs go; by default the cluster's", json_schema_extra=PER_JOB)
    account: str = Field(default="", description="who is charged", json_schema_extra=PER_JOB)
    qos: str = Field(default="", description="the quality of service", json_schema_extra=PER_JOB)
    nodes: int | None = Field(
        default=None, ge=1, description="how many nodes a job gets; it runs on the first", json_schema_extra=PER_JOB
    )
    gpu_type: str = Field(default="", description="which GPUs, like a100", json_schema_extra=PER_JOB)
    constraint: str = Field(default="", description="features that nodes must have", json_schema_extra=PER_JOB)
    sbatch_args: Words = Field(default=[], description="further words for sbatch", json_schema_extra=JOINED)
    setup: Lines = Field(
        default=[],
        description="lines of bash that come before the worker, such as `module load python`",
        json_schema_extra=JOINED,
    )
    min_array_size: int = Field(
        default=2, ge=2, description="how many jobs with equal options it takes to submit them as one array"
    )
    max_array_size: int = Field(default=1000, ge=2, description="how many jobs one array may have")
    latency: float = Field(
        default=15.0, ge=0, description="seconds that a result may take to be seen after its job has ended"
    )
    job_monitor_interval: float = Field(default=2.0, gt=0, description="seconds between two looks at the jobs")
    job_stale_time: float = Field(
        default=0.5, ge=0, description="seconds that jobs wait for others to be submitted together with them"
    )
