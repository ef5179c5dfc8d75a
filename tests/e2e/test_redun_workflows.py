"""Workflows that were written for redun run as they are, with the settings that they have."""

from __future__ import annotations

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
    project.write("hello.py", "from redun.glue import get_spark_session\n")
    outcome = project.run("run", "hello.py", "main", status=2)
    assert outcome.errors.startswith(
        "hello.py:1:1: module `hello` fails when it is imported: ModuleNotFoundError: redo_py has no `redun.glue`: "
        "there is no Glue executor: make a SparkSession in the task itself; see docs/coming-from-redun.md\n"
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


def test_config_shows_redun_ini(project: Project):
    project.write("redunfile.py", "")
    project.write(".redun/redun.ini", "[limits]\napi = 2\n[executors.big]\nmax_workers = 3\n")
    project.write("redun.toml", "[limits]\ndb = 1\n")
    outcome = project.run("config")
    rows = [line.split() for line in outcome.output.splitlines()]
    assert ["limits.api", "2", ".redun/redun.ini:2"] in rows
    assert ["limits.db", "1", "redun.toml:2"] in rows
    assert ["executors.big", '{"max_workers":', "3}", ".redun/redun.ini:3"] in rows
