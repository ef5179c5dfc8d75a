"""Versions of installed packages, for those that the user lets count."""

from __future__ import annotations

import sys
from importlib import metadata

import redo_py
from redo_py.ground.errors import UsageError


def counted_version(top: str, packages: frozenset[str]) -> str | None:
    """The version of the importable package `top` if `packages` names it, by its own name or its distribution's.

    Raises UsageError if it is named but has no version, because then nothing could be told from it.
    """
    if top not in packages and not any(_canonical(name) in _wanted(packages) for name in distributions(top)):
        return None
    return version_of(top)


def version_of(top: str) -> str:
    """The version of an importable package: of Python for its standard library; raises UsageError without one."""
    if top == "redo_py":  # also from a checkout that is not installed
        return f"redo-py {redo_py.__version__}"
    if top in sys.stdlib_module_names:
        return "python " + ".".join(map(str, sys.version_info[:3]))
    names = distributions(top)
    if not names:
        raise UsageError("package-without-version", name=top)
    return ", ".join(f"{name} {metadata.version(name)}" for name in names)


_known: dict[str, list[str]] = {}


def distributions(top: str) -> list[str]:
    """The distributions that install the importable package `top`, sorted; [] if none is known to."""
    if not _known:
        _known.update({name: sorted(set(found)) for name, found in metadata.packages_distributions().items()})
        _known.setdefault("", [])
    return _known.get(top, [])


def _wanted(packages: frozenset[str]) -> set[str]:
    return {_canonical(name) for name in packages}


def _canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
