"""Workflows that were written for redun run as they are, with the settings that they have."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT
from tests.e2e.project import Project

GREETING = """
    from redun import task

    redun_namespace = "greeting"

    @task()
    def greet(name: str) -> str:
        return f"Hello, {name}!"

    @task()
    def main() -> str:
        return greet("world")
"""


def test_import_redun_gives_ours(project: Project):
    project.write("hello.py", GREETING)
    outcome = project.run("run", "hello.py", "main")
    assert outcome.output == "'Hello, world!'\n"
    assert "greeting.greet" in outcome.errors


def test_both_spellings_are_the_same_workflow(project: Project):
    project.write("hello.py", GREETING)
    project.run("run", "hello.py", "main")
    project.write("hello.py", GREETING.replace("from redun import", "from redo_py import"))
    outcome = project.run("run", "hello.py", "main")
    assert outcome.output == "'Hello, world!'\n"
    assert "[redun] Run " not in outcome.errors
    assert "[redun] Cached Job" in outcome.errors


FORM = """
    from redun import task
    from redun.task import scheduler_task

    @task()
    def number(value: int) -> int:
        return value

    @scheduler_task()
    def larger(scheduler, parent_job, sexpr, one, other):
        def choose(values):
            return max(values)
        return scheduler.evaluate([one, other], parent_job=parent_job).then(choose)

    @task(check_valid="shallow")
    def main() -> int:
        return larger(number(1), number(2))
"""


def test_a_form_in_the_way_of_redun_and_its_code(project: Project):
    project.write("form.py", FORM)
    assert project.run("run", "form.py", "main").output == "2\n"
    again = project.run("run", "form.py", "main")
    assert again.output == "2\n"
    assert "[redun] Run " not in again.errors
    project.write("form.py", FORM.replace("max(", "min("))
    assert project.run("run", "form.py", "main").output == "1\n"


IN_PROCESS = """
    import os
    from redun import task

    @task(executor="process")
    def where() -> int:
        return os.getpid()

    @task()
    def main() -> list[int]:
        return [where(), os.getpid()]
"""


def test_workers_are_ours_too(project: Project):
    project.write("away.py", IN_PROCESS)
    project.write("redun.toml", '[code]\npackages = ["redo_py"]\n')
    outcome = project.run("run", "away.py", "main")
    one, other = eval(outcome.output)
    assert one != other


def test_another_redun_is_left_aside_and_told(project: Project):
    project.write("redun/__init__.py", "raise AssertionError('not this one')\n")
    project.write("hello.py", GREETING)
    outcome = project.run("run", "hello.py", "main")
    assert outcome.output == "'Hello, world!'\n"
    assert outcome.errors.count("`import redun` gives redo_py, and not ") == 1


def test_the_real_redun_where_it_is_asked_for(project: Project):
    project.write("redun/__init__.py", "from redo_py import task\nWHICH = 'the other one'\n")
    project.write("hello.py", "from redun import WHICH, task\n@task()\ndef main():\n    return WHICH\n")
    project.write("redun.toml", '[compat]\nredun = "real"\n')
    assert project.run("run", "hello.py", "main").output == "'the other one'\n"


def test_a_name_that_is_not_here(project: Project):
    project.write("hello.py", "from redun.backends.db import Execution\n")
    outcome = project.run("run", "hello.py", "main", status=2)
    assert outcome.errors.startswith(
        "hello.py:1:1: module `hello` fails when it is imported: ModuleNotFoundError: redo_py has no "
        "`redun.backends.db`: `redun log` and `redun why` tell of past executions; the database is .redun/state.db and "
        "has other tables; see docs/coming-from-redun.md\n"
    )


def test_redun_ini_is_understood(project: Project):
    project.write("hello.py", GREETING)
    project.write(".redun/redun.ini", "[backend]\ndb_uri = sqlite:///redun.db\n[limits]\napi = 2\napy: 3\n[limit]\n")
    outcome = project.run("run", "hello.py", "main")
    assert "[redun] .redun/redun.ini:6: [limit] means nothing to redun; did you mean limits?" in outcome.errors
    assert not project.exists(".redun/redun.db")
    assert "redun.ini" not in project.read(".redun/.gitignore")


def test_a_mistake_in_redun_ini(project: Project):
    project.write("hello.py", GREETING)
    project.write(".redun/redun.ini", "[limits]\napi = many\n")
    outcome = project.run("run", "hello.py", "main", status=2)
    assert outcome.errors.startswith(".redun/redun.ini:2:1: limits.api must be a whole number from 1 on\n")


def test_config_without_a_redunfile(project: Project):
    project.write(".redun/redun.ini", "[limits]\napi = 2\n")
    rows = [line.split() for line in project.run("config").output.splitlines()]
    assert ["limits.api", "2", ".redun/redun.ini:2"] in rows


def test_config_shows_redun_ini(project: Project):
    project.write("redunfile.py", "")
    project.write(".redun/redun.ini", "[limits]\napi = 2\n[executors.big]\nmax_workers = 3\n")
    project.write("redun.toml", "[limits]\ndb = 1\n")
    outcome = project.run("config")
    rows = [line.split() for line in outcome.output.splitlines()]
    assert ["limits.api", "2", ".redun/redun.ini:2"] in rows
    assert ["limits.db", "1", "redun.toml:2"] in rows
    assert ["executors.big", '{"max_workers":', "3}", ".redun/redun.ini:3"] in rows
    project.write(".redun/redun.ini", f"[executors.big]\ntype = aws_batch\nimage = {'x' * 200}\n")
    lines = project.run("config").output.splitlines()
    assert max(len(line) for line in lines if "xxx" not in line) < 120  # a long value makes no other line long


TESTED = """
    from redun import Scheduler, task

    redun_namespace = "tested"

    @task()
    def add(a: int, b: int) -> int:
        return a + b

    @task(executor="batch")
    def add4(a: int, b: int, c: int, d: int) -> int:
        return add(add(a, b), add(c, d))
"""
TESTS = """
    from redun import Scheduler
    from redun.executors.local import LocalExecutor
    from workflow import add, add4

    def test_a_task(scheduler: Scheduler) -> None:
        assert scheduler.run(add(1, 2)) == 3

    def test_another_executor(scheduler: Scheduler) -> None:
        scheduler.add_executor(LocalExecutor("batch"))
        assert scheduler.run(add4(1, 2, 3, 4)) == 10

    def test_the_function() -> None:
        assert add.func(1, 2) == 3
"""


def test_tests_of_a_workflow(project: Project):
    project.write("workflow.py", TESTED)
    project.write("test_workflow.py", TESTS)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "redo_py.pytest", "-p", "no:cacheprovider", "test_workflow.py"]
    environment = {**project.environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=project.folder, env=environment, capture_output=True, text=True, check=False)
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    assert not project.exists(".redun")
