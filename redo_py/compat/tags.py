"""Tags as texts: `key=value`, where the value is JSON or else the text itself."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANY_VALUE = object()  # stands for every value of a key
JSON_BEGINS = '[{"'  # a text that begins so must be JSON


def parse_tag_value(value_str: str) -> Any:
    """The value that a text stands for; raises ValueError for JSON that is none."""
    if not value_str:
        return None
    try:
        return json.loads(value_str)
    except ValueError as error:
        if value_str[0] in JSON_BEGINS:
            raise ValueError(f"no valid value of a tag: {error}") from None
        return value_str


def parse_tag_key_value(key_value: str, value_required: bool = True) -> tuple[str, Any]:
    """(key, value) of `key=value`; of a key alone ANY_VALUE, unless a value is required: then raises ValueError."""
    key, equals, value = key_value.partition("=")
    if key and equals:
        return key, parse_tag_value(value)
    if value_required or not key:
        raise ValueError(f"a tag is written key=value, not {key_value!r}")
    return key, ANY_VALUE


def format_tag_value(value: Any) -> str:
    """The text that `parse_tag_value` makes `value` of: without quotes where it needs none."""
    if isinstance(value, str) and value.replace("_", "").replace("-", "").replace(".", "").isalnum():
        try:
            json.loads(value)
        except ValueError:
            return value
    return json.dumps(value, sort_keys=True)


def format_tag_key_value(key: str, value: Any, max_length: int = 50) -> str:
    """`key=value`, either no longer than that."""
    from redo_py.compat.texts import trim_string

    return f"{trim_string(key, max_length)}={trim_string(format_tag_value(value), max_length)}"
