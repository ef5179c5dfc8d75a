"""Does a path match a glob? `*` and `?` and `[...]` stay within a name, `**` is any number of folders, and names that
begin with a dot are matched only by a pattern that has the dot."""

from __future__ import annotations


def matches(pattern: str, path: str) -> bool:
    """Would `glob(pattern)` list `path` if it were a source?"""
    if path == pattern:
        return True
    fixed = literal_prefix(pattern)
    return path.startswith(fixed) and fixed != pattern and _match(pattern.split("/"), path.split("/"))


def escaped(text: str) -> str:
    """The pattern that matches `text` alone."""
    return "".join([f"[{char}]" if char in "*?[" else char for char in text])


def literal_prefix(pattern: str) -> str:
    """What every match begins with."""
    places = [place for place in map(pattern.find, "*?[") if place >= 0]
    return pattern[: min(places)] if places else pattern


def _match(patterns: list[str], names: list[str]) -> bool:
    """One row of a table for each pattern: which beginnings of `names` it and those before it can match."""
    row = [True] + [False] * len(names)
    for pattern in patterns:
        fresh = [False] * (len(names) + 1)
        if pattern == "**":
            fresh[0] = row[0]
            for end, name in enumerate(names, 1):
                fresh[end] = row[end] or (fresh[end - 1] and not name.startswith("."))
        else:
            for end, name in enumerate(names, 1):
                fresh[end] = row[end - 1] and _match_name(pattern, name)
        row = fresh
    return row[-1]


def _match_name(pattern: str, name: str) -> bool:
    """Does one name match? A row for each piece of the pattern, as in `_match`."""
    if name.startswith(".") and not pattern.startswith("."):
        return False
    row = [True] + [False] * len(name)
    for piece in _pieces(pattern):
        fresh = [piece == "*" and row[0]] + [False] * len(name)
        for end, char in enumerate(name, 1):
            if piece == "*":
                fresh[end] = row[end] or fresh[end - 1]
            else:
                fresh[end] = row[end - 1] and _match_char(piece, char)
        row = fresh
    return row[-1]


def _pieces(pattern: str) -> list[str]:
    """`pattern` as single characters and `[...]` sets; a bracket that is never closed means itself."""
    pieces: list[str] = []
    place = 0
    while place < len(pattern):
        end = place + 1
        if pattern[place] == "[":
            first = place + 2 if pattern[place + 1 : place + 2] in ("!", "^") else place + 1
            close = pattern.find("]", first + 1)
            end = close + 1 if close > 0 else end
        pieces.append(pattern[place:end])
        place = end
    return pieces


def _match_char(piece: str, char: str) -> bool:
    if len(piece) < 3:
        return piece == "?" or piece == char
    is_negated = piece[1] in "!^"
    members = piece[2:-1] if is_negated else piece[1:-1]
    return _is_member(members, char) is not is_negated


def _is_member(members: str, char: str) -> bool:
    place = 0
    while place < len(members):
        if members[place + 1 : place + 2] == "-" and place + 2 < len(members):
            if members[place] <= char <= members[place + 2]:
                return True
            place += 3
        elif members[place] == char:
            return True
        else:
            place += 1
    return False
