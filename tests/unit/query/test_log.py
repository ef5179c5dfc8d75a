"""What `redun log` asks of a store: executions, trees of jobs, ids by their beginnings, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from redo_py.ground.clock import Clock
from redo_py.ground.errors import UsageError
from redo_py.ground.job_ids import job_id
from redo_py.query.log.calls import Calls, value_text
from redo_py.query.log.executions import Executions, Past
from redo_py.query.log.files import Files, fits
from redo_py.query.log.finding import MOST, Found, digits_of, find
from redo_py.query.log.jobs import Job, Tree
from redo_py.records import ARGUMENT, CALL, EXECUTION, FILE_USE, FIRST_WRITTEN, JOB, TAG, VALUE, Record
from redo_py.store.both import BothReaders
from redo_py.store.memory import MemoryStore
from redo_py.store.sqlite import SqliteStore
from redo_py.values.encoding import encode

ROWS = 100_000


def identity(number: int) -> bytes:
    """An id that looks like one."""
    return (number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128).to_bytes(16, "big")


def execution(number: int, status: str = "done", process: str | None = None, **more: Any) -> Record:
    row = {"argv": "redun build all", "cwd": "", "version": "1", "kind": "build"} | more
    return EXECUTION, (identity(number), float(number), None, status, *row.values(), process)


def job(number: int, seq: int, parent: int | None = None, state: str = "ran", started: float = 1.0) -> Record:
    row = (
        identity(number),
        seq,
        parent,
        identity(9000 + seq),
        f"task {seq}",
        "origin",
        state,
        "",
        started,
        started + 1,
        None,
        None,
    )
    return JOB, row


def store_of(*records: Record) -> MemoryStore:
    store = MemoryStore()
    store.write(records)
    return store


def past_of(store: MemoryStore, number: int, is_gone: bool = False) -> Past:
    found = Executions(store, lambda _: is_gone).get(identity(number))
    assert found is not None
    return found


def tree_of(*jobs: Record, status: str = "done") -> Tree:
    store = store_of(execution(1, status), *jobs)
    return Tree(store, past_of(store, 1))


# ---- executions


def test_executions_from_the_end() -> None:
    store = store_of(*[execution(number) for number in (1, 2, 3)])
    executions = Executions(store, lambda _: False)
    assert [each.started for each in executions.newest_first()] == [3.0, 2.0, 1.0]
    found = [executions.named(asked) for asked in ("-", "~1", "~3")]
    assert [each.started for each in found if each is not None] == [3.0, 3.0, 1.0]
    assert [executions.named(asked) for asked in ("~", "~x", "x", "3", "~-1")] == [None] * 5
    for asked in ("~4", "~0"):
        with pytest.raises(UsageError) as caught:
            executions.named(asked)
        assert caught.value.headline == f"there is no execution {asked}: 3 are recorded"


def test_status_of_executions() -> None:
    store = store_of(
        execution(1, "running", "mine"), execution(2, "running", "gone"), execution(3, "running"),
        execution(4, "interrupted"), execution(5, "failed"),
    )  # fmt: skip
    found = Executions(store, lambda process: process == "gone").newest_first()
    assert [each.status for each in found] == ["FAILED", "STOPPED", "RUNNING", "KILLED", "RUNNING"]


def test_what_an_execution_was_asked_for() -> None:
    store = store_of(
        execution(1, argv="redun run a.py main", kind="run"), execution(2, argv="script.py", kind="run"),
        execution(3, argv="", kind="run"), (TAG, ("execution", identity(1), "user", '"me"')),
        (TAG, ("execution", identity(1), "a", "1")), (TAG, ("job", identity(1), "b", "1")),
    )  # fmt: skip
    assert [past_of(store, number).command for number in (1, 2, 3)] == ["run a.py main", "run script.py", "run"]
    assert past_of(store, 1).tags == [("a", "1"), ("user", "me")]


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_the_newest_is_what_was_recorded_last_although_the_clock_was_put_back(tmp_path: Path, kind: str) -> None:
    store = MemoryStore() if kind == "memory" else SqliteStore(str(tmp_path / "state.db"), Clock())
    for number in (7, 9, 3, 5):
        store.write([execution(number, "running")])
    store.write([execution(9)])  # its end changes nothing
    executions = Executions(store, lambda _: False)
    assert [past.started for past in executions.newest_first()] == [5, 3, 9, 7]
    assert [getattr(executions.named(asked), "started", None) for asked in ("-", "~2", "~3")] == [5, 3, 9]
    assert [job[0] for job in BothReaders(store, store_of(execution(4), execution(2))).rows(
        EXECUTION, order=FIRST_WRITTEN, descending=True, limit=5, columns=["started"]
    )] == [5, 3, 9, 7, 2]  # fmt: skip
    store.close()


# ---- trees of jobs


def test_a_tree_in_the_order_in_which_jobs_began() -> None:
    tree = tree_of(
        job(1, 0, started=1), job(1, 1, 0, started=5), job(1, 2, 0, started=3), job(1, 3, 2, started=4),
        job(1, 4, started=0), job(1, 5, 0, started=3), job(1, 6, 5, "joined", started=3), job(1, 7, 99),
    )  # fmt: skip
    walked = [(seq, depth) for seq, depth, _ in tree.walk()]
    assert walked == [(4, 0), (0, 0), (2, 1), (3, 2), (5, 1), (1, 1), (7, 0)]
    assert (tree.called(0), tree.called(4), tree.callers(3), tree.callers(7)) == ([2, 5, 1], [], [0, 2], [])
    assert (tree.ended(0), tree.ended(4)) == (6.0, 1.0)


def test_counts_leave_joined_jobs_out() -> None:
    states = ["ran", "cached", "restored", "joined", "failed", "failed", "adopted", "stopped"]
    tree = tree_of(*[job(1, seq, state=state) for seq, state in enumerate(states)])
    assert tree.counts == {"DONE": 1, "CACHED": 2, "FAILED": 2, "ADOPTED": 1, "STOPPED": 1}
    assert tree_of().counts == {"DONE": 0, "CACHED": 0, "FAILED": 0}


def test_a_running_job_of_an_execution_that_is_over_was_killed() -> None:
    assert [status for _, _, status in tree_of(job(1, 0, state="running"), status="running").walk()] == ["RUNNING"]
    assert [status for _, _, status in tree_of(job(1, 0, state="running"), status="failed").walk()] == ["KILLED"]


@pytest.mark.parametrize("size", [5_000, pytest.param(ROWS, marks=pytest.mark.slow)])
def test_a_chain_of_many_jobs(size: int) -> None:
    tree = tree_of(*[job(1, seq, seq - 1 if seq else None, started=float(seq)) for seq in range(size)])
    walked = list(tree.walk())
    assert walked[-1] == (size - 1, size - 1, "DONE")
    assert len(tree.callers(size - 1)) == size - 1
    assert tree.ended(0) == float(size)
    assert tree.counts["DONE"] == size


# ---- ids


def kinds(found: list[Found]) -> list[str]:
    return [each.kind for each in found]


def test_every_kind_of_id() -> None:
    records: list[Record] = [
        execution(1), job(1, 0), (CALL, (identity(2), "task", identity(3), identity(4), identity(5), None)),
        (VALUE, (identity(5), "plain", encode(5), "")), (FILE_USE, (identity(1), 0, "path", "r", identity(6))),
    ]  # fmt: skip
    store = store_of(*records)
    for number, kind in ((1, "Execution"), (2, "CallNode"), (5, "Value"), (6, "File")):
        assert kinds(find(store, identity(number).hex())) == [kind]
        assert kinds(find(store, identity(number).hex()[:9].upper())) == [kind]
    assert find(store, identity(3).hex()) == [], "of a digest without a row there is nothing to show"
    for length in (36, 20, 8, 5):
        [found] = find(store, job_id(identity(1), 0)[:length])
        assert (found.kind, found.digest, found.seq, found.id) == ("Job", identity(1), 0, job_id(identity(1), 0))
    assert find(store, "") == find(store, "no hex") == find(store, "0" * 33) == []
    assert digits_of("69C40FE5-c081") == "69c40fe5c081"


@pytest.mark.parametrize("length", [1, 3, 4, 6, 7, 8])
def test_ids_of_jobs_by_any_beginning(length: int) -> None:
    store = store_of(*[execution(number) for number in (1, 2)], *[job(n, seq) for n in (1, 2) for seq in range(300)])
    for number, seq in ((1, 0), (2, 299), (1, 150)):
        asked = job_id(identity(number), seq)[:length]
        ids = [job_id(identity(n), s) for n in (2, 1) for s in range(300)]
        expected = sorted(each for each in ids if each.startswith(asked))
        found = [each.id for each in find(store, asked) if each.kind == "Job"]
        assert set(found) <= set(expected)
        assert len(found) == min(MOST, len(expected))


def test_an_id_beyond_the_jobs_that_there_are() -> None:
    store = store_of(execution(1), job(1, 0), job(1, 2))
    for seq in (1, 3, 10**6):
        assert find(store, job_id(identity(1), seq)) == []


class Counting(MemoryStore):
    """Counts the questions."""

    __slots__ = ("asked",)

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def rows(self, *question: Any, **more: Any) -> Any:
        self.asked += 1
        return super().rows(*question, **more)


def test_a_job_is_found_with_few_questions() -> None:
    store = Counting()
    store.write([execution(1), *[job(1, seq) for seq in range(2000)]])
    for length in (8, 36, 6):
        store.asked = 0
        assert find(store, job_id(identity(1), 1234)[:length])[0].seq == 1234
        assert store.asked < 20


# ---- calls and values


def test_arguments_that_only_a_pickle_gives_back_have_their_text() -> None:
    bound = encode({"x": 1, "f": sum})
    store = store_of(
        (CALL, (identity(2), "task", identity(3), identity(4), identity(5), identity(7))),
        (VALUE, (identity(4), "plain", bound, "")),
        (VALUE, (identity(6), "plain", encode(1), "")),
        (VALUE, (identity(8), "pickle", b"never read", "<built-in sum>")),
        (ARGUMENT, (identity(2), 0, "x", identity(6), None)),
        (ARGUMENT, (identity(2), 1, "f", identity(8), None)),
        (VALUE, (identity(7), "plain", encode([1]), "")),
    )
    calls = Calls(store, 100)
    call = calls.get(identity(2))
    assert call is not None
    assert calls.arguments(call) == [("x", "1"), ("f", "<built-in sum>")]
    assert calls.value(call.result) == "[1]"
    assert calls.value(identity(99)) == f"<{identity(99).hex()}>"
    bare = Job((identity(1), 0, None, None, "task", "origin", "failed", "", 1.0, 2.0, None, None), False)
    assert calls.text(bare) == "task(...)"


def test_text_of_a_value_without_one() -> None:
    assert value_text((identity(1), "expression:plain", b"", ""), 100) == "<expression>"
    assert value_text((identity(1), "pickle", b"", ""), 100) == "<pickle>"
    assert value_text((identity(1), "plain", b"damaged", ""), 100) == "..."
    assert value_text((identity(1), "unkept", b"", "x" * 50), 10) == "xxxxxxx..."


# ---- files


def test_a_path_is_what_it_last_held() -> None:
    store = store_of(
        execution(1), execution(2), job(1, 0, started=10), job(1, 1, started=11), job(2, 0, started=20),
        (FILE_USE, (identity(1), 1, "a", "r", identity(5))), (FILE_USE, (identity(1), 0, "a", "w", identity(5))),
        (FILE_USE, (identity(1), 1, "b", "w", identity(6))), (FILE_USE, (identity(2), 0, "a", "r", identity(7))),
    )  # fmt: skip
    files = Files(store)
    newest, oldest = files.get("a"), files.get("a", identity(5))
    assert newest is not None
    assert oldest is not None
    assert (newest.content, newest.mode, newest.since) == (identity(7), "r", 20.0)
    assert (oldest.mode, oldest.since, [use.is_made for use in oldest.uses]) == ("rw", 10.0, [True, False])
    assert files.get("c") is None
    assert [path.path for path in files.matching("*")] == ["a", "b"]
    assert [path.path for path in files.with_content(identity(5))] == ["a"]


def test_what_was_taken_from_the_cache_is_the_newest() -> None:
    store = store_of(
        execution(1), execution(2), execution(3), job(1, 0, started=10), job(2, 1, started=20),
        (FILE_USE, (identity(1), 0, "a", "w", identity(5))), (FILE_USE, (identity(2), 1, "a", "w", identity(6))),
        (FILE_USE, (identity(1), 0, "b", "r", identity(7))), (FILE_USE, (identity(2), 1, "b", "r", identity(8))),
    )  # fmt: skip
    assert [path.content for path in Files(store).matching("*")] == [identity(6), identity(8)]
    restored = JOB, (identity(3), 0, None, identity(9000), "task 0", "origin", "restored", "", 30.0, 31.0, None, None)
    store.write([restored])
    made, read = Files(store).matching("*")
    assert (made.content, made.since) == (identity(5), 10.0)
    assert [(use.execution, use.seq) for use in made.uses] == [(identity(1), 0)]
    assert read.content == identity(7)


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("a/b.c", "*.c", True), ("a/b.c", "a*c", True), ("a/b.c", "a/*", True), ("a/b.c", "*", True),
        ("a/b.c", "a/b.c", True), ("a/b.c", "b*", False), ("a/b.c", "*b", False), ("aa", "a*a*a", False),
        ("abab", "ab*ab", True), ("aba", "ab*ba", False), ("a[b", "a[*", True), ("x", "", False),
    ],
)  # fmt: skip
def test_patterns(path: str, pattern: str, expected: bool) -> None:
    assert fits(path, pattern) is expected


def test_many_paths_come_in_pages() -> None:
    store = store_of(execution(1), *[(FILE_USE, (identity(1), 0, f"{n:05}", "r", identity(n))) for n in range(1203)])
    assert len(list(Files(store).paths())) == 1203
