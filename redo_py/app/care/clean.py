"""`redun clean`: take away what redun made, as long as it is still what redun put there.

The ledger says what redun put where. A path that holds anything else by now, if only another mode, stays. So does a
folder with a .git or .redun in it, which no digest covers, and what git keeps, unless it is named itself or forced. The
contents stay in the artifact store, so that the next
build puts them back without running anything.
"""

from __future__ import annotations

from redo_py.app.care.recover import recover_project
from redo_py.app.leftovers import is_declared
from redo_py.app.project import Project
from redo_py.app.redunfile import OpenRedunfile
from redo_py.app.report import printable
from redo_py.app.request import defines
from redo_py.files.api import ABSENT
from redo_py.front.redunfile.names.labels import EVERYTHING, below, folder_at
from redo_py.front.redunfile.planning.orphans import Orphans
from redo_py.front.redunfile.planning.requests import resolve
from redo_py.front.redunfile.planning.sources import Sources
from redo_py.ground.errors import UsageError
from redo_py.records import LEDGER, STAGED, UNLEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from redo_py.app.request import Request

    Entries = dict[str, tuple[bytes, int]]  # path -> (content, kind) that redun put there

WIDTH = 14  # of the first column
NOTHING_OF_RUNS = "nothing to remove: files that tasks write are the tasks' own; `redun log --file` lists them"
BATCH = 1000  # paths looked at together


def clean(request: Request, stale: bool, environ: Mapping[str, str], write: Callable[[str], None]) -> int:
    """Remove what `request` asks for, with its `force_all` also what git keeps; the exit status. Raises UsageError,
    ErrorList and StoreError before it changes anything."""
    project = Project(request.directory, request.file, environ, request.profile, rules=stale)
    try:
        project.make_state()
        project.only_reads = request.dry
        if not request.dry:
            project.lock(
                "redun clean", lambda holder: write(f"redun: waiting for another build of this project ({holder})\n")
            )
            recover_project(project, lambda text: write(f"redun: {text}\n"))
        return Clean(project, request, write).run(stale)
    finally:
        project.memo.save()
        project.close()


