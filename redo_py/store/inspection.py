"""A look at a database that changes nothing: not the file, not those beside it.

Opening it for work would mend it: migrate it, set it aside if it is damaged, play its log in. Whoever only wants to say
how it is looks here.
"""

from __future__ import annotations

import os
from _sqlite3 import Error, sqlite_version

from redo_py.ground.errors import StoreError
from redo_py.store.migrations import MIGRATIONS, facts_of, newest_version, version_of, what_is_wrong
from redo_py.store.opening import open_read_only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _sqlite3 import Connection

VERSION = sqlite_version
MOST = 5000  # calls whose arguments are looked at
NEWEST = "SELECT max(started) FROM execution"
BUILD = "SELECT argv FROM execution WHERE argv GLOB 'redun build*' ORDER BY started DESC LIMIT 1"
ADOPTED = (
    "SELECT count(*) FROM latest WHERE call IN (SELECT call FROM job WHERE state = 'adopted') "
    "AND call NOT IN (SELECT call FROM job WHERE state = 'ran' AND call IS NOT NULL)"
)
ARGUMENTS = (
    "SELECT DISTINCT value.bytes FROM latest JOIN call ON call.call = latest.call "
    f"JOIN value ON value.value = call.arguments WHERE value.format = 'plain' LIMIT {MOST}"
)


class Inspection:
    """What was found."""

    __slots__ = ("adopted", "arguments", "newest", "trouble")

    def __init__(self) -> None:
        self.trouble = ""  # what is wrong with the database; "" if nothing is, and only then the rest is filled in
        self.newest = 0.0  # when the latest execution began, in seconds since 1970; 0 if there was none
        self.adopted = 0  # outputs that were adopted and never made
        self.arguments: list[bytes] = []  # of the last calls, as they are encoded


def inspect(path: str) -> Inspection:
    """Look at the database at `path`, which must exist."""
    found = Inspection()
    try:
        connection = open_read_only(os.path.abspath(path))
        try:
            found.trouble = trouble_of(connection, path)
            if not found.trouble:
                read(connection, found)
        finally:
            connection.close()
    except Error as error:
        found.trouble = str(error)
    except StoreError as error:
        found.trouble = error.headline
    return found


def last_build(path: str) -> str:
    """The command line of the last build that the database at `path` knows; "" if there is none, or it cannot say."""
    if not os.path.exists(path):
        return ""
    try:
        connection = open_read_only(os.path.abspath(path))
        try:
            return next((str(row[0]) for row in connection.execute(BUILD).fetchall()), "")
        finally:
            connection.close()
    except (Error, StoreError):
        return ""


def trouble_of(connection: Connection, path: str) -> str:
    """What is wrong with the database, "" if nothing is. Raises StoreError for one of a newer redun."""
    facts = facts_of(connection)
    wrong = what_is_wrong(facts, path, MIGRATIONS)
    if wrong or version_of(facts) != newest_version(MIGRATIONS):
        return wrong
    told = [row[0] for row in connection.execute("PRAGMA quick_check(3)").fetchall()]
    return "" if told == ["ok"] else "; ".join(told)


def read(connection: Connection, found: Inspection) -> None:
    """Fill in what a sound database tells."""
    found.newest = connection.execute(NEWEST).fetchone()[0] or 0.0
    found.adopted = connection.execute(ADOPTED).fetchone()[0]
    found.arguments = [row[0] for row in connection.execute(ARGUMENTS).fetchall()]
