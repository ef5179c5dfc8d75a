"""Questions that are asked at once, each in a thread of its own: what one of them waits for holds up neither the others
nor redun, whose end does not wait for it either."""

from __future__ import annotations

from functools import partial
from queue import Empty, SimpleQueue

from redo_py.executors.functions.threads import begin_thread
from redo_py.ground.clock import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Answer = str | BaseException


def answers(questions: Mapping[str, Callable[[], str]], seconds: float) -> dict[str, Answer]:
    """What each says, or raises; a TimeoutError for one that has done neither after so many `seconds`."""
    arrived: SimpleQueue[tuple[str, Answer]] = SimpleQueue()
    found: dict[str, Answer] = {}
    for name, question in questions.items():
        begin_thread(partial(_ask, name, question, arrived), "redun-question")
    clock = Clock()
    deadline = clock.monotonic() + seconds
    while len(found) < len(questions):
        try:
            name, answer = arrived.get(timeout=max(0.0, deadline - clock.monotonic()))
        except Empty:
            break
        found[name] = answer
    return {name: found.get(name, TimeoutError()) for name in questions}


def _ask(name: str, question: Callable[[], str], arrived: SimpleQueue[tuple[str, Answer]]) -> None:
    try:
        arrived.put((name, question()))
    except BaseException as error:  # whatever a class of others makes of it
        arrived.put((name, error))
