"""What a value must be that pydantic has found wrong, in our own words: they stand behind `it must be`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

NUMBER, WHOLE, TRUTH = "a number", "a whole number", "true or false"
OF_TYPES = {  # what is found wrong -> what it must be
    "bool_parsing": TRUTH,
    "bool_type": TRUTH,
    "dict_type": "a table",
    "float_parsing": NUMBER,
    "float_type": NUMBER,
    "int_from_float": WHOLE,
    "int_parsing": WHOLE,
    "int_type": WHOLE,
    "list_type": "a list",
    "model_type": "a table",
    "string_type": "a text",
}
BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def wanted(found: Mapping[str, Any]) -> str:
    """What the value of one of pydantic's findings must be; "" for what is not in these tables."""
    kind, context = found["type"], found.get("ctx", {})
    if kind in BOUNDS:
        name, words = BOUNDS[kind]
        bound = context[name]
        return f"{words} {int(bound) if isinstance(bound, float) and bound.is_integer() else bound}"
    if kind == "literal_error":
        return str(context["expected"]).replace("'", '"')
    return OF_TYPES.get(kind, "")
