"""Command texts with holes: the rules of what a hole may hold, how it is quoted, and what text glued to it means.

A template is a sequence of str (text for the shell, as it is) and holes with the text glued to them. Rendering happens
when the redunfile is planned if every hole is known then, and inside the graph otherwise; both go through `render`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# What stands in a text for the number of processors and of GPUs that its job gets: the same whatever it gets, so that
# neither is in the key. No command can hold a NUL, hence no text of a user's is mistaken for one.
CPUS = "\0cpus\0"
GPUS = "\0gpus\0"

SAFE = frozenset(  # characters that a shell takes for themselves, wherever they stand in a word
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-"
)


class HoleError(ValueError):
    """A hole holds what cannot stand in a command; `kind` says what."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind} in a command: a hole holds text, numbers, files or lists of them")
        self.kind = kind


def quote(word: str) -> str:
    """`word` as one word of a POSIX shell."""
    if word and SAFE.issuperset(word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"


def hole_words(value: Any) -> list[str]:
    """The unquoted words that a value in a hole stands for: none for None and [], else one for each item, at any depth.

    Raises HoleError for bool, dict and anything that is no str, number or path.
    """
    if type(value) is str:
        return [value]
    words: list[str] = []
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            words.append(item)
        elif item is None:
            continue
        elif isinstance(item, bool):
            raise HoleError(str(item))
        elif isinstance(item, (int, float)):
            words.append(repr(item))
        elif isinstance(item, (list, tuple)):
            stack.extend(reversed(item))
        elif hasattr(item, "__fspath__"):
            words.append(item.__fspath__())
        else:
            raise HoleError(f"a {type(item).__name__}")
    return words


def variable_text(value: Any) -> str:
    """`value` as an environment variable: its words with spaces between them. Raises HoleError as `hole_words`."""
    return " ".join(hole_words(value))


def glue(before: str, value: Any, after: str) -> str:
    """The text of one hole with literal text glued to it: it is repeated for each word, `-I{DIRS}` -> `-Ia -Ib`."""
    return " ".join(before + quote(word) + after for word in hole_words(value))


def render(parts: Sequence[Any]) -> str:
    """The effective text of a command: each part is a str, taken as it is, or (before, value, after) to `glue`."""
    return "".join(part if type(part) is str else glue(*part) for part in parts)


def with_resources(text: str, cpus: int, gpus: int) -> str:
    """`text` with what its job was given in the places of CPUS and GPUS."""
    return text.replace(CPUS, str(cpus)).replace(GPUS, str(gpus)) if "\0" in text else text


def shown(text: str) -> str:
    """`text` to be read by people: with `{cpus}` and `{gpus}` as they were written."""
    return text.replace(CPUS, "{cpus}").replace(GPUS, "{gpus}") if "\0" in text else text
