"""What the record of a project tells of an execution, by `redun log`."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.project import Project


def objects(project: Project, *words: str) -> list[dict[str, Any]]:
    """What `redun log --format json WORDS` says."""
    return [json.loads(line) for line in project.run("log", "--format", "json", *words).output.splitlines()]


def job_of(project: Project, task: str, execution: str = "-") -> dict[str, Any]:
    """The first job of `task` in an execution."""
    return next(each for each in objects(project, execution) if each.get("task") == task)


def states(project: Project) -> tuple[str, dict[str, str]]:
    """How the last execution has ended, and its jobs by their tasks. Whatever has ended says when."""
    execution, *jobs = objects(project, "-", "--all")
    assert [each["id"] for each in (execution, *jobs) if not each["ended"]] == []
    assert {each["execution"] for each in jobs} == {execution["id"]}
    return execution["status"], {each["task"]: each["status"] for each in jobs}


def error_of(project: Project, task: str) -> str:
    """What `redun log` tells of the last job of `task`, which has failed."""
    told = project.run("log", task).output
    assert told.startswith("Job ")
    assert " [FAILED] " in told.partition("\n")[0]
    return told
