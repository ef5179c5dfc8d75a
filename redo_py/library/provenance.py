"""no_prov and with_export_options: how what lies below an expression is recorded and run."""

from __future__ import annotations

from redo_py.ir.expression import QuotedExpression, TaskExpression
from redo_py.tasks.builtin import EVALUATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def no_prov(expr: Any) -> Any:
    """The value of `expr`, lazily, of which nothing inside is recorded. It is remembered as a whole, until the code of
    a task inside changes."""
    options = {
        "check_valid": "shallow",
        "allowed_cache_results": frozenset(("CSE", "ULTIMATE")),
        "export_options": {"prov": False},
    }
    return TaskExpression(EVALUATE, (QuotedExpression(expr),), options=options)


def with_export_options(expr: Any, options: Mapping[str, Any]) -> Any:
    """The value of `expr`, lazily, in which all calls have `options`, unless they say something else. `expr` may be
    quoted."""
    from redo_py.tasks.options import checked

    quoted = expr if isinstance(expr, QuotedExpression) else QuotedExpression(expr)
    return TaskExpression(EVALUATE, (quoted,), options={"export_options": checked(options)})
