"""What users of redun ask for most, each by a workflow of theirs: the ranked asks of tests/house/redun_features.py.

What they reported as broken is in test_what_was_wrong_in_redun.py.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys

from redo_py.testing.bench import settings_text
from tests.conftest import ROOT
from tests.e2e.project import Outcome, Project
from tests.parts.podman import Podman
from tests.parts.slurm import Slurm


def ran(outcome: Outcome) -> list[str]:
    """Names of the tasks that ran, sorted."""
    lines = [line for line in outcome.errors.splitlines() if line.startswith("[redun] Run    Job ")]
    return sorted(line.partition(":  ")[2].partition("(")[0] for line in lines)


def flow(project: Project, text: str) -> None:
    """The workflow `flow.py`, with what redun's users import."""
    project.write("flow.py", "from redun import Dir, File, script, task\n")
    with project.path("flow.py").open("a") as file:
        file.write(text)


def test_ask_1_code_outside_of_the_body_counts(project: Project):
    text = """
import scaling
SHIFT = 1

def helper(x):
    return scaling.scale(x) + SHIFT

@task()
def main(x: int = 1):
    return helper(x)
"""
    scaling = "def scale(x):\n    return 2 * x\n\ndef unused():\n    return 0\n"
    flow(project, text)
    project.write("scaling.py", scaling)
    assert project.run("run", "flow.py", "main").output == "3\n"
    flow(project, text.replace("SHIFT = 1", "SHIFT = 5"))
    assert project.run("run", "flow.py", "main").output == "7\n"
    project.write("scaling.py", scaling.replace("2 * x", "10 * x"))
    assert project.run("run", "flow.py", "main").output == "15\n"
    project.write("scaling.py", scaling.replace("2 * x", "10 * x").replace("return 0", "return 1"))
    assert ran(project.run("run", "flow.py", "main")) == []


LAZY = """
from collections import OrderedDict, defaultdict

class Items(list):
    pass

@task()
def one(x):
    return x

@task()
def containers():
    grouped = defaultdict(list)
    grouped["k"] = one(2)
    return [OrderedDict(a=one(1)), grouped, frozenset([one(3)]), Items([one(4)])]

@task()
def text():
    return f"value: {one(1)}"

@task()
def dropped():
    one(5)
    one([6]).append(7)
    return 8
"""


def test_ask_2_containers_of_lazy_values_are_opened(project: Project):
    flow(project, LAZY)
    told = "[OrderedDict([('a', 1)]),\n defaultdict(<class 'list'>, {'k': 2}),\n frozenset({3}),\n [4]]\n"
    assert project.run("run", "flow.py", "containers").output == told


def test_ask_2_lazy_slips_are_told_with_their_line(project: Project):
    flow(project, LAZY)
    text = project.run("run", "flow.py", "text", status=1)
    assert 'flow.py", line 20, in text\n    return f"value: {one(1)}"\n' in text.errors
    assert "the lazy value `one(1)` cannot stand in an f-string yet" in text.errors
    dropped = project.run("run", "flow.py", "dropped")
    assert dropped.output == "8\n"
    assert "flow.py:24: ForgottenCall: the lazy value `one(5)` is never used, so it never runs" in dropped.errors
    assert "flow.py:25: ForgottenCall: the lazy value `one([6]).append(7)` is never used" in dropped.errors


FAILING = """
import os, time

def wait_for(name):
    while not os.path.exists(name):
        time.sleep(0.005)

@task()
def fails(x):
    wait_for("begun")
    open("failing", "w").close()
    if not os.path.exists("mended"):
        raise ValueError(x)
    return x

@task()
def finishes(x):
    open("begun", "w").close()
    wait_for("failing")
    time.sleep(0.05)
    return x

@task()
def later(x):
    return x + 1

@task()
def main():
    return [fails(1), finishes(2), later(later(later(3)))]
"""


def test_ask_4_what_runs_beside_a_failure_is_recorded(project: Project):
    flow(project, FAILING)
    failed = project.run("run", "flow.py", "main", status=1)
    assert "ValueError: 1" in failed.errors
    project.write("mended", "")
    again = project.run("run", "flow.py", "main")
    assert again.output == "[1, 2, 6]\n"
    assert "fails" in ran(again)
    assert "finishes" not in ran(again)


def test_ask_4_going_on_after_a_failure_and_trying_again(project: Project):
    flow(
        project,
        FAILING
        + """
@task(retries=2)
def flickers():
    with open("tries", "a") as file:
        file.write(".")
    if os.path.getsize("tries") < 3:
        raise OSError("the machine went away")
    return "there"
""",
    )
    failed = project.run("run", "-k", "flow.py", "main", status=1)
    assert ran(failed) == ["fails", "finishes", "later", "later", "later", "main"]
    assert project.run("run", "flow.py", "flickers").output == "'there'\n"
    assert project.read("tries") == "..."


