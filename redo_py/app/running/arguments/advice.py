"""What may have been meant by an option that `redun run` does not know."""

from __future__ import annotations

from difflib import get_close_matches

from redo_py.ground.errors import UsageError


def no_such_option(word: str, known: list[str]) -> UsageError:
    """The error for an option before the task."""
    option = word.partition("=")[0]
    close = get_close_matches(option, known, 1)
    hint = f"did you mean {close[0]}?" if close else "arguments of a task stand behind its name"
    return UsageError("no-such-option", command="redun run", option=option, hint=hint)
