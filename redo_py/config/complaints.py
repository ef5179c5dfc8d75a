"""What is wrong with a settings file, at its line and in our own words."""

from __future__ import annotations

import re
from difflib import get_close_matches

from redo_py.config.databases import WANTED as DATABASE
from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span
from redo_py.ground.wanted import wanted as of_types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")  # how tomllib ends its messages
KEY = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^.\s\"']+)")
ASSIGNMENT = re.compile(r"\s*((?:\"[^\"]*\"|'[^']*'|[^=#\"'])+?)\s*=\s*")
HEADER = re.compile(r"\s*\[+\s*((?:\"[^\"]*\"|'[^']*'|[^\]#\"'])+?)\s*\]")
TOKEN = re.compile(  # of a value: strings of both kinds and both lengths, comments, brackets and commas, anything else
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{},]|[^\s\[\]{},"\'#]+',
    re.DOTALL,
)
CLOSE = 0.75  # how alike two names must be for one to be meant by the other
OF_EXECUTORS = "executors.*."  # what known names of settings of an executor begin with, whatever its name
HERE, ANYWHERE = "(here)", "(anywhere)"  # in places that pydantic tells: which model of an executor was meant
WANTED = {  # what our own models find wrong -> what it must be
    "plain": "a text, a number, true, false or a list of these",
    "memory": 'a text like "16G" or "512M", or a number of gigabytes',
    "gpus": "a number of GPUs, or a list of their names",
    "database": DATABASE,
    "size": 'a number of bytes, or a text like "2G"',
}


def undecodable(file: str, content: bytes, error: UnicodeDecodeError) -> UsageError:
    """The error for a file that is no UTF-8."""
    line = content.count(b"\n", 0, error.start) + 1
    begin = content.rfind(b"\n", 0, error.start) + 1
    column = len(content[begin : error.start].decode()) + 1
    source = content[begin:].split(b"\n")[0].decode("utf-8", "replace")
    return UsageError("settings-syntax", span=Span(file, line, column), source=source, error="it must be UTF-8")


def ill_formed(file: str, text: str, error: ValueError) -> UsageError:
    """The error for a text that is no TOML."""
    lines = text.splitlines() or [""]
    found = PLACE.search(str(error))
    if found is not None and found[1]:
        line, column = int(found[1]), int(found[2])
    else:
        line, column = len(lines), len(lines[-1]) + 1
    said = PLACE.sub("", str(error))
    said = said[:1].lower() + said[1:]
    source = lines[line - 1] if line <= len(lines) else ""
    return UsageError("settings-syntax", span=Span(file, line, column), source=source, error=said)


def complaint(file: str, text: str, above: Sequence[str], found: Any, known: Iterable[str]) -> UsageError:
    """One of pydantic's findings; `above` are the tables that the settings stand in, `known` the names of settings."""
    loc = [part for part in found["loc"] if part not in (HERE, ANYWHERE)]
    path = [part for part in loc if isinstance(part, str)]
    setting = ".".join(path)
    span, source = place_of(file, text, [*above, *path], points_at_value=found["type"] != "extra_forbidden")
    if loc and isinstance(loc[-1], int):
        setting = f"item {loc[-1] + 1} of {setting}"
        span, source = place_of_item(text, span, loc[-1])
    if found["type"] == "extra_forbidden":
        return UsageError("settings-unknown", span=span, source=source, setting=setting, hint=advice(setting, known))
    return UsageError("settings-value", span=span, source=source, setting=setting, wanted=wanted(found))


def no_table(file: str, text: str, path: Sequence[str]) -> UsageError:
    """The error for `path`, below which the settings should stand, being something else."""
    span, source = place_of(file, text, [*path], points_at_value=True)
    return UsageError("settings-value", span=span, source=source, setting=".".join(path), wanted="a table")


def wanted(found: Any) -> str:
    """What a setting must be."""
    return WANTED.get(found["type"]) or of_types(found) or str(found["msg"])


def advice(setting: str, known: Iterable[str]) -> str:
    """Which setting may have been meant."""
    inside, name = split_profile(setting)
    if name.startswith("executors.") and name.count(".") == 2:
        section, _, name = name.rpartition(".")
        inside, known = f"{inside}{section}.", [each.removeprefix(OF_EXECUTORS) for each in known]
    close = get_close_matches(name, list(known), 1, CLOSE)
    return f"did you mean {inside}{close[0]}?" if close else "docs/settings.md lists them all"


def split_profile(setting: str) -> tuple[str, str]:
    """`profile.ci.build.jobs` -> ("profile.ci.", "build.jobs"); of a setting that is in no profile ("", setting)."""
    parts = setting.split(".", 2)
    return (f"{parts[0]}.{parts[1]}.", parts[2]) if parts[0] == "profile" and len(parts) == 3 else ("", setting)


def place_of(file: str, text: str, path: list[str], points_at_value: bool) -> tuple[Span, str]:
    """Where `path` is written, or the table nearest to it, with the text of the line."""
    best, span, source = 0, Span(file, 1, 1), text.partition("\n")[0]
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        header = HEADER.match(line)
        assignment = None if header else ASSIGNMENT.match(line)
        if header:
            names = table = keys_of(header[1])
            column = header.start(1) + 1
        elif assignment:
            names = [*table, *keys_of(assignment[1])]
            column = (assignment.end() if points_at_value else assignment.start(1)) + 1
        else:
            continue
        if len(names) > best and path[: len(names)] == names:
            best, span, source = len(names), Span(file, number, column), line
    return span, source


def place_of_item(text: str, span: Span, number: int) -> tuple[Span, str]:
    """Where the item `number` of the list at `span` is written, with the text of its line; of no list, `span`."""
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: span.line - 1])) + span.column - 1
    place = item_at(text, start, number) if text[start : start + 1] == "[" else start
    line = text.count("\n", 0, place) + 1
    begin = text.rfind("\n", 0, place) + 1
    return Span(span.file, line, place - begin + 1), text[begin:].partition("\n")[0]


def item_at(text: str, start: int, number: int) -> int:
    """Where the item `number` of the list that opens at `start` begins."""
    depth = count = 0
    is_next = False  # whether an item begins with the next token
    for token in TOKEN.finditer(text, start):
        word = token[0]
        if word[0] == "#":
            continue
        if depth == 1 and is_next:
            if count == number:
                return token.start()
            is_next = False
        if word in "[{":
            depth += 1
            is_next = depth == 1
        elif word in "]}":
            depth -= 1
        elif word == "," and depth == 1:
            count += 1
            is_next = True
    return start


def keys_of(dotted: str) -> list[str]:
    """The names of a dotted key."""
    return [one or other or bare for one, other, bare in KEY.findall(dotted)]
