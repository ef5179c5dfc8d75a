"""Every text that the user sees when something goes wrong: code -> (headline, hint).

One file for each part of the product, so that a text stands beside its siblings; the codes are one namespace.
Braces are filled from the error's words. An empty hint means that the headline says it all.
docs/errors.md has a section for each code, and a test keeps the two equal.
"""

from __future__ import annotations

from redo_py.ground.catalogue import (
    aws,
    commands,
    compat,
    containers,
    elsewhere,
    embedded,
    environments,
    files,
    graph,
    ir,
    language,
    log,
    modules,
    project,
    running,
    runs,
    slurm,
    spark,
    store,
    syntax,
    windows,
)

ENTRIES: dict[str, tuple[str, str]] = {}
for _part in (
    syntax.SYNTAX,
    language.ENTRIES,
    modules.ENTRIES,
    embedded.ENTRIES,
    graph.ENTRIES,
    running.ENTRIES,
    runs.ENTRIES,
    containers.ENTRIES,
    slurm.ENTRIES,
    commands.ENTRIES,
    elsewhere.ENTRIES,
    files.ENTRIES,
    project.ENTRIES,
    store.ENTRIES,
    log.ENTRIES,
    ir.ENTRIES,
    windows.ENTRIES,
    environments.ENTRIES,
    compat.ENTRIES,
    aws.ENTRIES,
    spark.ENTRIES,
):
    for _code, _texts in _part.items():
        if _code in ENTRIES:
            raise AssertionError(f"two texts for error {_code}")
        ENTRIES[_code] = _texts
