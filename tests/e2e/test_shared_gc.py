"""`redun gc` where runs are recorded in a Postgres database: what goes there, and what stays here because of it."""

from __future__ import annotations

import os

import psycopg
import pytest

from tests.e2e.project import Project
from tests.parts.postgres import Postgres

pytestmark = pytest.mark.slow

FLOW = """
    from redun import File, task

    redun_namespace = "flow"

    @task()
    def write(text: str) -> File:
        print("wrote", text)
        File("ran").write(text * 60_000)
        return File("ran")

    @task()
    def main(text: str = "a"):
        return write(text)
"""
RULES = """
    @rule("built")
    def built(out):
        sh(f"head -c 60000 {need('seed')} > {out}")
"""
AGED = """
    UPDATE redo_py.execution SET started = 1, ended = 2, status = %s;
    UPDATE redo_py.job SET started = 1, ended = 2;
"""


@pytest.fixture
def shared(project: Project, postgres: Postgres) -> str:
    """The address of the database that the runs of the project are recorded in."""
    address = postgres.new_database()
    project.environment["TMPDIR"] = str(project.path("tmp"))
    os.mkdir(project.path("tmp"))
    project.write("redun.toml", f'[run]\ndatabase = "{address}"\n[artifacts]\nrun = true\n')
    project.write("flow.py", FLOW)
    return address


def age(address: str, status: str = "done") -> None:
    """Let all that is recorded be old."""
    marks = "".join(f"UPDATE redo_py.{table} SET used = 1;" for table in ("call", "value", "task", "trace"))
    with psycopg.connect(address) as connection:
        for statement in filter(str.strip, (AGED + marks).split(";")):
            connection.execute(statement, [status] if "%s" in statement else None)


def runs(project: Project, *words: str) -> bool:
    """Whether anything is computed by a run of main."""
    return "Run    Job" in project.run("run", "flow.py", "main", *words).errors


def kept(project: Project) -> int:
    """The bytes of the outputs that are kept for reuse."""
    folder = project.path(".redun/artifacts")
    return sum(path.stat().st_size for path in folder.glob("?/*"))


def test_what_is_old_goes_from_the_database_and_its_outputs_from_here(project: Project, shared: str):
    name = shared.partition("?")[0].replace("redun@", "")
    assert runs(project, "--text", "a")
    age(shared)
    assert runs(project, "--text", "b")
    tried = project.run("gc", "--older-than", "30d", "-n").output.splitlines()
    assert tried[:3] == [
        f"would drop    1 of 2 runs in the database {name}",
        f"would drop    2 of 4 results in the database {name}",
        f"would drop    1 of 2 logs in the database {name}",
    ]
    assert tried[3].startswith("would drop    1 of 2 outputs and values kept for reuse, 58.6 KiB")
    told = project.run("gc", "--older-than", "30d").output.splitlines()
    assert [line.replace("dropped   ", "would drop") for line in told[:4]] == tried[:4]
    assert kept(project) == 60_000
    project.remove("ran")
    assert not runs(project, "--text", "b"), "it is put back"
    assert project.read("ran") == "b" * 60_000
    assert project.run("log").output.count("run flow.py main --text b") == 2
    assert runs(project, "--text", "a")


def test_what_a_run_that_goes_on_may_use_stays(project: Project, shared: str):
    runs(project)
    age(shared)
    with psycopg.connect(shared) as connection:
        place = b"1\t1\telsewhere\tanother machine"
        row = "SELECT '\\x11', extract(epoch FROM now()) - 86400 * 20, NULL, 'running', 'run', '', '1', 'run', %s"
        connection.execute(f"INSERT INTO redo_py.execution {row}", [place])
        connection.execute("UPDATE redo_py.trace SET used = extract(epoch FROM now()) - 86400 * 20")
    told = project.run("gc", "--older-than", "10d").output
    assert "redun: what a run that began on 20" in told
    assert "results" not in told
    assert not runs(project)


def test_a_shared_database_is_not_emptied_for_one_project(project: Project, shared: str):
    runs(project)
    age(shared)
    told = project.run("gc", "--keep-last-build").output
    name = shared.partition("?")[0].replace("redun@", "")
    assert f"redun: the database {name} stays as it is: others use it, see --older-than\n" in told
    project.remove("ran")
    assert not runs(project), "the output is there, too"


def test_nothing_goes_while_the_database_cannot_be_reached(project: Project, shared: str):
    project.write("redun.toml", project.read("redun.toml").replace("/db", "/nodb"))
    project.write("seed", "x" * 60_000)
    project.rules(RULES)
    project.build("built")
    outcome = project.run("gc", "--older-than", "1d", status=2)
    assert "cannot be reached" in outcome.errors
    assert "dropped" not in outcome.output
    assert kept(project) == 60_000


def test_what_builds_and_runs_keep_is_bounded_together(project: Project, shared: str):
    project.write("redun.toml", project.read("redun.toml") + 'max_total = "100K"\n')
    for text in "abcd":
        assert runs(project, "--text", text)
    assert kept(project) == 60_000, "those of the first runs went"
    project.write("seed", "x" * 60_000)
    project.rules(RULES)
    project.build("built")
    assert kept(project) == 120_000, "what is in place is not dropped"
    project.remove("ran", "built")
    assert not runs(project, "--text", "d")
    assert project.build("built").restored == ["built"]
