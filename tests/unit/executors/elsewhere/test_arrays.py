"""Jobs that are started together."""

from __future__ import annotations

from typing import Any

from redo_py.executors.backend import Placed
from redo_py.executors.elsewhere.arrays import alike, arrays
from redo_py.executors.options import RemoteOptions, checked


def placed(key: str, timeout: float | None = None, **options: Any) -> Placed:
    """A job that lies ready."""
    return Placed(key, key, ["true"], checked(RemoteOptions, options), timeout)


def keys(groups: Any) -> list[str]:
    """The keys of each group, in one word."""
    return ["".join(job.key for job in group) for group in groups]


def test_equal_options_are_one_group():
    jobs = [placed("a"), placed("b", memory=1 << 30), placed("c"), placed("d", cpus=2), placed("e", memory=1 << 30)]
    assert keys(alike(jobs)) == ["ac", "be", "d"]
    assert keys(alike([])) == []


def test_timeouts_count_where_they_are_told():
    jobs = [placed("a"), placed("b", 9.0), placed("c", 9.0), placed("d", 8.0)]
    assert keys(alike(jobs)) == ["abcd"]
    assert keys(alike(jobs, by_timeout=True)) == ["a", "bc", "d"]


def test_what_is_not_enough_for_an_array_is_single():
    jobs = [placed(key) for key in "abcde"]
    assert keys(arrays(jobs, 2, 3)) == ["abc", "de"]
    assert keys(arrays(jobs, 3, 3)) == ["abc", "d", "e"]
    assert keys(arrays(jobs, 6, 1000)) == ["a", "b", "c", "d", "e"]
    assert keys(arrays(jobs, 2, 1)) == ["a", "b", "c", "d", "e"]
