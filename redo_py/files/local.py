"""The Files door over the real file system."""

from __future__ import annotations

import os

from redo_py.files.api import ABSENT, EXECUTABLE, FILE, LINK, OTHER, Stamp
from redo_py.files.bin import Bin
from redo_py.files.clearing import Clearing
from redo_py.files.meter import Meter
from redo_py.files.observing import ATTEMPTS, Observer
from redo_py.files.places import Places
from redo_py.files.removal import remove_empty_parents
from redo_py.files.restoring import Staging, are_kept, put_all
from redo_py.files.signature import MODE, kind_of, last_change, signature_at, signature_behind
from redo_py.files.sweeping import STAGING, sweep
from redo_py.files.ticks import SECOND, SOON, Ticks
from redo_py.files.trouble import unreadable, unwritable
from redo_py.ground.errors import UsageError
from redo_py.ground.hashing import FILE as FILE_SEED
from redo_py.ground.hashing import digest
from redo_py.values.file import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from redo_py.files.far import Far
    from redo_py.files.memo import StatMemo
    from redo_py.files.restoring import Product
    from redo_py.ground.clock import Clock
    from redo_py.store.api import Artifacts

    See = Callable[[Sequence[str]], list[Stamp]]

OTHERS_READ = 0o044  # the mode bits by which the group and all others read


