"""Whatever is written and asked, in whatever order: the stores in SQLite and in Postgres answer as the one in memory
does."""

from __future__ import annotations

import shutil
import tempfile
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from redo_py.ground.clock import Clock
from redo_py.records import TABLES, UNLEDGER, Table
from redo_py.store.memory import MemoryStore
from redo_py.store.postgres.store import PostgresStore
from redo_py.store.sqlite import SqliteStore
from tests.conformance.store_suite import digest, told
from tests.parts.postgres import Postgres, empty

DIGESTS = st.integers(0, 12).map(digest) | st.just(b"")
NAMES = st.sampled_from(["a", "b", "two words", "é", "\udcff", "\ud800", "", "nul\0"])
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "id": DIGESTS,
    "digest": DIGESTS,
    "name": NAMES,
    "text": NAMES,
    "integer": st.integers(-2, 3) | st.sampled_from([2**63 - 1, -(2**63)]),
    "real": st.integers(0, 5).map(float),
    "blob": st.binary(max_size=3),
}


def rows_of(table: Table) -> st.SearchStrategy[tuple[Any, ...]]:
    """Rows that fit `table`."""
    return st.tuples(*[CELLS[kind] | st.none() if name[-1] == "?" else CELLS[kind] for name, kind in table.columns])


RECORDS = st.sampled_from([*TABLES, UNLEDGER]).flatmap(lambda table: st.tuples(st.just(table), rows_of(table)))
WHERE = st.sampled_from(TABLES).flatmap(
    lambda table: st.tuples(
        st.just(table),
        st.fixed_dictionaries({}, optional={name.rstrip("?"): CELLS[kind] for name, kind in table.columns}),
    )
)

COLUMNS = st.sampled_from([(table, name.rstrip("?"), kind) for table in TABLES for name, kind in table.columns])


class Agreement(RuleBasedStateMachine):
    """One history, told to the store in memory and to one that keeps."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = MemoryStore()
        self.kept = self.opened()

    def opened(self) -> SqliteStore | PostgresStore:
        raise NotImplementedError("a subclass opens the store")

    def teardown(self) -> None:
        self.kept.close()

    @rule(records=st.lists(RECORDS, max_size=60))
    def write(self, records):
        self.memory.write(records)
        self.kept.write(records)

    @rule()
    def reopen(self):
        self.kept.close()
        self.kept = self.opened()

    @rule(evaluations=st.lists(DIGESTS, max_size=20))
    def lookup(self, evaluations):
        answers = [
            [[[getattr(found, name) for name in found.__slots__] for found in traces] for traces in answer]
            for answer in (self.memory.lookup(evaluations), self.kept.lookup(evaluations))
        ]
        assert answers[0] == answers[1]

    @rule(digests=st.lists(DIGESTS, max_size=20), names=st.lists(NAMES, max_size=10))
    def points(self, digests, names):
        assert self.memory.values(digests) == self.kept.values(digests)
        assert self.memory.ledger(names) == self.kept.ledger(names)
        addresses = [(name, number) for name in names for number in (-1, 1)]
        answers = [[told(last) for last in store.latest(addresses)] for store in (self.memory, self.kept)]
        assert answers[0] == answers[1]

    @rule(states=st.lists(DIGESTS, max_size=4))
    def handles(self, states):
        assert self.memory.handles(states) == self.kept.handles(states)
        assert self.memory.derived(states) == self.kept.derived(states)

    @rule(digits=st.sampled_from(["", "0", "00", f"{1:032x}", f"{10:032x}", f"{0:031x}"]), limit=st.integers(0, 5))
    def digests(self, digits, limit):
        known = set(self.memory.beginning(digits, 99))
        assert known <= set(self.kept.beginning(digits, 99)), "which may know others of rows that were replaced"
        assert len(self.kept.beginning(digits, limit)) <= limit

    @rule(column=COLUMNS, descending=st.booleans(), data=st.data())
    def pages(self, column, descending, data):
        table, name, kind = column
        after = data.draw(CELLS[kind])
        question = {"order": name, "descending": descending, "columns": [name], "after": after}
        assert list(self.memory.rows(table, **question)) == list(self.kept.rows(table, **question))
        if kind == "name":
            assert self.memory.names(table, name, after, 9) == self.kept.names(table, name, after, 9)

    @rule(question=WHERE)
    def rows(self, question):
        table, where = question
        assert self.memory.counts() == self.kept.counts()
        assert sorted(map(repr, self.memory.rows(table, where))) == sorted(map(repr, self.kept.rows(table, where)))
        assert sorted(map(repr, self.memory.rows(table))) == sorted(map(repr, self.kept.rows(table)))


class WithSqlite(Agreement):
    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp()
        super().__init__()

    def opened(self) -> SqliteStore:
        def never(text: str) -> None:
            raise AssertionError(text)

        return SqliteStore(f"{self.folder}/state.db", Clock(), never, fresh=5)

    def teardown(self) -> None:
        super().teardown()
        shutil.rmtree(self.folder)


class WithPostgres(Agreement):
    address = ""

    def opened(self) -> PostgresStore:
        return PostgresStore(self.address, b"place", Clock())

    def teardown(self) -> None:
        super().teardown()
        empty(self.address)


STEPS = settings(max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
TestAgreement = WithSqlite.TestCase
TestAgreement.settings = STEPS


@pytest.mark.slow
def test_agreement_of_postgres(postgres: Postgres):
    WithPostgres.address = postgres.new_database()
    run_state_machine_as_test(WithPostgres, settings=STEPS)
