"""Messages over a pipe that holds less than one of them."""

from __future__ import annotations

import os

import pytest

from redo_py.remote.api.frames import FrameReader, FrameWriter


def test_messages_pass_piece_by_piece_and_nobody_waits():
    reading, writing = os.pipe()
    for fd in (reading, writing):
        os.set_blocking(fd, False)
    writer, reader = FrameWriter(writing), FrameReader(reading)
    messages = [b"x" * 300_000, b"", b"short"]
    for message in messages:
        writer.add(message)
    assert not writer.write(), "there is no room for all"
    came: list[bytes] = []
    while len(came) < len(messages):
        writer.write()
        piece = reader.read()
        while piece is not None:
            came.append(piece)
            piece = reader.next()
    assert came == messages
    assert writer.write()
    os.close(reading)
    writer.add(b"nobody reads this")
    with pytest.raises(BrokenPipeError):
        writer.write()
    os.close(writing)
