"""What `redun log` says about records that are put together here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redo_py.app.telling.recorded import Recorded
from redo_py.cli.log.answer import Answer
from redo_py.cli.log.lines import duration
from redo_py.cli.log.views import Wishes
from redo_py.ground.clock import Clock
from redo_py.ground.errors import UsageError
from redo_py.records import CALL, EXECUTION, FAILURE, FILE_USE, JOB, TAG, TASK, VALUE, Record
from redo_py.store.sqlite import SqliteStore
from redo_py.values.encoding import encode

FIRST, SECOND = b"\xaa" * 16, b"\xaa" + b"\xbb" * 15
CALLED, BOUND, RESULT = (bytes([number]) * 16 for number in (1, 2, 3))


def execution(digest: bytes, started: float, status: str = "done") -> Record:
    return EXECUTION, (digest, started, started + 61.5, status, "redun run a.py main", "", "1", "run", None)


def job(digest: bytes, seq: int, parent: int | None, state: str, call: bytes | None = None) -> Record:
    return JOB, (digest, seq, parent, call, "demo.main", "demo.main", state, "", 1.0 + seq, 2.5 + seq, None, None)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with records of two runs, the second of which failed."""
    store = SqliteStore(str(tmp_path / ".redun/state.db"), Clock())
    store.write(
        [
            execution(FIRST, 0.0), execution(SECOND, 100.0, "failed"), (TAG, ("execution", FIRST, "user", '"me"')),
            job(FIRST, 0, None, "ran", CALLED), job(SECOND, 0, None, "failed"),
            *[job(SECOND, seq, 0, "failed" if seq > 4 else "cached", CALLED) for seq in range(1, 7)],
            (CALL, (CALLED, "demo.main", b"t" * 16, BOUND, RESULT, None)),
            (VALUE, (BOUND, "plain", encode({"x": "a\x1b[31mb"}), "")), (VALUE, (RESULT, "plain", encode(7), "")),
            (FAILURE, (SECOND, 5, "ValueError", "no\nway", 'File "a.py", line 1\n    x = 1')),
            (TASK, (b"t" * 16, "demo.main", "def main(): ...", b"")), (FILE_USE, (FIRST, 0, "odd\nname", "w", RESULT)),
        ]
    )  # fmt: skip
    store.close()
    return tmp_path


@pytest.fixture
def recorded(folder: Path) -> Iterator[Recorded]:
    found = Recorded(str(folder))
    yield found
    found.close()


def told(recorded: Recorded, asked: str = "", has_all: bool = False, files: bool = False, **wishes: Any) -> list[str]:
    made = Wishes(**wishes)
    return list(Answer(recorded, asked, made, has_all, as_json=False).lines(files))


def refusal(recorded: Recorded, asked: str = "", **more: Any) -> str:
    with pytest.raises(UsageError) as caught:
        told(recorded, asked, **more)
    return str(caught.value)


def test_an_ambiguous_beginning_lists_what_there_is(recorded: Recorded) -> None:
    assert refusal(recorded, "aa") == (
        "redun: aa is the beginning of several ids\n"
        "  Execution  aaaaaaaa [ DONE ] 1970-01-01 00:00:00:  run a.py main  (user=me)\n"
        "  Execution  aabbbbbb [FAILED] 1970-01-01 00:01:40:  run a.py main\n"
        "  hint: give some more digits"
    )
    assert told(recorded, "aaa")[0].startswith("Exec aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa [ DONE ]")


def test_names_that_are_not_recorded(recorded: Recorded) -> None:
    assert refusal(recorded, task="demo.mian") == (
        "redun: no recorded job is of a task demo.mian\n  hint: did you mean `demo.main`?"
    )
    assert refusal(recorded, "add", files=True) == "redun: no recorded job has read or made a file add"
    assert "nothing that is recorded is called zzz" in refusal(recorded, "zzz")


def test_executions_by_status_and_tag(recorded: Recorded) -> None:
    assert len(told(recorded)) == 4
    assert [line[5:9] for line in told(recorded, statuses=frozenset(["FAILED"]))[2:]] == ["aabb"]
    assert [line[5:9] for line in told(recorded, tag=("user", None))[2:]] == ["aaaa"]
    assert [line[5:9] for line in told(recorded, tag=("user", '"me"'))[2:]] == ["aaaa"]
    assert [line[5:9] for line in told(recorded, tag=("user", "me"))[2:]] == ["aaaa"]
    assert refusal(recorded, "", tag=("user", "you")) == "redun: no recorded execution has a tag user=you"


def test_failed_jobs_that_are_left_out_are_named(recorded: Recorded) -> None:
    lines = told(recorded, "-", limit=2)
    assert lines[1:4] == ["Duration: 0:01:01.50", "", "Jobs: 7 (DONE: 0, CACHED: 4, FAILED: 3)"]
    assert lines[7] == "... 5 more jobs: --all shows them; 2 of them failed"
    assert [line.split("[")[1][:6] for line in lines[8:]] == ["FAILED", "FAILED"]
    assert len(told(recorded, "-", has_all=True)) == 12


def test_a_failed_job_tells_its_error(recorded: Recorded) -> None:
    [failed, _] = [line for line in told(recorded, "-") if "[FAILED]" in line and line.startswith("  ")]
    lines = told(recorded, failed.split()[1])
    at = lines.index("  Error: ValueError: no\\nway")
    assert lines[at + 1 : at + 3] == ['    File "a.py", line 1', "        x = 1"]


def test_nothing_that_moves_the_cursor_comes_out(recorded: Recorded) -> None:
    shown = "\n".join([*told(recorded, "~2"), *told(recorded, files=True)])
    assert "demo.main('a\\x1b[31mb')" in shown
    assert "w  odd\\nname" in shown
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_records_are_found_from_below(folder: Path) -> None:
    os.makedirs(folder / "sub/deep")
    found = Recorded(str(folder / "sub/deep"))
    assert len(told(found)) == 4
    assert found.file("../../odd\nname") is not None
    found.close()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00:00.00"), (1.466, "0:00:01.47"), (59.999, "0:01:00.00"), (3600 * 30 + 61, "30:01:01.00")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
