"""The records of runs in a Postgres database, where the settings name one."""

from __future__ import annotations

import os

from redo_py.ground.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redo_py.config.settings import Settings
    from redo_py.ground.clock import Clock
    from redo_py.store.api import Reader
    from redo_py.store.large_values import LargeValues
    from redo_py.store.postgres.store import PostgresStore

ONLY_READS = "options=-c%20default_transaction_read_only%3Don"  # a parameter of addresses
IN_ROWS = 256 << 20  # bytes of a value up to which other machines get it from the database


def shared_records(
    settings: Settings,
    environ: Mapping[str, str],
    place: bytes,
    clock: Clock,
    notice: Callable[[str], None] = lambda _: None,
    large: LargeValues | None = None,
    reading: bool = False,
    loads: bool = True,
) -> PostgresStore:
    """The database that `settings` name, for the state folder whose mark is `place`. Whether it is trusted is asked
    only of who `loads` values from it. Raises StoreError."""
    from redo_py.store.postgres.store import PostgresStore

    trusted = settings.database_trusted or not loads
    user, password = user_of(settings, environ)
    return PostgresStore(settings.database, place, clock, user, password, reading, large, trusted, notice)


def looked_at(settings: Settings, environ: Mapping[str, str], clock: Clock) -> PostgresStore:
    """The same for somebody who changes nothing, not even a schema that is of an older redun. Raises StoreError."""
    from redo_py.store.postgres.store import PostgresStore

    address = settings.database + ("&" if "?" in settings.database else "?") + ONLY_READS
    return PostgresStore(address, b"", clock, *user_of(settings, environ), reading=True)


def user_of(settings: Settings, environ: Mapping[str, str]) -> tuple[str, str]:
    """The name and the password that the environment has for the database; "" where it has none."""
    return environ.get(settings.database_user_env, ""), environ.get(settings.database_password_env, "")


def beside(shared: Callable[[], PostgresStore], local: Reader | None) -> Reader | None:
    """What is recorded in the database that `shared` opens, and what `local` has, if that is there. Raises
    StoreError."""
    try:
        opened = shared()
    except StoreError as error:
        if error.code == "database-empty" and local is not None:
            return local
        raise
    if local is None:
        return opened
    from redo_py.store.both import BothReaders

    return BothReaders(opened, local)


def place_of(state: str) -> bytes:
    """The mark of the state folder at `state`; b"" if it has none yet."""
    try:
        with open(f"{state}/place", encoding="ascii") as stream:
            return bytes.fromhex(stream.read())
    except FileNotFoundError:
        return b""


def marked(state: str) -> bytes:
    """The mark of the state folder at `state`, which gets one if it has none. Raises OSError."""
    found = place_of(state)
    if found:
        return found
    mark = os.urandom(16).hex()
    fresh = f"{state}/tmp/place-{mark}"
    with open(fresh, "w", encoding="ascii") as stream:
        stream.write(mark)
    try:
        os.link(fresh, f"{state}/place")  # whole, and of two runs that begin at once only one
        os.unlink(fresh)
    except FileExistsError:
        os.unlink(fresh)
    except OSError:  # a file system without hard links
        os.rename(fresh, f"{state}/place")
    return place_of(state)
