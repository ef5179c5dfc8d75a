"""`redun gc`: drop what will hardly be needed again, and say what that freed.

The records go first, in one transaction, then the artifacts that no record refers to any more: interrupted between the
two, the next run finds the rest. What was dropped is only slower to get: the next build makes it again.
"""

from __future__ import annotations

import os
from functools import cached_property
from itertools import chain
from math import inf
from tempfile import gettempdir

from redo_py.app.care.datasets import forgotten_datasets
from redo_py.app.care.recover import recover_project
from redo_py.app.care.scratches import DAY, WEEK, forgotten, logs_of_containers, scratches
from redo_py.app.plugins import SCRATCH
from redo_py.app.project import Project
from redo_py.app.workers.lodging import abandoned
from redo_py.config.root import STATE
from redo_py.executors.processes.recovery import RUN_JOURNAL, is_held
from redo_py.executors.processes.system import is_gone
from redo_py.files.api import DIRECTORY
from redo_py.files.restoring import tree_of
from redo_py.files.rubbish import displaced, drop_all, rubbish, size_of
from redo_py.files.snapshot import drop_snapshots
from redo_py.ground.errors import StoreError, UsageError
from redo_py.ground.units import shown_size
from redo_py.records import EXECUTION
from redo_py.tasks.declaration.environments import ENVIRONMENTS
from redo_py.values.encoding import NotPlain, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from redo_py.app.request import Request
    from redo_py.store.api import Reader
    from redo_py.store.collecting import Collected
    from redo_py.store.postgres.store import PostgresStore

    Artifact = tuple[int, int, bytes]  # time of last use in ns, size, digest

WIDTH = 14  # of the first column
LONGEST = 30 * DAY  # seconds after which a run of which nothing is known has most likely been killed


class Wishes:
    """What the command line asks to drop, beyond leftovers and what is above the limits of the settings."""

    __slots__ = ("displaced", "keep_last_build", "max_size", "older_than")

    def __init__(self, keep_last_build: bool, max_size: int | None, older_than: float | None, displaced: bool) -> None:
        self.keep_last_build = keep_last_build  # everything that the last successful builds do not need
        self.max_size = max_size  # artifacts beyond so many bytes, those not used for longest
        self.older_than = older_than  # what was not used for so many seconds
        self.displaced = displaced  # files that were moved out of the way, too


def gc(request: Request, wishes: Wishes, environ: Mapping[str, str], write: Callable[[str], None]) -> int:
    """Drop what `wishes` ask for; the exit status. Raises UsageError and StoreError."""
    project = Project(request.directory, request.file, environ, request.profile, rules=False)
    try:
        if not os.path.isdir(STATE):
            write("redun: nothing to drop: nothing was built here yet\n")
            return 0
        project.make_state()
        refuse_unwritable(project.root)
        project.lock("redun gc", lambda holder: write(f"redun: waiting for another build of this project ({holder})\n"))
        if not request.dry:
            recover_project(project, lambda text: write(f"redun: {text}\n"))
        Collection(project, wishes, request.dry, write).run()
        return 0
    except OSError as error:
        raise UsageError("state-unwritable", path=error.filename or STATE, error=error.strerror) from error
    finally:
        project.close()


def refuse_unwritable(root: str) -> None:
    """Raise UsageError before anything is dropped where not everything could be."""
    for path in (STATE, f"{STATE}/state.db", f"{STATE}/artifacts"):
        if os.path.exists(path) and not os.access(path, os.W_OK):
            raise UsageError("state-unwritable", path=f"{root}/{path}", error="Permission denied")


