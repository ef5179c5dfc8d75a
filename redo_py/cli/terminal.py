"""Printing: the one way out for what commands have to say."""

from __future__ import annotations

import sys


def write(text: str) -> None:
    """Print `text` at once, whatever the terminal's encoding; bytes of names that are no UTF-8 come out as they are."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        sys.stdout.flush()
        encoding = sys.stdout.encoding or "utf-8"
        write_bytes(text.encode(encoding, "surrogateescape" if encoding.lower() == "utf-8" else "backslashreplace"))
    sys.stdout.flush()


def write_bytes(output: bytes) -> None:
    """Print `output` as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(output)
    sys.stdout.buffer.flush()
