"""What the commands of the model tests do: a language in which a file may name files that are read with it.

A content is text with `<path>` in it, as an #include. A command reads its inputs and all that they name, at any depth,
and writes to each output the command's text, what it read, and the output's name. The text `fail` fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence


class CommandFailed(ValueError):
    """A command ended with an error."""


def outcome_of(
    text: str, inputs: Sequence[str], outputs: Sequence[str], read: Callable[[str], bytes | None]
) -> tuple[dict[str, bytes], list[str]]:
    """(what is written at which path, the paths read beyond the inputs); raises CommandFailed."""
    if text.startswith("fail"):
        raise CommandFailed("it is made to fail")
    discovered: dict[str, None] = {}
    seen = b"".join(expand(path, read, discovered) for path in inputs)
    content = text.encode() + b"(" + seen + b")"
    written = {}
    for output in outputs:
        for path in below(output):
            written[path] = content + path.encode()
    return written, list(discovered)


def below(output: str) -> list[str]:
    """The files that a command writes for one output; a name that begins with d is a folder."""
    return [f"{output}/x", f"{output}/y/z"] if output.startswith("d") else [output]


def expand(path: str, read: Callable[[str], bytes | None], discovered: dict[str, None]) -> bytes:
    """The content of `path` with the files that it names in place of their names."""
    content = read(path)
    if content is None:
        raise CommandFailed(f"no {path}")
    pieces = re.split(rb"<([^>]*)>", content)
    for place in range(1, len(pieces), 2):
        name = pieces[place].decode()
        discovered[name] = None
        pieces[place] = expand(name, read, discovered)
    return b"".join(pieces)
