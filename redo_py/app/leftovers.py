"""Leftovers: what redun made, as it made it, and no rule makes any more. Somebody who needs such a path as a source
gets what a rule that is gone once said, however much the world has changed since.

It becomes a source when somebody makes it his own: by `source(...)`, by giving it to git, or by changing it.
"""

from __future__ import annotations

from redo_py.front.redunfile.names.labels import below
from redo_py.front.redunfile.names.paths import folders_of
from redo_py.front.redunfile.planning.requests import asked_path
from redo_py.ground.errors import ErrorList
from redo_py.records import LEDGER, STAGED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redo_py.app.project import Project
    from redo_py.files.api import Stamp
    from redo_py.files.local import LocalFiles
    from redo_py.front.redunfile.evaluation.declared import Redunfile
    from redo_py.front.redunfile.planning.planner import Planner
    from redo_py.store.sqlite import SqliteStore


def sources_of(
    project: Project, planner: Planner, targets: Iterable[str], notice: Callable[[str], None]
) -> dict[str, Stamp]:
    """What the sources of the plan hold. Raises ErrorList if one is missing, or is a leftover, or one of the `targets`
    themselves is."""
    sources = planner.sources
    stamps = project.files.observe(list(sources))
    missing = [stamp.path for stamp in stamps if not stamp.digest and not sources[stamp.path][2]]
    if missing:
        raise ErrorList([planner.missing_input_error(path) for path in missing])
    asked = [asked_path(planner, target, project.here) for target in targets]
    paths = list(dict.fromkeys([*sources, *filter(None, asked)]))
    left = leftovers(planner, project.files, project.store(notice), paths) if paths else []
    if left:
        raise ErrorList([planner.leftover_error(path) for path in left])
    return {stamp.path: stamp for stamp in stamps}


def leftovers(
    planner: Planner,
    files: LocalFiles,
    store: SqliteStore,
    sources: Iterable[str],
    made_by: Callable[[], set[str]] | None = None,
) -> list[str]:
    """Those of `sources`, which no rule makes, that are leftovers or lie in one. `made_by` gives `made_by_rules` of the
    store if somebody has that."""
    places: dict[str, list[str]] = {}  # what redun may have put somewhere -> the sources that it would be
    for path in sources:
        if not path.startswith(("/", "../")) and not planner.owners.is_source(path):
            for place in (path, *folders_of(path)):
                places.setdefault(place, []).append(path)
    asked = list(places)
    found = {place: entry for place, entry in zip(asked, store.ledger(asked), strict=True) if entry is not None}
    if not found:
        return []
    made = made_by() if made_by is not None else made_by_rules(store)
    found = {place: entry for place, entry in found.items() if place in made}
    stamps = files.observe_outputs(list(found))
    whole = [stamp.path for stamp in stamps if stamp.is_just(found[stamp.path])]
    tracked = files.tracked(whole)
    left = {path for place in whole if place not in tracked for path in places[place]}
    return [path for path in sources if path in left]


def made_by_rules(store: SqliteStore) -> set[str]:
    """The paths at which a rule has put something: tasks of `redun run` and copies for scripts are not meant. The
    origin of what a rule made is its first output."""
    path, origin = (LEDGER.positions[name] for name in ("path", "origin"))
    origins = {row[path]: row[origin] for row in store.rows(LEDGER)}
    return {each for each, origin in origins.items() if origin != STAGED and origin in origins}


def is_declared(redunfile: Redunfile, path: str) -> bool:
    """Whether a `source(...)` names `path`, or something in it."""
    return any(below(path, each) for each in redunfile.sources)
