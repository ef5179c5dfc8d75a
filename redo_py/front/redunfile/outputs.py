"""The outputs of one plan: no two instances make one path, none lies below another's folder, no glob lists one."""

from __future__ import annotations

from redo_py.front.redunfile.globs import literal_prefix, matches
from redo_py.front.redunfile.paths import folders_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.declared import Redunfile
    from redo_py.front.redunfile.instance import Instance


class Claims:
    """Who has claimed which path."""

    __slots__ = ("_folders", "_globs", "_owners", "redunfile")

    def __init__(self, redunfile: Redunfile) -> None:
        self.redunfile = redunfile
        self._owners: dict[str, Instance] = {}
        self._folders: dict[str, Instance] = {}
        self._globs: list[tuple[str, tuple[str, ...], str]] = []  # (literal beginning, excluded, pattern)

    def claim(self, instance: Instance) -> None:
        """Note the outputs of a new instance. Raises UsageError if they collide with others or with a glob."""
        globbed = self.redunfile.globbed
        if len(self._globs) != len(globbed):
            self._globs = [(literal_prefix(pattern), excluded, pattern) for pattern, excluded in globbed]
        for output in instance.values:
            path = output.path
            other = self._owners.get(path)
            if other is not None:
                raise self._error("two-instances", instance, path=path, other=other.name, place=other.span)
            self._owners[path] = instance
            if self._folders:
                self._check_folders(instance, path)
            if output.directory:
                self._claim_folder(instance, path)
            for prefix, excluded, pattern in self._globs:
                if path.startswith(prefix) and matches(pattern, path) and not _is_excluded(path, excluded):
                    span = globbed[(pattern, excluded)]
                    raise self.redunfile.error("glob-of-output", span, pattern=pattern, path=path, rule=instance.name)

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


def _is_excluded(path: str, excluded: tuple[str, ...]) -> bool:
    return any(matches(pattern, path) for pattern in excluded)
