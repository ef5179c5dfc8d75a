"""How long the store takes for what a build of 1,000 targets asks of it. Run: python tests/bench/bench_store.py"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from redo_py.ground.clock import Clock
from redo_py.records import ARGUMENT, CALL, EDGE, FILE_USE, JOB, LATEST, LEDGER, TRACE, VALUE, Buffer, Record
from redo_py.store.memory import MemoryStore
from redo_py.store.sqlite import SqliteStore

JOBS = 1000
ROUNDS = 9
WARM = 20_000  # evaluations in the database that is looked up in
SHARED = [os.urandom(16) for _ in range(8)]  # task hash, execution and other digests that all jobs have in common


class Job:
    """The digests and names of one job that copies a file."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.call, self.evaluation, self.discovered, self.arguments = (os.urandom(16) for _ in range(4))
        self.result, self.source, self.made = (os.urandom(16) for _ in range(3))
        self.origin, self.path = f"out/some/folder/{number}.txt", f"in/some/folder/{number}.txt"

    def records(self) -> list[Record]:
        """All rows of the job, in the order in which the engine writes them."""
        task, execution, parent, option, *_ = SHARED
        use = (execution, self.number)
        return [
            (VALUE, (self.arguments, "c", b"a" * 90, "a preview of the arguments")),
            (VALUE, (self.result, "c", b"r" * 40, "File('out/some/folder.txt')")),
            (CALL, (self.call, "sh", task, self.arguments, self.result, None)),
            (ARGUMENT, (self.call, 0, "source", self.source, None)),
            (ARGUMENT, (self.call, 1, "to", self.made, None)),
            (ARGUMENT, (self.call, 2, "command", option, None)),
            (TRACE, (self.evaluation, self.discovered, self.result, self.call, b"d" * 60, b"p" * 60, 1.5)),
            (FILE_USE, (*use, self.path, "r", self.source)),
            (FILE_USE, (*use, self.origin, "w", self.made)),
            (EDGE, (parent, self.number, self.call)),
            (LATEST, (self.origin, 1, self.call, self.evaluation, b"d" * 60, *use)),
            (LEDGER, (self.origin, self.made, 1, self.origin)),
            (JOB, (*use, None, self.call, "sh", self.origin, "done", "no result is known", 1.5, 1.6, None, None)),
        ]


def written(jobs: Iterable[Job]) -> Buffer:
    """The records of `jobs`, as the engine hands them over."""
    buffer = Buffer()
    for job in jobs:
        for table, row in job.records():
            buffer[table] += row
    return buffer


def best(rounds: int, work: Callable[[], object]) -> tuple[float, float]:
    """The least wall time and the least processor time of `work`, in seconds."""
    walls, processors = [], []
    for _ in range(rounds):
        wall, processor = perf_counter(), process_time()
        work()
        walls.append(perf_counter() - wall)
        processors.append(process_time() - processor)
    return min(walls), min(processors)


def say(what: str, times: tuple[float, float], items: int) -> None:
    """One line of the report."""
    wall, processor = times
    each = wall / items * 1e6
    print(f"{what:<44} {wall * 1e3:8.2f} ms (cpu {processor * 1e3:7.2f})  {each:7.2f} µs each  {1e6 / each:10,.0f}/s")


def measure_writing(folder: str) -> None:
    """First builds, each into an empty database, then the same once more."""
    first, second = [], []
    for number in range(ROUNDS):
        store = SqliteStore(f"{folder}/write{number}.db", Clock())
        records = written(map(Job, range(JOBS)))
        first.append(best(1, lambda store=store, records=records: store.write(records)))  # type: ignore[misc]
        second.append(best(1, lambda store=store, records=records: store.write(records)))  # type: ignore[misc]
        store.close()
    say(f"write {JOBS} jobs of 13 rows", min(first), JOBS)
    say("write the same again", min(second), JOBS)


def measure_reading(folder: str) -> None:
    """Second builds, over a database of WARM jobs."""
    path = f"{folder}/read.db"
    jobs = [Job(number) for number in range(WARM)]
    store = SqliteStore(path, Clock())
    records = written(jobs)
    say(f"write {WARM} jobs", best(1, lambda: store.write(records)), WARM)
    store.close()
    print(f"{os.path.getsize(path) / WARM:.0f} bytes per job")
    say("open and close", best(ROUNDS, lambda: SqliteStore(path, Clock()).close()), 1)
    store = SqliteStore(path, Clock())
    evaluations, origins = [job.evaluation for job in jobs], [job.origin for job in jobs]
    say("look up, first time in this process", best(1, lambda: store.lookup(evaluations)), WARM)
    say("look up, warm", best(ROUNDS, lambda: store.lookup(evaluations)), WARM)
    say("look up 1,000, warm", best(ROUNDS, lambda: store.lookup(evaluations[5000:6000])), 1000)
    say("look up 1, warm", best(ROUNDS, lambda: store.lookup(evaluations[5000:5001])), 1)
    unknown = [os.urandom(16) for _ in range(WARM)]
    say("look up what is not there", best(ROUNDS, lambda: store.lookup(unknown)), WARM)
    say("ledger, warm", best(ROUNDS, lambda: store.ledger(origins)), WARM)
    say("latest, warm", best(ROUNDS, lambda: store.latest([(origin, 1) for origin in origins])), WARM)
    say("values, warm", best(ROUNDS, lambda: store.values([job.result for job in jobs])), WARM)
    say("rows of JOB", best(ROUNDS, lambda: store.rows(JOB)), WARM)
    store.close()
    memory = MemoryStore()
    memory.write(records)
    say("memory: look up", best(ROUNDS, lambda: memory.lookup(evaluations)), WARM)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        measure_writing(scratch)
        measure_reading(scratch)
