"""Identity is for ever: encodings and digests are the same in every process, on every Python, in every release."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from redo_py.values.encoding import encode
from tests.unit.values.sample import SAMPLE, lines

PINNED = Path(__file__).with_name("pinned.tsv")
ROOT = Path(__file__).resolve().parents[3]
EQUAL = {"-nan": "nan"}  # the one pair that is no pair

PRINT = """
import sys, types
try:
    import xxhash
except ImportError:  # only the encodings are compared
    sys.modules["xxhash"] = xxhash = types.ModuleType("xxhash")
    xxhash.xxh3_64_intdigest, xxhash.xxh3_128_digest, xxhash.xxh3_128 = len, lambda data, seed: b"", None
from tests.unit.values.sample import lines
for line in lines():
    name, _, encoding = line.split("\\t")
    print(name, encoding, sep="\\t")
"""


def pythons() -> list[str]:
    """This Python, and others that are on PATH."""
    others = (shutil.which(f"python3.{minor}") for minor in range(11, 16))
    return [sys.executable, *(found for found in others if found)]


def test_nothing_has_changed() -> None:
    """When this fails, all caches of the world are void: raise ENCODING_VERSION and write the file anew."""
    assert lines() == PINNED.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("seed", ["0", "1", "12345"])
def test_other_processes_and_versions_agree(seed: str) -> None:
    pinned = [line.split("\t")[::2] for line in PINNED.read_text(encoding="utf-8").splitlines()]
    for python in pythons() if seed == "0" else [sys.executable]:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([python, "-c", PRINT], env=environment, capture_output=True, text=True, check=False)
        if "Unsupported" in done.stderr or (done.returncode and python != sys.executable):
            continue  # a name on PATH that runs nothing, as version managers leave them
        assert done.stderr == ""
        assert [line.split("\t") for line in done.stdout.splitlines()] == pinned, python


def test_no_two_values_look_the_same() -> None:
    names: dict[bytes, str] = {}
    for name, make in SAMPLE.items():
        same = names.setdefault(encode(make()), name)
        assert same == EQUAL.get(name, name)


def test_the_order_of_sets_does_not_count_and_that_of_dicts_does() -> None:
    letters = [chr(97 + number) for number in range(26)]
    assert encode(set(letters)) == encode({*letters[::-1]})
    assert encode({frozenset(letters), 1}) == encode({1, frozenset(letters[::-1])})
    assert encode(dict.fromkeys(letters)) != encode(dict.fromkeys(reversed(letters)))
