"""The public ids of jobs."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from redo_py.ground.job_ids import SHORT, execution_id, job_id, seq_of, short_job_id

EXECUTIONS = st.binary(min_size=16, max_size=16)
SEQS = st.integers(min_value=0, max_value=2**32 - 1)


@given(EXECUTIONS, SEQS)
def test_the_beginning_of_an_id_leads_back(execution: bytes, seq: int):
    assert seq_of(execution, job_id(execution, seq)[:SHORT]) == seq


@given(EXECUTIONS, SEQS)
def test_an_id_begins_with_the_short_one_and_is_written_as_a_uuid(execution: bytes, seq: int):
    assert job_id(execution, seq).startswith(short_job_id(execution, seq) + "-")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", job_id(execution, seq))


def test_neighbours_do_not_look_alike():
    ids = [short_job_id(bytes(range(16)), seq) for seq in range(1000)]
    assert len({each[:4] for each in ids}) > 950


def test_jobs_of_different_executions_differ_behind_the_short_id():
    one, other = bytes(16), bytes(8) + b"x" * 8
    assert short_job_id(one, 7) == short_job_id(other, 7)
    assert job_id(one, 7) != job_id(other, 7)


def test_they_never_change():
    assert job_id(bytes(range(16)), 5) == "819cc26c-91e3-88a7-baba-a4e422ba04e3"
    assert execution_id(bytes(range(16))) == "00010203-0405-0607-0809-0a0b0c0d0e0f"
