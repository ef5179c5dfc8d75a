"""Claims of several processes on one file."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from redo_py.executors.processes.system import stands_still
from redo_py.ground.clock import Clock
from redo_py.store import claims as module
from redo_py.store.claims import MOST, FileClaims
from tests.unit.store.forked import await_all, fork

ONE, TWO = b"one".ljust(16), b"two".ljust(16)


class Moved(Clock):
    """A clock that tests move."""

    def __init__(self) -> None:
        self.moment = 0.0

    def monotonic(self) -> float:
        return self.moment


class Peer:
    """Another process with claims of its own, which does what it is told, step by step."""

    def __init__(self, path: Path, **rest: bool) -> None:
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()

        def serve() -> None:
            os.close(self._orders)
            module._open.clear()  # what the parent has open is its own
            claims = FileClaims(str(path), Clock(), lambda: rest.get("guest", False), stands_still)
            while order := os.read(orders, 1):
                os.write(answers, b"\1" if self._obey(claims, order) else b"\0")

        self.pid = fork(serve)
        os.close(orders)
        os.close(answers)

    def _obey(self, claims: FileClaims, order: bytes) -> object:
        return {
            b"e": claims.enter,
            b"l": lambda: claims.look_round(lambda: [ONE]),
            b"1": lambda: claims.take(ONE),
            b"2": lambda: claims.take(TWO),
            b"g": lambda: claims.give_back([ONE, TWO]),
            b"a": lambda: claims.is_alone,
            b"c": claims.close,
        }[order]()

    def __call__(self, orders: str) -> bool:
        """Do all of `orders`; the answer to the last one."""
        answer = b""
        for order in orders:
            os.write(self._orders, order.encode())
            answer = os.read(self._answers, 1)
        return answer == b"\1"

    def end(self, number: int = 0) -> None:
        """End the process, by a signal if one is given."""
        if number:
            os.kill(self.pid, number)
        os.close(self._orders)
        os.close(self._answers)
        await_all([self.pid])


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Callable[..., Peer]]:
    """Makes peers."""
    made: list[Peer] = []

    def make(**rest: bool) -> Peer:
        made.append(Peer(tmp_path / "claims", **rest))
        return made[-1]

    yield make
    for each in made:
        try:
            each.end()
        except OSError:
            continue


@pytest.fixture
def claims(tmp_path: Path) -> Iterator[FileClaims]:
    """The claims of this process."""
    made = FileClaims(str(tmp_path / "claims"), Moved(), lambda: False, stands_still)
    yield made
    made.close()


def test_one_that_is_alone_claims_nothing(claims: FileClaims) -> None:
    claims.enter()
    assert claims.is_alone
    assert claims.take(ONE)
    claims.look_round(lambda: pytest.fail("nobody has come"))
    assert claims.is_alone


def test_who_comes_waits_until_what_is_under_way_is_claimed(claims: FileClaims, peer: Callable[..., Peer]) -> None:
    claims.enter()
    other = peer()
    other("e")
    assert not other("a")
    assert not other("1"), "the first may be at it"
    assert not other("2")
    claims.look_round(lambda: [ONE])
    assert not claims.is_alone
    assert not other("l1")
    assert other("2")
    assert not claims.take(TWO)
    claims.give_back([ONE])
    assert other("1")
    other.end()
    claims.look_round(list)
    assert claims.is_alone


def test_claims_of_a_killed_process_are_free(claims: FileClaims, peer: Callable[..., Peer]) -> None:
    other = peer()
    other("e")
    claims.enter()
    assert not claims.take(ONE)
    other("l")
    claims.look_round(list)
    assert not claims.take(ONE)
    assert claims.take(TWO)
    other.end(signal.SIGKILL)
    assert claims.take(ONE)


def test_one_that_lets_nobody_in_is_not_waited_for(claims: FileClaims, peer: Callable[..., Peer]) -> None:
    other = peer()
    other("e")
    claims.enter()
    claims._clock.moment = module.PATIENCE  # type: ignore[attr-defined]
    claims.look_round(list)
    assert claims.is_alone
    assert claims.take(ONE)


def test_a_guest_neither_claims_nor_waits(claims: FileClaims, peer: Callable[..., Peer]) -> None:
    claims.enter()
    guest = peer(guest=True)
    assert guest("ea1")
    claims.look_round(lambda: pytest.fail("nobody has come"))


def test_a_second_one_in_this_process_neither_claims_nor_waits(claims: FileClaims, peer: Callable[..., Peer]) -> None:
    claims.enter()
    second = FileClaims(claims._path, Clock(), lambda: False, stands_still)
    second.enter()
    assert second.is_alone
    second.close()
    other = peer()
    other("e")
    claims.look_round(lambda: [ONE])
    assert not other("l1"), "the first still has what it had"


def test_no_more_are_claimed_than_the_kernel_walks_through(claims: FileClaims, peer: Callable[..., Peer]) -> None:
    other = peer()
    claims.enter()
    other("e")
    claims.look_round(lambda: (number.to_bytes(16, "little") for number in range(MOST + 5)))
    assert len(claims._held) == MOST
    assert claims.take(ONE), "it is done unclaimed"
    assert other("l1")
    assert not claims.take(ONE), "but not if another one is at it"


def test_who_was_stopped_is_not_waited_for(claims: FileClaims, peer: Callable[..., Peer]) -> None:
    other = peer()
    claims.enter()
    other("e")
    claims.look_round(list)
    assert other("l1")
    assert not claims.take(ONE)
    assert not claims.is_stopped(TWO), "nobody is at it"
    os.kill(other.pid, signal.SIGSTOP)
    os.waitpid(other.pid, os.WUNTRACED)
    assert not claims.is_stopped(ONE), "perhaps only for a moment"
    claims._clock.moment = module.PATIENCE  # type: ignore[attr-defined]
    assert claims.is_stopped(ONE)
    os.kill(other.pid, signal.SIGCONT)
    assert other("1"), "it goes on"
    assert not claims.is_stopped(ONE)
    os.kill(other.pid, signal.SIGSTOP)
    os.waitpid(other.pid, os.WUNTRACED)
    assert not claims.is_stopped(ONE), "its time has begun anew"
    os.kill(other.pid, signal.SIGCONT)


def test_a_claim_that_is_there_is_not_taken_again(claims: FileClaims, peer: Callable[..., Peer]) -> None:
    other = peer()
    claims.enter()
    other("e")
    claims.look_round(lambda: [ONE])
    assert claims.take(ONE)
    claims.give_back([ONE, TWO])
    claims.give_back([ONE])
    assert other("l1")
