"""What every Store must do. A subclass gives the fixture `store`; the tests come with it.

class TestMine(StoreSuite):
    @pytest.fixture
    def store(self): ...
"""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from redo_py.records import (
    ARGUMENT,
    CALL,
    EXECUTION,
    FAILURE,
    FILE_USE,
    HANDLE,
    HANDLE_EDGE,
    JOB,
    LATEST,
    LEDGER,
    OUTPUT,
    TABLES,
    TAG,
    TASK,
    TRACE,
    TRACES_KEPT,
    UNLEDGER,
    VALUE,
    Buffer,
    Latest,
    Record,
    Trace,
)
from redo_py.store.api import Reader, Store
from redo_py.values.encoding import encode

ODD_TEXTS = [
    "",
    "two words",
    'it\'s "quoted"',
    "a\nb\tc",
    "nul\0inside",
    "naïve ☃ 𝄞",
    "bytes \udcff\udc80",
    "lone \ud800",
]


class FullStore(Store, Reader, Protocol):
    """Both doors of one store."""

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""


def digest(number: int) -> bytes:
    """A digest like no other number's."""
    return number.to_bytes(16, "big")


def value(number: int, content: bytes = b"content", preview: str = "preview") -> Record:
    """The row of value `number`."""
    return VALUE, (digest(number), "canonical", content, preview)


def trace(evaluation: int, discovered: int, recorded: float, value: int = 1, call: int = 2) -> Record:
    """The row of a trace whose encoded dependencies tell its `discovered`."""
    seen = b"%d" % discovered
    return TRACE, (digest(evaluation), digest(discovered), digest(value), digest(call), seen, b"made", recorded)


def call(number: int, task: str = "task", code: int = 10, arguments: int = 11, value: int = 1) -> Record:
    """The row of call `number`."""
    return CALL, (digest(number), task, digest(code), digest(arguments), digest(value), None)


def latest(origin: str, call: int, evaluation: int = 3, number: int = 1) -> Record:
    """The row that says that `call` is the last one at an address."""
    return LATEST, (origin, number, digest(call), digest(evaluation), b"seen", digest(99), 7)


def seen(traces: list[Trace]) -> list[int]:
    """What tells the traces made by `trace` apart."""
    return [int(trace.discovered) for trace in traces]


def told(latest: Latest | None) -> tuple[Any, ...] | None:
    """All that `latest` says."""
    return None if latest is None else tuple(getattr(latest, name) for name in Latest.__slots__)


