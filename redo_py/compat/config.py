"""Config: settings of redun as an object, made of a dict, a text or a file."""

from __future__ import annotations

import os
from configparser import ConfigParser, SectionProxy

from redo_py.config.environment import environment
from redo_py.config.ini import DEFAULT, Ini, Option, read_ini

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import ItemsView, KeysView, Mapping
    from typing import Any


class Config:
    """Sections by name; a section `executors.batch` is `config["executors"]["batch"]`. What variables stand for is
    decided when an option is read."""

    def __init__(
        self, config_dict: Mapping[str, Mapping[str, Any]] | None = None, configdir: str | None = None
    ) -> None:
        self.ini = Ini("config", {DEFAULT: {}}, {})
        self.configdir = configdir or os.getcwd()
        self.has_folder = configdir is not None  # whether it says where records are to be kept
        if config_dict is not None:
            self.read_dict(config_dict)

    def read_dict(self, config_dict: Mapping[str, Mapping[str, Any]]) -> None:
        """Take over sections of options; anything that is no text is written as one."""
        for section, options in config_dict.items():
            lines = {name: Option(as_text(value), 1, "") for name, value in options.items()}
            self.ini.sections.setdefault(section, {}).update(lines)
            self.ini.headers.setdefault(section, 1)

    def read_string(self, string: str) -> None:
        """Take over what an INI text says; raises UsageError at the line that cannot be read."""
        self._take(read_ini(string, "config"))

    def read_path(self, filename: str) -> None:
        """Take over what a file says; raises OSError and UsageError."""
        with open(filename, encoding="utf-8") as stream:
            self._take(read_ini(stream.read(), filename))
        self.configdir = os.path.dirname(os.path.abspath(filename))
        self.has_folder = True

    def _take(self, ini: Ini) -> None:
        for section, options in self.ini.sections.items():
            ini.sections[section] = {**options, **ini.sections.get(section, {})}
        ini.headers = {**self.ini.headers, **ini.headers}
        self.ini = ini

    def get_config_dict(self) -> dict[str, dict[str, str]]:
        """All sections with their options as texts, variables replaced."""
        environ = environment()
        names = [name for name in self.ini.sections if name != DEFAULT]
        shared = self.ini.sections[DEFAULT]
        return {
            name: {each: self.ini.value(name, each, environ) for each in {**shared, **self.ini.sections[name]}}
            for name in names
        }

    def get(self, key: str, default: Any = None) -> Any:
        """A section, or `default`."""
        return self._nested().get(key, default)

    def __getitem__(self, key: str) -> Any:
        return self._nested()[key]

    def __setitem__(self, key: str, section: Mapping[str, Any]) -> None:
        self.read_dict({key: section})

    def __contains__(self, key: object) -> bool:
        return key in self._nested()

    def keys(self) -> KeysView[str]:
        """The names of the sections, up to their first dot."""
        return self._nested().keys()

    def items(self) -> ItemsView[str, Any]:
        """(name, section) of each."""
        return self._nested().items()

    def _nested(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, options in self.get_config_dict().items():
            *above, last = name.split(".")
            place = found
            for part in above:
                place = place.setdefault(part, {})
            place[last] = create_config_section(options)
        return found


def create_config_section(config_dict: Mapping[str, Any] | None = None) -> SectionProxy:
    """A section of its own with these options."""
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_dict({"section": {name: as_text(value) for name, value in (config_dict or {}).items()}})
    return parser["section"]


def as_text(value: Any) -> str:
    """A value as an INI file has it: texts as they are, dicts and lists as JSON."""
    if isinstance(value, (dict, list)):
        import json

        return json.dumps(value)
    return str(value)
