"""docs/executors.md where it needs parts that are not everywhere: its settings, with a real podman and a real SLURM."""

from __future__ import annotations

import json
import sys

from tests.conftest import ROOT
from tests.e2e.project import Project
from tests.parts.podman import IMAGE, Podman
from tests.parts.slurm import Slurm


def settings_of(section: str) -> str:
    """The settings that a section of the page shows."""
    page = (ROOT / "docs/executors.md").read_text()
    return page.partition(f"\n## {section}\n")[2].partition("```toml")[2].partition("\n")[2].partition("```")[0]


def added(options: dict[str, object]) -> str:
    """Further lines of settings."""
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in options.items())


def test_a_container(project: Project, podman: Podman):
    podman.call("tag", IMAGE, "localhost/my-image:latest")
    shown = settings_of("Containers")
    assert 'image = "my-image"' in shown
    own = {name: value for name, value in podman.options().items() if name != "image"}
    project.write("redun.toml", shown + added(own))
    assert project.run("executors", "check", "box").output.startswith("box: ready, Python ")


def test_a_cluster(project: Project, slurm: Slurm):
    shown = settings_of("SLURM")
    assert 'python = "/shared/me/venv/bin/python"' in shown
    project.environment.update(slurm.environment)
    project.write("redun.toml", shown.replace("/shared/me/venv/bin/python", sys.executable) + added(slurm.options()))
    assert project.run("executors", "check", "cluster").output.startswith("cluster: ready, Python ")
