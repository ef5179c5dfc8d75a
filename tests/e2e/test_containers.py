"""Jobs in containers as the user sees them: at the terminal, with GPUs, beside jobs of this machine."""

from __future__ import annotations

from redo_py.testing.bench import settings_text
from tests.e2e.project import Project
from tests.e2e.terminal import Terminal
from tests.parts.podman import Podman

FLOW = """\
import os
from redo_py import task

redun_namespace = "flow"


@task(executor="box", interactive=True)
def ask() -> str:
    return "Hello, " + input("name? ")


@task(executor="apart", gpus=1)
def gpu(number: int) -> str:
    return os.environ["CUDA_VISIBLE_DEVICES"]


@task
def gpus() -> list:
    return [gpu(1), gpu(2)]


@task(executor="box")
def word(text: str) -> str:
    return text.upper()


@task
def mixed() -> list:
    return [word("a"), gpu(3), word("b")]
"""


def configure(project: Project, podman: Podman) -> None:
    """A box, and processes apart."""
    box = settings_text("box", {"type": "podman", "job_monitor_interval": 0.1, **podman.options()})
    apart = '[executors.apart]\ntype = "subprocess"\n[build]\ngpus = ["3", "GPU-x"]\n'
    project.write("redun.toml", box + apart)
    project.write("flow.py", FLOW)


def test_a_job_that_has_the_terminal(project: Project, podman: Podman):
    configure(project, podman)
    terminal = Terminal(project, "run", "flow.py", "ask", columns=160)
    terminal.until(lambda it: any("name?" in line for line in it.shown))
    terminal.press(b"Ada\r")
    assert terminal.finish() == 0
    assert terminal.shown[-1] == "'Hello, Ada'"
    terminal.close()
    assert podman.names() == []


def test_each_job_has_a_gpu_of_its_own(project: Project, podman: Podman):
    configure(project, podman)
    assert project.run("run", "flow.py", "gpus").output == "['3', 'GPU-x']\n"


def test_executors_of_all_kinds_in_one_run(project: Project, podman: Podman):
    configure(project, podman)
    assert project.run("run", "flow.py", "mixed").output == "['A', '3', 'B']\n"
    second = project.run("run", "flow.py", "mixed")
    assert second.output == "['A', '3', 'B']\n"
    assert "Run " not in second.errors
    assert "podman" in project.run("executors").output
    assert "box: ready, Python " in project.run("executors", "check", "box").output
