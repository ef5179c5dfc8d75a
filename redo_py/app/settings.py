"""The settings of a project; the result of checking them is remembered by the content of their files."""

from __future__ import annotations

import os

from redo_py import __version__
from redo_py.config.layers import PROFILE, REDUN_INI, Layer, files_of, layers_of, merged, table_of, variables
from redo_py.config.settings import DEFAULTS, Settings, checked, checked_variables, is_ours
from redo_py.files.sealed import read_sealed, write_sealed
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redo_py.config.layers import Values
    from redo_py.files.api import Stamp
    from redo_py.files.local import LocalFiles

    Sources = Sequence[tuple[str, bytes]]

MAGIC = b"redunC\x02\x00"


def read_settings(
    files: LocalFiles, state: str, environ: Mapping[str, str], profile: str, is_kept: bool = True
) -> tuple[Settings, list[Layer], list[Stamp]]:
    """(settings, where they come from, the files they rest on) of a project whose files are `files` and whose state
    folder is `state`; `profile` is the one that the command line names, "" for none. That they are right `is_kept`.

    Raises UsageError or ErrorList that point at the line.
    """
    stamps, sources = [], []
    for name in files_of(environ):
        stamp, data = files.read(f"{state}/redun.ini" if name == REDUN_INI else name)
        stamps.append(stamp)
        if stamp.digest and is_ours(name, data):
            sources.append((name, data))
    given = variables(environ)
    ours = [source for source in sources if source[0] != REDUN_INI]
    contents, own = _checked(ours, given, state, is_kept) if ours or given else ((), {})
    said = dict(zip((name for name, _ in ours), contents, strict=True))
    found = [_layer(name, data, said, environ, state) for name, data in sources]
    layers = layers_of(found, own, profile or environ.get(PROFILE, ""))
    refuse_outsized(layers)
    return Settings(merged(DEFAULTS, layers)), layers, stamps


def refuse_outsized(layers: Sequence[Layer]) -> None:
    """Raise UsageError if a file lets values be larger than all that is kept may be. One that does not know better is
    spared: where that is less because of another layer, or if it is of redun, which has no such bound."""
    for count, layer in reversed([*enumerate(layers, 1)]):
        said = layer.values.get("artifacts", {})
        if "max_value" in said and layer.lines is None:
            total = merged(DEFAULTS, layers[:count])["artifacts"]["max_total"]
            known = total if "max_total" in said else max(total, DEFAULTS["artifacts"]["max_total"])
            if said["max_value"] > known:
                raise outsized(layer, said["max_value"], total)
        if "max_value" in said or "max_total" in said:
            return


def outsized(layer: Layer, value: int, total: int) -> UsageError:
    """The error for the `max_value` that `layer` says."""
    from redo_py.config.origins import span_in
    from redo_py.ground.units import shown_size

    span, source = span_in(layer, "artifacts", "max_value")
    return UsageError("settings-room", span=span, source=source, value=shown_size(value), total=shown_size(total))


def _layer(name: str, data: bytes, said: Mapping[str, Values], environ: Mapping[str, str], state: str) -> Layer:
    """What one file says."""
    if name == REDUN_INI:
        from redo_py.config.redun_ini import ini_layer

        return ini_layer(data, environ, state)
    return Layer(said[name], name, data.decode("utf-8", "replace"), table_of(name))


def _checked(sources: Sources, given: dict[str, str], state: str, is_kept: bool) -> tuple[tuple[Values, ...], Values]:
    """What each file and the environment say."""
    key = (__version__, tuple(sources), tuple(given.items()))
    kept = read_sealed(f"{state}/settings", MAGIC)
    if isinstance(kept, tuple) and len(kept) == 2 and kept[0] == key:
        values: tuple[tuple[Values, ...], Values] = kept[1]
        return values
    values = tuple(checked(name, data) for name, data in sources), checked_variables(given) if given else {}
    if is_kept and os.path.isdir(state):
        write_sealed(f"{state}/settings", MAGIC, (key, values))
    return values
