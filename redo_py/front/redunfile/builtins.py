"""The table of all built-in names: evaluation, `redo_py/build.py`, the reference and completion come from it."""

from __future__ import annotations

from redo_py.front.redunfile import (
    builtins_body,
    builtins_contents,
    builtins_declare,
    builtins_values,
    builtins_windows,
)
from redo_py.front.redunfile.callables import Builtin

TABLE: dict[str, Builtin] = {
    builtin.name: builtin
    for builtin in (
        *builtins_declare.BUILTINS,
        *builtins_body.BUILTINS,
        *builtins_windows.BUILTINS,
        *builtins_contents.BUILTINS,
        *builtins_values.BUILTINS,
    )
}
