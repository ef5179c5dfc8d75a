"""Glob patterns: what they mean, without touching the disk and without `re`.

    *       any characters of one name, none included      [abc] [a-z] [!a-z]   one character of, or not of, a set
    ?       one character                                  {a,b}                one of several patterns; may be nested
    **      any folders, none included; only as a whole part of a path

A name that begins with a dot is matched only by a part that begins with a dot. `[*]` is a plain star. A `{` without
a comma or its `}` stands for itself, as does a `[` that is never closed.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

DEEP = "**"
SPECIAL = frozenset("*?[")

STAR = 0  # kinds of tokens: any characters
ANY = 1  # any one character
PLAIN = 2  # the character in the token
SET = 3  # one of the ranges in the token
NOT_IN_SET = 4

Token = tuple[int, str, tuple[tuple[str, str], ...]]  # kind, character, ranges with both ends included


class Part:
    """One part of a pattern, between two slashes."""

    __slots__ = ("_head", "_tail", "_tokens", "is_deep", "is_plain", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_deep = text == DEEP
        self.is_plain = SPECIAL.isdisjoint(text)
        self._tokens: tuple[Token, ...] | None = None
        self._head, self._tail = "", ""
        if not self.is_plain and not self.is_deep:
            self._prepare(text)

    def matches(self, name: str, hidden: bool = False) -> bool:
        """Whether the part matches `name`; names with a dot in front need one in the pattern, unless `hidden`."""
        if self.is_plain:
            return name == self.text
        if not hidden and name.startswith(".") and not self.text.startswith("."):
            return False
        if self.is_deep:
            return True
        if self._tokens is None:
            fits = len(name) >= len(self._head) + len(self._tail)
            return fits and name.startswith(self._head) and name.endswith(self._tail)
        return _matches(self._tokens, name)

    def _prepare(self, text: str) -> None:
        head, star, tail = text.partition("*")
        if star and SPECIAL.isdisjoint(head + tail):  # by far the most common
            self._head, self._tail = head, tail
        else:
            self._tokens = tuple(_tokens(text))


def parts_of(pattern: str) -> list[Part]:
    """The parts of a pattern without braces, empty ones and `.` left out."""
    return [Part(text) for text in pattern.split("/") if text not in ("", ".")]


def matches_path(parts: Sequence[Part], path: str) -> bool:
    """Whether `parts` match the relative `path` or a folder above it; dots need not be named."""
    names = path.split("/")
    reached = {0}  # how many parts the names so far may have used up
    for name in names:
        reached = _step(parts, _past_deep(parts, reached), name)
        if len(parts) in _past_deep(parts, reached):
            return True
    return False


def matches_whole(parts: Sequence[Part], path: str) -> bool:
    """Whether `parts` match the relative `path` itself; names with a dot in front need one in the pattern."""
    reached = {0}
    for name in path.split("/"):
        reached = _step(parts, _past_deep(parts, reached), name, hidden=False)
    return len(parts) in _past_deep(parts, reached)


def alternatives(pattern: str) -> list[str]:
    """The patterns without braces that `pattern` stands for, in order."""
    done: list[str] = []
    waiting = [pattern]
    while waiting:
        text = waiting.pop()
        found = _first_braces(text)
        if found is None:
            done.append(text)
        else:
            start, end, choices = found
            waiting += [text[:start] + choice + text[end:] for choice in reversed(choices)]
    return list(dict.fromkeys(done))


def _first_braces(text: str) -> tuple[int, int, list[str]] | None:
    """(start, end, choices) of the first braces in `text` that have a comma."""
    for start, char in enumerate(text):
        if char == "{":
            found = _braces_at(text, start)
            if found is not None and len(found[1]) > 1:
                return start, *found
    return None


def _braces_at(text: str, start: int) -> tuple[int, list[str]] | None:
    """(end, choices) of the braces that open at `start`; None if they are not closed."""
    depth = 0
    choices = []
    begin = start + 1
    for place in range(start, len(text)):
        char = text[place]
        if char == "{":
            depth += 1
        elif char == "," and depth == 1:
            choices.append(text[begin:place])
            begin = place + 1
        elif char == "}":
            depth -= 1
            if not depth:
                return place + 1, [*choices, text[begin:place]]
    return None


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        char = text[place]
        end = _set_end(text, place) if char == "[" else 0
        if end:
            tokens.append(_set(text[place + 1 : end]))
            place = end
        elif char == "*":
            if not tokens or tokens[-1][0] != STAR:
                tokens.append((STAR, "", ()))
        else:
            tokens.append((ANY, "", ()) if char == "?" else (PLAIN, char, ()))
        place += 1
    return tokens


def _set_end(text: str, start: int) -> int:
    """Where the set that opens at `start` closes, 0 if it does not; a `]` right at its beginning is one of the set."""
    first = start + 2 if text[start + 1 : start + 2] == "!" else start + 1
    return max(text.find("]", first + 1), 0)


def _set(inside: str) -> Token:
    kind = NOT_IN_SET if inside.startswith("!") else SET
    chars = inside[1:] if kind == NOT_IN_SET else inside
    ranges = []
    place = 0
    while place < len(chars):
        has_end = chars[place + 1 : place + 2] == "-" and place + 2 < len(chars)
        ranges.append((chars[place], chars[place + 2] if has_end else chars[place]))
        place += 3 if has_end else 1
    return (kind, "", tuple(ranges))


def _matches(tokens: Sequence[Token], name: str) -> bool:
    """The classic walk: on a mismatch let the last star swallow one character more."""
    at = place = 0
    star, swallowed = -1, 0
    while place < len(name):
        if at < len(tokens) and tokens[at][0] == STAR:
            star, swallowed = at, place
            at += 1
        elif at < len(tokens) and _matches_char(tokens[at], name[place]):
            at += 1
            place += 1
        elif star >= 0:
            swallowed += 1
            at, place = star + 1, swallowed
        else:
            return False
    return all(kind == STAR for kind, _, _ in tokens[at:])


def _matches_char(token: Token, char: str) -> bool:
    kind, plain, ranges = token
    if kind == PLAIN:
        return char == plain
    return kind == ANY or any(first <= char <= last for first, last in ranges) == (kind == SET)


def _step(parts: Sequence[Part], reached: set[int], name: str, hidden: bool = True) -> set[int]:
    """Where one may be after `name`, coming from `reached`."""
    after = set()
    for place in reached:
        if place < len(parts) and parts[place].matches(name, hidden):
            after.add(place if parts[place].is_deep else place + 1)
    return after


def _past_deep(parts: Sequence[Part], reached: set[int]) -> set[int]:
    """`reached`, and what follows from `**` standing for no folder."""
    past = set(reached)
    for place in sorted(reached):
        while place < len(parts) and parts[place].is_deep:
            place += 1
            past.add(place)
    return past
