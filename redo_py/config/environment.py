"""The environment variables of this process, for the command line to hand on."""

from __future__ import annotations

import os


def environment() -> dict[str, str]:
    """All of them, as they are now."""
    return dict(os.environ)
