"""Runs that are recorded in a Postgres database: what one folder has computed another one takes."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.e2e.project import Project
from tests.parts.postgres import Postgres

FLOW = """
    from redun import task

    redun_namespace = "flow"

    @task()
    def twice(number: int) -> int:
        return 2 * number

    @task()
    def main(number: int = 3) -> list:
        return [twice(each) for each in range(number)]
"""


@pytest.fixture
def database(postgres: Postgres) -> str:
    return postgres.new_database()


def test_what_one_folder_computed_others_take(project: Project, database: str):
    for folder, settings in (
        ("one", f"[backend]\ndb_uri = {database.replace('postgresql:', 'postgresql+psycopg2:')}\n"),
        ("two", f"[backend]\ndb_uri = {database.replace('redun@', '')}\ndb_username_env = DB_USER\n"),
    ):
        project.write(f"{folder}/flow.py", FLOW)
        project.write(f"{folder}/.redun/redun.ini", settings)
    first = project.run("run", "flow.py", "main", cwd="one")
    assert "Run    Job" in first.errors
    second = project.run("run", "flow.py", "main", cwd="two", environment={"DB_USER": "redun"})
    assert (first.output, second.output) == ("[0, 2, 4]\n",) * 2
    assert "Run    Job" not in second.errors
    assert second.errors.count("Cached Job") == 4
    assert not project.exists("one/.redun/state.db")
    told = project.run("log", cwd="one").output
    assert told.count(" run flow.py main") == 2
    assert "Result:   4" in project.run("log", "flow.twice", cwd="one").output


def test_an_edit_runs_what_it_reaches(project: Project, database: str):
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    project.write("flow.py", FLOW)
    project.run("run", "flow.py", "main")
    project.write("flow.py", FLOW.replace("2 * number", "3 * number"))
    outcome = project.run("run", "flow.py", "main")
    assert outcome.output == "[0, 3, 6]\n"
    assert outcome.errors.count("Run    Job") == 3
    outcome = project.run("run", "flow.py", "main", "--number", "5")
    assert outcome.errors.count("Run    Job") == 3, "main and two more"


def test_a_failure_is_recorded_and_told_there(project: Project, database: str):
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    project.write("flow.py", FLOW.replace("2 * number", "2 // number"))
    project.run("run", "flow.py", "main", "--number", "1", status=1)
    assert "FAILED: 2)" in project.run("log", "-").output
    assert "ZeroDivisionError" in project.run("log", "flow.twice").output


def test_a_database_that_is_not_there(project: Project, postgres: Postgres):
    project.write("redun.toml", f'[run]\ndatabase = "{postgres.address("nowhere")}"\n')
    project.write("flow.py", FLOW)
    for command in (["run", "flow.py", "main"], ["log"]):
        outcome = project.run(*command, status=2)
        assert outcome.errors.startswith("redun: the database postgresql:///nowhere cannot be reached: ")
        assert 'database "nowhere" does not exist\n  hint: `[run] database`' in outcome.errors


def test_nothing_is_recorded_yet(project: Project, database: str):
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    assert project.run("log", status=2).errors.startswith("redun: nothing is recorded in the database postgresql:///")


@pytest.mark.parametrize("address", ["mysql://host/name", "postgresql://user:secret@host/name"])
def test_an_address_that_is_none(project: Project, address: str):
    project.write("flow.py", FLOW)
    project.write("redun.toml", f'[run]\ndatabase = "{address}"\n')
    outcome = project.run("run", "flow.py", "main", status=2)
    wanted = "`postgresql://HOST/NAME`, without a password"
    assert outcome.errors.startswith(f"redun.toml:2:12: run.database must be {wanted}\n")
    project.write("redun.toml", "")
    project.write(".redun/redun.ini", f"[backend]\ndb_uri = {address}\n")
    outcome = project.run("run", "flow.py", "main", status=2)
    wanted = f"a file, `sqlite:///FILE`, or {wanted}"
    assert outcome.errors.startswith(f".redun/redun.ini:2:1: backend.db_uri must be {wanted}\n")


def test_builds_of_the_project_are_told_beside_the_runs(project: Project, database: str):
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    project.write("flow.py", FLOW)
    project.rules('@rule("made.txt")\ndef made(out):\n    sh(f"echo one > {out}")\n')
    project.build("made.txt")
    assert "build made.txt" in project.run("log").output
    project.run("run", "flow.py", "main")
    told = project.run("log").output
    assert told.index("run flow.py main") < told.index("build made.txt")
    assert "Produced by" in project.run("log", "made.txt").output
    assert "flow.twice" in project.run("why", "--in", "-").output


def test_a_run_is_repeated_by_its_id(project: Project, database: str):
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    project.write("flow.py", FLOW)
    project.run("run", "flow.py", "main", "--number", "2")
    found = re.search(r"Exec (\w+)", project.run("log").output)
    assert found is not None
    assert project.run("run", "flow.py", "--rerun", found[1]).output == "[0, 2]\n"


def test_the_records_can_be_opened_first(project: Project, database: str):
    project.write(".redun/redun.ini", f"[backend]\ndb_uri = {database}\n")
    project.write(
        "program.py",
        """
        from redo_py.compat.config import Config
        from redo_py.compat.scheduler import Scheduler

        Scheduler(Config(configdir=".redun")).load()
        """,
    )
    environment = project.environment | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "program.py"], cwd=project.folder, env=environment, check=True)
    assert project.exists(".redun/place")


def test_pickles_are_taken_from_a_database_that_is_trusted(project: Project, database: str):
    project.write(
        "flow.py",
        """
        from fractions import Fraction

        from redun import task

        redun_namespace = "flow"

        @task()
        def main() -> Fraction:
            return Fraction(1, 3)
        """,
    )
    runs = []
    for trusted in ("false", "false", "true"):
        project.write("redun.toml", f'[run]\ndatabase = "{database}"\ndatabase_trusted = {trusted}\n')
        runs.append(project.run("run", "flow.py", "main").errors)
    assert ["Run    Job" in told for told in runs] == [True, True, False]
    assert ["computed anew: `database_trusted = true`" in told for told in runs] == [False, True, False]
