"""Arguments with fields: dataclasses, pydantic models, named tuples and typed dicts are written as a JSON object."""

from __future__ import annotations

from redo_py.app.running.arguments.parser import Parser
from redo_py.app.running.arguments.scalars import Misfit, json_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

HAVE_FIELDS = ("__dataclass_fields__", "_fields", "__required_keys__")  # what such classes have, and no others


def record_parser(kind: Any, parser_of: Callable[[Any], Parser]) -> Parser | None:
    """The parser for `kind` if it is a class with fields, each read by the parser of its annotation; else None."""
    wanted = f"a JSON object with the fields of {kind.__name__}"
    if hasattr(kind, "model_validate"):
        return Parser("JSON", wanted, lambda given: validated(kind, given))
    if not any(hasattr(kind, name) for name in HAVE_FIELDS):
        return None

    def read(given: Any) -> Any:
        found = json_object(given)
        hints = hints_of(kind)
        for name in found:
            if name not in hints:
                raise Misfit(f"{kind.__name__} has no field {name}")
        values = {
            name: read_field(f"{kind.__name__}.{name}", parser_of(hints[name]), each) for name, each in found.items()
        }
        try:
            return kind(**values)
        except TypeError as error:
            raise Misfit(str(error)) from None

    return Parser("JSON", wanted, read)


def read_field(name: str, parser: Parser, given: Any) -> Any:
    """The value of a field. Raises Misfit, which tells the innermost field that does not fit."""
    try:
        return parser.read(given)
    except Misfit as misfit:
        import json

        raise Misfit(str(misfit) or f"{name} is {parser.wanted}, and not {json.dumps(given)}") from None


def hints_of(kind: Any) -> dict[str, Any]:
    """The annotations of the fields that an instance is made with."""
    from typing import get_type_hints

    hints = get_type_hints(kind)
    fields = getattr(kind, "__dataclass_fields__", None)
    return hints if fields is None else {name: hints[name] for name, field in fields.items() if field.init}


def validated(kind: Any, given: Any) -> Any:
    """An instance of the pydantic model `kind`."""
    try:
        return kind.model_validate(json_object(given))
    except Misfit:
        raise
    except ValueError as error:
        raise Misfit(": ".join(line.strip() for line in str(error).splitlines()[1:3])) from None
