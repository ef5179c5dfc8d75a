"""A real Postgres server of this machine, with a database of its own for each test that asks for one."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from redo_py.store.postgres.statements import FORMS

ACCOUNTS = ("postgres", "nobody")  # the server refuses to run as root
GUARDED = "guarded"  # a user who is asked for a password
SETTINGS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=50"

# The first transaction that comes to a trace loses its connection there; a sequence is not taken back with it.
DYING = """
    CREATE SEQUENCE traces;
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('traces') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER dying BEFORE INSERT ON redo_py.trace FOR EACH STATEMENT EXECUTE FUNCTION die();
"""


def folder_of_programs() -> str:
    """Where the programs of the server lie; Debian does not put them on PATH."""
    found = [os.path.dirname(os.path.realpath(program)) for program in filter(None, [shutil.which("initdb")])]
    found += sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    for folder in found:
        if os.path.exists(f"{folder}/initdb"):
            return folder
    pytest.skip("there is no Postgres server")


def account() -> dict[str, Any]:
    """As whom the server runs."""
    if os.geteuid():
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in ACCOUNTS if name in known)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class Postgres:
    """One server. Its socket is in `folder`, which is as good as a host in an address."""

    def __init__(self, programs: str, folder: str) -> None:
        self.folder = folder
        self._programs = programs
        self._account = account()
        if self._account:
            os.chown(folder, self._account["user"], self._account["group"])
        self._run("initdb", "-U", "redun", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        self._ask_for_password(GUARDED)
        self.start()

    def _ask_for_password(self, user: str) -> None:
        """Believe everybody but `user`, whom a test may make."""
        path = f"{self.folder}/files/pg_hba.conf"
        with open(path) as file:
            others = file.read()
        with open(path, "w") as file:
            file.write(f"local all {user} scram-sha-256\n{others}")

    def address(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://redun@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The address of a new one."""
        import psycopg

        name = f"db{uuid.uuid4().hex}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def start(self) -> None:
        """Start it; that it takes calls is waited for."""
        self._run(
            "pg_ctl", "-w", "-t", "120", "-l", f"{self.folder}/log", "-o", f"-k {self.folder} {SETTINGS}", "start"
        )

    def stop(self, mode: str = "immediate") -> None:
        """Stop it at once, or in another `mode` of pg_ctl; connections break."""
        self._run("pg_ctl", "-w", "-t", "120", "-m", mode, "stop")

    def _run(self, program: str, *arguments: str) -> None:
        environment = {"PATH": os.defpath, "HOME": self.folder, "LC_ALL": "C", "PGDATA": f"{self.folder}/files"}
        subprocess.run(
            [f"{self._programs}/{program}", *arguments],
            check=True,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            **self._account,
        )


def empty(address: str) -> None:
    """Drop all rows of redun's schema there."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("; ".join(f"DELETE FROM {form.name}" for form in FORMS.values()))


def make_server() -> Iterator[Postgres]:
    """A server that is stopped in the end."""
    programs = folder_of_programs()
    folder = tempfile.mkdtemp(prefix="pg-", dir="/tmp")  # short: a socket's path has at most some 100 characters
    try:
        server = Postgres(programs, folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of a process, which must leave it running."""
    yield from make_server()
