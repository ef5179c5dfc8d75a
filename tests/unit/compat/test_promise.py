"""Promises, as forms of redun use them."""

from __future__ import annotations

from typing import Any

import pytest

from redo_py.compat.promise import Promise, wait_promises


def test_a_promise_is_settled_once():
    promise: Promise[int] = Promise()
    assert promise.is_pending
    with pytest.raises(ValueError, match="pending"):
        _ = promise.value
    promise.do_resolve(1)
    promise.do_resolve(2)
    promise.do_reject(KeyError("no"))
    assert (promise.value, promise.is_fulfilled, promise.is_rejected, promise.is_pending) == (1, True, False, False)
    with pytest.raises(ValueError, match="not rejected"):
        _ = promise.error


def test_who_waits_is_called_before_and_after():
    seen: list[Any] = []
    promise: Promise[int] = Promise()
    promise.then(lambda value: seen.append(("before", value)))
    promise.do_resolve(1)
    promise.then(lambda value: seen.append(("after", value)))
    assert seen == [("before", 1), ("after", 1)]


def test_what_follows_gets_what_the_reaction_makes():
    one: Promise[int] = Promise(lambda resolve, reject: resolve(1))
    assert one.then(lambda value: value + 1).value == 2


def test_a_reaction_may_give_a_promise():
    later: Promise[int] = Promise()
    one: Promise[int] = Promise(lambda resolve, reject: resolve(1))
    following = one.then(lambda _: later)
    assert following.is_pending
    later.do_resolve(5)
    assert following.value == 5


def test_an_error_goes_on_until_somebody_handles_it():
    error = KeyError("no")
    broken: Promise[int] = Promise(lambda resolve, reject: reject(error))
    passed = broken.then(lambda value: value + 1).then(lambda value: value + 1)
    assert passed.is_rejected
    assert passed.error is error
    assert passed.catch(lambda found: [found]).value == [error]


def test_a_reaction_that_fails_rejects_what_follows():
    none: Promise[int] = Promise(lambda resolve, reject: resolve(0))
    assert isinstance(none.then(lambda value: 1 // value).error, ZeroDivisionError)


def test_a_beginning_that_fails():
    assert isinstance(Promise(lambda resolve, reject: 1 // 0).error, ZeroDivisionError)


def test_all_of_several():
    parts: list[Promise[int]] = [Promise(), Promise()]
    together = Promise.all(parts)
    parts[1].do_resolve(2)
    assert together.is_pending
    parts[0].do_resolve(1)
    assert together.value == [1, 2]
    assert Promise.all([]).value == []


def test_all_is_rejected_by_the_first_error():
    parts: list[Promise[int]] = [Promise(), Promise()]
    together = Promise.all(parts)
    parts[1].do_reject(KeyError("no"))
    assert isinstance(together.error, KeyError)


def test_waiting_for_whatever_becomes_of_them():
    parts: list[Promise[int]] = [Promise(), Promise()]
    together = wait_promises(parts)
    parts[1].do_reject(KeyError("no"))
    assert together.is_pending
    parts[0].do_resolve(1)
    assert [part.is_rejected for part in together.value] == [False, True]
    assert wait_promises([]).value == []
