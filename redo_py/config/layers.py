"""Where settings come from, lowest first: the user's file, redun.ini of redun, pyproject.toml, redun.toml, the chosen
profile of each of these, the environment. The command line stands above them all."""

from __future__ import annotations

from redo_py.config.home import settings_file
from redo_py.config.root import SETTINGS
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    Values = dict[str, Any]  # section -> name -> value: only what is said

PYPROJECT = "pyproject.toml"
REDUN_INI = ".redun/redun.ini"  # of redun: see config.redun_ini
PROFILE = "REDUN_PROFILE"
VARIABLES = {  # environment variable -> the setting that it is
    "REDUN_JOBS": ("build", "jobs"),
    "REDUN_TOOLS": ("build", "tools"),
    "REDUN_MAX_FILE": ("artifacts", "max_file"),
    "REDUN_MAX_TOTAL": ("artifacts", "max_total"),
}
RESTED_ON = (PROFILE, *VARIABLES, "HOME", "XDG_CONFIG_HOME")  # variables that decide what the settings are


class Layer:
    """What one place says."""

    __slots__ = ("file", "lines", "notices", "table", "text", "values")

    def __init__(
        self,
        values: Values,
        file: str = "",
        text: str = "",
        table: Sequence[str] = (),
        lines: Mapping[tuple[str, str], int] | None = None,
        notices: Sequence[str] = (),
    ) -> None:
        self.values = values
        self.file = file  # "" for the environment
        self.text = text  # of the file
        self.table = tuple(table)  # below which the settings stand in the file
        self.lines = lines  # (section, name) -> line of a setting, if the file is no TOML
        self.notices = notices  # what the user should know of the file


def files_of(environ: Mapping[str, str]) -> list[str]:
    """The files that may hold settings, lowest first; the first is the user's, if there is a home."""
    own = settings_file(environ)
    return [*([own] if own else []), REDUN_INI, PYPROJECT, SETTINGS]


def table_of(file: str) -> tuple[str, ...]:
    """Below which table of `file` the settings stand."""
    return ("tool", "redun") if file == PYPROJECT else ()


def variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of the environment as they were written; an empty one says nothing."""
    return {name: environ[name] for name in VARIABLES if environ.get(name)}


def layers_of(found: Sequence[Layer], given: Values, profile: str) -> list[Layer]:
    """All layers, lowest first, of the files `found`, and of the environment.

    Raises UsageError if no file has the profile.
    """
    layers = [*found]
    if profile:
        layers += profile_layers(layers, profile)
    return [*layers, Layer(given)]


def profile_layers(layers: Sequence[Layer], profile: str) -> list[Layer]:
    """What each of `layers` says in its table for `profile`."""
    chosen = [
        Layer(layer.values["profile"][profile], layer.file, layer.text, (*layer.table, "profile", profile))
        for layer in layers
        if profile in layer.values.get("profile", {})
    ]
    if not chosen:
        known = dict.fromkeys(name for layer in layers for name in layer.values.get("profile", {}))
        raise UsageError("unknown-profile", name=profile, hint=advice(profile, list(known)))
    return chosen


def advice(profile: str, known: list[str]) -> str:
    """Which profile may have been meant."""
    from difflib import get_close_matches

    if not known:
        return f"no settings file has any: `[profile.{profile}.build]` in {SETTINGS} begins one"
    close = get_close_matches(profile, known, 1)
    return f"did you mean {close[0]}?" if close else f"known here: {', '.join(sorted(known))}"


def merged(defaults: Values, layers: Sequence[Layer]) -> Values:
    """Every setting: `defaults`, and whatever the layers say over them."""
    values = {section: dict(content) for section, content in defaults.items()}
    for layer in layers:
        for section, content in values.items():
            content.update(layer.values.get(section, {}))
    return values