def test_ask_5_many_small_tasks_each_with_a_result_of_its_own(project: Project):
    flow(
        project,
        """
from redun.functools import map_

@task()
def square(x):
    return x * x

@task()
def total(values):
    return sum(values)

@task()
def main(n: int):
    return total(map_(square, list(range(n))))
""",
    )
    first = project.run("run", "flow.py", "main", "--n", "1500")
    assert first.output == f"{sum(x * x for x in range(1500))}\n"
    assert len(first.errors.splitlines()) < 100
    grown = project.run("run", "flow.py", "main", "--n", "1501")
    assert "| square                             0       0       0    1500       1    1501\n" in grown.errors
    assert "| total                              0       0       0       0       1       1\n" in grown.errors


def test_ask_6_a_large_value_is_kept_in_a_form_without_a_limit_of_4_gib(project: Project):
    flow(
        project,
        """
class Scan:
    def __init__(self, content):
        self.content = content

@task()
def scan(size: int):
    return Scan(b"x" * size)

@task()
def size(scan):
    return len(scan.content)

@task()
def main():
    return size(scan(5_000_000))
""",
    )
    assert project.run("run", "flow.py", "main").output == "5000000\n"
    again = project.run("run", "flow.py", "main")
    assert (again.output, ran(again)) == ("5000000\n", [])
    protocol = b"\x80\x05"  # the first one without that limit is 4
    files = (project.state / "artifacts").glob("?/*")
    assert [content[:2] for file in files if len(content := file.read_bytes()) > 5_000_000] == [protocol]


def size(project: Project) -> int:
    """How many bytes the state has."""
    return sum(path.stat().st_size for path in project.state.rglob("*") if path.is_file())


def rows(project: Project) -> int:
    """How many rows the database has."""
    with sqlite3.connect(project.state / "state.db") as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counted = sum(database.execute(f"SELECT count(*) FROM [{name}]").fetchone()[0] for name in tables)
    database.close()
    return int(counted)


def test_ask_7_a_cached_run_adds_little_and_what_is_old_can_go(project: Project):
    text = """
@task()
def step(x, version):
    return [x, version]

@task()
def main():
    return [step(x, "VERSION") for x in range(1000)]
"""
    flow(project, text)
    project.run("run", "flow.py", "main")
    before = size(project)
    assert ran(project.run("run", "flow.py", "main")) == []
    assert size(project) - before < 1000 * 130  # redun: 650 for each job
    flow(project, text.replace("VERSION", "other"))
    project.run("run", "flow.py", "main")
    grown = rows(project)
    project.run("gc", "--keep-last-build")
    assert rows(project) < grown - 3000
    assert ran(project.run("run", "flow.py", "main")) == []


def test_ask_8_a_file_is_its_content(project: Project):
    flow(
        project,
        """
@task()
def read(file: File):
    return file.read()

@task()
def main(path: str = "data.txt"):
    return read(File(path))
""",
    )
    project.write("data.txt", "one")
    assert project.run("run", "flow.py", "main").output == "'one'\n"
    project.touch("data.txt", 5)
    assert ran(project.run("run", "flow.py", "main")) == []
    project.edit_in_secret("data.txt", "two")
    assert project.run("run", "flow.py", "main").output == "'two'\n"
    spelled = project.run("run", "flow.py", "main", "--path", "./data.txt")
    assert ran(spelled) == ["main"]
    shutil.copytree(project.folder, project.folder.parent / "copy")
    copy = Project(project.folder.parent / "copy", project.environment)
    copy.touch("data.txt", 9)
    assert ran(copy.run("run", "flow.py", "main")) == []


