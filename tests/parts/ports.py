"""Ports for servers that want to be told theirs."""

from __future__ import annotations

import random
import socket

# Below those that the system gives to whoever asks for any: a connection of another test cannot take one meanwhile.
PLACES = range(15_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on, all different. They are chosen at random: another process may be
    choosing, too."""
    sockets: list[socket.socket] = []
    try:
        for port in random.SystemRandom().sample(PLACES, len(PLACES)):
            if len(sockets) == count:
                break
            candidate = socket.socket()
            sockets.append(candidate)
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                sockets.pop().close()
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
