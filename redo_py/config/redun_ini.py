"""`.redun/redun.ini`, the settings of redun, as settings of ours: a layer below pyproject.toml and redun.toml.

What has no meaning here is passed over: redun's own database in SQLite is never touched. In one in Postgres, runs are
recorded in a schema of ours. An option that redun does not have either is told once, with what may have been meant.
"""

from __future__ import annotations

import os
from difflib import get_close_matches

from redo_py.config.databases import WANTED as DATABASE
from redo_py.config.databases import as_postgres, is_postgres
from redo_py.config.ini import DEFAULT, Ini, read_ini
from redo_py.config.layers import REDUN_INI, Layer
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from redo_py.config.ini import Option
    from redo_py.config.layers import Values


# section -> option -> (section, name) of the setting that it is, and how its text is read; None: of no use here
KNOWN: dict[str, dict[str, tuple[str, str, str] | None]] = {
    "scheduler": {
        "ignore_warnings": ("run", "ignore_warnings", "lines"),
        "setup_scheduler": ("run", "setup_scheduler", "text"),
        "job_status_interval": ("run", "job_status_interval", "number"),
        "boto_config": None,
        "federated_configs": ("run", "federated_configs", "lines"),
        "context": ("context", "", "object"),
        "context_file": ("run", "context_file", "path"),
    },
    "backend": {
        "db_uri": ("run", "database", "database"),
        "db_username_env": ("run", "database_user_env", "text"),
        "db_password_env": ("run", "database_password_env", "text"),
        **dict.fromkeys(
            (
                "db_aws_secret_name", "automigrate", "max_value_size", "value_store_path", "value_store_min_size",
                "db_retries", "db_retries_backoff", "db_retries_backoff_max",
            )
        ),
    },
}  # fmt: skip
FREE = {"limits": "count", "tags": "tag"}  # sections whose options are names of the user
TABLES: dict[str, dict[str, str]] = {  # sections `NAME.x`, and how the text of each of their options is read
    "executors": {"type": "text", "class": "text", "max_workers": "count", "mode": "text", "target": "text"},
    "federated_tasks": dict.fromkeys(
        ("namespace", "task_name", "load_module", "executor", "config_dir", "task_signature", "description"), "text"
    ),
    "repos": {"config_dir": "text"},
}
OF_TYPE = ("local", "alias")  # executors that are here; of others every option is kept as it is
NUMBERS: dict[str, Callable[[str], Any]] = {  # options of those that are numbers: gigabytes, and how many
    "memory": float, "shared_memory": float, "gpus": int, "retries": int,
}  # fmt: skip
WANTED = {
    "count": "a whole number from 1 on",
    "number": "a number",
    "object": 'a JSON object, like {"name": "value"}',
    "database": f"a file, `sqlite:///FILE`, or {DATABASE}",
}