class LocalFiles:
    """The files of the project at `root`; see `files.api` for what each verb promises.

    `state_dir` holds the probe, the staging folder and what was displaced; while it does not exist no stamp is trusted.
    """

    __slots__ = (
        "_artifacts",
        "_bin",
        "_clearing",
        "_far",
        "_memo",
        "_places",
        "_readers",
        "_staging",
        "_ticks",
        "meter",
    )

    def __init__(
        self, root: str, memo: StatMemo, artifacts: Artifacts | None, clock: Clock, state_dir: str = ".redun"
    ) -> None:
        self._places = Places(root, state_dir)
        self._memo = memo
        self._artifacts = artifacts
        self._ticks = Ticks(self._places.state_dir, clock)
        self._bin = Bin(self._places.state_dir)
        self._clearing = Clearing(self._places, clock, self._bin)
        self._staging = None if artifacts is None else Staging(self._places.state_dir, artifacts)
        self._readers = OTHERS_READ & ~umask()
        self.meter = Meter(clock)
        self._far: Far | None = None  # what looks at URLs, once there are any

    def observe(self, paths: Sequence[str]) -> list[Stamp]:
        """What each path holds now, links followed. Raises UsageError for one that cannot be read."""
        if any("://" in path for path in paths):
            return self._with_far(paths, self.observe)
        observer = self._observer()
        return [observer.look(path, follow=True) for path in paths]

    def observe_outputs(self, paths: Sequence[str]) -> list[Stamp]:
        """What each path holds now, a link being a link. Raises UsageError for one that cannot be read."""
        if any("://" in path for path in paths):
            return self._with_far(paths, self.observe_outputs)
        observer = self._observer()
        return [observer.look(path, follow=False) for path in paths]

    def read(self, path: str) -> tuple[Stamp, bytes]:
        """What `path` holds now, links followed, and the very bytes; b"" if there is no file. For small files."""
        attempt = 1
        while True:
            stamp = self.observe([path])[0]
            if stamp.kind not in (FILE, EXECUTABLE):
                return stamp, b""
            content = self._bytes(path)
            if digest(FILE_SEED, content) == (stamp.parts or (stamp,))[-1].digest or attempt == ATTEMPTS:
                return stamp, content
            attempt += 1

    def collect(self, paths: Sequence[str]) -> list[Stamp]:
        """Like `observe_outputs`, keeping all contents; that something cannot be kept is no error."""
        if any("://" in path for path in paths):
            return self._with_far(paths, self.collect)
        observer = Observer(self._places, self._memo, self._ticks, self._artifacts, self._readers, self.meter)
        return [observer.look(path, follow=False) for path in paths]

    def unchanged(self, stamps: Sequence[Stamp]) -> list[bool]:
        """Whether each stamp, and each of its parts, still has its signature."""
        return [self._same(stamp) for stamp in stamps]

    def changed_since(self, paths: Sequence[str], moment: float) -> list[str]:
        """Those of `paths` that are regular files, links followed, and may have changed since `moment`."""
        return [path for path in paths if not is_url(path) and self._changed_at(path) >= moment]

    def can_restore(self, products: Sequence[Product]) -> bool:
        """Whether all the bytes of `products` are kept."""
        if self._artifacts is None or any(is_url(path) for path, _, _ in products):
            return False
        return are_kept(self._artifacts, products)

    def restore(self, products: Sequence[Product]) -> bool:
        """Put all `products` in place, or none; the paths must be clear. Raises UsageError if one cannot be written."""
        if self._staging is None:
            return False
        path = ""
        try:
            staged = self._staging.make(products)
            if staged is None:
                return False
            for path, _, _ in products:
                self._clearing.make_folder(os.path.dirname(path))
            put_all(staged, [self._places.full(path) for path, _, _ in products])
        except OSError as error:
            raise unwritable(path or products[0][0], error) from None
        return True

    def clear(self, paths: Sequence[str], ledger: Sequence[tuple[bytes, int] | None]) -> list[tuple[str, str]]:
        """Make room at `paths`, keeping what is not redun's. Raises UsageError if a path cannot be cleared."""
        for path, entry in zip(paths, ledger, strict=True):
            if is_url(path):
                continue
            try:
                self._clearing.clear(self._now_at(path, entry), entry)
            except OSError as error:
                raise unwritable(path, error) from None
        told, self._clearing.displaced = self._clearing.displaced, []
        return told

    def tracked(self, paths: Sequence[str]) -> set[str]:
        """Those of `paths` at which something lies that git tracks. Asks git only if there is something at one."""
        there = [path for path in paths if os.path.lexists(self._places.full(path))]
        if not there:
            return set()
        from redo_py.files.git import tracked_by_git  # imports subprocess, which most builds do without

        return tracked_by_git(self._places.root, there)

    def discard(self, paths: Sequence[str]) -> None:
        """Remove what is at `paths`. Raises UsageError if something stays."""
        for path in paths:
            try:
                self._bin.remove(self._places.full(path))
            except OSError as error:
                raise unwritable(path, error) from None

    def sweep(self) -> None:
        """Remove what killed processes were about to put in place or to remove. The project must be locked."""
        sweep(f"{self._places.state_dir}/{STAGING}")

    def last_changes(self, paths: Sequence[str]) -> list[int]:
        """When each path, or anything below it, was last changed, by the file system's clock in ns; 0 if absent."""
        return [last_change(self._places.full(path)) for path in paths]

    def remove_empty_parents(self, paths: Sequence[str]) -> None:
        """Remove the folders above `paths` that are empty now, up to the root."""
        for path in paths:
            if not path.startswith("/"):
                remove_empty_parents(self._places.root, path)

    def settle(self, stamps: Sequence[Stamp]) -> list[Stamp]:
        """Wait for what can soon be trusted, read it again, and return all."""
        doubtful = [place for place, stamp in enumerate(stamps) if not stamp.trusted and not is_url(stamp.path)]
        moments = {place: self._moment(stamps[place]) for place in doubtful}
        limit = self._ticks.now() + SOON
        soon = {place: moment for place, moment in moments.items() if moment <= limit}
        settled = list(stamps)
        if not soon or not self._ticks.wait_for(max(soon.values())):
            return settled
        observer = self._observer()
        for place in soon:
            settled[place] = observer.look(stamps[place].path, follow=stamps[place].kind != LINK)
        return settled

    def tick(self, signature: tuple[int, ...]) -> float:
        """The seconds by which the times in `signature` may lag behind the clock."""
        return self._ticks.tick(signature) / SECOND

    def way(self, path: str) -> dict[str, tuple[int, ...]]:
        """The signature of `path`, and while that is a link, of what it leads to; nothing else is read."""
        seen: dict[str, tuple[int, ...]] = {}
        while path not in seen:
            full = self._places.full(path)
            seen[path] = signature_at(full)
            if not seen[path] or kind_of(seen[path][MODE]) != LINK:
                break
            try:
                path = self._places.behind(path, os.readlink(full))
            except OSError:  # it is no link any more, which its signature will show
                break
        return seen

    def moment(self) -> int:
        """The time of the project's file system, in ns; 0 while the state folder cannot be written."""
        return self._ticks.now()

    def trusts(self, signatures: Iterable[tuple[int, ...]], start: int) -> bool:
        """Whether each of `signatures`, of what was looked at from the moment `start` on, shows any later change."""
        return all(self._ticks.trusts(signature, start) for signature in signatures if signature)

    def _changed_at(self, path: str) -> float:
        """The latest moment at which the regular file at `path`, or a link there, can have changed; -1 without one."""
        signatures = [signature_at(self._places.full(path))]
        if signatures[0] and kind_of(signatures[0][MODE]) == LINK:
            signatures.append(signature_behind(self._places.full(path)))
        if not signatures[-1] or kind_of(signatures[-1][MODE]) not in (FILE, EXECUTABLE):
            return -1
        return max(map(self._ticks.trusted_from, signatures)) / SECOND

    def _moment(self, stamp: Stamp) -> int:
        """Readings that begin after this moment make `stamp` trusted, all its parts included."""
        signatures = [each.signature for each in (stamp, *stamp.parts) if each.signature]
        return max(map(self._ticks.trusted_from, signatures), default=0)

    def _with_far(self, paths: Sequence[str], see: See) -> list[Stamp]:
        """The stamps of `paths` in their order: URLs are looked at all together, the others by `see`."""
        from redo_py.files.far import Far
        from redo_py.files.filing import matching

        if self._far is None:
            self._far = Far(self.observe, lambda pattern: matching(pattern, self._places.root), self.meter)
        urls = [path for path in paths if is_url(path)]
        others = [path for path in paths if not is_url(path)]
        found = dict(zip(urls, self._far.observe(urls), strict=True))
        found.update(zip(others, see(others), strict=True))
        return [found[path] for path in paths]

    def _observer(self) -> Observer:
        return Observer(self._places, self._memo, self._ticks, meter=self.meter)

    def _bytes(self, path: str) -> bytes:
        try:
            with open(self._places.full(path), "rb") as file:
                return file.read()
        except OSError as error:
            raise unreadable(path, error) from None

    def _now_at(self, path: str, entry: tuple[bytes, int] | None) -> Stamp:
        """What is at `path`; where redun put nothing, or what nobody may read, only whether there is anything."""
        if entry:
            try:
                return self._observer().look(path, follow=False)
            except UsageError:
                pass
        return Stamp(path, OTHER, b"", signature_at(self._places.full(path)), False)

    def _same(self, stamp: Stamp) -> bool:
        if is_url(stamp.path):  # only reading tells, which is done for what is not trusted and is there
            return stamp.kind != ABSENT or self.observe([stamp.path])[0].kind == ABSENT
        full = self._places.full
        return signature_at(full(stamp.path)) == stamp.signature and all(
            signature_at(full(part.path)) == part.signature for part in stamp.parts
        )


def umask() -> int:
    """The mode bits that new files do not get. The system tells only who sets it, so this is asked before there are
    threads that make files."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
