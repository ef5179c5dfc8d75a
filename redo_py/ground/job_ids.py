"""The public id of a job: it looks random, is kept nowhere, and leads back to the job.

It is written as a UUID. Its first 32 bits are the job's seq, shuffled in a way that belongs to the execution and can be
undone: so whoever knows the executions finds the job of an id without looking at jobs, and no two jobs of one execution
begin alike. The other bits tell jobs of different executions apart.
"""

from __future__ import annotations

from redo_py.ground.hashing import JOB_ID, digest

SHORT = 8  # hexadecimal digits that tell the jobs of one execution apart

_MASK = 0xFFFFFFFF
_FIRST, _SECOND = 0x9E3779B1, 0x85EBCA6B  # odd, so that multiplying by them loses nothing
_FIRST_BACK, _SECOND_BACK = pow(_FIRST, -1, 1 << 32), pow(_SECOND, -1, 1 << 32)


def job_id(execution: bytes, seq: int) -> str:
    """The id of the job `seq`, below 2**32, of the execution with that id of 16 bytes."""
    rest = digest(JOB_ID, execution + seq.to_bytes(4, "big")).hex()
    return f"{short_job_id(execution, seq)}-{rest[:4]}-{rest[4:8]}-{rest[8:12]}-{rest[12:24]}"


def short_job_id(execution: bytes, seq: int) -> str:
    """The beginning of `job_id`, unique within the execution."""
    mixed = (seq ^ int.from_bytes(execution[:4], "big")) * _FIRST & _MASK
    mixed = (mixed ^ mixed >> 16 ^ int.from_bytes(execution[4:8], "big")) * _SECOND & _MASK
    return f"{mixed ^ mixed >> 16:08x}"


def seq_of(execution: bytes, short: str) -> int:
    """The seq of the job of that execution whose id begins with the 8 digits `short`, if there is such a job."""
    mixed = int(short, 16)
    mixed = (mixed ^ mixed >> 16) * _SECOND_BACK & _MASK
    mixed ^= int.from_bytes(execution[4:8], "big")
    return (mixed ^ mixed >> 16) * _FIRST_BACK & _MASK ^ int.from_bytes(execution[:4], "big")


def execution_id(execution: bytes) -> str:
    """The id of an execution, written as a UUID."""
    digits = execution.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
