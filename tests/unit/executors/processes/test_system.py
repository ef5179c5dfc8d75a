"""Whether a process that the records tell of has ended."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from redo_py.executors.processes.system import is_gone, pid_here, place, this_process

ASK = "from redo_py.executors.processes.system import this_process; print(this_process(), end='')"


def test_this_one_is_there() -> None:
    assert not is_gone(this_process())


def test_one_that_has_ended_is_gone() -> None:
    told = subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True).stdout
    assert told.count("\t") == 3
    assert is_gone(told)


def test_whoever_has_the_pid_now_is_another() -> None:
    _, _, its_place, machine = this_process().split("\t")
    assert is_gone(f"{os.getpid()}\t1\t{its_place}\t{machine}")


def test_what_ran_before_the_machine_was_started_again_is_gone() -> None:
    pid, start, _, machine = this_process().split("\t")
    assert is_gone(f"{pid}\t{start}\tanother-boot/1\t{machine}")


def test_of_another_machine_or_container_nothing_is_known() -> None:
    pid, start, _, machine = this_process().split("\t")
    assert not is_gone(f"{pid}\t{start}\tanother-boot/1\telsewhere")
    assert not is_gone(f"{pid}\t{start}\t{place().partition('/')[0]}/4\t{machine}")


@pytest.mark.parametrize(
    "process",
    ["", "odd", "1\t2\t3", f"x\t1\t{place()}\tm", f"{os.getpid()}\tx\t{place()}\tm"],
    ids=["nothing", "one word", "three", "no pid", "no start"],  # the same in each process
)
def test_of_what_no_redun_has_written_nothing_is_known(process: str) -> None:
    assert (is_gone(process), pid_here(process)) == (False, -1)
