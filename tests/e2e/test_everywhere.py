"""One workflow on five executors at once: threads, processes, a container, AWS Batch and Spark, all of them real."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from redo_py.testing.bench import settings_text
from tests.aws.server import LocalAws
from tests.conftest import new_bucket
from tests.e2e.project import Project
from tests.e2e.records import objects
from tests.parts.podman import Podman

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/everywhere"
PARTS = ("words", *["count"] * 5, "longest", "letters", "report")  # what `main` calls
RUN = re.compile(r"Run    Job \w+: +(\S+?)\(.* on (\w+)$", re.MULTILINE)


@pytest.mark.slow
def test_one_workflow_everywhere(project: Project, podman: Podman, aws: LocalAws, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("pyspark")
    monkeypatch.setattr("tests.e2e.project.WAIT", 300.0)
    shutil.copytree(EXAMPLE, project.folder, dirs_exist_ok=True)
    project.environment |= aws.environ | {name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ}
    cloud: dict[str, Any] = {
        "type": "aws_batch", "image": "worker:1", "queue": aws.create_queue(), "role": "none",
        "scratch": f"s3://{new_bucket(aws.url)}/scratch", "job_stale_time": 0.5, "job_monitor_interval": 0.2,
    }  # fmt: skip
    spark = project.read("redun.toml").partition("[executors.spark]\n")[2].partition("\n\n")[0]
    project.write(
        "redun.toml",
        settings_text("apart", {"mode": "process"})
        + settings_text("box", {"type": "podman", **podman.options()})
        + settings_text("cloud", cloud)
        + f"[executors.spark]\n{spark}\n",
    )
    first = project.run("run", "workflow.py", "main")
    assert first.output == "{'letters': 86, 'longest': 'haunches', 'vowels': 32}\n"
    assert sorted(set(RUN.findall(first.errors))) == [
        ("everywhere.count", "cloud"), ("everywhere.letters", "spark"), ("everywhere.longest", "apart"),
        ("everywhere.main", "default"), ("everywhere.report", "default"), ("everywhere.words", "box"),
    ]  # fmt: skip
    assert [request["arrayProperties"] for request in aws.asked("SubmitJob")] == [{"size": 5}]
    calls = calls_of(project, "DONE")
    second = project.run("run", "workflow.py", "main")
    assert (second.output, RUN.findall(second.errors)) == (first.output, [])
    assert calls_of(project, "CACHED") == calls
    assert [(each["kind"], each["status"]) for each in objects(project)] == [("run", "DONE")] * 2
    project.write("lengths.py", project.read("lengths.py").replace("len(word)", "2 * len(word)"))
    third = project.run("run", "workflow.py", "main")
    assert third.output == "{'letters': 172, 'longest': 'haunches', 'vowels': 32}\n"
    assert sorted(RUN.findall(third.errors)) == [("everywhere.letters", "spark"), ("everywhere.report", "default")]


def calls_of(project: Project, status: str) -> list[tuple[str, str]]:
    """The graph of the last execution: each task with its call. What `main` has called is below its job, wherever it
    ran, and all of it has this status."""
    execution, main, *below = objects(project, "-", "--all")
    assert (execution["status"], execution["jobs"][status]) == ("DONE", 1 + len(below))
    assert (main["task"], main["parent"], main["depth"]) == ("everywhere.main", None, 0)
    assert sorted(each["task"] for each in below) == sorted(f"everywhere.{name}" for name in PARTS)
    assert {(each["parent"], each["execution"], each["status"]) for each in below} == {
        (main["id"], execution["id"], status)
    }
    return sorted((each["task"], each["call"]) for each in (main, *below))
