"""Promise: a value or an error that comes later, with what to do then. For forms that are written as in redun.

Everything happens in one thread, and at once: settling a promise calls whoever waits for it before it returns.
"""

from __future__ import annotations

from typing import Generic, TypeVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

T = TypeVar("T")


class Promise(Generic[T]):
    """Pending until it is settled, once, with a value or an error. `begin` is called with what settles it."""

    __slots__ = ("_outcome", "_waiting", "is_fulfilled", "is_pending", "is_rejected")

    def __init__(self, begin: Callable[[Callable[[Any], Any], Callable[[Exception], Any]], Any] | None = None) -> None:
        self.is_pending = True
        self.is_fulfilled = False
        self.is_rejected = False
        self._outcome: Any = None
        self._waiting: list[tuple[Callable[[Any], Any], Callable[[Any], Any]]] = []
        if begin is not None:
            try:
                begin(self.resolve, self.reject)
            except Exception as error:
                self.reject(error)

    @property
    def value(self) -> T:
        """The value; of a promise that was rejected, the error. Raises ValueError while it is pending."""
        if self.is_pending:
            raise ValueError("the promise is pending: it has no value yet")
        return self._outcome  # type: ignore[no-any-return]

    @property
    def error(self) -> Exception:
        """The error; raises ValueError if there is none."""
        if not self.is_rejected:
            raise ValueError("the promise is not rejected: it has no error")
        return self._outcome  # type: ignore[no-any-return]

    def resolve(self, value: Any) -> Any:
        """Settle it with `value`; if that is a promise, with what becomes of it. A settled one stays as it is."""
        if isinstance(value, Promise):
            value.then(self.resolve, self.reject)
        elif self.is_pending:
            self.is_pending, self.is_fulfilled = False, True
            self._settle(value, 0)
        return value

    def reject(self, error: Exception) -> Exception:
        """Settle it with `error`. A settled one stays as it is."""
        if self.is_pending:
            self.is_pending, self.is_rejected = False, True
            self._settle(error, 1)
        return error

    do_resolve, do_reject = resolve, reject  # what redun calls them

    def then(
        self, resolver: Callable[[T], Any] | None = None, rejector: Callable[[Exception], Any] | None = None
    ) -> Promise[Any]:
        """A promise for what `resolver` makes of the value, or `rejector` of the error; without them, for the same."""
        following: Promise[Any] = Promise()

        def call(react: Callable[[Any], Any] | None, otherwise: Callable[[Any], Any]) -> Callable[[Any], Any]:
            def settle(outcome: Any) -> None:
                if react is None:
                    otherwise(outcome)
                    return
                try:
                    following.resolve(react(outcome))
                except Exception as error:
                    following.reject(error)

            return settle

        reactions = (call(resolver, following.resolve), call(rejector, following.reject))
        if self.is_pending:
            self._waiting.append(reactions)
        else:
            reactions[self.is_rejected](self._outcome)
        return following

    def catch(self, rejector: Callable[[Exception], Any]) -> Promise[Any]:
        """A promise for the value, or for what `rejector` makes of the error."""
        return self.then(None, rejector)

    @classmethod
    def all(cls, promises: Sequence[Promise[Any]]) -> Promise[list[Any]]:
        """A promise for the values of all; rejected as soon as one of them is."""
        together: Promise[list[Any]] = Promise()
        left = len(promises)

        def arrive(value: Any) -> None:
            nonlocal left
            left -= 1
            if not left:
                together.resolve([promise.value for promise in promises])

        if not promises:
            together.resolve([])
        for promise in promises:
            promise.then(arrive, together.reject)
        return together

    def _settle(self, outcome: Any, place: int) -> None:
        self._outcome = outcome
        waiting, self._waiting = self._waiting, []
        for reactions in waiting:
            reactions[place](outcome)


def wait_promises(promises: Sequence[Promise[T]]) -> Promise[list[Promise[T]]]:
    """A promise for `promises` themselves, once each of them is settled, whichever way."""
    together: Promise[list[Promise[T]]] = Promise()
    left = len(promises)

    def arrive(_: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            together.resolve(list(promises))

    if not promises:
        together.resolve([])
    for promise in promises:
        promise.then(arrive, arrive)
    return together
