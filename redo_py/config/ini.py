"""Text of an INI file, with the place of each option, and the variables in its values.

The dialect is that of redun: names of options are case-sensitive, `=` or `:` stands behind them, indented lines go on
with a value, `#` and `;` begin comments of whole lines, and `${NAME}` is an option of the same section, of [DEFAULT],
or a variable of the environment; `${SECTION:NAME}` is one of another section, and `$$` a dollar sign.
"""

from __future__ import annotations

import re

from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Sections = dict[str, dict[str, "Option"]]

DEFAULT = "DEFAULT"
DEEPEST = 10  # variables in the values of variables
OPTION = re.compile(r"([^=:\s](?:[^=:]*[^=:\s])?)\s*[=:]\s*(.*)")
VARIABLE = re.compile(r"\$(?:\$|\{([^}]*)\})")


class Option:
    """One option: its value as it is written, lines joined, and where its name stands."""

    __slots__ = ("line", "source", "value")

    def __init__(self, value: str, line: int, source: str) -> None:
        self.value = value
        self.line = line
        self.source = source  # the text of the line


class Ini:
    """A file that has been read."""

    def __init__(self, file: str, sections: Sections, headers: Mapping[str, int]) -> None:
        self.file = file
        self.sections = sections
        self.headers: dict[str, int] = dict(headers)  # section -> the line where it begins

    def value(self, section: str, name: str, environ: Mapping[str, str]) -> str:
        """An option with its variables replaced. Raises UsageError for one that is not there."""
        option = self.option(section, name)
        return self._expanded(option.value, option, section, environ, 0)

    def option(self, section: str, name: str) -> Option:
        """As it is written, in the section or in [DEFAULT]; raises KeyError."""
        return self.sections[section].get(name) or self.sections[DEFAULT][name]

    def span(self, option: Option) -> Span:
        """Where it stands."""
        return Span(self.file, option.line, len(option.source) - len(option.source.lstrip()) + 1)

    def _expanded(self, text: str, at: Option, section: str, environ: Mapping[str, str], depth: int) -> str:
        if depth > DEEPEST:
            raise UsageError("ini-circle", span=self.span(at), source=at.source, text=text)

        def replacement(found: re.Match[str]) -> str:
            if found[1] is None:
                return "$"
            where, colon, name = found[1].rpartition(":")
            home = where if colon else section
            option = self.sections.get(home, {}).get(name) or self.sections.get(DEFAULT, {}).get(name)
            if option is not None:
                return self._expanded(option.value, at, home, environ, depth + 1)
            if name in environ and not colon:
                return environ[name]
            raise UsageError("ini-variable", span=self.span(at), source=at.source, name=found[1])

        return VARIABLE.sub(replacement, text)


def read_ini(text: str, file: str) -> Ini:
    """The sections of `text`; raises UsageError at the first line that is none of the dialect."""
    sections: Sections = {DEFAULT: {}}
    headers: dict[str, int] = {}
    current: dict[str, Option] | None = None
    last: Option | None = None
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if line[0] in " \t" and last is not None:
            last.value += f"\n{stripped}"
            continue
        header = stripped[1:-1] if stripped[0] == "[" and stripped[-1] == "]" else ""
        if header:
            if header in headers:
                raise wrong(file, number, line, f"there is a section [{header}] already")
            current, last, headers[header] = sections.setdefault(header, {}), None, number
            continue
        found = OPTION.fullmatch(stripped)
        if found is None or current is None:
            what = "it is neither `name = value` nor a [section]" if found is None else "it stands in no [section]"
            raise wrong(file, number, line, what)
        if found[1] in current:
            raise wrong(file, number, line, f"`{found[1]}` stands in this section already")
        last = current[found[1]] = Option(found[2], number, line)
    return Ini(file, sections, headers)


def wrong(file: str, number: int, line: str, error: str) -> UsageError:
    """The error for a line that cannot be read."""
    column = len(line) - len(line.lstrip()) + 1
    return UsageError("ini-syntax", span=Span(file, number, column), source=line, error=error)
