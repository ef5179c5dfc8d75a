"""A glob reads sources: it may list nothing that a rule makes, whether that is in the plan or not, and on the first
build already, when the output is not there yet."""

from __future__ import annotations

from redo_py.front.redunfile.globs import literal_prefix, matches
from redo_py.front.redunfile.patterns import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.declared import Globbed, Recipe, Redunfile
    from redo_py.front.redunfile.owners import Owners


class Glob:
    """One glob, or the glob behind `stems(...)`."""

    __slots__ = ("excluded", "pattern", "prefix", "stems")

    def __init__(self, pattern: str, excluded: tuple[str, ...], stems: str) -> None:
        self.pattern = pattern
        self.excluded = excluded
        self.prefix = literal_prefix(pattern)
        self.stems = Pattern(stems) if stems else None

    def lists(self, path: str) -> bool:
        """Would it list `path` if that were there?"""
        return (
            path.startswith(self.prefix)
            and matches(self.pattern, path)
            and not any(matches(each, path) for each in self.excluded)
            and (self.stems is None or bool(self.stems.splits(path, {})))
        )


class Listed:
    """The globs of one redunfile against its outputs. `checked` of them have been looked at before."""

    def __init__(self, redunfile: Redunfile, owners: Owners, checked: int = 0) -> None:
        self._redunfile = redunfile
        self._owners = owners
        self._globs: list[tuple[Globbed, Glob]] = []
        self._checked = checked  # how many of `redunfile.globbed` have met all outputs that are known by name

    def check_new(self) -> None:
        """Compare globs that have come since with all outputs that are known by name, and what they list with all
        patterns. Raises UsageError."""
        for key, glob in self._all()[self._checked :]:
            for path, recipe in known_outputs(self._redunfile, self._owners):
                if glob.lists(path):
                    raise self._error("glob-of-output", key, path, recipe.name)
            for path, (recipe, pattern) in self._owners.literals.items():
                if pattern.is_directory and glob.prefix.startswith(path + "/"):
                    raise self._error("glob-of-output", key, path, recipe.name)
            self._check_found(key, glob)
        self._checked = len(self._globs)

    def _check_found(self, key: Globbed, glob: Glob) -> None:
        for path in self._redunfile.reads.globs.get(key[:2], ()):
            made_by = self._owners.find(path) if glob.lists(path) else None
            if made_by is not None:
                raise self._error("glob-of-pattern", key, path, made_by[0].name)

    def check(self, path: str, name: str) -> None:
        """`path` is an output of the plan, made by rule `name`. Raises UsageError if a glob would list it."""
        for key, glob in self._all():
            if glob.lists(path):
                raise self._error("glob-of-output", key, path, name)

    def _all(self) -> list[tuple[Globbed, Glob]]:
        globbed = self._redunfile.globbed
        if len(self._globs) != len(globbed):
            self._globs = [(key, Glob(*key)) for key in globbed]
        return self._globs

    def _error(self, code: str, key: Globbed, path: str, name: str) -> Exception:
        pattern, _, stems = key
        return self._redunfile.error(code, self._redunfile.globbed[key], pattern=stems or pattern, path=path, rule=name)


def known_outputs(redunfile: Redunfile, owners: Owners) -> list[tuple[str, Recipe]]:
    """The outputs that can be listed without knowing what is needed, each with its rule."""
    literals = [(path, recipe) for path, (recipe, _) in owners.literals.items()]
    return literals + [(path, recipe) for recipe in redunfile.rules for path in instances_of(recipe)]


def instances_of(recipe: Recipe) -> list[str]:
    """The outputs of one pattern rule, if they can be listed."""
    names = recipe.placeholders
    if not names or not all(isinstance(recipe.where.get(name), dict) for name in names):
        return []
    combinations: list[dict[str, str]] = [{}]
    for name in names:
        combinations = [{**each, name: value} for each in combinations for value in recipe.where[name]]
    return [pattern.path(stems) for stems in combinations for pattern in recipe.patterns]
