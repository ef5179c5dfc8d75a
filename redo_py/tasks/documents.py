"""Documents: TOML, JSON and YAML files as values of the language. Dates are texts, as ISO 8601 writes them."""

from __future__ import annotations

from redo_py.tasks.malformed import Malformed, checked_text, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_PLAIN = (str, int, float, bool, type(None))


def read_document(text: str, path: str) -> Any:
    """The value of a text, read as the suffix of `path` says. Raises Malformed."""
    read = next((read for suffix, read in READERS.items() if path.lower().endswith(suffix)), None)
    if read is None:
        raise Malformed("data-format")
    try:
        return _as_value(read(checked_text(text)), "", {})
    except RecursionError:
        raise Malformed("data-deep") from None


def _read_toml(text: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said, line, column = _without_place(text, str(error))
        raise Malformed("data-syntax", text, line, column, error=said) from None


def _without_place(text: str, said: str) -> tuple[str, int, int]:
    """(message, line, column) of what tomllib says: "... (at line 1, column 2)" or "... (at end of document)"."""
    import re

    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", said)
    line, column = place_of(text, len(text.rstrip("\n")))
    if found is not None:
        said = said[: found.start()]
        if found[1]:
            line, column = int(found[1]), int(found[2])
    return said[:1].lower() + said[1:], line, column


def _read_json(text: str) -> Any:
    import json

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            names = [name for name, _ in pairs]
            raise Malformed("data-repeated-key", name=next(name for name in names if names.count(name) > 1))
        return made

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        said = error.msg[:1].lower() + error.msg[1:]
        raise Malformed("data-syntax", text, error.lineno, error.colno, error=said) from None


def _read_yaml(text: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise Malformed("no-yaml") from None
    try:
        return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise Malformed("data-syntax", text, line, column, error=error.problem or str(error)) from None
    except yaml.YAMLError as error:  # a character that YAML does not allow has a position only
        place = place_of(text, getattr(error, "position", 0))
        raise Malformed("data-syntax", text, *place, error=getattr(error, "reason", "") or str(error)) from None
    except ValueError as error:  # a date that there is not
        raise Malformed("data-syntax", text, 1, error=str(error)) from None


READERS: dict[str, Callable[[str], Any]] = {
    ".toml": _read_toml, ".json": _read_json, ".yaml": _read_yaml, ".yml": _read_yaml,
}  # fmt: skip


def _as_value(value: Any, where: str, done: dict[int, Any]) -> Any:
    """`value` with dates as texts. YAML may name one list in several places; it is read once, and `done` has what it
    became, None while that is being worked out. Raises Malformed for what the language does not have, and for what
    holds itself."""
    if isinstance(value, _PLAIN):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if not isinstance(value, (dict, list)) or done.get(id(value), value) is None:
        kind = "itself" if isinstance(value, (dict, list)) else f"a {type(value).__name__}"
        raise Malformed("data-value", where=where or "the top", kind=kind)
    if id(value) not in done:
        done[id(value)] = None
        done[id(value)] = _container(value, where, done)
    return done[id(value)]


def _container(value: dict[Any, Any] | list[Any], where: str, done: dict[int, Any]) -> Any:
    if isinstance(value, list):
        return [_as_value(each, f"{where}[{number}]", done) for number, each in enumerate(value)]
    return {_key(key, where): _as_value(each, _below(where, key), done) for key, each in value.items()}


def _key(key: Any, where: str) -> Any:
    if hasattr(key, "isoformat"):
        return key.isoformat()
    if not isinstance(key, _PLAIN):
        raise Malformed("data-value", where=where or "the top", kind=f"a key that is a {type(key).__name__}")
    return key


def _below(where: str, key: Any) -> str:
    return f"{where}.{key}" if where else str(key)
