"""What an executor of the type `container` can be told, and each of its jobs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from redo_py.executors.options import JOINED, PER_JOB, RemoteOptions, Seconds, Table, Words, renamed
from redo_py.tasks.declaration.units import size


def as_volumes(value: Any) -> Any:
    """Volumes as engines write them: given like that, as pairs of paths, or as a JSON text of either."""
    if isinstance(value, str):
        import json

        value = json.loads(value) if value.lstrip().startswith("[") else value.split()
    if not isinstance(value, list):
        return value
    return [":".join(map(str, each)) if isinstance(each, (list, tuple)) else each for each in value]


def check_volume(value: str) -> str:
    """`value` if it is HOST:CONTAINER, perhaps with options behind another colon."""
    parts = value.split(":")
    if len(parts) not in (2, 3) or not all(parts) or not parts[1].startswith("/"):
        raise ValueError('a volume is "HERE:/THERE", perhaps with ":ro" behind it')
    return value


def as_memory(value: Any) -> Any:
    """Bytes of what `memory=` of a rule takes: a text with a unit, or a number of gigabytes."""
    found = size(float(value) if isinstance(value, str) and value.strip().isdecimal() else value)
    if found is None:
        raise ValueError("it is an amount of memory, like 64M")
    return found


Volume = Annotated[str, AfterValidator(check_volume)]
Volumes = Annotated[list[Volume], BeforeValidator(as_volumes)]
Memory = Annotated[int, BeforeValidator(as_memory)]


class ContainerOptions(RemoteOptions):
    """[executors.NAME] with `type = "container"`, or "docker" or "podman", which are engines."""

    image: str = Field(
        default="", description="the image of the containers; it has Python and redo-py", json_schema_extra=PER_JOB
    )
    engine: Literal["", "docker", "podman"] = Field(
        default="", description="what runs them; by default docker, or podman where there is no docker"
    )
    engine_args: Words = Field(
        default=[], description="words between the engine's name and its command, such as `--runtime runc`"
    )
    run_args: Words = Field(default=[], description="further words for the engine's `run`", json_schema_extra=JOINED)
    pull: Literal["missing", "always", "never"] = Field(
        default="missing", description="when the image is fetched from its registry", json_schema_extra=PER_JOB
    )
    project: Literal["staged", "mounted"] = Field(
        default="staged", description="whether jobs get their code and files in folders of their own, or the project"
    )
    cpus: float | None = renamed(
        "cpus", "vcpus", gt=0, per_job=True, description="how many processors a container may use; by default all"
    )
    volumes: Volumes = Field(
        default=[], description='further folders, as "HERE:/THERE" or "HERE:/THERE:ro"', json_schema_extra=JOINED
    )
    shared_memory: Memory | None = Field(
        default=None, description="the size of /dev/shm; by default the engine's", json_schema_extra=PER_JOB
    )
    user: str = Field(
        default="",
        description="the user in the container, as NAME or UID:GID; by default what makes files the caller's",
        json_schema_extra=PER_JOB,
    )
    network: str = Field(
        default="",
        description='the network, like "host" or "none"; by default the engine\'s',
        json_schema_extra=PER_JOB,
    )
    variables: Table = Field(default={}, description="variables of the container", json_schema_extra=JOINED)
    include_aws_env: bool = Field(
        default=False,
        description="whether it gets the AWS credentials of redun's environment",
        json_schema_extra=PER_JOB,
    )
    job_monitor_interval: Seconds = Field(default=0.2, description="seconds between two looks at the jobs")
    interactive: bool = Field(
        default=False, description="whether the job gets the terminal, to debug it there", json_schema_extra=PER_JOB
    )

    @property
    def is_in_place(self) -> bool:
        """Whether jobs run in the project itself, and nothing is sent but the call."""
        return self.project == "mounted"


class DockerOptions(ContainerOptions):
    """The same with docker as engine, as redun has it."""

    engine: Literal["", "docker", "podman"] = "docker"


class PodmanOptions(ContainerOptions):
    """The same with podman as engine."""

    engine: Literal["", "docker", "podman"] = "podman"
