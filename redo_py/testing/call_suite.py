"""What every executor that the settings name must do with a single job, wherever it runs.

A subclass gives a fixture `setting`: what `[executors.NAME]` says, as a dict. Each test has a project of its own in a
temporary folder. Where an executor does something else on purpose, it has a test of its own in the place of that here,
which says why.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from signal import SIGKILL

from redo_py.executors.api import Failed
from redo_py.testing.bench import Bench
from redo_py.testing.holds import Hold, await_begin, await_end
from redo_py.testing.project_suite import ProjectSuite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MANY = 12  # jobs that are small
TIMEOUTS = (2.0, 8.0, 32.0)  # seconds; the first may be over before a job has begun
LITTLE = 64 << 20  # bytes of memory that a job asks for which takes more
BIG = 3_000_000  # characters of a value that is big


class CallSuite(ProjectSuite):
    """The tests; not collected by itself."""

    without_limits = ""  # why jobs may use more memory and processors than they ask for; else see `limits`
    in_this_process = ""  # why jobs have no worker beside redun: what they do to their process is done to redun
    shares_processes = False  # whether a function that was ended goes on unseen, until the process of many jobs ends

    # ---- calls

    def test_a_call_with_code_of_the_project(self, bench: Bench) -> None:
        outcome = bench.driver.success(bench.call(7, "shout", "hello"))
        assert (outcome.seq, outcome.value) == (7, "HELLO!")
        assert outcome.started <= outcome.ended

    def test_what_is_printed_comes_back(self, bench: Bench) -> None:
        output = bench.driver.success(bench.call(1, "shout", "x")).output
        assert b"shouting x" in output
        assert b"from a child" in output

    def test_a_failure_has_its_traceback(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "fail", "no good"))
        assert type(outcome.error) is ValueError
        assert str(outcome.error) == "no good"
        told = "".join(traceback.format_exception(outcome.error))
        assert "parts/tasks.py" in told
        assert "raise ValueError(text)" in told
        assert b"about to fail" in outcome.output

    def test_many_small_jobs(self, bench: Bench) -> None:
        calls = [bench.call(seq, "fail" if seq % 5 == 0 else "echo", str(seq)) for seq in range(MANY)]
        outcomes = bench.driver.run(*calls)
        assert [isinstance(outcome, Failed) for outcome in outcomes] == [seq % 5 == 0 for seq in range(MANY)]
        assert [getattr(outcome, "value", None) for outcome in outcomes if outcome.seq % 5] == [
            str(seq) for seq in range(MANY) if seq % 5
        ]
        assert bench.driver.inbox.wait(0.05) == []

    def test_big_arguments_and_results(self, bench: Bench) -> None:
        value = {"big": "x" * BIG, "deep": [[1, 2.5, None, b"bytes"]]}
        assert bench.driver.success(bench.call(1, "echo", value)).value == value

    def test_a_result_that_cannot_be_sent(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "unsendable"))
        assert "cannot be sent back from the worker" in str(outcome.error)

    def test_an_import_that_fails(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "needs_absent"))
        assert isinstance(outcome.error, ModuleNotFoundError)
        assert "No module named 'no_such_module_anywhere'" in str(outcome.error)

    def test_a_function_that_writes_files(self, bench: Bench) -> None:
        from redo_py import File

        bench.write("data/in.txt", "abc")
        outcome = bench.driver.success(bench.call(1, "copy", File("data/in.txt"), "made/by/out.txt"))
        assert bench.read("made/by/out.txt") == "ABC"
        assert list(outcome.written) == ["made/by/out.txt"]

    # ---- ends

    def test_cancel(self, bench: Bench, tmp_path: Path) -> None:
        holds = [Hold(Path(self.shared_path(tmp_path, f"hold-{seq}"))) for seq in (1, 2)]
        bench.driver.executor.submit([bench.call(seq, "hold", str(hold.place)) for seq, hold in enumerate(holds, 1)])
        await_begin(holds, bench.driver.inbox, self.patience)
        bench.driver.executor.cancel([1, 2, 99])
        for outcome in bench.driver.outcomes(2):
            assert isinstance(outcome, Failed)
            assert ": ended before it was done" in str(outcome.error)
        if not self.shares_processes:
            await_end(holds, self.patience)
        bench.driver.executor.cancel([1, 2])
        assert bench.driver.success(bench.call(3, "echo", "still here")).value == "still here"

    def test_a_timeout(self, bench: Bench, tmp_path: Path) -> None:
        for seq, timeout in enumerate(TIMEOUTS):
            hold = Hold(Path(self.shared_path(tmp_path, f"hold-{seq}")))
            outcome = bench.driver.failure(bench.call(seq, "hold", str(hold.place), timeout=timeout))
            assert f"not done after its timeout of {timeout:g} seconds" in str(outcome.error)
            if hold.has_begun:
                if not self.shares_processes:
                    await_end([hold], self.patience)
                return
        raise AssertionError(f"no job has begun within its timeout of {TIMEOUTS[-1]:g} seconds")

    def test_a_lost_worker(self, bench: Bench) -> None:
        if self.in_this_process:
            self.check_redun_ends_with(bench, "perish", -SIGKILL)
            return
        outcome = bench.driver.failure(bench.call(1, "perish"))
        assert "was killed by SIGKILL" in str(outcome.error), outcome.error
        assert bench.driver.success(bench.call(2, "echo", 1)).value == 1

    def test_a_worker_that_leaves(self, bench: Bench) -> None:
        if self.in_this_process:
            self.check_redun_ends_with(bench, "leave", 7)
            return
        outcome = bench.driver.failure(bench.call(1, "leave"))
        assert "status 7" in str(outcome.error), outcome.error
        assert bench.driver.success(bench.call(2, "echo", 1)).value == 1

    def check_redun_ends_with(self, bench: Bench, name: str, status: int) -> None:
        """A function does to redun what it does to its process: it ends with this status. The next run knows nothing of
        it."""
        words = ("run", "-o", "executor=tried", "parts/tasks.py")
        bench.redun(*words, name, status=status)
        assert bench.redun(*words, "echo", "--value", "1").startswith("'1'\n")

    def test_stop_ends_and_awaits_what_runs(self, bench: Bench, tmp_path: Path) -> None:
        """The processes that jobs have started, too. What runs in redun's own process cannot be ended, and is not
        awaited: its outcome comes all the same."""
        below = "hold" if self.in_this_process else "hold_below"
        holds = [Hold(Path(self.shared_path(tmp_path, f"hold-{seq}"))) for seq in (1, 2)]
        calls = [bench.call(1, "hold", str(holds[0].place)), bench.call(2, below, str(holds[1].place))]
        bench.driver.executor.submit(calls)
        await_begin(holds, bench.driver.inbox, self.patience, all)
        bench.driver.executor.stop()
        bench.driver.executor.stop()
        outcomes = bench.driver.inbox.wait(0)
        assert sorted(outcome.seq for outcome in outcomes) == [1, 2]
        assert all(isinstance(outcome, Failed) for outcome in outcomes)
        if self.in_this_process:
            assert not any(hold.is_free for hold in holds), "they can be ended: see `in_this_process`"
        else:
            await_end(holds, self.patience)

    # ---- resources

    def test_resources_are_what_was_asked_for(self, bench: Bench) -> None:
        if self.without_limits:
            options = {"cpus": 1, "memory": LITTLE}
            assert bench.driver.success(bench.call(1, "take", 2 * LITTLE, options=options)).value == 2 * LITTLE
        else:
            assert self.limits(bench, {"cpus": 1, "memory": "256M"}) == (1, 256 << 20)

    def limits(self, bench: Bench, options: dict[str, Any]) -> tuple[float, int]:
        """(processors, bytes of memory) of a job with these `options`, as itself or the service sees them."""
        raise NotImplementedError("say what a job gets, or why it has no limits: `without_limits`")
