"""What users make values of their own from."""

from __future__ import annotations

from redo_py.values import codec
from redo_py.values.proxy import ProxyValue as ProxyValue
from redo_py.values.value import DEFAULTS
from redo_py.values.value import Value as Value

if "get_hash" not in DEFAULTS:
    raise AssertionError(f"BUG: {codec.__name__} does not say how values are hashed")
