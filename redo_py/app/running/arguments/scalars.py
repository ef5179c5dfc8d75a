"""Values that are written as one word."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

TRUE = frozenset(("true", "1", "yes", "on", "y", "t"))
FALSE = frozenset(("false", "0", "no", "off", "n", "f"))


class Misfit(ValueError):
    """What is written is no value of the kind that is wanted. Its text is a further reason, or empty."""


def text(given: Any) -> str:
    """A text as it is."""
    if not isinstance(given, str):
        raise Misfit()
    return given


def none(given: Any) -> None:
    """`None`, or null in JSON."""
    if given is not None and given not in ("None", "null"):
        raise Misfit()


def whole_number(given: Any) -> int:
    """An int."""
    if isinstance(given, str):
        try:
            return int(given)
        except ValueError:
            raise Misfit() from None
    if type(given) is not int:
        raise Misfit()
    return given


def number(given: Any) -> float:
    """A float; a whole number is one as well."""
    try:
        if isinstance(given, (str, int, float)) and not isinstance(given, bool):
            return float(given)
    except (ValueError, OverflowError):
        pass
    raise Misfit()


def truth(given: Any) -> bool:
    """A bool."""
    if isinstance(given, bool):
        return given
    word = given.lower() if isinstance(given, str) else ""
    if word not in TRUE and word not in FALSE:
        raise Misfit()
    return word in TRUE


def byte_text(given: Any) -> bytes:
    """Bytes, of a text as UTF-8."""
    return text(given).encode("utf-8", "surrogateescape")


def anything(given: Any) -> Any:
    """A part of a JSON value, whatever it is."""
    return given


def file(given: Any) -> Any:
    """A File."""
    from redo_py.values.file import File

    return File(text(given))


def of_folder(name: str) -> Callable[[str], Any]:
    """What reads a path as the class `name` of values.folder."""

    def read(given: str) -> Any:
        from redo_py.values import folder

        return getattr(folder, name)(text(given))

    return read


def from_iso(kind: str) -> Callable[[Any], Any]:
    """A parser of the class `kind` of datetime, written as in ISO 8601."""

    def read(given: Any) -> Any:
        import datetime as dt

        try:
            return getattr(dt, kind).fromisoformat(text(given))
        except ValueError:
            raise Misfit() from None

    return read


def duration(given: Any) -> Any:
    """A timedelta, written as the options of tasks write durations."""
    from datetime import timedelta

    from redo_py.ground.units import seconds_of

    seconds = seconds_of(text(given))
    if seconds is None:
        raise Misfit()
    return timedelta(seconds=seconds)


def function(given: Any) -> Any:
    """What a dotted name stands for: a function of a module, or a task."""
    from redo_py.front.modules import named_object

    try:
        found = named_object(text(given))
    except (ImportError, AttributeError) as error:
        raise Misfit(str(error)) from error
    if not callable(found):
        raise Misfit(f"it is a {type(found).__name__}")
    return found


def task(given: Any) -> Any:
    """A task by its full name, or the dotted name of what holds it."""
    from redo_py.tasks.task import REGISTRY

    return REGISTRY.get(text(given)) or function(given)


def json_list(given: Any) -> list[Any]:
    """A list, or the JSON text of one."""
    found = _json(given)
    if not isinstance(found, list):
        raise Misfit()
    return found


def json_object(given: Any) -> dict[str, Any]:
    """A dict, or the JSON text of one."""
    found = _json(given)
    if not isinstance(found, dict):
        raise Misfit()
    return found


def _json(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    import json

    try:
        return json.loads(given)
    except ValueError as error:
        raise Misfit(str(error)) from None


def json_or_text(given: str) -> Any:
    """What `given` means as JSON, else the text itself."""
    try:
        return _json(given)
    except Misfit:
        return given


def either(names: Sequence[str], quoted: bool = True) -> str:
    """`names` as alternatives in a sentence."""
    shown = [f"`{name}`" for name in names] if quoted else list(dict.fromkeys(names))
    return " or ".join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else "".join(shown)


# module.class -> (metavar, what must be written, how it is read)
KNOWN: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
    "builtins.str": ("TEXT", "a text", text),
    "builtins.int": ("INT", "a whole number", whole_number),
    "builtins.float": ("FLOAT", "a number", number),
    "builtins.bool": ("BOOL", "true or false", truth),
    "builtins.bytes": ("TEXT", "a text", byte_text),
    "builtins.object": ("TEXT", "a text", anything),
    "typing.Any": ("TEXT", "a text", anything),
    "builtins.NoneType": ("None", "None", none),
    "datetime.datetime": ("DATETIME", "a time like 2026-01-31T12:30:00", from_iso("datetime")),
    "datetime.date": ("DATE", "a day like 2026-01-31", from_iso("date")),
    "datetime.time": ("TIME", "a time of day like 12:30:00", from_iso("time")),
    "datetime.timedelta": ("DURATION", "a duration like 90s or 2h", duration),
    "redo_py.values.file.File": ("FILE", "a path", file),
    "redo_py.values.folder.Dir": ("DIR", "the path of a folder", of_folder("Dir")),
    "redo_py.values.folder.FileSet": ("PATTERN", "a pattern of files", of_folder("FileSet")),
    "redo_py.values.folder.IDir": ("DIR", "the path of a folder", of_folder("IDir")),
    "redo_py.values.folder.IFile": ("FILE", "a path", of_folder("IFile")),
    "redo_py.tasks.task.Task": ("TASK", "the name of a task", task),
}
