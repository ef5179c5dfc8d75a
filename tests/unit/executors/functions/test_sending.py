"""What travels of a call: a reference to the very function that is called."""

from __future__ import annotations

import gc
import posixpath
import weakref

from redo_py.executors.api import CallStep
from redo_py.executors.functions.sending import Sending
from redo_py.remote.api import Reference
from redo_py.tasks.reading.parts import CodeDigest
from redo_py.tasks.task import Task


def test_a_task_is_identified_once_and_held_as_long_as_its_reference_is():
    asked: list[str] = []

    def identify(task: Task) -> bytes:
        asked.append(task.name)
        return b"digest"

    sending = Sending(identify)
    task = Task(posixpath.join, "join", "", {})
    seen = weakref.ref(task)
    first = sending.call(CallStep(task.func, (), {}, task))
    second = sending.call(CallStep(task.func, (), {}, task))
    assert isinstance(first.function, Reference)
    assert first.function is second.function
    assert asked == ["join"]
    del task
    gc.collect()
    assert seen() is not None  # else another task could get its id, and its reference
    del sending
    gc.collect()
    assert seen() is None


def test_the_modules_that_change_what_a_function_reaches_travel_with_its_name_and_with_its_code():
    code = CodeDigest(b"digest")
    code.modules = ("plugins",)
    sending = Sending(lambda task: code)
    named = sending.call(CallStep(posixpath.join, (), {}, Task(posixpath.join, "join", "", {})))
    assert (named.function.code, type(named.function.code), named.modules) == (b"digest", bytes, ("plugins",))

    def inner() -> int:
        return 1

    sent = sending.call(CallStep(inner, (), {}, Task(inner, "inner", "", {})))
    assert isinstance(sent.function, bytes)
    assert sent.modules == ("plugins",)
