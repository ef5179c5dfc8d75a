"""The result of a run as it is printed."""

from __future__ import annotations

WIDTH = 75  # what is shorter is printed on one line
AS_LOGGED = 200  # characters at most of what cannot be printed
SHORT = (int, float, bool, str, list, tuple, bytes)  # kinds that are looked at before anything is loaded


def printed(value: object) -> tuple[str, str]:
    """(the text of `value`, ""): on one line if that is short, else with its parts below each other. If it has no text,
    because it is a number of thousands of digits, is nested too deeply or has a `__repr__` that fails: (its beginning,
    as the log shows it, and what is in the way)."""
    in_the_way = ""
    for write in (on_a_line, below_each_other):
        try:
            text = write(value)
        except Exception as error:
            in_the_way = f"{type(error).__name__}: {error}"
            continue
        if text is not None:
            return text, ""
    return logged(value), in_the_way


def logged(value: object) -> str:
    """The beginning of `value` as the log has it, which is read from what is recorded and not from its `__repr__`."""
    from redo_py.query.log.shown import text_of
    from redo_py.values.codec import dump, preview

    try:
        _, form, data = dump(value)
        return text_of(data, AS_LOGGED) if form == "plain" else preview(value, AS_LOGGED)
    except Exception:  # what was not to be recorded may be anything
        return preview(value, AS_LOGGED)


def on_a_line(value: object) -> str | None:
    """A short text of what is plain; None for everything else, and for what may hold a dict, which is sorted."""
    if type(value) not in SHORT:
        return None
    text = repr(value)
    if "{" in text:
        return None
    return text if len(text) < WIDTH or type(value) in (int, float) else None


def below_each_other(value: object) -> str:
    """The text of a value whose parts may need lines of their own."""
    from pprint import pformat

    return pformat(value)