def program(project: Project, name: str) -> str:
    """What the Python program `name` prints."""
    environment = {**project.environment, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, name]
    done = subprocess.run(words, cwd=project.folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_ask_9_from_python_results_are_kept_as_by_the_command(project: Project):
    flow(
        project, 'from redun import get_context\n\n@task()\ndef main(x: int, y=get_context("y")):\n    return [x, y]\n'
    )
    project.write(".redun/redun.ini", '[scheduler]\ncontext = {"y": 5}\n')
    text = """
        from redo_py import Config, Scheduler, run
        from redo_py.compat import install

        install()
        from flow import main

        print(run(main(3)), Scheduler(Config(configdir=".redun")).run(main(4)))
    """
    project.write("program.py", text)
    assert program(project, "program.py") == "[3, 5] [4, 5]\n"
    assert ran(project.run("run", "flow.py", "main", "--x", "4")) == []
    listed = project.run("log").output
    assert program(project, "program.py") == "[3, 5] [4, 5]\n"
    assert project.run("log").output != listed
    assert "cached" in project.run("log", "-").output.lower()


def test_ask_10_no_cloud_is_loaded_or_asked(project: Project):
    flow(
        project,
        """
import sys

HEAVY = {"boto3", "botocore", "aiobotocore", "s3fs", "sqlalchemy", "alembic", "textual", "rich", "aiohttp", "requests"}

@task()
def main():
    return sorted(HEAVY & set(sys.modules))
""",
    )
    project.write("bin/gcloud", "#!/bin/sh\ntouch asked\n", executable=True)
    project.write("bin/aws", "#!/bin/sh\ntouch asked\n", executable=True)
    credentials = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
    search = f"{project.path('bin')}:{project.environment['PATH']}"
    outcome = project.run("run", "flow.py", "main", environment={**credentials, "PATH": search})
    assert outcome.output == "[]\n"
    assert not project.exists("asked")


def test_ask_11_values_whose_class_has_moved(project: Project):
    text = '\nfrom boxes import Box\n\n@task(version="1")\ndef main():\n    return Box(3)\n'  # the same with each class
    project.write("boxes.py", "class Box:\n    def __init__(self, size):\n        self.size = size\n")
    flow(project, text)
    first = project.run("run", "flow.py", "main")
    assert "boxes.Box object" in first.output
    project.path("boxes.py").rename(project.path("cartons.py"))
    flow(project, text.replace("from boxes", "from cartons"))
    again = project.run("run", "flow.py", "main")
    assert "cartons.Box object" in again.output
    assert ran(again) == ["main"]
    job = re.search(r"Run    Job (\w+)", first.errors)
    assert job
    assert "boxes.Box object" in project.run("log", job[1]).output


def test_ask_13_a_wrapped_task_is_called_by_its_own_arguments(project: Project):
    flow(
        project,
        """
from redun.task import wraps_task

def doubled():
    @wraps_task(wrapper_name="doubled")
    def wrap(inner):
        def call(*args, **kwargs):
            return 2 * inner(*args, **kwargs)
        return call
    return wrap

@doubled()
@task()
def main(some_number: int, word: str = "x"):
    return some_number + len(word)
""",
    )
    assert project.run("run", "flow.py", "main", "--some-number", "3", "--word", "four").output == "14\n"
    assert "--some-number INT" in project.run("run", "flow.py", "main", "help").output


WHERE = """
import os

redun_namespace = "flow"

@task(executor="there")
def where(number: int):
    return os.environ.get("SLURM_JOB_ID", ""), os.environ.get("AWS_ACCESS_KEY_ID", ""), number

@task()
def main():
    return [where(1), where(2)]
"""


def test_ask_3_tasks_are_jobs_of_a_cluster_with_slurm(project: Project, slurm: Slurm):
    flow(project, WHERE)
    project.environment.update(slurm.environment)
    project.write("redun.toml", settings_text("there", {"type": "slurm", "python": sys.executable, **slurm.options()}))
    first, second = re.findall(r"\('(\d+)', '', [12]\)", project.run("run", "flow.py", "main").output)
    assert int(first) > 0
    assert int(second) > 0
    assert ran(project.run("run", "flow.py", "main")) == []


def test_ask_14_a_container_gets_no_credentials_unless_told(
    project: Project, podman: Podman, s3_bucket: str, s3_environment: dict[str, str]
):
    flow(project, WHERE)
    project.environment.update(s3_environment)
    options = {"type": "podman", "job_monitor_interval": 0.1, **podman.options()}
    project.write("redun.toml", settings_text("there", options))
    assert project.run("run", "flow.py", "where", "--number", "1").output == "('', '', 1)\n"
    cloud = {**options, "include_aws_env": True, "scratch": f"s3://{s3_bucket}/scratch"}
    project.write("redun.toml", settings_text("there", cloud))
    assert project.run("run", "flow.py", "where", "--number", "2").output == "('', 'nobody', 2)\n"


def test_ask_17_a_context_file_in_cloud_storage(project: Project, s3_bucket: str, s3_environment: dict[str, str]):
    from redo_py import File

    File(f"s3://{s3_bucket}/context.json").write('{"genome": {"name": "hg38"}}')
    flow(project, '\nfrom redun import get_context\n\n@task()\ndef main(x=get_context("genome.name")):\n    return x\n')
    project.environment.update(s3_environment)
    words = ("--context-file", f"s3://{s3_bucket}/context.json")
    assert project.run("run", *words, "flow.py", "main").output == "'hg38'\n"
    missing = project.run("run", "--context-file", f"s3://{s3_bucket}/none.json", "flow.py", "main", status=2)
    assert f"s3://{s3_bucket}/none.json" in missing.errors
    project.write(".redun/redun.ini", f"[scheduler]\ncontext_file = s3://{s3_bucket}/context.json\n")
    assert project.run("run", "flow.py", "main").output == "'hg38'\n"
