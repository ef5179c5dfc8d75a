"""Where outcomes arrive and where the engine sleeps: poll over descriptors, timed acts and a wake pipe."""

from __future__ import annotations

import os
import select
from _thread import get_ident
from heapq import heapify, heappop, heappush

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from redo_py.executors.api import Inbox, Message, Timer
    from redo_py.ground.clock import Clock
else:
    Protocol = object

LOOK_EVERY = 0.01  # seconds between two looks at what is being ended
_WOKEN_BY_PUT = 0  # what put writes into the pipe; signals write their number, which is never 0
_FEW = 64  # timed acts among which dropped ones may stay


class Started(Protocol):
    """What has jobs only once it has been started with an inbox."""

    inbox: Inbox


def wait_out(executor: Started, goes_on: Callable[[], object]) -> None:
    """Wait until `goes_on` denies it. What arrives in the meantime lies in the inbox then."""
    arrived: list[Message] = []
    while goes_on():
        arrived += executor.inbox.wait(LOOK_EVERY)
    for message in arrived:
        executor.inbox.put(message)


class TimedAct:
    """One act that `call_at` was asked for. Dropping it lets go of all that the act refers to."""

    __slots__ = ("act",)

    def __init__(self, act: Callable[[], None]) -> None:
        self.act: Callable[[], None] | None = act

    def drop(self) -> None:
        """Do not call it any more; may be called from any thread, and when it is over."""
        self.act = None


class SelectInbox:
    """The Inbox over select.poll. Belongs to the thread that made it; `put` and `wake` may be called from any."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._arrived: list[Message] = []
        self._ready: dict[int, Callable[[], None]] = {}  # fd -> what to call when it is ready
        self._timed: list[tuple[float, int, TimedAct]] = []  # a heap; the number keeps order
        self._timed_count = 0
        self._timed_at_most = _FEW  # when there are more of them, those that were dropped are thrown out
        self._soon: list[Callable[[], None]] = []  # what signal handlers have left to do
        self._owner = get_ident()
        self._is_woken = False  # whether the pipe holds a byte of put's, so that no second is needed
        self._wake_read, self.wake_fd = os.pipe()  # wake_fd is what signal.set_wakeup_fd wants: it does not block
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self.wake_fd, False)
        self._poll = select.poll()
        self._poll.register(self._wake_read, select.POLLIN)

    def put(self, message: Message) -> None:
        """Hand in a message and wake a waiting engine."""
        self._arrived.append(message)
        if not self._is_woken and get_ident() != self._owner:
            self._is_woken = True
            self._write(_WOKEN_BY_PUT)

    def wake(self) -> None:
        """Let `wait` return, perhaps with nothing."""
        self._write(255)

    def watch(self, fd: int, ready: Callable[[], None]) -> None:
        """Call `ready` from `wait` whenever `fd` is readable, until `unwatch`."""
        self._ready[fd] = ready
        self._poll.register(fd, select.POLLIN)

    def watch_room(self, fd: int, ready: Callable[[], None]) -> None:
        """Call `ready` from `wait` whenever `fd` takes what is written, or nobody reads it, until `unwatch`."""
        self._ready[fd] = ready
        self._poll.register(fd, select.POLLOUT)

    def unwatch(self, fd: int) -> None:
        """Stop watching `fd`; must be called before it is closed."""
        del self._ready[fd]
        self._poll.unregister(fd)

    def call_at(self, moment: float, act: Callable[[], None]) -> Timer:
        """Call `act` from `wait` once the monotonic clock has reached `moment`, unless it is dropped before."""
        if len(self._timed) >= self._timed_at_most:
            self._timed = [each for each in self._timed if each[2].act is not None]
            heapify(self._timed)
            self._timed_at_most = max(_FEW, 2 * len(self._timed))
        self._timed_count += 1
        timed = TimedAct(act)
        heappush(self._timed, (moment, self._timed_count, timed))
        return timed

    def call_soon(self, act: Callable[[], None]) -> None:
        """Call `act` from `wait`, and let that return. A signal handler may call this: nothing is locked or waited for,
        and `act` runs where the engine is in the middle of nothing."""
        self._soon.append(act)
        self.wake()

    def wait(self, timeout: float | None) -> list[Message]:
        """The outcomes that have arrived, waiting up to `timeout` seconds (None: for ever) while there is none.
        Returns early, perhaps with nothing, when a signal arrives."""
        deadline = None if timeout is None else self._clock.monotonic() + timeout
        is_called_away = self._act_soon()
        while not self._arrived and not is_called_away:
            now = self._clock.monotonic() if deadline is not None or self._timed else 0.0
            is_called_away = self._poll_once(self._pause(now, deadline))
            if self._timed:
                self._act()
            is_called_away = self._act_soon() or is_called_away
            if deadline is not None and self._clock.monotonic() >= deadline:
                break
        return self._take()

    def close(self) -> None:
        """Give the pipe back. Nothing may be called afterwards."""
        os.close(self._wake_read)
        os.close(self.wake_fd)

    def _take(self) -> list[Message]:
        """All that has arrived. A put of another thread meanwhile lands behind what is taken and stays."""
        outcomes = self._arrived[:]
        del self._arrived[: len(outcomes)]
        return outcomes

    def _pause(self, now: float, deadline: float | None) -> float | None:
        """Milliseconds until the next timed act or the deadline; None if there is neither."""
        moment = self._timed[0][0] if self._timed else None
        if deadline is not None and (moment is None or deadline < moment):
            moment = deadline
        return None if moment is None else max(0.0, moment - now) * 1000

    def _poll_once(self, milliseconds: float | None) -> bool:
        """Sleep until something is readable and call what waits for it; was there a signal or a wake?

        What is called may close descriptors and open others, which get the same numbers: who waits for those must not
        hear of what was readable before."""
        is_called_away = False
        readable = [(fd, self._ready.get(fd)) for fd, _ in self._poll.poll(milliseconds)]
        for fd, ready in readable:
            if fd == self._wake_read:
                is_called_away = self._drain()
            elif ready is not None and self._ready.get(fd) is ready:
                ready()
        return is_called_away

    def _drain(self) -> bool:
        """Empty the pipe; was there more than the bytes of put?

        The order matters: a put before the reset may write no byte, but its outcome is taken after it; a put after the
        reset writes one, which nobody has read yet."""
        called = any(os.read(self._wake_read, 4096))
        self._is_woken = False
        return called

    def _act(self) -> None:
        """Call what is due."""
        now = self._clock.monotonic()
        while self._timed and self._timed[0][0] <= now:
            act = heappop(self._timed)[2].act
            if act is not None:
                act()

    def _act_soon(self) -> bool:
        """Call what signal handlers have left to do; was there anything?"""
        if not self._soon:
            return False
        while self._soon:
            self._soon.pop(0)()
        return True

    def _write(self, byte: int) -> None:
        try:
            os.write(self.wake_fd, bytes((byte,)))
        except BlockingIOError:
            pass  # a full pipe wakes as well
