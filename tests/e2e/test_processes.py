"""Functions in processes of their own, through the real command."""

from __future__ import annotations

import os
import re
import signal
import subprocess

import pytest

from redo_py.executors.processes.system import is_alive, start_of
from tests.e2e.project import Project

WORK = """
    import os

    from helper import shout


    def say(out, source: str, folder):
        with open(source) as stream, open(out, "w") as result:
            result.write(shout(stream.read()))
        print("said", type(source).__name__)
        with open(f"{folder}/pids", "a") as pids:
            pids.write(f"{os.getpid()}\\n")


    def stay(out, folder):
        import time

        open(f"{folder}/begun", "w").close()
        open(out, "w").close()
        time.sleep(300)
    """
HELPER = "def shout(text):\n    return text.upper()\n"
RULES = """
    from work import say, stay

    @rule("{name}.out")
    def one(out, name):
        return task(say, executor="process")(out, need(name + ".txt"), env("NOTES"))

    @rule("long.never")
    def never(out):
        return task(stay, executor="process")(out, env("NOTES"))
    """


@pytest.fixture
def noted(project: Project) -> Project:
    """A project of which each call leaves a note, outside of it, of the process that it ran in."""
    project.environment["NOTES"] = str(project.folder.parent)
    project.write("work.py", WORK)
    project.write("helper.py", HELPER)
    project.write("a.txt", "a\n")
    project.write("b.txt", "b\n")
    project.rules(RULES)
    return project


def pids(project: Project) -> list[int]:
    return [int(line) for line in (project.folder.parent / "pids").read_text().split()]


def test_a_rule_in_a_process(noted: Project) -> None:
    assert "said str\n" in noted.build("a.out", "b.out").output
    assert noted.read("a.out") == "A\n"
    assert len(pids(noted)) == 2
    assert noted.build("a.out", "b.out").output == "redun: everything is up to date\n"
    noted.write("helper.py", HELPER.replace("upper", "title"))
    noted.build("a.out", "b.out")
    assert noted.read("b.out") == "B\n"
    assert len(pids(noted)) == 4


def test_the_same_result_wherever_it_runs(noted: Project) -> None:
    noted.build("a.out")
    noted.rules(RULES.replace(', executor="process"', ""))
    assert noted.build("a.out").output == "redun: everything is up to date\n"


def test_a_kill_and_the_next_build(noted: Project) -> None:
    build = noted.start("build", "long.never")
    noted.wait_for("../begun")
    build.kill()
    assert noted.exists("long.never")
    noted.build("a.out")
    assert not noted.exists("long.never"), "what a killed build has left half made goes"


def test_no_worker_outlives_a_killed_redun(noted: Project) -> None:
    build = noted.start("build", "long.never")
    noted.wait_for("../begun")
    (worker,) = children_of(build.process.pid)
    start = start_of(worker)
    os.kill(build.process.pid, signal.SIGKILL)
    build.process.wait()
    noted.until(lambda: not is_alive(worker, start))  # sooner than the function would end by itself


LEFT = """
    import threading

    from redo_py import task

    @task(executor="process", namespace="left")
    def one(x):
        threading.Thread(target=threading.Event().wait).start()
        return x

    @task(namespace="left")
    def main():
        return one(1)
"""
STUBBORN = """
    from redo_py.build import rule, sh

    @rule("made.txt", executor="process")
    def made(out):
        sh(
            f"trap '' TERM; if [ -e ../again ]; then echo whole > {out}; exit; fi; "
            f"echo $$ > ../command; echo part > {out}; touch ../begun; while :; do sleep 0.1; echo more >> {out}; done"
        )
"""


def test_no_command_of_a_killed_redun_writes_into_what_the_next_one_makes(project: Project) -> None:
    project.rules(STUBBORN)
    build = project.start("build", "made.txt")
    project.wait_for("../begun")
    command = int((project.folder.parent / "command").read_text())
    start = start_of(command)
    os.kill(build.process.pid, signal.SIGKILL)
    build.process.wait()
    (project.folder.parent / "again").touch()
    assert project.build("made.txt").status == 0
    assert not is_alive(command, start)
    assert project.read("made.txt") == "whole\n"