class Clean:
    """One `redun clean`; the project is locked unless it is a dry run."""

    def __init__(self, project: Project, request: Request, write: Callable[[str], None]) -> None:
        self.project = project
        self.request = request
        self.write = write
        self.store = project.store(lambda text: write(f"redun: {text}\n"))
        self.removed = 0
        self.left = 0

    def run(self, stale: bool) -> int:
        """Remove what is asked for and say so."""
        entries = self.asked()
        if stale:
            entries = self.stale(entries)
        paths = sorted(entries)
        for start in range(0, len(paths), BATCH):
            self.take(paths[start : start + BATCH], entries)
        self.tell()
        return 0

    def asked(self) -> Entries:
        """What redun made of the targets, or everything that it made."""
        path, content, kind, origin = (LEDGER.positions[name] for name in ("path", "content", "kind", "origin"))
        rows = [row for row in self.store.rows(LEDGER) if row[origin] != STAGED]
        entries = {row[path]: (row[content], row[kind]) for row in rows}
        if not self.request.targets:
            return entries
        return {path: entries[path] for path in self.paths_of(self.request.targets, entries) if path in entries}

    def paths_of(self, targets: Sequence[str], entries: Entries) -> Iterable[str]:
        """The outputs of `targets`: paths or folders that redun made something at, or what the redunfile makes."""
        unknown = []
        for target in targets:
            path = folder_at(target.removesuffix("/" + EVERYTHING) or "//", self.project.here)
            found = [each for each in entries if below(path, each)]
            yield from found
            if not found:
                unknown.append(target)
        if unknown:
            yield from self.planned(unknown)

    def planned(self, targets: Sequence[str]) -> Iterable[str]:
        """The outputs of what the redunfile makes of `targets`, as it would for a build."""
        self.project.need_rules()
        planner = OpenRedunfile(self.project, defines(self.request.defines)).planner
        for target in targets:
            for found in resolve(planner, target, self.project.here):
                if isinstance(found, str):
                    raise UsageError("clean-source", path=found)
                yield from (path for path, _, _ in found.outputs)

    def stale(self, entries: Entries) -> Entries:
        """Those that no rule of the redunfile makes, or could make from the sources that are left. What a rule matches
        and cannot tell how to make stays, since that may be a slip in the rule, and is told. What has become a source,
        because somebody changed it, declared it or gave it to git, is the user's from now on."""
        opened = OpenRedunfile(self.project, defines(self.request.defines))
        planner = opened.planner
        finder = Orphans(opened.redunfile, opened.host)
        orphans = finder.among(entries, self.absent)
        for path, error in sorted(finder.unplanned.items()):
            self.leave(path, f"its rule cannot tell how to make it: {error.headline}")
        paths = [path for path in entries if planner.producer(path) is None or path in orphans]
        if not paths:
            return {}
        sources = Sources(planner)
        tracked = self.project.files.tracked(paths)
        handed_over = {path: "git keeps it" for path in paths if path in tracked}
        changed = self.changed([path for path in paths if path in sources], entries)
        declared = [path for path in paths if is_declared(opened.redunfile, path) or planner.owners.is_source(path)]
        handed_over.update(dict.fromkeys((*changed, *declared), "it is a source now"))
        for path, reason in sorted(handed_over.items()):
            self.leave(path, reason)
        if not self.request.dry:
            self.store.write([(UNLEDGER, (path,)) for path in handed_over])
        return {path: entries[path] for path in paths if path not in handed_over}

    def changed(self, paths: list[str], entries: Entries) -> list[str]:
        """Those of `paths` where something else is than redun put there."""
        stamps = self.project.files.observe_outputs(paths)
        return [stamp.path for stamp in stamps if stamp.kind != ABSENT and not stamp.is_just(entries[stamp.path])]

    def absent(self, paths: list[str]) -> list[str]:
        """Those of `paths` where nothing is."""
        return [stamp.path for stamp in self.project.files.observe(paths) if stamp.kind == ABSENT]

    def take(self, paths: list[str], entries: Entries) -> None:
        """Remove those that are as redun left them."""
        stamps = self.project.files.observe_outputs(paths)
        whole = [stamp.path for stamp in stamps if stamp.is_just(entries[stamp.path])]
        kept = self.kept_by_git(whole)
        ours = [path for path in whole if path not in kept]
        gone = [stamp.path for stamp in stamps if stamp.kind == ABSENT]
        for path in ours:
            self.line("would remove" if self.request.dry else "removed", path)
        for stamp in stamps:
            if stamp.kind != ABSENT and not stamp.is_just(entries[stamp.path]):
                is_changed = (stamp.digest, stamp.kind) != entries[stamp.path]
                reason = "it was changed after redun made it" if is_changed else f"{stamp.left_out} is in it"
                self.leave(stamp.path, reason)
        for path in kept:
            self.leave(path, "git keeps it (name it, or say --force)")
        self.removed += len(ours)
        if not self.request.dry:
            self.project.files.discard(ours)
            self.project.files.remove_empty_parents(ours + gone)
            self.store.write([(UNLEDGER, (path,)) for path in ours + gone])

    def kept_by_git(self, paths: list[str]) -> list[str]:
        """Those of `paths` that git keeps, and that the user has not named one by one."""
        named = {folder_at(target, self.project.here) for target in self.request.targets}
        asked = [] if self.request.force_all else [path for path in paths if path not in named]
        tracked = self.project.files.tracked(asked)
        return [path for path in asked if path in tracked]

    def leave(self, path: str, reason: str) -> None:
        """One line for a path that stays."""
        self.left += 1
        self.line("left", f"{path}: {reason}")

    def line(self, word: str, text: str) -> None:
        """One line with `word` in the first column."""
        self.write(f"{word:<{WIDTH}}{printable(text)}\n")

    def tell(self) -> None:
        """How it ended."""
        removed = f"{self.removed} {'would be removed' if self.request.dry else 'removed'}"
        left = f", {self.left} left" if self.left else ""
        nothing = "nothing to remove" if self.project.file else NOTHING_OF_RUNS
        self.write(f"redun: {removed}{left}\n" if self.removed or self.left else f"redun: {nothing}\n")
