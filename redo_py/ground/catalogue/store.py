"""The project's database: opening it, and what can go wrong with it later."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "store-newer": (
        "{path} was made by a newer redun",
        "nothing was changed: install that version here as well, or move {path} away to start with an empty one",
    ),
    "store-older": (
        "{path} was made by an older redun, and cannot be brought up to date because it cannot be written",
        "give yourself write permission to the file and to its folder, or read a copy of it",
    ),
    "store-busy": (
        "{path} has been locked by another process for {seconds:.0f} seconds",
        "find it with `fuser {quoted}`; when it has ended, run redun again",
    ),
    "store-read-only": (
        "{path} cannot be written",
        "redun records there what it does: give yourself write permission to the file and to its folder",
    ),
    "store-full": (
        "no space left to write {path}",
        "make some space and run redun again: what was recorded before is kept",
    ),
    "store-unreachable": (
        "{path} cannot be opened: {reason}",
        "see that its folder can be entered and written, and that nothing but a database of redun has this name",
    ),
    "store-failing": (
        "{path} cannot be read or written: {reason}",
        "the disk or its connection fails; what was recorded before is as safe as the disk",
    ),
    "store-damaged": (
        "{path} is damaged: {reason}",
        "run redun again: it will set the file aside, start with an empty one and make anew what is needed",
    ),
    "store-unusable": (
        "{path} cannot be read: {reason}",
        "the next `redun build` or `redun run` sets it aside and starts with an empty one",
    ),
    "database-unreachable": (
        "the database {database} cannot be reached: {reason}",
        (
            "`[run] database`, or `db_uri` in redun.ini, has runs recorded there: see that the server runs, and that "
            "its user and the password, if it wants them, are in the variables that `database_user_env` and "
            "`database_password_env` name, by default REDUN_DB_USERNAME and REDUN_DB_PASSWORD"
        ),
    ),
    "database-failing": (
        "the database {database} cannot be read or written: {reason}",
        "what was recorded before is kept; the log of the server may say more",
    ),
    "database-empty": (
        "nothing is recorded in the database {database}",
        "the first `redun run` that records there makes its schema",
    ),
    "database-forbidden": (
        "the user may not do what is needed in the database {database}: {reason}",
        (
            "to record, read and write all tables of the schema {schema}, or CREATE in the database if it is not there "
            "yet; to read the log, USAGE of the schema and SELECT from its tables"
        ),
    ),
    "database-newer": (
        "the schema {schema} of the database {database} was made by a newer redun",
        "nothing was changed: install that version here as well, or use another database",
    ),
    "database-older": (
        (
            "the schema {schema} of the database {database} was made by an older redun, and this user may not bring it "
            "up to date: {reason}"
        ),
        "have its owner do so: `redun log` of this version is enough; nothing was changed",
    ),
    "database-other": (
        "the schema {schema} of the database {database} was made by another version of redun",
        "use that version here as well, or another database; nothing was changed",
    ),
    "database-without-psycopg": (
        "runs are recorded in the database {database}, and psycopg, which speaks to it, is not installed",
        "pip install 'redo-py[postgres]'",
    ),
    # These are told and stop nothing.
    "database-lost": (
        "the connection to the database {database} was lost, and is made again: {reason}",
        "",
    ),
    "store-set-aside": (
        "{path} was set aside as {aside}: {reason}; starting with an empty one",
        "",
    ),
    "store-without-wal": (
        "{path} is on a network file system, or a similar one: it goes without a write-ahead log, which is slower",
        "",
    ),
}
