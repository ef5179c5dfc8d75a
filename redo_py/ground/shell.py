"""What bash carries out by itself, the first words of a command that name no program; and words as it reads them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

RESERVED = frozenset(
    "! { } [[ ]] if then elif else fi for in while until do done case esac time function select coproc".split()
)  # words of its grammar
BUILTINS = frozenset(
    """. : [ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo
    enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf
    pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit
    umask unalias unset wait""".split()
)  # its own commands

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-")


def in_shell(words: Iterable[str]) -> str:
    """A line that a shell reads as `words`."""
    return " ".join(map(quoted, words))


def quoted(word: str) -> str:
    """`word` as a shell reads it as itself."""
    if word and _SAFE.issuperset(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"
