"""The same for programs: one JSON object a line."""

from __future__ import annotations

from itertools import islice
from json import dumps

from redo_py.query.log.executions import tags_of
from redo_py.query.log.jobs import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from redo_py.app.telling.recorded import Recorded
    from redo_py.cli.log.views import Wishes
    from redo_py.query.log.executions import Past
    from redo_py.query.log.files import Path
    from redo_py.query.log.jobs import Job

    Object = dict[str, Any]


def written(found: Iterable[Object], wishes: Wishes) -> Iterator[str]:
    """The objects as lines, as many as are wished for."""
    return (dumps(each) for each in islice(found, wishes.limit))


def written_tree(recorded: Recorded, past: Past, wishes: Wishes) -> Iterator[str]:
    """An execution and its jobs."""
    yield dumps(execution(past) | {"jobs": (tree := Tree(recorded.store, past)).counts})
    yield from written(_jobs(recorded, past, tree, wishes), wishes)


def _jobs(recorded: Recorded, past: Past, tree: Tree, wishes: Wishes) -> Iterator[Object]:
    for seq, depth, status in tree.walk():
        found = recorded.job(past.digest, seq) if wishes.takes(status) else None
        if found is not None and wishes.task in ("", found.task):
            yield job(recorded, found) | {"depth": depth}


def execution(past: Past) -> Object:
    """An execution."""
    return {
        "type": "Execution", "id": past.id, "status": past.status, "kind": past.kind, "started": past.started,
        "ended": past.ended, "command": past.argv, "folder": past.cwd, "version": past.version,
        "tags": [list(tag) for tag in past.tags],
    }  # fmt: skip


def job(recorded: Recorded, found: Job) -> Object:
    """A job, with its call."""
    from redo_py.ground.job_ids import execution_id, job_id

    told: Object = {
        "type": "Job", "id": found.id, "status": found.status, "execution": execution_id(found.execution),
        "parent": None if found.parent is None else job_id(found.execution, found.parent), "task": found.task,
        "origin": found.origin, "reason": found.reason, "started": found.started, "ended": found.ended,
        "cpu": found.cpu, "memory": found.memory,
        "call": None if found.call is None else found.call.hex(),
        "tags": [list(tag) for tag in tags_of(recorded.store, "job", found.digest)],
    }  # fmt: skip
    call = recorded.calls.get(found.call) if found.call is not None else None
    if call is not None:
        told |= {
            "task_hash": call.task_hash.hex(),
            "arguments": dict(recorded.calls.arguments(call)),
            "result": recorded.calls.value(call.result),
        }
    return told


def file(path: Path) -> Object:
    """A file, and the jobs that made and read it."""
    from redo_py.ground.job_ids import job_id

    made = [job_id(use.execution, use.seq) for use in path.uses if use.is_made]
    read = [job_id(use.execution, use.seq) for use in path.uses if not use.is_made]
    return {
        "type": "File", "path": path.path, "content": path.content.hex(), "since": path.since, "mode": path.mode,
        "produced_by": made, "consumed_by": read,
    }  # fmt: skip
