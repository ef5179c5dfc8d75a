"""What is shown of two texts that differ."""

from __future__ import annotations

import pytest

from redo_py.engine.wording import CUT, LONG, differing_words

FLAGS = " ".join(
    f"-W{name}"
    for name in ("all", "extra", "shadow", "cast-align", "conversion", "format", "undef", "unused", "vla", "pedantic")
)
PAIRS = [
    ("cc a", "ld a", "cc a", "ld a"),  # short ones are shown whole
    ("", "x", "", "x"),
    (f"cc {FLAGS} -O2 -c a.c -o a.o", f"cc {FLAGS} -O3 -c a.c -o a.o",
     "… -Wvla -Wpedantic -O2 -c a.c …", "… -Wvla -Wpedantic -O3 -c a.c …"),
    (f"cc {FLAGS} -c a.c", f"gcc {FLAGS} -c b.c",
     "cc -Wall -Wextra … -Wpedantic -c a.c", "gcc -Wall -Wextra … -Wpedantic -c b.c"),
    (f"cc {FLAGS} a.c", f"cc {FLAGS} -g a.c", "… -Wvla -Wpedantic a.c", "… -Wvla -Wpedantic -g a.c"),
    (f"{FLAGS} {FLAGS}", FLAGS, "… -Wvla -Wpedantic " + FLAGS, "… -Wvla -Wpedantic"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "old_shown", "new_shown"), PAIRS)
def test_shown(old: str, new: str, old_shown: str, new_shown: str):
    assert differing_words(old, new) == (old_shown, new_shown)


def test_only_spaces_differ():
    old = f"cc {FLAGS} 'a  b'"
    new = f"cc {FLAGS} 'a b'"
    assert differing_words(old, new) == (old, new)


def test_nothing_is_endless():
    old, new = differing_words("x" * 10_000, "y " * 10_000)
    assert max(len(old), len(new)) <= LONG + 3
    assert CUT in old
    assert CUT in new