class Collection:
    """One `redun gc`; the project is locked."""

    def __init__(self, project: Project, wishes: Wishes, dry: bool, write: Callable[[str], None]) -> None:
        self.project = project
        self.wishes = wishes
        self.dry = dry
        self.write = write
        self.before = taken()  # while nobody has the databases open, whose logs would count
        self.store = project.store(lambda text: write(f"redun: {text}\n"))
        self.freed = 0  # bytes of files and artifacts; what the database gives back comes on top

    def run(self) -> None:
        """Drop everything that is to go, and say so."""
        needed = self.drop_records()
        self.drop_artifacts(needed)
        self.drop_files("left half-written", left_behind())
        self.drop_files("tables of Spark", forgotten_datasets(self.readers, STATE, self.project.clock.now()))
        self.drop_environments()
        self.drop_scratches()
        if self.wishes.displaced:
            self.drop_files("displaced", displaced(STATE, self.moment()))
        if not self.dry:
            self.compact()
        self.tell()

    def moment(self) -> float:
        """What was last used before this moment, in seconds, is old."""
        return inf if self.wishes.older_than is None else self.project.clock.now() - self.wishes.older_than

    @property
    def drops_records(self) -> bool:
        """Whether results and history go, and not only artifacts."""
        wishes = self.wishes
        return wishes.older_than is not None or (wishes.keep_last_build and wishes.max_size is None)

    def drop_records(self) -> set[bytes]:
        """Drop old results and history, if that is asked for; the contents that the kept results are made of."""
        shared = self.shared if self.drops_records else None  # if it cannot be reached, nothing goes
        running = [execution for execution, _ in going_on(self.store, self.project.clock.now())]
        collected = self.store.collect(self.moment(), self.dry or not self.drops_records, running)
        if not self.drops_records:
            return self.contents(collected)
        self.lines_of(collected, "builds")
        needed = self.contents(collected)
        if shared is not None:
            needed |= self.contents(self.drop_shared(shared))
        return needed

    def drop_shared(self, shared: PostgresStore) -> Collected:
        """Drop what is old from the database that others use as well, if that is asked for."""
        if self.wishes.older_than is None:
            self.write(f"redun: the database {shared.name} stays as it is: others use it, see --older-than\n")
            return shared.collect(-inf, (), inf, dry=True)
        running = dict(going_on(shared, self.project.clock.now()))
        begun = min(running.values(), default=inf)
        if begun < self.moment():
            began = self.project.clock.local(begun)
            self.write(f"redun: what a run that began on {began} may use stays in the database {shared.name}\n")
        collected = shared.collect(self.moment(), list(running), begun, self.dry)
        self.lines_of(collected, "runs", f" in the database {shared.name}")
        return collected

    def lines_of(self, collected: Collected, executions: str, where: str = "") -> None:
        """What was dropped of records."""
        for table, noun in (("execution", executions), ("trace", "results"), ("output", "logs")):
            self.line(collected.dropped[table], f"of {collected.before[table]} {noun}{where}")

    @cached_property
    def shared(self) -> PostgresStore | None:
        """The database that runs are recorded in for others, too, if the settings name one. Raises StoreError."""
        if not self.project.settings.database:
            return None
        try:
            return self.project.shared(lambda text: self.write(f"redun: {text}\n"), reading=True)
        except StoreError as error:
            if error.code != "database-empty":
                raise
            return None

    def readers(self) -> list[Reader]:
        """All that is recorded."""
        return [self.store, self.shared] if self.shared is not None else [self.store]

    def contents(self, collected: Collected) -> set[bytes]:
        """The digests of large values, of the products of traces, and of all that is below folders among these."""
        found = set(collected.large)
        for _, content, kind in chain.from_iterable(map(products_of, collected.products)):
            found.add(content)
            if kind == DIRECTORY:
                found.update(digest for _, digest, _ in tree_of(self.project.artifacts, content) or ())
        return found

    def drop_artifacts(self, needed: set[bytes]) -> None:
        """Drop the artifacts of results that have gone, and those that are too many."""
        kept = sorted(self.project.artifacts.entries())
        doomed = [each for each in kept if self.drops_records and each[2] not in needed]
        gone = {digest for _, _, digest in doomed}
        doomed += self.too_many([each for each in kept if each[2] not in gone])
        size = sum(size for _, size, _ in doomed)
        self.freed += size
        self.line(len(doomed), f"of {len(kept)} outputs and values kept for reuse, {shown_size(size)}")
        if doomed and not self.dry:
            drop_snapshots(STATE)  # they took it for granted that temporary outputs could be put back
            self.project.artifacts.remove([digest for _, _, digest in doomed])

    def too_many(self, kept: list[Artifact]) -> list[Artifact]:
        """Which of the `kept` artifacts go because all of them take too much, what the last builds need last."""
        wishes = self.wishes
        limit = self.project.settings.max_total if wishes.max_size is None else wishes.max_size
        if sum(size for _, size, _ in kept) <= limit:
            return []
        last = self.contents(self.store.collect(inf, True))
        if wishes.max_size is None:
            return limited(kept, limit, last | self.project.in_place())
        return limited(sorted(kept, key=lambda each: each[2] in last), limit, last if wishes.keep_last_build else set())

    def drop_files(self, what: str, paths: list[str]) -> None:
        """Drop files and folders of the state folder."""
        size = size_of(paths)
        self.freed += size
        self.line(len(paths), f"{what}, {shown_size(size)}")
        if not self.dry:
            drop_all(paths)

    def drop_environments(self) -> None:
        """Drop the environments that are in no use and no more wanted: ruins, and if that is asked for, old ones."""
        if not os.path.isdir(f"{STATE}/{ENVIRONMENTS}"):
            return
        from redo_py.executors.environments.making import forgotten

        moment = -inf if self.wishes.older_than is None else self.moment()
        self.drop_files("environments of tasks", forgotten(f"{STATE}/{ENVIRONMENTS}", moment))

    def drop_scratches(self) -> None:
        """Drop what no job elsewhere needs any more, if no run is going on, and folders of workers that are dead."""
        self.drop_files("folders of dead workers", abandoned(gettempdir(), self.project.clock.now()))
        if has_runs():
            return
        age = WEEK if self.wishes.older_than is None else self.wishes.older_than
        before = self.project.clock.now() - age
        self.drop_files("logs of containers", logs_of_containers(STATE, before))
        for folder in scratches(self.project.settings.executors, self.wishes.older_than is not None):
            is_own = os.path.realpath(folder) == os.path.realpath(f"{STATE}/{SCRATCH}")
            moment = before if is_own else min(before, self.project.clock.now() - DAY)
            self.drop_files(f"jobs, code and files in {os.path.relpath(folder)}", forgotten(folder, moment))

    def compact(self) -> None:
        """Let the database give its free space back; where there is no room for that, it stays as it is."""
        try:
            self.store.compact()
        except StoreError as error:
            if error.code != "store-full":
                raise
            self.write(f"redun: {error.headline}: the database was not made smaller\n")

    def line(self, count: int, text: str) -> None:
        """One line for what was dropped, if that is anything."""
        if count:
            self.write(f"{'would drop' if self.dry else 'dropped':<{WIDTH}}{count} {text}\n")

    def tell(self) -> None:
        """How it ended. Closes the databases."""
        if self.dry:
            self.write(f"redun: {shown_size(self.freed)} would be freed, without what the database gives back\n")
            return
        self.project.close()
        after = taken()
        given_back = max(0, self.before - after)
        rest = ""
        if given_back > self.freed:
            rest = f", {shown_size(given_back - self.freed)} of it by the database"
        elif given_back < self.freed:
            rest = f", {shown_size(self.freed - given_back)} more are free inside of the databases"
        self.write(f"redun: {shown_size(given_back)} freed{rest}, {shown_size(after)} left in {STATE}\n")


