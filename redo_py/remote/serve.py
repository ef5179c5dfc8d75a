"""The life of a worker: one request after another, until nobody asks any more."""

from __future__ import annotations

from redo_py.remote.api.frames import read_frame, write_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def serve(requests: int, replies: int, perform: Callable[[bytes], bytes]) -> None:
    """Answer each message that comes from the descriptor `requests`; returns when its writer, or the reader of
    `replies`, is gone."""
    while (request := read_frame(requests)) is not None:
        try:
            write_frame(replies, perform(request))
        except BrokenPipeError:
            break
