"""Which histories are played: the same ones for one commit, unless REDUN_WORLD_SEED asks for others."""

from __future__ import annotations

import os
import secrets


def seed_of(default: int) -> int:
    """The seed to begin with: `default`, REDUN_WORLD_SEED, or by chance if that is `random`."""
    asked = os.environ.get("REDUN_WORLD_SEED", str(default))
    return secrets.randbelow(1 << 31) if asked == "random" else int(asked)