def taken() -> int:
    """The bytes of the state folder, without the lock, which says who holds it for as long as it is held."""
    return size_of([STATE]) - size_of([f"{STATE}/lock"])


def left_behind() -> list[str]:
    """What was left half-written. A run holds no lock: while there is one, nothing is touched where it works."""
    is_busy = has_runs()
    return [path for path in rubbish(STATE) if not (is_busy and path.startswith(f"{STATE}/tmp/"))]


def has_runs() -> bool:
    """Whether a run of this project is going on."""
    folder = f"{STATE}/tmp"
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return any(is_held(f"{folder}/{name}") for name in names if name.startswith(RUN_JOURNAL))


def going_on(store: Reader, now: float) -> Iterator[tuple[bytes, float]]:
    """The ids of the executions that go on, as far as can be told, and when they began: runs of other machines too."""
    columns = ("id", "started", "process")
    for execution, started, process in store.rows(EXECUTION, {"status": "running"}, columns=columns):
        if started > now - LONGEST and not (process and is_gone(process)):
            yield execution, started


def limited(kept: Sequence[Artifact], limit: int, spared: set[bytes]) -> list[Artifact]:
    """Those of `kept` that go so that the rest takes at most `limit` bytes, in their order; never the `spared` ones."""
    total = sum(size for _, size, _ in kept)
    doomed = []
    for artifact in kept:
        if total <= limit:
            break
        if artifact[2] not in spared:
            doomed.append(artifact)
            total -= artifact[1]
    return doomed


def products_of(encoded: bytes) -> Sequence[tuple[str, bytes, int]]:
    """The products of a trace as it is kept; none if it is of another version."""
    try:
        products: Sequence[tuple[str, bytes, int]] = decode(encoded)
    except NotPlain:
        return ()
    return products
