"""What of a command's output reaches a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redo_py.cli.escapes import harmless

RED, RESET = "\x1b[31m", "\x1b[0m"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("plain\n", "plain\n"),
        ("a\tb\n", "a\tb\n"),
        (f"{RED}bad{RESET}\n", f"{RED}bad{RESET}\n"),
        (f"{RED}bad\n", f"{RED}bad\n{RESET}"),
        ("\x1b[38;5;196mx", f"\x1b[38;5;196mx{RESET}"),
        ("\x1b[38:2::1:2:3mx", f"\x1b[38:2::1:2:3mx{RESET}"),
        ("up\x1b[3Ahere\n", "uphere\n"),
        ("\x1b[2J\x1b[Hwiped\n", "wiped\n"),
        ("\x1b[?1049h\x1b[?25lfull screen\n", "full screen\n"),
        ("\x1b[>4;2mkeys\n", "keys\n"),
        ("\x1b]0;a title\atext\n", "text\n"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\n", "link\n"),
        ("\x1b]0;never ended\nnext\n", "\nnext\n"),
        ("\x1bPdevice\x1b\\text", "text"),
        ("\x1b(Bletters\x1b=\x1b>\x1b7\x1b8\x1bc", "letters"),
        ("cut \x1b[", "cut "),
        ("cut \x1b[3", "cut "),
        ("cut \x1b[3\n1m", "cut \n1m"),
        ("cut \x1b", "cut "),
        ("\x1b\x1b[31mx", f"{RED}x{RESET}"),
        ("\x1b[1mx\x1b[my", "\x1b[1mx\x1b[my"),
        ("\x9b3Aeight bits", "3Aeight bits"),
        ("bell\a, back\b, nul\0, del\x7f\n", "bell, back, nul, del\n"),
        ("10%\r50%\r100%\n", "100%\n"),
        ("100%\r\n", "100%\n"),
        ("done\r\r\n\n", "done\n\n"),
        ("ünïcode ☃\n", "ünïcode ☃\n"),
    ],
)
def test_colours_stay_and_nothing_else(text: str, left: str):
    assert harmless(text, True) == left


def test_without_colours():
    assert harmless(f"a {RED}b{RESET} c\x1b[A\n", False) == "a b c\n"


@given(st.text(st.sampled_from("\x1b[]PX();?:m@A~0 1\a\b\r\n\t\x9b\x90xyü")))
def test_whatever_comes(text: str):
    left = harmless(text, False)
    assert all(char.isprintable() or char in "\n\t" for char in left)
    assert left.count("\n") == text.count("\n")
    assert harmless(left, False) == left
    coloured = harmless(text, True)
    assert harmless(coloured, False) == left
