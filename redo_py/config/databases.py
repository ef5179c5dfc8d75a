"""What a setting may say of the database that runs are recorded in."""

from __future__ import annotations

POSTGRES = ("postgresql", "postgres")
WANTED = "`postgresql://HOST/NAME`, without a password"


def as_postgres(text: str) -> str:
    """The URI of libpq that `text` is, which may name a driver as SQLAlchemy's do. Raises ValueError for any other
    text, and for one with a password, which would stand there for everybody to read."""
    scheme, colon, rest = text.partition("://")
    if not colon or scheme.partition("+")[0] not in POSTGRES or has_password(rest):
        raise ValueError(text)
    return f"postgresql://{rest}"


def has_password(rest: str) -> bool:
    """Whether the part of a URI behind its scheme has a password, with the user or as a parameter."""
    place, _, parameters = rest.partition("?")
    names = {each.partition("=")[0].lower() for each in parameters.split("&")}
    return ":" in place.partition("/")[0].rpartition("@")[0] or not names.isdisjoint(("password", "sslpassword"))


def is_postgres(text: str) -> bool:
    """Whether `text` is meant to name a database in Postgres."""
    return text.partition("://")[0].partition("+")[0] in POSTGRES
