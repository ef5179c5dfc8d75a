"""Who makes a path: the redunfile alone decides, never what lies on disk.

A literal output beats a pattern; among patterns the one that leaves the fewest characters to placeholders wins; a tie
is an error. Patterns are found by what they begin and end with, so that a thousand rules cost no more than one.
"""

from __future__ import annotations

from redo_py.front.redunfile.names.globs import literal_prefix, matches
from redo_py.front.redunfile.names.paths import folders_of
from redo_py.front.redunfile.names.patterns import shown_ways
from redo_py.front.redunfile.names.reserved import owner_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.evaluation.declared import Recipe, Redunfile
    from redo_py.front.redunfile.names.patterns import Pattern, Stems

    Found = tuple[Recipe, Pattern, Stems]


class Index:
    """The patterns of one kind: of files, or of folders."""

    __slots__ = ("by_prefix", "lengths")

    def __init__(self) -> None:
        self.by_prefix: dict[str, list[tuple[Pattern, Recipe]]] = {}  # literal beginning -> its patterns
        self.lengths: list[int] = []  # of the beginnings, without repetition

    def add(self, pattern: Pattern, recipe: Recipe) -> None:
        """Patterns are added in the order of the file."""
        self.by_prefix.setdefault(pattern.prefix, []).append((pattern, recipe))
        self.lengths = sorted({*self.lengths, len(pattern.prefix)})

    def candidates(self, path: str) -> list[tuple[Pattern, Recipe]]:
        """The patterns that `path` begins and ends like, the most literal first."""
        found = [
            each
            for length in self.lengths
            for each in self.by_prefix.get(path[:length], ())
            if path.endswith(each[0].suffix)
        ]
        if len(found) > 1:
            found.sort(key=_most_literal)
        return found


def _most_literal(each: tuple[Pattern, Recipe]) -> int:
    return -each[0].weight


class Owners:
    """Answers for one redunfile; knows nothing of instances."""

    def __init__(self, redunfile: Redunfile) -> None:
        """Raises UsageError if two rules have one literal output."""
        self.redunfile = redunfile
        self.literals: dict[str, tuple[Recipe, Pattern]] = {}
        self.files = Index()
        self.folders = Index()
        self.has_folders = False
        self._files = frozenset(redunfile.files())
        self.source_paths = {path for path in redunfile.sources if literal_prefix(path) == path}
        self.source_globs = [path for path in redunfile.sources if path not in self.source_paths]
        for recipe in redunfile.rules:
            for pattern in recipe.patterns:
                self._add(recipe, pattern)
        for path in self.literals:
            self._check_literal(path)

    def _add(self, recipe: Recipe, pattern: Pattern) -> None:
        self.has_folders = self.has_folders or pattern.is_directory
        if pattern.names:
            (self.folders if pattern.is_directory else self.files).add(pattern, recipe)
            return
        path = pattern.path({})
        other = self.literals.get(path)
        if other is not None:
            raise self._error(
                "two-rules", recipe, path=path, name=recipe.name, other=other[0].name, place=other[0].span
            )
        self.literals[path] = (recipe, pattern)

    def _check_literal(self, path: str) -> None:
        """A literal output is nobody else's and no source, and lies below no other output."""
        recipe, pattern = self.literals[path]
        owner = owner_of(path, self._files, pattern.is_directory)
        if owner:
            raise self._error("output-reserved", recipe, path=pattern.shown, name=recipe.name, owner=owner)
        if self.is_source(path):
            raise self._error("output-is-source", recipe, path=path, name=recipe.name)
        for folder in folders_of(path):
            other = self.literals.get(folder)
            if other is not None:
                raise self._overlap(recipe, path, other[0], folder)

    def literal(self, path: str) -> Recipe | None:
        """The rule that has `path` as a literal output."""
        found = self.literals.get(path)
        return found[0] if found else None

    def is_source(self, path: str) -> bool:
        """Did `source(...)` take `path` out of all patterns?"""
        return path in self.source_paths or any(matches(glob, path) for glob in self.source_globs)

    def find(self, path: str) -> Found | None:
        """The rule that makes `path`, or the folder it lies in; None for a source. Raises UsageError for a tie, for a
        path that can be split in two ways, and for overlapping outputs."""
        found = self._find_at(path, self.files)
        if not self.has_folders:
            return found
        if found is None:
            found = self._find_at(path, self.folders)
        for folder in folders_of(path):
            above = self._find_at(folder, self.folders)
            if above is not None and above[1].is_directory:
                if found is not None:
                    raise self._overlap(found[0], path, above[0], folder)
                return above
        return found

    def _find_at(self, path: str, index: Index) -> Found | None:
        literal = self.literals.get(path)
        if literal is not None:
            return (*literal, {})
        best: Found | None = None
        for pattern, recipe in index.candidates(path):
            if best is not None and pattern.weight < best[1].weight:
                break
            splits = pattern.splits(path, recipe.where)
            if not splits:
                continue
            if best is not None:
                raise self._tie(path, best, recipe, pattern)
            if len(splits) > 1:
                ways = shown_ways(splits)
                raise self._error("two-splits", recipe, path=path, pattern=pattern.shown, ways=ways)
            best = (recipe, pattern, splits[0])
        return None if best is not None and self.is_source(path) else best

    def _tie(self, path: str, best: Found, recipe: Recipe, pattern: Pattern) -> Exception:
        first, place = best[1].shown, best[0].span
        return self._error("tie", recipe, path=path, first=first, second=pattern.shown, place=place)

    def _overlap(self, recipe: Recipe, path: str, other: Recipe, folder: str) -> Exception:
        return self._error(
            "overlap", recipe, path=path, name=recipe.name, folder=folder, other=other.name, place=other.span
        )

    def _error(self, code: str, recipe: Recipe, **words: object) -> Exception:
        return self.redunfile.error(code, recipe.span, **words)
