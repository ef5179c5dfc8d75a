"""The words of options about caching, as enumerations; the words themselves are taken as well."""

from __future__ import annotations

from enum import Enum


class CacheScope(Enum):
    """How far results are taken from: from nowhere, the same execution, earlier ones."""

    NONE = "NONE"
    CSE = "CSE"
    BACKEND = "BACKEND"


class CacheResult(Enum):
    """What a result was taken from."""

    CSE = "CSE"
    SINGLE = "SINGLE"
    ULTIMATE = "ULTIMATE"
    MISS = "MISS"


class CacheCheckValid(Enum):
    """How much of a cached call is checked."""

    FULL = "full"
    SHALLOW = "shallow"
