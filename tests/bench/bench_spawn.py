"""What running a trivial command costs beyond a bare posix_spawn and waitpid: `python tests/bench/bench_spawn.py`.

Copies 1,000 small files with `cp`, two at a time, both ways in turn; prints the medians, and this process's own work.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable

from redo_py.executors.api import CommandStep, JobSpec
from redo_py.executors.commands.command import CommandExecutor
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.ground.clock import Clock

COUNT = 1000
IN_FLIGHT = 2
ROUNDS = 5
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/", "LANG": "C.UTF-8", "TERM": "dumb", "USER": "x"}


def bare() -> None:
    """posix_spawn and waitpid, nothing else; output to a file."""
    running = 0
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in range(3)]
    for number in range(COUNT):
        if running == IN_FLIGHT:
            os.wait()
            running -= 1
        words = ["cp", "in", f"out{number}"]
        os.posix_spawn("/bin/cp", words, ENVIRONMENT, file_actions=actions, setpgroup=0)
        running += 1
    while running:
        os.wait()
        running -= 1
    os.close(null)


def ours() -> None:
    """The CommandExecutor with its journal, capture and process groups."""
    clock = Clock()
    inbox = SelectInbox(clock)
    journal = Journal("running")
    executor = CommandExecutor(os.getcwd(), clock, journal, "scratch")
    executor.start(inbox)
    specs = [JobSpec(n, f"out{n}", [CommandStep(f"cp in out{n}")], ENVIRONMENT, [f"out{n}"]) for n in range(COUNT)]
    specs.reverse()
    running = 0
    while specs or running:
        while specs and running < IN_FLIGHT:
            executor.submit([specs.pop()])
            running += 1
        running -= len(inbox.wait(None))
    executor.stop()
    journal.close()
    inbox.close()


def seconds(act: Callable[[], None]) -> tuple[float, float]:
    """Wall and own processor time of one round."""
    wall, own = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - own


def main() -> None:
    """Measure in turn and print."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("in", "w") as file:
            file.write("x\n")
        pairs = [(seconds(bare), seconds(ours)) for _ in range(ROUNDS)]
        os.chdir("/")
    for place, name in enumerate(("bare", "ours")):
        wall = statistics.median(pair[place][0] for pair in pairs)
        own = statistics.median(pair[place][1] for pair in pairs)
        print(f"{name}: {wall / COUNT * 1e6:7.0f} µs a command, of it {own / COUNT * 1e6:6.0f} µs in this process")
    ratio = statistics.median(after[0] / before[0] for before, after in pairs)
    print(f"ratio: {ratio:.2f}")


if __name__ == "__main__":
    main()
