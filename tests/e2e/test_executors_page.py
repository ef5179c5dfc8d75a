"""docs/executors.md where it needs parts that are not everywhere: its settings, with real podman and SLURM and a server
of Batch in which jobs run, or held against the options that there are."""

from __future__ import annotations

import json
import sys
import tomllib

import pytest

from redo_py.executors.options import ExecutorOptions, RemoteOptions, checked, names_of, per_job
from redo_py.executors.spark.options import SparkOptions
from redo_py.executors.spark.submit import SubmitOptions
from tests.aws.server import LocalAws
from tests.conftest import ROOT, make_bucket
from tests.e2e.project import Project
from tests.parts.podman import IMAGE, Podman
from tests.parts.slurm import Slurm


def section_of(title: str) -> str:
    """A section of the page, up to the next one."""
    page = (ROOT / "docs/executors.md").read_text()
    return page.partition(f"\n{title}\n")[2].partition("\n#")[0]


def block_of(section: str, language: str) -> str:
    """The first block of a section in a language."""
    return section.partition(f"```{language}")[2].partition("\n")[2].partition("```")[0]


def settings_of(section: str) -> str:
    """The settings that a section of the page shows."""
    return block_of(section_of(f"## {section}"), "toml")


def options_in(section: str) -> dict[str, tuple[str, bool]]:
    """The table of options in a section: name -> (what it is by default, whether a task may give it, too)."""
    rows = [
        line.split("|")[1:3] for line in section.partition("\n| option |")[2].splitlines() if line.startswith("| `")
    ]
    return {name.strip(" `*+"): (default.strip(" `"), "*" in name) for name, default in rows}


def added(options: dict[str, object]) -> str:
    """Further lines of settings."""
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in options.items())


def test_a_container(project: Project, podman: Podman):
    podman.call("tag", IMAGE, "localhost/my-image:latest")
    shown = settings_of("Containers")
    assert 'image = "my-image"' in shown
    own = {name: value for name, value in podman.options().items() if name != "image"}
    project.write("redun.toml", shown + added(own))
    assert "box: ready, Python " in project.run("executors", "check", "box").output


def test_a_queue(project: Project, aws: LocalAws):
    shown = settings_of("AWS Batch")
    said = tomllib.loads(shown)["executors"]["batch"]
    aws.runs.images.add(said["image"])
    aws.create_queue(said["queue"])
    make_bucket(aws.url, said["scratch"].split("/")[2])
    project.environment |= aws.environ
    project.write("redun.toml", shown + added({"job_stale_time": 0.05, "job_monitor_interval": 0.1}))
    assert "batch: ready, Python " in project.run("executors", "check", "batch").output
    (definition,) = aws.asked("RegisterJobDefinition")
    assert definition["containerProperties"]["image"] == said["image"]
    assert definition["containerProperties"]["jobRoleArn"].endswith(f":role/{said['role']}")
    (request,) = aws.asked("SubmitJob")
    needs = {each["type"]: each["value"] for each in request["containerOverrides"]["resourceRequirements"]}
    assert needs == {"VCPU": "2", "MEMORY": "8192"}


def test_a_cluster(project: Project, slurm: Slurm):
    shown = settings_of("SLURM")
    project.environment.update(slurm.environment)
    project.write("redun.toml", shown + added({"python": sys.executable, **slurm.options()}))
    assert "cluster: ready, Python " in project.run("executors", "check", "cluster").output


@pytest.mark.parametrize(
    ("title", "model", "others"),
    [("## Spark", SparkOptions, ExecutorOptions), ("### Drivers in the cluster", SubmitOptions, RemoteOptions)],
)
def test_options_of_spark(title: str, model: type[ExecutorOptions], others: type[ExecutorOptions]):
    """The tables have all options, no other ones, and what these are by default; the settings are good ones."""
    section = section_of(title)
    (setting,) = tomllib.loads(block_of(section, "toml"))["executors"].values()
    checked(model, {name: value for name, value in setting.items() if name != "type"})
    shown, told = options_in(section), model.model_fields
    own = {name for name, field in told.items() if repr(field) != repr(others.model_fields.get(name))}
    assert set(shown) == own
    assert {name for name, (_, of_task) in shown.items() if of_task} == set(shown) & per_job(model)
    for name, (default, _) in shown.items():
        field, said = told[name], default.strip('"')
        if default[:1] in '"[{0123456789' or default in ("true", "false") or default.endswith("MiB"):
            mebibytes = f"{field.default >> 20} MiB" if isinstance(field.default, int) else ""
            assert said in (str(field.default), json.dumps(field.default), mebibytes), name
        else:
            assert field.is_required() == (default == "needed"), name
            assert field.is_required() or not field.default, name
    assert set(names_of(model)) == set(told), "another name of an option is not shown"
