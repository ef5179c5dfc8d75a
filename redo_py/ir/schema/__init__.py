"""Expressions as JSON: what `redun build --print-ir` shows and other tools read and write.

    {"version": 1, "nodes": [NODE, ...], "value": VALUE}

The nodes are those of ir.flat: each stands after all that it uses, and a use is {"ref": its number}. A NODE is one of

    {"task": NAME, "args": [VALUE], "kwargs": {NAME: VALUE}, "options": {NAME: VALUE}}
    {"op": NAME, "args": [VALUE]}      {"form": NAME, "args": [VALUE]}      {"value": VALUE}      {"quote": VALUE}

args, kwargs and options may be left out when empty. A VALUE is null, a boolean, string, number or array (a list) where
that is the value itself, and else an object with a single key; see the classes of `items`, which are the schema, and
`writing`, which has the same list in the other direction. `Document.model_json_schema()` gives it to other tools.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from redo_py.ground.errors import UsageError
from redo_py.ir.flat import flatten
from redo_py.ir.schema.nodes import Document
from redo_py.ir.schema.places import path_of
from redo_py.ir.schema.writing import VERSION, written, written_node


def to_json(value: Any) -> str:
    """`value`, which may hold expressions, as JSON text, one node a line. An object that cannot be pickled is
    shown as its text, which cannot be read back."""
    nodes, rest = flatten(value)
    lines = [json.dumps(written_node(*node), ensure_ascii=False) for node in nodes]
    listed = "[\n  " + ",\n  ".join(lines) + "\n]" if lines else "[]"
    return f'{{"version": {VERSION}, "nodes": {listed}, "value": {json.dumps(written(rest), ensure_ascii=False)}}}'


def from_json(text: str, trusted: bool = False) -> Any:
    """The value that `to_json` was given. Pickles are read only from where one trusts, because reading one may run
    anything. Raises UsageError with the path of the item that is wrong."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError("ir-json", error=str(error)) from error
    if isinstance(raw, dict) and raw.get("version", VERSION) != VERSION:
        raise UsageError("ir-version", found=raw["version"], known=VERSION)
    try:
        document = Document.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UsageError("ir-item", path=path_of(first["loc"]), error=first["msg"].lower()) from error
    return document.read(trusted)