def test_what_a_worker_does_when_it_is_killed(noted: Project) -> None:
    build = noted.start("build", "long.never")
    noted.wait_for("../begun")
    (worker,) = children_of(build.process.pid)
    os.kill(worker, signal.SIGKILL)
    outcome = build.finish()
    assert outcome.status == 1
    assert "long.never: its worker was killed by SIGKILL" in outcome.output
    assert not noted.exists("long.never")


def test_a_run_ends_although_a_task_has_left_a_thread(project: Project) -> None:
    project.write("flow.py", LEFT)
    assert project.run("run", "flow.py", "main").output.endswith("1\n")


def children_of(pid: int) -> list[int]:
    """The processes that `pid` has started and that run."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


@pytest.mark.parametrize("executor", ["process", "far"])
def test_what_workers_are_given_and_give_back(project: Project, executor: str):
    project.write("redun.toml", '[executors.far]\ntype = "subprocess"\n')
    project.write(
        "flow.py",
        f"""
        from dataclasses import dataclass

        from redo_py import catch, map_, task

        @dataclass
        class Sample:
            number: int

        class Bad(Exception):
            def __init__(self, sample, text):
                self.sample = sample
                super().__init__(f"{{sample}}: {{text}}")

        @task(executor="{executor}")
        def number_of(sample: Sample):
            return sample.number

        @task()
        def add(x, y):
            return x + y

        @task(executor="{executor}")
        def sums():
            return map_(add.partial(y=1), [1, 2])

        @task(executor="{executor}")
        def tasks():
            return [add, add.options(memory=1)]

        @task()
        def call_all(tasks):
            return [each(1, 2) for each in tasks]

        @task(executor="{executor}")
        def fails():
            raise Bad("s1", "too short")

        @task()
        def recover(error):
            return error.sample

        @task()
        def main():
            return [number_of(Sample(3)), sums(), call_all(tasks()), catch(fails(), Bad, recover)]
        """,
    )
    assert project.run("run", "flow.py", "main").output == "[3, [2, 3], [3, 3], 's1']\n"
    again = project.run("run", "flow.py", "main")
    assert again.output == "[3, [2, 3], [3, 3], 's1']\n"
    assert "Run    Job" not in again.errors, "the error is remembered, though its class wants other arguments"


REGISTRY = {
    "lib.py": """
    from redo_py import task

    NAMES = []

    @task()
    def names():
        return list(NAMES)
    """,
    "plugins.py": "import lib\nlib.NAMES.append('a')\n",
    "flow.py": """
    import lib
    import plugins
    from redo_py import task

    @task(cache=False)
    def main(where: str):
        return lib.names.options(executor=where)()
    """,
}


@pytest.mark.parametrize("executor", ["process", "far"])
def test_what_another_module_changes_is_changed_in_a_worker(project: Project, executor: str):
    for name, text in REGISTRY.items():
        project.write(name, text)
    project.write("redun.toml", '[executors.far]\ntype = "subprocess"\n')
    assert project.run("run", "flow.py", "main", "--where", executor).output == "['a']\n"


def test_what_a_worker_makes_of_less_than_was_decided_with_is_not_remembered(project: Project) -> None:
    for name, text in REGISTRY.items():
        project.write(name, text)
    once = "from pathlib import Path\nPath(__file__).with_name('once').touch(exist_ok=False)\n"
    project.write("plugins.py", once + REGISTRY["plugins.py"])
    assert project.run("run", "flow.py", "main", "--where", "process").output == "[]\n"

    def because() -> str:
        job = re.search(r"Job ([0-9a-f]{8}) .*names\(\)", project.run("log", "-").output)
        assert job is not None
        return project.run("log", job[1]).output.partition("\nBecause: ")[2].partition("\n")[0]

    assert because() == "it never ran here; its result is not remembered: its worker could not import plugins"
    project.remove("once")
    assert project.run("run", "flow.py", "main", "--where", "thread").output == "['a']\n"
    assert because() == "the result of the last call was not remembered: its worker could not import a module"
