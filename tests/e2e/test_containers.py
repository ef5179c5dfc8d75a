"""Jobs in containers as the user sees them: at the terminal, with GPUs, as other users, beside jobs of this machine."""

from __future__ import annotations

import ast
import os
import sys

import pytest

from redo_py.testing.bench import settings_text
from tests.e2e.project import Project
from tests.e2e.terminal import Terminal
from tests.parts.podman import ROOT, Podman, gpus

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


GPUS = """\
import os
import time
from redo_py import task

redun_namespace = "flow"


@task(executor="box", gpus=1)
def gpu(number: int) -> list:
    open(f"/meeting/{number}", "w").close()
    while len(os.listdir("/meeting")) < 2:  # both have theirs at the same time
        time.sleep(0.02)
    return [os.environ["CUDA_VISIBLE_DEVICES"], [name for name in os.listdir("/dev") if name.startswith("redun-")]]


@task
def main() -> list:
    return [gpu(1), gpu(2)]
"""


@pytest.mark.slow
def test_each_container_has_a_gpu_of_its_own(project: Project, podman: Podman):
    """Devices are given to it by their names, and it sees no other; what it sees is counted from 0."""
    with gpus(2) as names:
        options = podman.options()
        project.path("meeting").mkdir()
        options["volumes"] = [*options["volumes"], "./meeting:/meeting"]
        project.write("redun.toml", settings_text("box", {"type": "podman", **options}) + f"[build]\ngpus = {names}\n")
        project.write("flow.py", GPUS)
        found = ast.literal_eval(project.run("run", "flow.py", "main").output)
    assert sorted(found) == [["0", [name]] for name in names]


OF_ANOTHER = """\
import os
from redo_py import File, task

redun_namespace = "flow"


@task(executor="box")
def note(name: str) -> File:
    with File(name).open("w") as file:
        file.write(f"{os.getuid()}\\n")
    return File(name)
"""
USER = 1000 if os.geteuid() == 0 else 0  # in a container; where that is of an ordinary user, its root is that user


@pytest.mark.slow
def test_files_of_another_user_are_the_callers(project: Project, podman: Podman):
    """The job is somebody else, to whom the scratch's group gives access."""
    project.path("shared").mkdir()
    if USER:
        os.chown(project.path("shared"), -1, USER)
    project.path("shared").chmod(0o2770)
    options = podman.options(user=f"{USER}:{USER}", scratch="shared", scratch_access="group")
    prefixes = {f"{each}:{each}:ro" for each in (sys.prefix, sys.base_prefix) if not each.startswith("/usr")}
    options["volumes"] = ["/usr:/usr:ro", *sorted(prefixes), f"{ROOT}/redo_py:{ROOT}/redo_py:ro"]  # ROOT may be closed
    project.write("redun.toml", settings_text("box", {"type": "podman", **options}))
    project.write("flow.py", OF_ANOTHER)
    project.rules('@rule("rule.txt", executor="box")\ndef made(out):\n    sh(f"id -u > {out}")\n')
    project.run("run", "flow.py", "note", "--name", "note.txt")
    assert project.build("rule.txt").made == ["rule.txt"]
    for name in ("note.txt", "rule.txt"):
        assert project.read(name) == f"{USER}\n"
        there, usual = project.path(name).stat(), project.path("flow.py").stat()
        assert (there.st_uid, there.st_gid, there.st_mode) == (usual.st_uid, usual.st_gid, usual.st_mode)
    assert project.build("rule.txt").is_idle
    assert "Run    Job" not in project.run("run", "flow.py", "note", "--name", "note.txt").errors
    project.remove("note.txt", "rule.txt")
    assert project.build("rule.txt").restored == ["rule.txt"]
    project.run("run", "flow.py", "note", "--name", "note.txt")
    assert project.read("note.txt") == f"{USER}\n"
    project.folder.chmod(0o777)
    project.write("redun.toml", settings_text("box", {"type": "podman", "project": "mounted", **options}))
    project.run("run", "flow.py", "note", "--name", "mounted.txt")
    assert project.path("mounted.txt").stat().st_uid == (USER or os.getuid()), "the job has written there itself"


def test_each_process_has_a_gpu_of_its_own(project: Project, podman: Podman):
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
