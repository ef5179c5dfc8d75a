"""Runs that are recorded in a Postgres database: what one folder has computed another one takes."""

from __future__ import annotations

import re
import subprocess
import sys

import psycopg
import pytest

from redo_py.ground.clock import Clock
from redo_py.store.postgres.store import PostgresStore
from tests.conftest import ROOT
from tests.e2e.project import Project
from tests.parts.postgres import DYING, GUARDED, Postgres

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

SLOW = """
    import os, time
    from redun import task

    redun_namespace = "flow"

    def begin(name):
        count = 1 + sum(other.startswith(name + ".") for other in os.listdir("."))
        open(f"{name}.{count}", "w").close()

    @task()
    def slow():
        begin("began")
        while not os.path.exists("go"):
            time.sleep(0.005)
        return "slow"

    @task()
    def beside(first):
        begin("beside")
        return "beside"

    @task()
    def main(other: bool = False) -> list:
        return [slow(), beside(1)] if other else [slow()]
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


@pytest.mark.slow
def test_who_is_let_in(project: Project, database: str):
    """Neither a wrong password nor a missing right lets a run begin; who may read the records needs no more."""
    project.write("redun.toml", f'[run]\ndatabase = "{database.replace("redun@", "")}"\n')
    project.write("flow.py", FLOW)
    with psycopg.connect(database, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'right'")
        try:
            project.environment |= {"REDUN_DB_USERNAME": GUARDED, "REDUN_DB_PASSWORD": "wrong"}
            told = project.run("run", "flow.py", "main", status=2).errors
            assert 'cannot be reached: connection failed: connection to server on socket "' in told
            assert f'password authentication failed for user "{GUARDED}"' in told
            project.environment["REDUN_DB_PASSWORD"] = "right"
            told = project.run("run", "flow.py", "main", status=2).errors
            assert f"the user may not do what is needed in the database postgresql:///{name}: permission denied" in told
            PostgresStore(database, b"", Clock()).close()
            connection.execute(f"GRANT USAGE ON SCHEMA redo_py TO {GUARDED}")
            connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA redo_py TO {GUARDED}")
            told = project.run("run", "flow.py", "main", status=2).errors
            assert f"postgresql:///{name}: permission denied for table execution" in told
            assert "Run    Job" not in told
            project.run("run", "flow.py", "main", environment={"REDUN_DB_USERNAME": "redun"})
            assert project.run("log").output.count(" run flow.py main") == 1
        finally:
            connection.execute(f"DROP OWNED BY {GUARDED}; DROP ROLE {GUARDED}")


def test_a_connection_that_breaks_in_the_middle_of_a_run(project: Project, database: str):
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    project.write("flow.py", FLOW)
    PostgresStore(database, b"", Clock()).close()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(DYING)
    outcome = project.run("run", "flow.py", "main")
    assert outcome.output == "[0, 2, 4]\n"
    assert outcome.errors.count("was lost, and is made again: terminating connection") == 1
    assert project.run("run", "flow.py", "main").errors.count("Cached Job") == 4, "nothing was lost"


@pytest.mark.slow
def test_doctor_looks_at_the_database_and_changes_nothing(project: Project, database: str):
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    project.write(".redun/none", "")
    name = database.partition("?")[0].replace("redun@", "")
    assert f"warning   runs        nothing is recorded in the database {name}\n" in project.run("doctor").output
    PostgresStore(database, b"", Clock()).close()
    assert f"ok        runs        0 recorded in the database {name}\n" in project.run("doctor").output
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE redo_py.meta SET value = '2' WHERE key = 'schema'")
    assert "was made by an older redun, and this user may not bring it up to date" in project.run("doctor").output
    project.write("redun.toml", f'[run]\ndatabase = "{database.replace("/db", "/nodb")}"\n')
    told = project.run("doctor", status=1).output
    assert "problem   runs        the database postgresql:///nodb" in told
    assert "variables that `database_user_env`" in told


def test_psycopg_is_not_there(project: Project, database: str):
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    project.write("flow.py", FLOW)
    project.write("lacking/psycopg.py", 'raise ImportError("there is none")')
    project.environment["PYTHONPATH"] = str(project.path("lacking"))
    for command in (["run", "flow.py", "main"], ["log"]):
        told = project.run(*command, status=2).errors
        assert "and psycopg, which speaks to it, is not installed\n  hint: pip install 'redo-py[postgres]'\n" in told


@pytest.mark.slow
def test_many_that_begin_at_once(project: Project, database: str):
    """They make the schema and compute one call, all at once: one result is there in the end."""
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    project.write("flow.py", FLOW)
    running = [project.start("run", "flow.py", "main", "--number", "1") for _ in range(20)]
    assert {(each.status, each.output) for each in [run.finish() for run in running]} == {(0, "[0]\n")}
    with psycopg.connect(database) as connection:
        asked = (
            "SELECT (SELECT count(*) FROM redo_py.%s), (SELECT count(*) FROM redo_py.v_execution WHERE status = 'done')"
        )
        assert [connection.execute(asked % table).fetchone() for table in ("call", "trace")] == [(2, 20)] * 2


def test_two_runs_at_once(project: Project, database: str):
    """Whoever computes it, one call is there in the end, and both have it."""
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    project.write("flow.py", SLOW)
    first = project.start("run", "flow.py", "main")
    project.wait_for("began.1")
    second = project.start("run", "flow.py", "main", "--other")
    project.wait_for("beside.1")
    project.write("go", "")
    assert [first.finish().output, second.finish().output] == ["['slow']\n", "['slow', 'beside']\n"]
    with psycopg.connect(database) as connection:
        done = connection.execute("SELECT count(*) FROM redo_py.v_execution WHERE status = 'done'").fetchone()
        results = connection.execute("SELECT count(*), count(DISTINCT evaluation) FROM redo_py.trace").fetchone()
    assert (done, results) == ((2,), (4, 4)), "slow, beside, main, and main with --other"
    assert "Run    Job" not in project.run("run", "flow.py", "main").errors


def test_nothing_is_recorded_yet(project: Project, database: str):
    project.write("redun.toml", f'[run]\ndatabase = "{database}"\n')
    assert project.run("log", status=2).errors.startswith("redun: nothing is recorded in the database postgresql:///")


@pytest.mark.parametrize(
    "address",
    ["mysql://host/name", "postgresql://user:secret@host/name", "postgresql://host/name?user=me&password=secret"],
)
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
