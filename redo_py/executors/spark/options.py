"""The options of executors of the types `spark` and `spark_submit`."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from redo_py.executors.options import JOINED, PER_JOB, Bytes, ExecutorOptions, Patterns, Seconds, as_mapping

MASTER = re.compile(r"(local|local-cluster)(\[[^]]+\])?|yarn|(spark|k8s|sc)://.+")


def as_conf(value: Any) -> Any:
    """Settings of Spark as it wants them: texts."""
    found = as_mapping(value)
    return {str(name): conf_text(each) for name, each in found.items()} if isinstance(found, dict) else found


def conf_text(value: Any) -> str:
    """One setting as a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_master(value: str) -> str:
    """The address of a Spark. Raises ValueError."""
    if not MASTER.fullmatch(value):
        raise ValueError("it is local[*], spark://HOST:PORT, yarn, k8s://HOST or sc://HOST")
    return value


Conf = Annotated[dict[str, str], BeforeValidator(as_conf)]


class SparkOptions(ExecutorOptions):
    """[executors.NAME] with `type = "spark"`"""

    master: Annotated[str, AfterValidator(as_master)] = Field(
        default="local[*]",
        description="which Spark: `local[*]`, `spark://HOST:7077`, `yarn`, `k8s://https://HOST`, or `sc://HOST` for a "
        "Connect server",
        json_schema_extra=PER_JOB,
    )
    conf: Conf = Field(
        default={},
        description='settings of Spark: `conf = { "spark.executor.memory" = "4g" }`; those of a task are joined to '
        "them, and give it a driver of its own",
        json_schema_extra=JOINED,
    )
    scratch: str = Field(
        default="",
        description="where the tables go that tasks return: a folder that all of Spark can reach, or s3://, gs://; by "
        "default `datasets` in the state folder",
    )
    python: str = Field(
        default="",
        description="the Python of Spark's executors; by default redun's own for `local` and `spark://`, else python3",
    )
    code_package: bool = Field(default=True, description="whether the project's code is sent to Spark's executors")
    code_includes: Patterns = Field(default=["**/*.py"], description="glob patterns of the files that are sent as code")
    code_excludes: Patterns = Field(default=[], description="glob patterns of files that are not")
    max_result: Bytes = Field(
        default=256 << 20, description="a result that is larger fails its job", json_schema_extra=PER_JOB
    )
    max_workers: int = Field(default=8, ge=1, description="how many jobs of this executor a driver runs side by side")
    idle: Seconds = Field(default=300.0, description="seconds without a job after which a driver is closed")
    start_timeout: Seconds = Field(default=600.0, description="seconds that Spark may take to start")
    patience: Seconds = Field(default=60.0, description="seconds that a Connect server may not answer")
