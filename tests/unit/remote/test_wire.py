"""What lies in the folder of a job, as bytes."""

from __future__ import annotations

import sys

import pytest

from redo_py import __version__
from redo_py.remote.api.wire import Torn, misfit, read, written


def test_there_and_back():
    header, payload = read(written({"inputs": [["a\udcff", "f", "1"]]}, b"\n\0payload\n"))
    assert header["inputs"] == [["a\udcff", "f", "1"]]
    assert payload == b"\n\0payload\n"
    assert misfit(header) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"something else",
        written({}, b"payload")[:-1],
        written({}, b"a") + b"b",
        written({"outputs": ["a.txt"]}, b"a").replace(b"a.txt", b"b.txt"),
    ],
)
def test_what_is_torn(content: bytes):
    with pytest.raises(Torn):
        read(content)


def test_another_python_does_not_fit():
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert misfit({"python": [3, 4], "redun": __version__}) == {
        "python": ours, "redun": __version__, "their_python": "3.4", "their_redun": __version__,
    }  # fmt: skip
    assert misfit({"python": list(sys.version_info[:2]), "redun": "0.0"}) is not None
    assert misfit({"python": [sys.version_info[0], str(sys.version_info[1])], "redun": __version__}) is None
