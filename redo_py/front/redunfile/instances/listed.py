"""A glob reads sources: it may list nothing that a rule makes, whether that is in the plan or not, and on the first
build already, when the output is not there yet."""

from __future__ import annotations

from redo_py.front.redunfile.names.globs import literal_prefix, matches
from redo_py.front.redunfile.names.patterns import Pattern
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.evaluation.declared import Globbed, Recipe, Redunfile
    from redo_py.front.redunfile.instances.owners import Found, Owners

NOBODYS = "\x01"  # a name that no `where` has, unless it takes every name


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
        found = [path for path in self._redunfile.reads.globs.get(key[:2], ()) if glob.lists(path)]
        if not found and (claimed := self._all_claimed(key)):
            raise self._error("glob-of-output", key, claimed[1].shown, claimed[0].name)
        for path in found:
            made_by = self._owners.find(path)
            if made_by is not None:
                raise self._error("glob-of-pattern", key, path, made_by[0].name)

    def _all_claimed(self, key: Globbed) -> Found | None:
        """The rule that makes all that a glob could ever list, if patterns make whatever that is called."""
        made_by = None
        for path in samples(*key):
            try:
                made_by = self._owners.find(path) if Glob(*key).lists(path) else None
            except UsageError:  # of two rules that claim it; told if there is such a file
                return None
            if made_by is None:
                return None
        return made_by

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


def samples(pattern: str, _: tuple[str, ...], stems: str) -> list[str]:
    """Paths that a glob would list, with and without folders where it takes any. Who makes all of them, although their
    names are nobody's, makes all that it could list. [] if that cannot be told."""
    if stems:
        parsed = Pattern(stems)
        return [parsed.path(dict.fromkeys(parsed.names, name)) for name in (NOBODYS, f"{NOBODYS}/{NOBODYS}")]
    if "[" in pattern:
        return []
    folders = pattern.split("/")
    kinds = [folders, [each for each in folders if each != "**"]] if "**" in folders[:-1] else [folders]
    return ["/".join(each).replace("**", "*").replace("*", NOBODYS).replace("?", NOBODYS) for each in kinds]


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
