"""Output patterns: `build/{sub}/{stem}.o`, and what their placeholders stand for in a path.

Every placeholder takes as much as it can, from left to right, and never nothing; the last takes no `/` if another one
stands before it; a repeated one matches the same text. The placeholders of a folder take no `/` at all: then no folder
that a rule makes lies inside another one of it, and a path below says which one it belongs to.
"""

from __future__ import annotations

import posixpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    Stems = dict[str, str]


class PatternFault(ValueError):
    """A text is no pattern; `code` is the catalogue's, `words` fill it."""

    def __init__(self, code: str, **words: object) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


class Pattern:
    """One output of a rule."""

    __slots__ = ("distinct", "is_directory", "keyword", "literals", "names", "prefix", "suffix", "text", "weight")

    def __init__(self, text: str, keyword: str = "") -> None:
        """Raises PatternFault."""
        self.keyword = keyword  # "" for a positional one
        self.is_directory = text.endswith("/")
        self.text = _normal(text)  # as the user knows it, without the slash at the end
        self.literals, self.names = _parse(self.text)  # one literal more than names: before, between, behind
        self.distinct = list(dict.fromkeys(self.names))
        self.prefix = self.literals[0]
        self.suffix = self.literals[-1]
        self.weight = sum(map(len, self.literals))  # the more, the fewer characters are left to placeholders

    @property
    def shown(self) -> str:
        """The pattern as it is written in the redunfile."""
        return self.text + "/" * self.is_directory

    def takes_all_below(self, folder: str) -> bool:
        """Whether the pattern, of a redunfile in `folder`, has nothing but placeholders: it takes every name there."""
        return bool(self.names) and self.weight <= (len(folder) + 1 if folder else 0)

    def path(self, stems: Mapping[str, str]) -> str:
        """The output for these values."""
        literals = self.literals
        if len(self.names) == 1:
            return f"{literals[0]}{stems[self.names[0]]}{literals[1]}"
        pieces = [literals[0]]
        for name, literal in zip(self.names, literals[1:], strict=True):
            pieces += (stems[name], literal)
        return "".join(pieces)

    def splits(self, path: str, where: Mapping[str, Any]) -> list[Stems]:
        """The ways to read `path` as this pattern that `where` allows, the first as by the rules above, at most two."""
        prefix, suffix = self.prefix, self.suffix
        if len(path) < self.weight + len(self.names) or not (path.startswith(prefix) and path.endswith(suffix)):
            return []
        if len(self.names) == 1:
            stems = {self.names[0]: path[len(prefix) : len(path) - len(suffix)]}
            if self.is_directory and "/" in stems[self.names[0]]:
                return []
            return [stems] if not where or allows(where, stems) else []
        found: list[Stems] = []
        for stems in self._ways(path, len(prefix), 0, {}):
            if allows(where, stems) and stems not in found:
                found.append(stems)
                if len(found) == 2:
                    break
        return found

    def _ways(self, path: str, start: int, number: int, stems: Stems) -> Iterator[Stems]:
        """Every way to read path[start:] as the placeholder `number` and what follows, longest first."""
        if number == len(self.names):
            if start == len(path):
                yield stems
            return
        name, literal = self.names[number], self.literals[number + 1]
        if name in stems:
            taken = stems[name] + literal
            if path.startswith(taken, start):
                yield from self._ways(path, start + len(taken), number + 1, stems)
            return
        is_segment = self.is_directory or (len(self.distinct) > 1 and name == self.distinct[-1])
        is_last = number == len(self.names) - 1
        end = len(path) - len(literal) if is_last else path.rfind(literal, start + 1)
        while end > start:
            if not (is_segment and "/" in path[start:end]):
                yield from self._ways(path, end + len(literal), number + 1, {**stems, name: path[start:end]})
            if is_last:
                return
            end = path.rfind(literal, start + 1, end + len(literal) - 1)


def allows(where: Mapping[str, Any], stems: Mapping[str, str]) -> bool:
    """Do the values of the placeholders keep to `where`: name -> set of texts, or a compiled regular expression?"""
    for name, allowed in where.items():
        value = stems[name]
        if value not in allowed if isinstance(allowed, dict) else allowed.fullmatch(value) is None:
            return False
    return True


def shown_ways(splits: list[Stems]) -> str:
    """Two ways to split a path, for a message."""
    return " or ".join(", ".join(f"{name}={value!r}" for name, value in stems.items()) for stems in splits)


def _normal(text: str) -> str:
    if not text.strip("/"):
        raise PatternFault("empty-pattern")
    if text.startswith(("/", "../")) or text == "..":
        raise PatternFault("output-outside", pattern=text)
    normal = posixpath.normpath(text)
    if normal.startswith("..") or normal == ".":
        raise PatternFault("output-outside", pattern=text)
    return normal


def _parse(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(literals, names); doubled braces are literal."""
    literals = [""]
    names: list[str] = []
    place = 0
    while place < len(text):
        char = text[place]
        if char in "{}" and text[place : place + 2] == char * 2:
            literals[-1] += char
            place += 2
        elif char == "{":
            end = text.find("}", place)
            name = text[place + 1 : end] if end > 0 else text[place + 1 :]
            if not name.isidentifier() or end < 0:
                raise PatternFault("bad-placeholder", placeholder=text[place : end + 1 if end > 0 else None])
            if names and not literals[-1]:
                raise PatternFault("touching-placeholders", first=names[-1], second=name)
            names.append(name)
            literals.append("")
            place = end + 1
        elif char == "}":
            raise PatternFault("bad-placeholder", placeholder="}")
        else:
            literals[-1] += char
            place += 1
    return tuple(literals), tuple(names)
