"""Questions that are asked at once: each has an answer, an error, or none in time."""

from __future__ import annotations

import threading

from redo_py.executors.functions.sounding import answers


def test_answers_and_errors():
    def fails() -> str:
        raise ZeroDivisionError("division by zero")

    def leaves() -> str:
        raise SystemExit(3)

    found = answers({"one": lambda: "1", "two": fails, "three": leaves}, 600.0)
    assert list(found) == ["one", "two", "three"]
    assert found["one"] == "1"
    assert isinstance(found["two"], ZeroDivisionError)
    assert isinstance(found["three"], SystemExit)
    assert answers({}, 600.0) == {}


def test_one_that_never_answers_holds_up_nobody():
    never, has_come = threading.Event(), threading.Event()

    def says() -> str:
        has_come.set()
        return "yes"

    def waits() -> str:
        never.wait()
        return "at last"

    try:
        while True:  # until the machine lets the other one run in time
            found = answers({"silent": waits, "one": says}, 1.0)
            assert isinstance(found["silent"], TimeoutError)
            if found["one"] == "yes":
                break
            assert isinstance(found["one"], TimeoutError)
    finally:
        never.set()
