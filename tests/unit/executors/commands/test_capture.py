"""What is kept of what is printed."""

from __future__ import annotations

import pytest

from redo_py.executors.commands import capture
from redo_py.executors.commands.capture import Printed


def printed(*chunks: bytes) -> Printed:
    made = Printed()
    for chunk in chunks:
        made.add(chunk)
    return made


def test_whole():
    assert printed().whole() == b""
    assert printed(b"a", b"b\n").whole() == b"ab\n"


@pytest.mark.parametrize(
    ("chunks", "line"),
    [
        ((), b""),
        ((b"a\n",), b"a"),
        ((b"a\nb",), b"b"),
        ((b"a\nb\n\n  \n",), b"b"),
        ((b"a\n", b"b", b"c\n", b"\n"), b"bc"),
        ((b"10%\r20%\r",), b"20%"),
        ((b"x\r\ny\r\n",), b"y"),
        ((b"\n\n",), b""),
        ((b"old\n", *[b"."] * 5000), b"." * 4096),
    ],
)
def test_last_line(chunks: tuple[bytes, ...], line: bytes):
    assert printed(*chunks).last_line() == line


def test_the_middle_of_endless_output_is_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(capture, "_KEPT_HALF", 100)
    made = printed(*(b"%09d\n" % number for number in range(1000)))
    whole = made.whole().split(b"\n")
    assert whole[0] == b"%09d" % 0
    assert whole[-2] == b"%09d" % 999
    assert whole[10:12] == [b"", b"[redun: 9800 bytes are left out here]"]
    assert made.last_line() == b"%09d" % 999


def test_up_to_the_limit_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(capture, "_KEPT_HALF", 100)
    made = printed(*(b"%09d\n" % number for number in range(20)))
    assert made.whole() == b"".join(b"%09d\n" % number for number in range(20))
