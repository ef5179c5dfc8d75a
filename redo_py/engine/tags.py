"""tags: keys with values that are recorded with executions, jobs, tasks and values, for those who look for them later.

A row names what it is about by the kind of that and by 16 bytes: the id of an execution or a job, the digest of a
task's code or of a value. The value of a tag is JSON; a key may have several.
"""

from __future__ import annotations

from _json import encode_basestring

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.written import shown, write_value
from redo_py.ground.errors import RunError
from redo_py.ground.job_ids import job_id
from redo_py.records import TAG, VALUE
from redo_py.tasks.declaration import units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Tags = Sequence[tuple[str, Any]]


def record_tags(execution: Execution, entity: str, id: bytes, tags: Tags) -> None:
    """Remember `tags` of the `entity` ("execution" "job" "task" "value") that has `id`. Raises RunError for a value
    that is no plain data."""
    for key, value in tags:
        # A run has some that are texts, and shall not load the whole of json for these.
        text = encode_basestring(value) if type(value) is str else as_json(key, value)
        execution.buffer[TAG] += (entity, id, key, text)


def as_json(key: str, value: Any) -> str:
    """The text of the tag `key`. Raises RunError."""
    import json

    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise RunError("bad-tag", key=key, error=str(error)) from None


def id_of(execution: Execution, job: Job) -> bytes:
    """The 16 bytes of the id of `job`."""
    return bytes.fromhex(job_id(execution.id, job.seq).replace("-", ""))


def record_job_tags(execution: Execution, job: Job, task_hash: bytes) -> None:
    """Remember the tags that the options of `job` give it, and those that its task has."""
    own = job.task.own_options.get("tags") or ()
    if task_hash and type(own) is list:
        record_tags(execution, "task", task_hash, own)
    record_tags(execution, "job", id_of(execution, job), job.options.get("tags") or ())


def apply(execution: Execution, owner: Job | None, value: Any, tags: Any, job_tags: Any, execution_tags: Any) -> None:
    """Remember tags of `value`, of the job that calls for it and of the execution. Outside of all jobs the execution
    stands for the job. Raises RunError."""
    if tags:
        written = write_value(execution, value)
        execution.buffer[VALUE] += (*written, shown(written, value))
        record_tags(execution, "value", written[0], pairs(tags))
    if execution_tags:
        record_tags(execution, "execution", execution.id, pairs(execution_tags))
    if job_tags and owner is None:
        record_tags(execution, "execution", execution.id, pairs(job_tags))
    elif job_tags and owner is not None:
        record_tags(execution, "job", id_of(execution, owner), pairs(job_tags))


def pairs(tags: Any) -> Tags:
    """`tags` as pairs; raises RunError for what are none."""
    found = units.tags(tags)
    if found is None:
        raise RunError("bad-tags", value=repr(tags))
    return found
