"""The user's pager: which it is, what it gets, and what becomes of one that does not start or ends early."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redo_py.executors.commands.pager import page, pager_of


def program(folder: Path, name: str) -> None:
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)


def test_which_it_is(tmp_path: Path):
    path = {"PATH": str(tmp_path), "TERM": "xterm"}
    assert pager_of(path) == ""
    program(tmp_path, "more")
    assert pager_of(path) == "more"
    program(tmp_path, "less")
    assert pager_of(path) == "less"
    assert pager_of({**path, "TERM": "dumb"}) == ""
    assert pager_of({**path, "PAGER": "most -w "}) == "most -w"
    assert pager_of({**path, "PAGER": ""}) == ""


@pytest.mark.parametrize(("given", "told"), [({}, "-R\n"), ({"LESS": "-S"}, "-S\n")])
def test_it_gets_all_and_shows_colours(tmp_path: Path, given: dict[str, str], told: str):
    environ = {"PATH": os.environ["PATH"], "OUT": str(tmp_path / "out"), **given}
    assert page('{ echo "$LESS"; cat; } > "$OUT"', [b"one\n", b"two \xff\n"], environ)
    assert (tmp_path / "out").read_bytes() == told.encode() + b"one\ntwo \xff\n"


def test_it_may_end_before_it_has_all():
    assert page("exit 0", [b"x" * 65536] * 20, {})


def test_one_that_does_not_start():
    assert not page("no-such-pager 2>&-", [b"x" * 65536] * 20, {})