class RedunIni:
    """One file while it is read. `values` are our settings, `notices` what the user should know."""

    def __init__(self, ini: Ini, environ: Mapping[str, str], folder: str = "") -> None:
        self.ini = ini
        self.environ = environ
        self.folder = folder  # that of the file, which its paths are relative to; "" for the project's
        self.values: Values = {}
        self.lines: dict[tuple[str, str], int] = {}  # (section, name) of a setting -> the line where it stands
        self.notices: list[str] = []
        for section, options in ini.sections.items():
            if section != DEFAULT:
                self._section(section, options)
        self._database()

    def _section(self, section: str, options: dict[str, Option]) -> None:
        kind, _, name = section.partition(".")
        if section in KNOWN:
            for each, option in options.items():
                self._known(section, each, option)
        elif section in FREE:
            for each, option in options.items():
                self._put(section, each, option, self._read(section, each, FREE[section]))
        elif kind in TABLES and name:
            self._table(section, kind, name)
        else:
            self._unknown(f"[{section}]", [*KNOWN, *FREE, *TABLES], self.ini.headers[section])

    def _known(self, section: str, name: str, option: Option) -> None:
        known = KNOWN[section]
        if name not in known:
            self._unknown(f"{section}.{name}", [f"{section}.{each}" for each in known], option.line)
            return
        target = known[name]
        if target is None:
            return
        value = self._read(section, name, target[2])
        if target[2] == "path" and "://" not in value:
            value = os.path.join(self.folder, value)
        if target[1]:
            self._put(target[0], target[1], option, value)
        else:
            for key, each in value.items():
                self._put(target[0], key, option, each)

    def _table(self, section: str, kind: str, name: str) -> None:
        """A section of which there may be several. [DEFAULT] counts for each of them."""
        options = {**self.ini.sections[DEFAULT], **self.ini.sections[section]}
        own = self.ini.sections[section]
        known = TABLES[kind]
        ours = kind != "executors" or self._type(section, options) in OF_TYPE
        content: dict[str, Any] = {}
        for each, option in options.items():
            if each in known:
                content[each] = self._read(section, each, known[each])
            elif each in own and not ours:
                content[each] = as_number(each, self.ini.value(section, each, self.environ))
            elif each in own and each not in ("scratch", "start_method"):
                self._unknown(f"{section}.{each}", [f"{section}.{one}" for one in known], option.line)
        self.values.setdefault(kind, {})[name] = content
        self.lines[kind, name] = self.ini.headers[section]

    def _type(self, section: str, options: dict[str, Option]) -> str:
        return self.ini.value(section, "type", self.environ) if "type" in options else OF_TYPE[0]

    def _put(self, section: str, name: str, option: Option, value: Any) -> None:
        self.values.setdefault(section, {})[name] = value
        self.lines[section, name] = option.line

    def _read(self, section: str, name: str, kind: str) -> Any:
        text = self.ini.value(section, name, self.environ)
        try:
            return READ[kind](text)
        except ValueError:
            option = self.ini.option(section, name)
            raise UsageError(
                "ini-value",
                span=self.ini.span(option),
                source=option.source,
                setting=f"{section}.{name}",
                wanted=WANTED[kind],
            ) from None

    def _unknown(self, name: str, known: list[str], line: int) -> None:
        close = get_close_matches(name.strip("[]"), known, 1, 0.7)
        meant = f"; did you mean {close[0]}?" if close else ""
        self.notices.append(f"{self.ini.file}:{line}: {name} means nothing to redun{meant}")

    def _database(self) -> None:
        """What AWS keeps secret is not asked for; that runs are not recorded where they would be should be known."""
        option = self.ini.sections.get("backend", {}).get("db_aws_secret_name")
        if option is not None:
            self.notices.append(
                f"{self.ini.file}:{option.line}: secrets of AWS are not read: say `db_uri`, and give the user and the "
                "password by the variables REDUN_DB_USERNAME and REDUN_DB_PASSWORD"
            )


def as_number(name: str, text: str) -> Any:
    """The number that the option `name` has if it is one that has numbers; else the text, for others to judge."""
    try:
        return NUMBERS.get(name, str)(text)
    except ValueError:
        return text


def as_object(text: str) -> dict[str, Any]:
    """A JSON object; raises ValueError."""
    import json

    value = json.loads(text or "{}")
    if not isinstance(value, dict):
        raise ValueError(text)
    return value


def as_database(text: str) -> str:
    """The address of a database in Postgres; "" for one in a file, which is left alone. Raises ValueError."""
    if is_postgres(text):
        return as_postgres(text)
    if text and not text.startswith("sqlite:"):
        raise ValueError(text)
    return ""


def as_count(text: str) -> int:
    """A number of places; raises ValueError."""
    count = int(text)
    if count < 1:
        raise ValueError(text)
    return count


def as_tag(text: str) -> Any:
    """A value of a tag: JSON, else the text itself."""
    import json

    try:
        return json.loads(text)
    except ValueError:
        return text


READ: dict[str, Callable[[str], Any]] = {
    "text": str,
    "path": str,
    "count": as_count,
    "number": float,
    "lines": str.split,
    "object": as_object,
    "tag": as_tag,
    "database": as_database,
}


def ini_layer(data: bytes, environ: Mapping[str, str], folder: str = "") -> Layer:
    """What the file in `folder` says. Raises UsageError that points at the line."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        from redo_py.config.complaints import undecodable

        raise undecodable(REDUN_INI, data, error) from None
    read = RedunIni(read_ini(text, REDUN_INI), environ, folder)
    return Layer(read.values, REDUN_INI, text, lines=read.lines, notices=read.notices)
