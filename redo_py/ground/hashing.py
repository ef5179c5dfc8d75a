"""Digests: 16 bytes, xxh3_128 with a seed for each domain.

A domain is a kind of thing that is hashed ("file", "args", ...). Two things of different domains never share a
digest, whatever their bytes. The seeds contain ENCODING_VERSION, so that a change of any encoding changes every digest;
tests/unit/ground/test_hashing.py pins some of them.
"""

from __future__ import annotations

from xxhash import xxh3_64_intdigest, xxh3_128, xxh3_128_digest

ALGORITHM = "xxh3_128"
ENCODING_VERSION = 1
DIGEST_SIZE = 16

Digest = bytes  # always DIGEST_SIZE long


def seed_of(domain: str) -> int:
    """The 64-bit seed that separates `domain` from all others."""
    return xxh3_64_intdigest(f"redun/{ENCODING_VERSION}/{domain}".encode())


def digest(seed: int, data: bytes) -> Digest:
    """The digest of `data` in the domain of `seed`."""
    return xxh3_128_digest(data, seed)


def hasher(seed: int) -> xxh3_128:
    """A hasher for data that comes in pieces: `.update(bytes)`, then `.digest()`: that of the joined pieces."""
    return xxh3_128(seed=seed)


FILE = seed_of("file")  # the bytes of a regular file
LINK = seed_of("link")  # the text of a symbolic link
DIRECTORY = seed_of("directory")  # the listing of a directory
VALUE = seed_of("value")  # the canonical encoding of a value
EXPRESSION = seed_of("expression")  # the flat encoding of an expression
ARGUMENTS = seed_of("arguments")  # bound arguments of a call
CODE = seed_of("code")  # a task's code and what it reaches
EVALUATION = seed_of("evaluation")  # task hash + arguments hash
DISCOVERING = seed_of("discovering evaluation")  # the same of a call that tells in depfiles what else it read
ULTIMATE = seed_of("ultimate evaluation")  # the same, as what it comes to in the end
HANDLED = seed_of("handled error")  # what is remembered of an evaluation that failed below a catch
HANDLE = seed_of("handle")  # a state of something outside
CALL = seed_of("call")  # a call node: task, arguments, result, children
REMOTE = seed_of("remote job")  # what a job is called where it lies ready for a worker
JOB_ID = seed_of("job id")  # the id of an execution and the seq of a job
