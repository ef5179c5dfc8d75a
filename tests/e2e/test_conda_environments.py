"""Tasks and rules in environments of conda, solved and installed by py-rattler from a channel in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.testing.wheels import make_wheel
from tests.e2e.channel import PLACEHOLDER, Channel
from tests.e2e.project import Project

TINY = "VALUE = {version}\n\n\ndef main():\n    print('tiny', VALUE)\n"
LINKED = '#!/bin/sh\necho linked > "$PREFIX/linked"\n'  # what conda runs when it has installed the package
GREET = f"#!/bin/sh\necho greet {{version}} from {PLACEHOLDER}\n"
RULE = """
    @rule("said.txt", env="conda:env.yaml")
    def said(out):
        sh(f"greet > {out}")
    """
TASKS = """
    from redo_py import script, task

    redun_namespace = "apart"


    @task(env="conda:env.yaml")
    def inside(number: int) -> list:
        import os
        import sys

        import tiny

        return [tiny.VALUE, number, os.environ["CONDA_PREFIX"] == sys.prefix]


    @task
    def main() -> list:
        return [inside(3), script("tiny-say", env="conda:env.yaml", text=True)]
    """


@pytest.fixture
def channel(project: Project) -> Channel:
    """A channel with a program that needs no Python, with Python, and with a package of that."""
    channel = Channel(project.folder.parent / "channel")
    for version in ("1", "2"):
        channel.add("greet", version, {
            "bin/greet": GREET.format(version=version), "bin/.greet-post-link.sh": LINKED,
        })  # fmt: skip
        channel.add("tiny", version, {"site-packages/tiny.py": TINY.format(version=version)}, ["python"], noarch=True)
    channel.add_python()
    return channel


def environments(project: Project) -> list[Path]:
    """The folders of those that are there."""
    folder = project.state / "envs"
    return sorted(path for path in folder.iterdir() if path.suffix != ".lock") if folder.exists() else []


def ask(project: Project, channel: str, *lines: str) -> None:
    """Write the file of the environment."""
    wanted = "".join(f"  - {line}\n" for line in lines)
    project.write("env.yaml", f"name: ours\nchannels: [{channel}]\ndependencies:\n{wanted}")


def test_a_rule_needs_only_its_programs(project: Project, channel: Channel):
    project.rules(RULE)
    ask(project, channel.url, "greet=1")
    assert "making the environment conda:env.yaml" in project.build("said.txt").output
    (first,) = environments(project)
    assert project.read("said.txt") == f"greet 1 from {first}\n"
    assert (first / "linked").read_text() == "linked\n"
    assert not (first / "bin/python").exists()
    assert project.build("said.txt").is_idle
    ask(project, channel.url, "greet")
    assert "said.txt: env.yaml changed (" in project.build("--explain", "said.txt").output
    (second,) = set(environments(project)) - {first}
    assert project.read("said.txt") == f"greet 2 from {second}\n"
    ask(project, channel.url, "greet=1")
    again = project.build("--always-make", "said.txt")  # it is there for this content
    assert "making the environment" not in again.output
    assert project.read("said.txt") == f"greet 1 from {first}\n"
    assert environments(project) == sorted([first, second])


@pytest.mark.slow
def test_functions_run_in_its_python(project: Project, channel: Channel):
    project.write("tasks.py", TASKS)
    ask(project, "../channel", "python", "tiny=1")
    assert project.run("run", "tasks.py", "main").output == "[[1, 3, True], 'tiny 1\\n']\n"
    assert "[redun] Run " not in project.run("run", "tasks.py", "main").errors
    ask(project, "../channel", "python", "tiny>=2")
    assert project.run("run", "tasks.py", "main").output == "[[2, 3, True], 'tiny 2\\n']\n"


@pytest.mark.slow
def test_functions_run_in_its_python_elsewhere(project: Project, channel: Channel):
    project.write("redun.toml", '[executors.far]\ntype = "subprocess"\n')
    project.write("tasks.py", TASKS.replace("env=", 'executor="far", env='))
    ask(project, channel.url, "python", "tiny=1")
    assert project.run("run", "tasks.py", "main").output == "[[1, 3, True], 'tiny 1\\n']\n"
    assert len(environments(project)) == 1


@pytest.mark.slow
def test_what_pip_adds(project: Project, channel: Channel):
    wheels = project.folder.parent / "wheels"
    make_wheel(wheels, "tiny", "7", TINY.format(version=7))
    project.write("tasks.py", TASKS)
    ask(project, channel.url, "pip", "pip: [--no-index, --find-links file://" + str(wheels) + ", tiny==7]")
    assert project.run("run", "tasks.py", "main").output == "[[7, 3, True], 'tiny 7\\n']\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dependencies: [none-such]", "none-such"),
        ("dependencies: [greet, {pip: [tiny]}]", "a list for pip needs `python` and `pip` among the dependencies"),
    ],
)
def test_what_cannot_be_made(project: Project, channel: Channel, text: str, said: str):
    project.rules(RULE)
    project.write("env.yaml", f"channels: [{channel.url}]\n{text}\n")
    failed = project.build("said.txt", status=1)
    errors = failed.output + failed.errors
    assert "the environment conda:env.yaml cannot be made: exit status 1\n" in errors
    told = errors.partition("it said  ")[2]
    assert told.startswith("env.yaml: ")
    assert said in told
    assert environments(project) == []


def test_doctor_tells_of_it(project: Project):
    project.rules(RULE)
    [line] = [line for line in project.run("doctor", status=None).output.splitlines() if " envs " in line]
    assert line.endswith("conda: py-rattler")
