"""The outputs of one plan: no two instances make one file, and none lies below another's folder."""

from __future__ import annotations

from redo_py.front.redunfile.names.paths import folders_of
from redo_py.front.redunfile.names.reserved import owner_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from redo_py.front.redunfile.evaluation.declared import Redunfile
    from redo_py.front.redunfile.instances.instance import Instance


class Claims:
    """Who has claimed which path."""

    __slots__ = ("_files", "_folders", "_linked", "_owners", "_real_folder", "_real_folders", "redunfile")

    def __init__(self, redunfile: Redunfile, real_folder: Callable[[str], str]) -> None:
        self.redunfile = redunfile
        self._real_folder = real_folder  # of a folder: the one that it is when links are followed
        self._real_folders: dict[str, str] = {}
        self._linked: dict[str, tuple[str, Instance]] = {}  # real path -> (path through a link, who claimed that)
        self._files = frozenset(redunfile.files())
        self._owners: dict[str, Instance] = {}
        self._folders: dict[str, Instance] = {}

    def claim(self, instance: Instance) -> None:
        """Note the outputs of a new instance. Raises UsageError if they collide with others."""
        for output in instance.values:
            path = output.path
            self._check_free(instance, path, output.directory)
            other = self._owners.get(path)
            if other is not None:
                raise self._error("two-instances", instance, path=path, other=other.name, place=other.span)
            self._owners[path] = instance
            if self._folders:
                self._check_folders(instance, path)
            if output.directory:
                self._claim_folder(instance, path)
            self._check_links(instance, path)

    def maker(self, path: str) -> Instance | None:
        """Who has claimed `path`."""
        return self._owners.get(path)

    def _check_links(self, instance: Instance, path: str) -> None:
        """One file must not be made under two names, one of which passes through a linked folder."""
        folder, _, name = path.rpartition("/")
        real = self._real_folders.get(folder)
        if real is None:
            real = self._real_folders[folder] = self._real_folder(folder) if folder else ""
        real_path = f"{real}/{name}" if real else name
        other = self._linked.get(real_path)
        if real != folder:
            if real_path in self._owners:
                other = (real_path, self._owners[real_path])
            self._linked.setdefault(real_path, (path, instance))
        if other is not None:
            place = other[1].span
            raise self._error("linked-outputs", instance, path=path, second=other[0], other=other[1].name, place=place)

    def _check_free(self, instance: Instance, path: str, is_directory: bool) -> None:
        owner = owner_of(path, self._files, is_directory)
        if owner:
            raise self._error("output-reserved", instance, path=path + "/" * is_directory, owner=owner)

    def _check_folders(self, instance: Instance, path: str) -> None:
        for folder in folders_of(path):
            other = self._folders.get(folder)
            if other is not None:
                raise self._overlap(instance, path, other, folder)

    def _claim_folder(self, instance: Instance, folder: str) -> None:
        self._folders[folder] = instance
        for path, other in self._owners.items():
            if path.startswith(folder + "/"):
                raise self._overlap(other, path, instance, folder)

    def _overlap(self, inner: Instance, path: str, outer: Instance, folder: str) -> Exception:
        return self._error("overlap", inner, path=path, folder=folder, other=outer.name, place=outer.span)

    def _error(self, code: str, instance: Instance, **words: object) -> Exception:
        return self.redunfile.error(code, instance.span, name=instance.name, **words)
