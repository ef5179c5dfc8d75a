"""What is known of a call of the past."""

from __future__ import annotations

import pytest

from redo_py.app.running.recorded import past_call
from redo_py.app.running.workspace import RunWorkspace
from redo_py.ground.clock import Clock
from redo_py.ground.errors import UsageError
from redo_py.ground.job_ids import job_id
from redo_py.records import ARGUMENT, EXECUTION, JOB, VALUE, Record, Table
from redo_py.store.sqlite import SqliteStore
from redo_py.values.codec import dump

CALL_ID, EXECUTION_ID = b"c" * 16, bytes(range(16))
ARGV = "redun run wf.py main"


def row(table: Table, **given: object) -> Record:
    """A record of `table`; what is not given is empty."""
    empty = {"integer": 0, "real": 0.0, "blob": b"", "text": "", "name": "", "digest": bytes(16), "id": EXECUTION_ID}
    cells = {name.rstrip("?"): None if name.endswith("?") else empty[kind] for name, kind in table.columns}
    return table, tuple({**cells, **given}[name.rstrip("?")] for name, _ in table.columns)


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> RunWorkspace:
    """A workspace with one execution of two jobs, of which the second was never called."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".redun").mkdir()
    store = SqliteStore(str(tmp_path / ".redun/state.db"), Clock())
    digest, format_, data = dump([1, 2])
    store.write(
        [
            row(EXECUTION, id=EXECUTION_ID, argv=ARGV),
            row(JOB, execution=EXECUTION_ID, seq=0, task="ns.main", call=CALL_ID),
            row(JOB, execution=EXECUTION_ID, seq=1, task="ns.other"),
            row(ARGUMENT, call=CALL_ID, position=0, name="kept", value=digest),
            row(ARGUMENT, call=CALL_ID, position=1, name="lost", value=b"x" * 16),
            row(VALUE, value=digest, format=format_, bytes=data),
            row(VALUE, value=b"x" * 16, format="unkept"),
        ]
    )
    store.close()
    return RunWorkspace({})


def test_arguments_that_are_kept_and_those_that_are_lost(workspace: RunWorkspace):
    for asked in (job_id(EXECUTION_ID, 0), job_id(EXECUTION_ID, 0)[:8].upper(), EXECUTION_ID.hex()):
        past = past_call(workspace, asked)
        assert (past.argv, past.task, past.arguments, past.lost) == (ARGV, "ns.main", {"kept": [1, 2]}, ["lost"])
    workspace.close()


def test_a_job_that_was_never_called(workspace: RunWorkspace):
    with pytest.raises(UsageError) as caught:
        past_call(workspace, job_id(EXECUTION_ID, 1))
    assert str(caught.value) == (
        f"redun: what `ns.other` was called with is not kept\n  hint: repeat what called it: {ARGV}"
    )
    workspace.close()


def test_an_id_that_is_nobodys(workspace: RunWorkspace):
    for asked in ("ffffffff", "xyz", ""):
        with pytest.raises(UsageError, match="there is no job or execution"):
            past_call(workspace, asked)
    workspace.close()
