"""Values of the user's own: Value with its hooks, and ProxyValue for classes that know nothing of redun."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from redo_py import File, ProxyValue, Value
from redo_py.app.running.arguments.parsers import parser_of
from redo_py.ground.errors import RunError
from redo_py.values.codec import Unreadable, dump, load
from redo_py.values.encoding import digest_of, encode
from redo_py.values.foreign import NotEncodable
from redo_py.values.value import IN_USE
from tests.unit.engine.memory_world import World


@pytest.fixture(autouse=True)
def _hooks() -> Iterator[None]:
    """Classes of one test do not make the others slower."""
    before = set(IN_USE)
    yield
    IN_USE.clear()
    IN_USE.update(before)


class Pair(Value):
    """Known by its attributes."""

    def __init__(self, left: Any, right: Any = None) -> None:
        self.left = left
        self.right = right


class Stateful(Value):
    """Known by its state, without what it has cached."""

    type_name = "tests.Stateful"

    def __init__(self, x: int) -> None:
        self.x = x
        self.cached = object()

    def __getstate__(self) -> dict[str, int]:
        return {"x": self.x}

    def __setstate__(self, state: dict[str, int]) -> None:
        self.x = state["x"]


class Text(Value):
    """Kept as a text."""

    def __init__(self, x: int) -> None:
        self.x = x

    def serialize(self) -> bytes:
        return str(self.x).encode()

    @classmethod
    def deserialize(cls, raw_type: Any, data: bytes) -> Text:
        return cls(int(data))


class Named(Value):
    """Known by its name alone."""

    def __init__(self, name: str, other: Any = None) -> None:
        self.name = name
        self.other = other

    def get_hash(self, data: bytes | None = None) -> str:
        return self.name


class Foreign:
    def __init__(self, x: int) -> None:
        self.x = x
        self.lock = sys.stdin  # nothing that pickle could keep


class ForeignProxy(ProxyValue):
    type = Foreign
    type_name = "tests.Foreign"

    def get_hash(self, data: bytes | None = None) -> str:
        return f"foreign {self.instance.x}"

    def serialize(self) -> bytes:
        return str(self.instance.x).encode()

    @classmethod
    def deserialize(cls, raw_type: Any, data: bytes) -> Foreign:
        made: Foreign = raw_type(int(data))
        return made

    @classmethod
    def parse_arg(cls, raw_type: Any, arg: str) -> Foreign:
        return Foreign(len(arg))


# ---- identity and bytes


@pytest.mark.parametrize(
    ("value", "equal", "other"),
    [
        (Pair(1, [2]), Pair(1, [2]), Pair(1, [3])),
        (Stateful(1), Stateful(1), Stateful(2)),
        (Text(1), Text(1), Text(2)),
        (Named("a", 1), Named("a", 2), Named("b", 1)),
        (Foreign(1), Foreign(1), Foreign(2)),
        ([{"k": (Text(1), Foreign(1))}], [{"k": (Text(1), Foreign(1))}], [{"k": (Text(1), Foreign(2))}]),
    ],
)
def test_what_identifies_them(value: Any, equal: Any, other: Any):
    assert digest_of(value) == digest_of(equal)
    assert digest_of(value) != digest_of(other)


def test_they_come_back():
    digest, format_, data = dump([Stateful(3), Text(4), Foreign(5), Pair(6), Named("n")])
    assert format_ == "pickle"
    stateful, text, foreign, pair, named = load(format_, data)
    assert (stateful.x, text.x, foreign.x, pair.left, named.name) == (3, 4, 5, 6, "n")
    assert digest_of([stateful, text, foreign, pair, named]) == digest


def test_the_default_hooks():
    value = Pair(1)
    assert value.get_hash() == digest_of(value).hex()
    assert Pair.deserialize(Pair, value.serialize()).left == 1
    assert value.get_serialization_format() == "application/python-pickle"
    assert (value.is_valid(), value.preprocess({}), value.postprocess({}), [*value.iter_subvalues()]) == (
        True, value, value, [],
    )  # fmt: skip
    assert ForeignProxy(Foreign(3)).serialize() == b"3"


def test_the_type_name_is_what_counts_of_the_class():
    class Old(Value):
        type_name = "tests.Named"

        def get_hash(self, data: bytes | None = None) -> str:
            return "x"

    first = digest_of(Old())

    class New(Value):
        type_name = "tests.Named"

        def get_hash(self, data: bytes | None = None) -> str:
            return "x"

    assert digest_of(New()) == first


def test_plain_data_stays_what_it_is():
    class Number(ProxyValue):
        type = complex

        @classmethod
        def parse_arg(cls, raw_type: Any, arg: str) -> complex:
            return complex(arg) * 2

    assert parser_of(complex).read("1j") == 2j
    with pytest.raises(TypeError, match="Length cannot have get_hash: str is plain data"):

        class Length(ProxyValue):
            type = str

            def get_hash(self, data: bytes | None = None) -> str:
                return str(len(self.instance))

    with pytest.raises(TypeError, match="`type` of Nothing is a class, not 'x'"):

        class Nothing(ProxyValue):
            type = "x"


def test_what_goes_wrong_in_a_hook():
    class Broken(Value):
        def get_hash(self, data: bytes | None = None) -> str:
            raise KeyError("no")

    with pytest.raises(RunError) as caught:
        encode([Broken()])
    assert caught.value.headline.startswith("`get_hash` of a ")
    assert caught.value.headline.endswith("Broken failed: KeyError: 'no'")


def test_a_class_that_is_gone_makes_a_result_unreadable():
    module = ModuleType("gone_module")
    exec("class Gone:\n    def __init__(self): self.x = 1\n", module.__dict__)
    sys.modules["gone_module"] = module
    data = dump([module.Gone()])[2]
    del sys.modules["gone_module"]
    with pytest.raises(Unreadable, match="No module named 'gone_module'"):
        load("pickle", data)


def test_large_values_use_a_protocol_that_can():
    assert pickle.loads(dump(Pair(b"x"))[2]).left == b"x"
    assert dump(Pair(b"x"))[2][:2] == b"\x80\x05", "protocol 5: lengths of 8 bytes"


def test_a_file_in_what_is_not_opened_would_not_be_seen():
    class Holder:
        def __init__(self, file: File) -> None:
            self.file = file

    Holder.__qualname__ = "Holder"
    with pytest.raises(NotEncodable, match="is inside a Holder, which is not opened"):
        encode(Holder(File("a")))
    assert encode(Pair(File("a", b"d" * 16)))


# ---- around a job


def test_files_and_calls_in_values_are_seen():
    def read(pair: Pair) -> Any:
        return world.files.read(pair.left.path), pair.right

    def one() -> int:
        return 1

    world = World()
    known = world.tasks.known
    world.task(read)
    world.task(one)
    for content, expected in [(b"a", ["one", "read"]), (b"a", []), (b"b", ["read"])]:
        if content != (world.files.read("x") if world.files.exists("x") else None):
            world.files.write("x", content)
        assert world.run(known["read"](Pair(File("x"), known["one"]()))).value == (content, 1)
        assert world.ran == expected


def test_a_result_that_is_no_longer_valid_is_not_used():
    good = {"x": True}

    class Ticket(Value):
        def __init__(self, name: str) -> None:
            self.name = name

        def is_valid(self) -> bool:
            if self.name == "raises":
                raise OSError
            return good[self.name]

    Ticket.__qualname__ = "Ticket"
    globals()["Ticket"] = Ticket

    def ticket(name: str) -> Any:
        return {"t": [Ticket(name)]}

    world = World()
    call = world.task(ticket)
    for is_good, expected in [(True, ["ticket"]), (True, []), (False, ["ticket"]), (True, [])]:
        good["x"] = is_good
        world.run(call("x"))
        assert world.ran == expected
    good["x"] = False
    world.run(call("x"))
    assert "in the remembered result is no longer valid" in world.execution.frontier.jobs[0].reason
    for _ in range(2):
        world.run(call("raises"))
        assert world.ran == ["ticket"]


def test_what_stands_for_a_value_before_and_after_a_call():
    told: list[Any] = []

    class Counter(Value):
        def __init__(self, x: int) -> None:
            self.x = x

        def preprocess(self, preprocess_args: dict[str, Any]) -> Counter:
            told.append(sorted(preprocess_args))
            return Counter(self.x * 10)

        def postprocess(self, postprocess_args: dict[str, Any]) -> Counter:
            told.append(sorted(postprocess_args))
            return Counter(self.x + 1)

    Counter.__qualname__ = "Counter"
    globals()["Counter"] = Counter

    def same(counter: Any) -> Any:
        return counter

    world = World()
    call = world.task(same)
    assert world.run(call([Counter(1)])).value[0].x == 11
    assert told == [["call_order", "pre_call_hash"], ["pre_call_hash"]]
    assert world.run(call([Counter(1)])).value[0].x == 11
    assert (world.ran, len(told)) == ([], 2)


def test_a_hook_around_a_job_that_fails_fails_the_job():
    class Bad(Value):
        def postprocess(self, postprocess_args: dict[str, Any]) -> Any:
            raise ValueError("never")

    Bad.__qualname__ = "Bad"
    globals()["Bad"] = Bad
    world = World()

    def bad() -> Any:
        return Bad()

    error = world.run(world.task(bad)()).error
    assert isinstance(error, RunError)
    assert error.headline == "`postprocess` of a Bad failed: ValueError: never"


def test_values_of_registered_classes_are_arguments_of_a_command_line():
    assert parser_of(Foreign).read("abc").x == 3
