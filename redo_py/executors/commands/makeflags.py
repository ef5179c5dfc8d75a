"""MAKEFLAGS: how make tells the programs below it where its jobserver is."""

from __future__ import annotations

_NAMES = ("--jobserver-auth=", "--jobserver-fds=")  # the second is how make before 4.2 says it


def auth_in(makeflags: str) -> str:
    """Where the jobserver is: "3,4" for the two ends of a pipe, "fifo:PATH" for a named one; "" if there is none. The
    last one counts, as it does for make."""
    found = ""
    for word in words_of(makeflags):
        for name in _NAMES:
            if word.startswith(name):
                found = word[len(name) :]
    return found


def jobs_in(makeflags: str) -> int | None:
    """The N of -jN, None if it is not said."""
    found = None
    for word in words_of(makeflags):
        if word.startswith("-j") and word[2:].isdecimal() and int(word[2:]) > 0:
            found = int(word[2:])
    return found


def words_of(makeflags: str) -> list[str]:
    """The words before `--`, behind which are variables. A backslash takes the meaning of what follows it away."""
    words = [""]
    rest = iter(makeflags)
    for char in rest:
        if char == "\\":
            words[-1] += next(rest, "")
        elif char.isspace():
            if words[-1] == "--":
                return words[:-1]
            words.append("")
        else:
            words[-1] += char
    return words


def word_of(text: str) -> str:
    """`text` as one word of MAKEFLAGS."""
    return "".join(f"\\{char}" if char == "\\" or char.isspace() else char for char in text)
