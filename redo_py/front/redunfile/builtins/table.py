"""The table of all built-in names: evaluation, `redo_py/build.py`, the reference and completion come from it."""

from __future__ import annotations

from redo_py.front.redunfile.builtins import bodies, contents, declare, values, windows
from redo_py.front.redunfile.evaluation.callables import Builtin

TABLE: dict[str, Builtin] = {
    builtin.name: builtin
    for builtin in (
        *declare.BUILTINS,
        *bodies.BUILTINS,
        *windows.BUILTINS,
        *contents.BUILTINS,
        *values.BUILTINS,
    )
}
