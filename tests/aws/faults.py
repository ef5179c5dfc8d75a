"""What a network and a service do to their clients on a bad day, ordered by a test beforehand."""

from __future__ import annotations

import threading
from typing import Any

from tests.aws.refusal import Refusal

THROTTLED = ("Too Many Requests", "TooManyRequestsException", 429)
BROKEN = ("An internal error has occurred", "InternalServerException", 500)
DENIED = ("User is not authorized to perform this action", "AccessDeniedException", 403)
UNKNOWN_KEYS = ("The security token included in the request is invalid.", "UnrecognizedClientException", 403)
EXPIRED = ("The security token included in the request is expired", "ExpiredTokenException", 403)


class Dropped(Exception):
    """The connection is to be closed without an answer."""


class Faults:
    """The next answers that go wrong. An action is named as the service names it: "SubmitJob"; "*" is any of Batch and
    its logs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, list[Any]] = {}
        self._released = threading.Event()
        self._released.set()
        self._is_out = False

    def plan(self, action: str, fault: tuple[str, str, int], times: int = 1) -> None:
        """The next `times` requests of this action are answered with `fault`."""
        with self._lock:
            self._planned.setdefault(action, []).extend([fault] * times)

    def drop(self, action: str, times: int = 1) -> None:
        """The connections of the next `times` requests are closed before the service has heard of them."""
        with self._lock:
            self._planned.setdefault(action, []).extend([Dropped] * times)

    def drop_answers(self, action: str, times: int = 1) -> None:
        """The next `times` requests are carried out, and nobody is told."""
        self.drop(f"answer to {action}", times)

    def outage(self) -> None:
        """From now on nothing is answered at all, connections are closed."""
        self._is_out = True

    def hang(self) -> None:
        """From now on requests are taken and not answered."""
        self._released.clear()

    def repair(self) -> None:
        """All is well again; what hung is answered."""
        self._is_out = False
        with self._lock:
            self._planned.clear()
        self._released.set()

    def before(self, service: str, action: str) -> None:
        """What is in store for a request; raises Refusal or Dropped."""
        self._released.wait()
        if self._is_out:
            raise Dropped
        self._meet(action)
        if service in ("batch", "logs"):
            self._meet("*")

    def after(self, action: str) -> None:
        """What is in store for the answer to it; raises Dropped."""
        self._meet(f"answer to {action}")

    def _meet(self, action: str) -> None:
        with self._lock:
            planned = self._planned.get(action)
            fault = planned.pop(0) if planned else None
        if fault is Dropped:
            raise Dropped
        if fault is not None:
            raise Refusal(*fault)
