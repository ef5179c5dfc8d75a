"""Sizes and lengths of time as people write them."""

from __future__ import annotations

import pytest

from redo_py.ground.units import bytes_of, seconds_of, shown_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0), ("1000", 1000), ("1K", 1024), ("1k", 1024), ("1.5G", 3 << 29), ("2 GiB", 2 << 30), ("3MB", 3 << 20),
        (" 4T ", 4 << 40), (".5K", 512), ("1P", 1 << 50),
    ],
)  # fmt: skip
def test_sizes(text: str, size: int):
    assert bytes_of(text) == size


@pytest.mark.parametrize("text", ["", " ", "G", "-1", "1X", "1.2.3", ".", "1e9", "1 G G", "٣", "9" * 16, "1iB", "1B"])
def test_no_sizes(text: str):
    assert bytes_of(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("2h", 7200), ("30d", 2_592_000), ("1.5m", 90), ("1W", 604_800), ("0s", 0)]
)
def test_lengths_of_time(text: str, seconds: float):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "d", "-1d", "1y", "1 d d"])
def test_no_lengths_of_time(text: str):
    assert seconds_of(text) is None


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (1_048_575, "1.0 MiB"),
        (1536 << 20, "1.5 GiB"), (5 << 60, "5120.0 PiB"),
    ],
)  # fmt: skip
def test_shown(size: int, text: str):
    assert shown_size(size) == text
