"""Two texts, told by the words in which they differ.

Texts that are short are shown whole. Of long ones, only the runs of words that differ, each with a little of what
stands around it, so that it can be found; an ellipsis stands for what is left out.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SHORT = 80  # characters: two texts up to here are shown whole
LONG = 240  # characters: what is shown of one text is cut here
AROUND = 2  # words shown before and behind those that differ
CUT = "…"


def differing_words(old: str, new: str) -> tuple[str, str]:
    """What to show of `old` and of `new`, which differ."""
    before, now = old.split(), new.split()
    if max(len(old), len(new)) <= SHORT or before == now:
        return cut(old), cut(new)
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, before, now, autojunk=False)
    runs = [run for run in matcher.get_opcodes() if run[0] != "equal"]
    return (
        cut(excerpts(before, [(start, end) for _, start, end, _, _ in runs])),
        cut(excerpts(now, [(start, end) for _, _, _, start, end in runs])),
    )


def excerpts(words: Sequence[str], runs: Sequence[tuple[int, int]]) -> str:
    """The words of each run (start, end) and those around it, with an ellipsis wherever some are left out."""
    shown: list[str] = []
    reached = 0  # the words up to here are shown, or left out and told so
    for start, end in runs:
        first, last = max(start - AROUND, reached), min(end + AROUND, len(words))
        if first > reached:
            shown.append(CUT)
        shown += words[first:last]
        reached = max(reached, last)
    if reached < len(words):
        shown.append(CUT)
    return " ".join(shown)


def cut(text: str) -> str:
    """`text`, with an ellipsis for its middle if it is very long."""
    half = LONG // 2
    return text if len(text) <= LONG else f"{text[:half]} {CUT} {text[-half:]}"