class StoreSuite:
    """The tests. Within each, the store is empty at first."""

    @pytest.fixture
    def store(self) -> FullStore:
        raise NotImplementedError("a subclass gives the store")

    def test_empty(self, store: FullStore):
        assert store.lookup([digest(1), digest(2)]) == [[], []]
        assert store.latest([("a", 1), ("", 1)]) == [None, None]
        assert store.values([digest(1)]) == [None]
        assert store.ledger(["a"]) == [None]
        assert store.counts() == {table.name: 0 for table in TABLES}
        assert [list(store.rows(table)) for table in TABLES] == [[] for _ in TABLES]

    def test_empty_questions(self, store: FullStore):
        store.write([])
        assert (store.lookup([]), store.latest([]), store.values([]), store.ledger([])) == ([], [], [], [])

    def test_trace_comes_with_its_value(self, store: FullStore):
        store.write([value(1, b"\0bytes\xff"), trace(5, 6, 1.0)])
        [[found]] = store.lookup([digest(5)])
        assert (found.call, found.value, found.value_format) == (digest(2), digest(1), "canonical")
        assert (found.value_bytes, found.discovered, found.products) == (b"\0bytes\xff", b"6", b"made")

    def test_trace_without_its_value_is_left_out(self, store: FullStore):
        store.write([value(1), trace(5, 6, 1.0), trace(5, 7, 2.0, value=404)])
        assert [seen(traces) for traces in store.lookup([digest(5)])] == [[6]]

    def test_lookup_keeps_the_order_asked_for(self, store: FullStore):
        store.write([value(1), *[trace(number, number, 1.0) for number in range(3000)]])
        asked = [*range(2999, -1, -7), 7000, 5, 5]
        answers = store.lookup([digest(number) for number in asked])
        assert [seen(traces) for traces in answers] == [[number] if number < 3000 else [] for number in asked]

    def test_newest_trace_comes_first(self, store: FullStore):
        store.write([value(1), trace(5, 1, 2.0), trace(5, 2, 3.0), trace(5, 3, 1.0), trace(6, 4, 9.0)])
        assert [seen(traces) for traces in store.lookup([digest(5), digest(6)])] == [[2, 1, 3], [4]]

    def test_of_traces_of_one_moment_the_last_written_comes_first(self, store: FullStore):
        store.write([value(1), trace(5, 1, 2.0), trace(5, 2, 2.0), trace(5, 3, 2.0)])
        store.write([trace(5, 1, 2.0)])
        assert seen(store.lookup([digest(5)])[0]) == [1, 3, 2]

    def test_trace_of_the_same_discoveries_is_replaced(self, store: FullStore):
        store.write([value(1), value(2), trace(5, 1, 1.0, value=1)])
        store.write([trace(5, 1, 2.0, value=2)])
        assert [found.value for found in store.lookup([digest(5)])[0]] == [digest(2)]
        assert store.counts()["trace"] == 1

    @pytest.mark.parametrize("at_once", [True, False])
    def test_oldest_traces_are_dropped(self, store: FullStore, at_once: bool):
        moments = [(number * 17) % 50 for number in range(50)]
        records = [value(1), *[trace(5, moment, float(moment)) for moment in moments], trace(6, 1, 0.0)]
        for batch in [records] if at_once else [[record] for record in records]:
            store.write(batch)
        assert seen(store.lookup([digest(5)])[0]) == list(range(49, 49 - TRACES_KEPT, -1))
        assert store.counts()["trace"] == TRACES_KEPT + 1

    def test_row_that_may_not_be_replaced_stays(self, store: FullStore):
        store.write([value(1, b"first"), value(1, b"second")])
        store.write([value(1, b"third")])
        assert store.values([digest(1)]) == [("canonical", b"first")]
        assert store.counts()["value"] == 1

    def test_values(self, store: FullStore):
        store.write([value(number, b"%d" % number) for number in range(2000)])
        asked = [1999, 0, 5000, 0]
        answers = [("canonical", b"1999"), ("canonical", b"0"), None, ("canonical", b"0")]
        assert store.values([digest(number) for number in asked]) == answers

    def test_latest_is_joined(self, store: FullStore):
        store.write(
            [
                value(11, b"arguments"),
                (TASK, (digest(10), "task", "def task(): ...", b"parts")),
                call(2),
                latest("out.txt", 2),
            ]
        )
        expected = {
            "call": digest(2),
            "evaluation": digest(3),
            "task": "task",
            "task_hash": digest(10),
            "task_parts": b"parts",
            "arguments_bytes": b"arguments",
            "discovered": b"seen",
        }
        [found, nothing] = store.latest([("out.txt", 1), ("out", 1)])
        assert told(found) == tuple(expected[name] for name in Latest.__slots__)
        assert nothing is None

    def test_arguments_that_are_kept_one_by_one(self, store: FullStore):
        """They are put together again if they are plain and not too large."""
        given = {"b": 7, "a": ["x"], "c": None}
        for number, item in enumerate(given.values(), 20):
            store.write([(VALUE, (digest(number), "plain", encode(item), ""))])
        for number in (2, 3, 4):
            arguments = [(digest(number), place, name, digest(20 + place), None) for place, name in enumerate(given)]
            store.write([(ARGUMENT, row) for row in reversed(arguments)])
            store.write([call(number), latest("out", number, number=number)])
        store.write([value(30), (ARGUMENT, (digest(3), 3, "d", digest(30), None))])
        store.write([(VALUE, (digest(31), "plain", bytes(1 << 20), ""))])
        store.write([(ARGUMENT, (digest(4), 3, "d", digest(31), None))])
        found = [found and found.arguments_bytes for found in store.latest([("out", number) for number in (2, 3, 4)])]
        assert found == [encode(given), b"", b""]

    def test_latest_is_replaced(self, store: FullStore):
        store.write([call(2, "old"), latest("out", 2)])
        store.write([call(3, "new"), latest("out", 3)])
        assert [found and found.task for found in store.latest([("out", 1)])] == ["new"]
        assert store.counts()["latest"] == 1

    def test_calls_that_are_alike_are_told_apart_by_their_numbers(self, store: FullStore):
        many = [("out", number) for number in range(1, 200)]
        store.write(
            [
                record
                for _, number in many
                for record in (call(number, f"{number}"), latest("out", number, number=number))
            ]
        )
        asked = [("other", 1), *many[::-1], ("out", 0), ("out", 200), ("out", 7)]
        found = [found and found.task for found in store.latest(asked)]
        assert found == [None, *[f"{number}" for _, number in many[::-1]], None, None, "7"]
        assert [row[1] for row in store.rows(LATEST, {"origin": "out", "number": 9})] == [9]

    def test_latest_of_a_call_that_is_not_kept(self, store: FullStore):
        store.write([latest("gone", 2), call(3), latest("bare", 3)])
        [gone, bare] = store.latest([("gone", 1), ("bare", 1)])
        assert gone is None
        assert bare is not None
        assert (bare.task_parts, bare.arguments_bytes) == (b"", b"")

    def test_ledger(self, store: FullStore):
        store.write([(LEDGER, ("a", digest(1), 1, "rule")), (LEDGER, ("b", b"", 4, "rule"))])
        store.write([(LEDGER, ("a", digest(2), 2, "rule"))])
        assert store.ledger(["b", "a", "c"]) == [(b"", 4), (digest(2), 2), None]

    def test_unledger(self, store: FullStore):
        store.write([(LEDGER, (path, digest(1), 1, "rule")) for path in "abc"])
        store.write([(UNLEDGER, ("a",)), (UNLEDGER, ("unknown",))])
        assert store.ledger(["a", "b", "c"]) == [None, (digest(1), 1), (digest(1), 1)]

    def test_unledger_and_ledger_in_one_batch(self, store: FullStore):
        store.write([(LEDGER, ("gone", digest(1), 1, "rule")), (LEDGER, ("back", digest(1), 1, "rule"))])
        store.write(
            [
                (LEDGER, ("gone", digest(2), 1, "rule")),
                (UNLEDGER, ("gone",)),
                (UNLEDGER, ("back",)),
                (LEDGER, ("back", digest(3), 1, "rule")),
            ]
        )
        assert store.ledger(["gone", "back"]) == [None, (digest(3), 1)]
        assert store.counts()["ledger"] == 1

    @pytest.mark.parametrize("text", ODD_TEXTS)
    def test_any_text_is_a_name(self, store: FullStore, text: str):
        store.write([(LEDGER, (text, digest(1), 1, text)), call(2, text), latest(text, 2), (UNLEDGER, ("x" + text,))])
        assert store.ledger([text, text + "x"]) == [(digest(1), 1), None]
        assert [found and found.task for found in store.latest([(text, 1)])] == [text]
        assert list(store.rows(LEDGER, {"path": text, "origin": text})) == [(text, digest(1), 1, text)]

    @pytest.mark.parametrize("text", ODD_TEXTS)
    def test_any_text_is_a_text(self, store: FullStore, text: str):
        rows = [("job", b"\0", text, "plain"), ("job", b"\0", "plain", text)]
        store.write([(TAG, row) for row in rows])
        assert sorted(store.rows(TAG)) == sorted(rows)
        assert list(store.rows(TAG, {"key": text})) == rows[:1]
        assert list(store.rows(TAG, {"value": text})) == rows[1:]

    def test_names_of_other_rows_in_a_batch_with_an_odd_one(self, store: FullStore):
        tags = [("job", b"%d" % number, "key", "plain") for number in range(200)] + [("job", b"", "key", "odd \udc80")]
        store.write([(TAG, row) for row in tags])
        assert sorted(store.rows(TAG)) == sorted(tags)

    def test_rows_gives_what_was_written(self, store: FullStore):
        job = (digest(1), 3, None, None, "task", "out", "failed", "no result is known", 1.5, 2.5, 0.25, 1 << 40)
        argument = (digest(2), 0, "x", digest(3), None)
        output = (digest(1), 3, "out", b"\xff\0text")
        store.write([(JOB, job), (ARGUMENT, argument), (OUTPUT, output)])
        assert [list(store.rows(table)) for table in (JOB, ARGUMENT, OUTPUT)] == [[job], [argument], [output]]

    def test_rows_where(self, store: FullStore):
        uses = [(digest(n % 3), n, f"path {n % 4}", "rw"[n % 2], digest(n % 5)) for n in range(60)]
        store.write([(FILE_USE, use) for use in uses])
        for where in ({"execution": digest(1)}, {"path": "path 3", "mode": "w"}, {"content": digest(2), "seq": 32}, {}):
            places = {FILE_USE.positions[name]: wanted for name, wanted in where.items()}
            expected = [use for use in uses if all(use[place] == wanted for place, wanted in places.items())]
            assert sorted(store.rows(FILE_USE, where)) == sorted(expected)

    def test_rows_where_nothing_matches(self, store: FullStore):
        store.write([call(2)])
        assert list(store.rows(CALL, {"call": digest(404)})) == []
        assert list(store.rows(CALL, {"task": "no such task"})) == []
        assert list(store.rows(CALL, {"call": digest(2), "task": "no such task"})) == []

    def test_rows_where_a_cell_is_none(self, store: FullStore):
        store.write(
            [(EXECUTION, (digest(n), 1.0, None if n else 2.0, "running", "", "", "", "", None)) for n in range(3)]
        )
        assert sorted(row[0] for row in store.rows(EXECUTION, {"ended": None})) == [digest(1), digest(2)]

    @pytest.mark.parametrize("column", ["seq", "started", "parent", "call", "task", "reason"])
    @pytest.mark.parametrize("descending", [False, True])
    def test_rows_in_order(self, store: FullStore, column: str, descending: bool):
        names = ["b", "", "B", "é", "\udcff", "☃", "𝄞", "ab", "\uffff", "\ud800"]
        jobs = [
            (
                *(digest(1), n, (n * 3) % 10 or None, digest(n * 7 % 10), names[n], "out", "done", names[n]),
                *(10.0 - n, 2.0, None, None),
            )
            for n in range(10)
        ]
        store.write([(JOB, job) for job in jobs])
        found = [row[JOB.positions[column]] for row in store.rows(JOB, order=column, descending=descending)]
        assert found == in_order([job[JOB.positions[column]] for job in jobs], descending)
        assert [
            row[JOB.positions[column]] for row in store.rows(JOB, order=column, descending=descending, limit=3)
        ] == found[:3]

    def test_rows_limit(self, store: FullStore):
        store.write([value(number) for number in range(5)])
        assert [len(list(store.rows(VALUE, limit=limit))) for limit in (None, 0, 2, 9)] == [5, 0, 2, 5]

    def test_some_columns_of_rows(self, store: FullStore):
        store.write([(FILE_USE, (digest(n), n, f"path \udcff{n}", "r", digest(n + 1))) for n in range(3)])
        found = list(store.rows(FILE_USE, order="seq", descending=True, columns=["content", "path"]))
        assert found == [(digest(n + 1), f"path \udcff{n}") for n in (2, 1, 0)]
        assert list(store.rows(FILE_USE, {"path": "path \udcff1"}, columns=["seq"])) == [(1,)]
        assert sorted(store.rows(FILE_USE, order="path", limit=2, columns=["mode"])) == [("r",), ("r",)]
        with pytest.raises(ValueError, match="file_use has no column colour"):
            store.rows(FILE_USE, columns=["seq", "colour"])

    @pytest.mark.parametrize("column", ["seq", "started", "task", "reason", "call"])
    @pytest.mark.parametrize("descending", [False, True])
    def test_rows_in_pages(self, store: FullStore, column: str, descending: bool):
        names = ["b", "", "B", "é", "\udcff", "☃", "𝄞", "ab", "\uffff", "\ud800"]
        jobs = [
            (digest(1), n, None, digest(n * 7 % 10), names[n], "out", "done", names[n], 10.0 - n, 2.0, None, None)
            for n in range(10)
        ]
        store.write([(JOB, job) for job in jobs])
        question: dict[str, Any] = {"order": column, "descending": descending, "columns": [column]}
        whole = list(store.rows(JOB, **question))
        pages = list(store.rows(JOB, **question, limit=3))
        while page := list(store.rows(JOB, {"execution": digest(1)}, **question, limit=3, after=pages[-1][0])):
            pages += page
        assert pages == whole

    def test_nothing_comes_behind_what_is_not_there(self, store: FullStore):
        store.write([(EXECUTION, (digest(n), 1.0, float(n) or None, "done", "", "", "", "", None)) for n in range(4)])
        for descending, expected in ((False, [2.0, 3.0]), (True, [])):
            rows = store.rows(EXECUTION, order="ended", descending=descending, columns=["ended"], after=1.0)
            assert [cell for (cell,) in rows] == expected
        with pytest.raises(ValueError, match="without an order"):
            store.rows(EXECUTION, after=1.0)

    def test_digests_by_their_first_digits(self, store: FullStore):
        store.write([(VALUE, (digest(n) if n else b"", "plain", b"", "")) for n in (0, 0x10, 0x11, 0x100)])
        store.write([(EXECUTION, (b"\xab" * 16, 1.0, None, "", "", "", "", "", None))])
        zeros = "0" * 29
        assert store.beginning(zeros, 9) == [digest(0x10), digest(0x11), digest(0x100)]
        assert store.beginning(zeros + "01", 9) == [digest(0x10), digest(0x11)]
        assert store.beginning(zeros + "1", 9) == [digest(0x100)]
        assert store.beginning(zeros + "011", 9) == [digest(0x11)]
        assert store.beginning(zeros, 2) == [digest(0x10), digest(0x11)]
        assert store.beginning("ababa", 9) == [b"\xab" * 16]
        assert store.beginning("ab" * 16, 9) == [b"\xab" * 16]
        assert store.beginning("ab" * 16 + "a", 9) == store.beginning("ac", 9) == []
        assert len(store.beginning("", 9)) == 4

    def test_names_of_a_column(self, store: FullStore):
        paths = ["b", "a/c", "\udcff", "é", "a", "a"]
        store.write([(FILE_USE, (digest(1), n, path, "r", digest(2))) for n, path in enumerate(paths)])
        store.write([(JOB, (digest(1), 1, None, None, "task", "origin", "ran", "", 1.0, 1.0, None, None))])
        assert store.names(FILE_USE, "path", None, 9) == ["a", "a/c", "b", "é", "\udcff"]
        assert store.names(FILE_USE, "path", "a/c", 2) == ["b", "é"]
        assert store.names(FILE_USE, "path", "é", 9) == ["\udcff"]
        assert store.names(FILE_USE, "path", "\udcff", 9) == []
        assert store.names(JOB, "task", "", 9) == ["task"]
        with pytest.raises(ValueError, match="holds no names"):
            store.names(JOB, "reason", None, 9)

    def test_rows_of_an_unknown_column(self, store: FullStore):
        with pytest.raises(ValueError, match="job has no column colour"):
            list(store.rows(JOB, {"colour": 1}))
        with pytest.raises(ValueError, match="job has no column colour"):
            list(store.rows(JOB, order="colour"))

    @pytest.mark.parametrize(
        "misfit",
        [
            (VALUE, (digest(1), "canonical", b"")),
            (VALUE, (digest(1), "canonical", b"", "", 1)),
            (VALUE, (None, "canonical", b"", "")),
            (VALUE, (digest(1), "canonical", None, "")),
            (ARGUMENT, (digest(1), 0, None, digest(1), None)),
            (LEDGER, ("path", None, 1, "")),
            (UNLEDGER, ("path", 1)),
        ],
    )
    def test_record_that_does_not_fit(self, store: FullStore, misfit: Record):
        with pytest.raises(ValueError, match="record"):
            store.write([call(2), value(9), misfit])
        with pytest.raises(ValueError, match="record"):
            store.write([misfit, value(9)])
        assert sum(store.counts().values()) == 0
        store.write([value(9)])
        assert store.values([digest(9)]) == [("canonical", b"content")]

    def test_records_in_a_buffer(self, store: FullStore):
        buffer = Buffer()
        for table, row in (value(9), call(2), value(8), value(9, b"other")):
            buffer[table] += row
        assert (buffer[FAILURE], buffer[TAG]) == ([], [])  # of rows that could not be made
        assert buffer.count == 4
        store.write(buffer)
        assert store.values([digest(8), digest(9)]) == [("canonical", b"content")] * 2
        buffer[CALL] += (digest(3), "task")
        with pytest.raises(ValueError, match="record"):
            store.write(buffer)
        assert store.counts()["call"] == 1

    def test_abandoned_rows_hold_nothing(self, store: FullStore):
        store.write([value(number) for number in range(100)])
        next(iter(store.rows(VALUE)))
        store.write([value(100)])
        assert store.counts()["value"] == 101

    def test_durations(self, store: FullStore):
        def ran(execution: int, origin: str, state: str, started: float, ended: float) -> Record:
            return JOB, (digest(execution), 1, None, None, "task", origin, state, "", started, ended, None, None)

        store.write(
            [
                ran(1, "a", "ran", 10, 13),
                ran(2, "a", "ran", 30, 34.5),
                ran(3, "a", "ran", 20, 21),
                ran(4, "a", "cached", 40, 40),
                ran(5, "a", "failed", 50, 59),
                ran(6, "b\udcff", "ran", 9, 8),
                ran(7, "c", "failed", 1, 2),
            ]
        )
        assert store.durations(["a", "b\udcff", "c", "never", "a"]) == [4.5, 0.0, None, None, 4.5]
        assert store.durations([]) == []

    def test_handles(self, store: FullStore):
        store.write([(HANDLE, (digest(n), "db", n % 2)) for n in range(3)])
        assert store.handles([digest(2), digest(1), digest(9), digest(1)]) == [False, True, None, True]
        store.write([(HANDLE, (digest(1), "db", 0))])
        assert store.handles([digest(1)]) == [False]
        assert store.handles([]) == []

    def test_what_was_derived_of_a_handle(self, store: FullStore):
        edges = [(1, 2), (2, 3), (2, 4), (3, 5), (5, 2), (8, 9), (4, 40)]  # with a circle, which nobody should make
        store.write([(HANDLE_EDGE, (digest(parent), digest(child))) for parent, child in edges])
        store.write([(HANDLE, (digest(n), f"name {n}", n != 4)) for n in (1, 2, 3, 4, 5, 9)])
        told = [(digest(n), f"name {n}") for n in (2, 3, 5)]
        assert store.derived([digest(1)]) == told, "4 is invalid, of 40 nothing is known but the edge"
        assert store.derived([digest(8), digest(3), digest(8)]) == [*told, (digest(9), "name 9")]
        assert store.derived([digest(9), digest(77)]) == []
        assert store.derived([]) == []

    def test_failures(self, store: FullStore):
        rows = [(digest(1), n, "ValueError", f"no {n}", "Traceback\n  x = 1") for n in range(3)]
        store.write([(FAILURE, row) for row in rows])
        assert list(store.rows(FAILURE, {"execution": digest(1), "seq": 2})) == [rows[2]]

    def test_what_failed_by_itself(self, store: FullStore):
        def job(execution: int, seq: int, state: str, origin: str, call: int | None, started: float) -> Record:
            made = digest(call) if call else None
            return JOB, (digest(execution), seq, None, made, "t", origin, state, "", started, started, None, None)

        store.write(
            [
                (CALL, (digest(50), "t", digest(51), digest(52), digest(53), None)),
                (CALL, (digest(54), "t", digest(51), b"", digest(53), None)),
                job(1, 0, "failed", "later", 50, 9),
                job(1, 1, "failed", "b\udcff", 54, 3),
                job(1, 2, "failed", "because of another", 50, 4),
                job(2, 1, "stopped", "by the user", 50, 5),
                job(2, 2, "failed", "before it was called", None, 2),
                *((FAILURE, (digest(n), seq, "", "", "")) for n, seq in ((1, 0), (1, 1), (2, 1), (2, 2), (3, 3))),
            ]
        )
        told = [
            (each.origin, each.task_hash, each.arguments, each.execution, each.seq, each.started)
            for each in store.failed()
        ]
        assert told == [
            ("before it was called", None, None, digest(2), 2, 2),
            ("b\udcff", digest(51), b"", digest(1), 1, 3),
            ("later", digest(51), digest(52), digest(1), 0, 9),
        ]

    def test_close_twice(self, store: FullStore):
        store.write([value(1)])
        store.close()
        store.close()


def in_order(cells: list[Any], descending: bool) -> list[Any]:
    """None first, then texts by their bytes, those with lone surrogates last."""

    def key(cell: Any) -> tuple[bool, bool, Any]:
        if isinstance(cell, str):
            odd = any("\ud800" <= char <= "\udfff" for char in cell)
            return (True, odd, cell.encode("utf-8", "surrogatepass"))
        return (cell is not None, False, cell)

    return sorted(cells, key=key, reverse=descending)
