"""What every executor must do whose jobs run elsewhere.

Subclass RemoteSuite and give it a fixture `setting`: what `[executors.NAME]` says, as a dict. Each test has a project
of its own in a temporary folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.executors.api import Failed
from redo_py.ground.clock import Clock
from redo_py.testing.bench import Bench
from redo_py.testing.holds import Hold, await_begin, await_end
from redo_py.testing.reuniting import Killing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

CLOCK = Clock()
MANY = 12  # jobs that are small
TIMEOUTS = (2.0, 8.0, 32.0)  # seconds; the first may be over before a job has begun
BIG = 3_000_000  # characters of a value that is big
FLOW = """
    import os
    from redo_py import File, script, task
    from parts.inner.words import loud

    redun_namespace = "flow"


    @task(executor="tried")
    def far(word):
        return loud(word)


    @task
    def main(word: str = "hello"):
        return [far(word), far(word + word)]


    @task(executor="tried", retries=2)
    def flaky(notes: str):
        with open(notes, "a") as file:
            file.write("x")
        if len(open(notes).read()) < 2:
            raise RuntimeError("not yet")
        return len(open(notes).read())


    @task
    def scripted():
        return script(
            "tr a-z A-Z < data/words.txt > made/words.txt; echo told",
            inputs=[File("data/words.txt")], outputs=[File("made/words.txt"), File("-")], executor="tried",
        )
"""
RULES = """
    from redo_py.build import need, rule, sh


    @rule("made/upper.txt", executor="tried")
    def upper(out):
        sh(f"tr a-z A-Z < {need('data/words.txt')} > {out}")
"""


class RemoteSuite:
    """The tests; not collected by itself."""

    patience = 60.0  # seconds that no job of these may take
    without_limits = ""  # why jobs may use more processors and memory than they ask for; else see `limits`
    shares_processes = False  # whether a function that was ended goes on unseen, until the process of many jobs ends
    finds_jobs = True  # whether jobs of a redun that was killed go on, and the next one finds them

    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        """What `[executors.NAME]` says."""
        raise NotImplementedError

    @pytest.fixture
    def bench(self, tmp_path: Path, setting: dict[str, Any]) -> Iterator[Bench]:
        """A project with the executor."""
        folder = tmp_path / "project"
        folder.mkdir()
        made = Bench(folder, setting, self.patience)
        yield made
        made.close()

    # ---- calls

    def test_a_call_with_code_of_the_project(self, bench: Bench) -> None:
        outcome = bench.driver.success(bench.call(7, "shout", "hello"))
        assert (outcome.seq, outcome.value) == (7, "HELLO!")
        assert outcome.started <= outcome.ended

    def test_what_is_printed_comes_back(self, bench: Bench) -> None:
        output = bench.driver.success(bench.call(1, "shout", "x")).output
        assert b"shouting x" in output
        assert b"from a child" in output

    def test_a_failure_has_the_remote_traceback(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "fail", "no good"))
        assert type(outcome.error) is ValueError
        assert str(outcome.error) == "no good"
        assert "parts/tasks.py" in str(outcome.error.__cause__)
        assert "raise ValueError(text)" in str(outcome.error.__cause__)
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

    def test_a_result_that_is_too_big(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "echo", "x" * 5000, options={"max_result": 1000}))
        assert "its result takes" in str(outcome.error)
        assert "`max_result` allows 1000" in str(outcome.error)

    def test_a_result_that_cannot_be_sent(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "unsendable"))
        assert "cannot be sent back from the worker" in str(outcome.error)

    def test_an_import_that_only_fails_there(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "needs_absent"))
        assert isinstance(outcome.error, ModuleNotFoundError)
        assert "No module named 'no_such_module_anywhere'" in str(outcome.error)
        assert "install it there" in str(outcome.error.__cause__)

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
        outcome = bench.driver.failure(bench.call(1, "perish"))
        assert "was killed by SIGKILL" in str(outcome.error), outcome.error
        assert bench.driver.success(bench.call(2, "echo", 1)).value == 1

    def test_a_worker_that_leaves(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "leave"))
        assert "status 7, without a result" in str(outcome.error), outcome.error

    def test_a_killed_redun(self, bench: Bench, tmp_path: Path) -> None:
        killing = Killing(bench, Path(self.shared_path(tmp_path, "shared")))
        begun = killing.kill_and_run_again(1 if self.finds_jobs else 2)
        if self.finds_jobs:
            assert begun == ["x", "x"], begun
        else:  # an answer of the first ones may be in the way of that of the second, which then begin once more
            assert min(map(len, begun)) >= 2, begun

    def test_stop_ends_and_awaits_what_runs(self, bench: Bench, tmp_path: Path) -> None:
        hold = Hold(Path(self.shared_path(tmp_path, "hold")))
        bench.driver.executor.submit([bench.call(1, "hold", str(hold.place))])
        await_begin([hold], bench.driver.inbox, self.patience)
        bench.driver.executor.stop()
        bench.driver.executor.stop()
        assert [outcome.seq for outcome in bench.driver.inbox.wait(0)] == [1]
        await_end([hold], self.patience)

    # ---- files and commands

    def test_a_command_with_staged_files(self, bench: Bench) -> None:
        bench.write("data/in.txt", "abc\n")
        bench.write("data/tool.sh", "#!/bin/sh\ntr a-z A-Z\n")
        (bench.folder / "data/tool.sh").chmod(0o755)
        spec = bench.command(
            1, "data/tool.sh < data/in.txt > made/out.txt && chmod +x made/out.txt",
            ["data/in.txt", "data/tool.sh"], ["made/out.txt"],
        )  # fmt: skip
        bench.driver.success(spec)
        assert bench.read("made/out.txt") == "ABC\n"
        assert (bench.folder / "made/out.txt").stat().st_mode & 0o100

    def test_folders_links_and_names_that_are_odd(self, bench: Bench) -> None:
        bench.write("data/in/a b.txt", "1")
        (bench.folder / "data/in/empty").mkdir()
        (bench.folder / "data/in/link").symlink_to("a b.txt")
        bench.driver.success(bench.command(1, "cp -a data/in made", ["data/in"], ["made"]))
        assert bench.read("made/a b.txt") == bench.read("made/link") == "1"
        assert (bench.folder / "made/empty").is_dir()
        assert (bench.folder / "made/link").is_symlink()

    def test_a_command_that_fails(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.command(1, "echo half > made.txt; exit 3", outputs=["made.txt"]))
        assert "the command ended with exit status 3" in str(outcome.error)
        assert not (bench.folder / "made.txt").exists()

    def test_a_function_that_writes_files(self, bench: Bench) -> None:
        from redo_py import File

        bench.write("data/in.txt", "abc")
        outcome = bench.driver.success(bench.call(1, "copy", File("data/in.txt"), "made/by/out.txt"))
        assert bench.read("made/by/out.txt") == "ABC"
        assert list(outcome.written) == ["made/by/out.txt"]

    def test_a_file_that_a_function_returns(self, bench: Bench) -> None:
        outcome = bench.driver.success(bench.call(1, "by_hand", "made/by/hand.txt", True))
        assert outcome.value["made"][0].path == "made/by/hand.txt"
        assert bench.read("made/by/hand.txt") == "by hand"
        failed = bench.driver.failure(bench.call(2, "by_hand", "made/by/nobody.txt", False))
        assert "it returned made/by/nobody.txt, which is not there where it ran" in str(failed.error)

    # ---- resources

    def test_resources_are_what_was_asked_for(self, bench: Bench) -> None:
        options = {"cpus": 1, "memory": "256M"}
        if self.without_limits:
            bench.driver.success(bench.command(1, "true", options=options))
        else:
            assert self.limits(bench, options) == (1, 256 << 20)

    def limits(self, bench: Bench, options: dict[str, Any]) -> tuple[float, int]:
        """(processors, bytes of memory) of a job with these `options`, as itself or the service sees them."""
        raise NotImplementedError("say what a job gets, or why it has no limits: `without_limits`")

    # ---- options

    def test_an_option_that_cannot_be(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "echo", 1, options={"max_result": "much"}))
        assert "an option for its executor cannot be: `max_result`" in str(outcome.error)
        assert bench.driver.success(bench.call(2, "echo", 1, options={"image_of_others": 1})).value == 1

    # ---- whole runs

    def test_a_run_and_a_second_one(self, bench: Bench) -> None:
        bench.write("flow.py", FLOW)
        assert "['HELLO!', 'HELLOHELLO!']" in bench.redun("run", "flow.py", "main")
        second = bench.redun("run", "flow.py", "main")
        assert "['HELLO!', 'HELLOHELLO!']" in second
        assert "Run" not in second
        bench.write("parts/inner/words.py", "def loud(word):\n    return word.upper() + '?'\n")
        assert "['HELLO?', 'HELLOHELLO?']" in bench.redun("run", "flow.py", "main")

    def test_retries(self, bench: Bench, tmp_path: Path) -> None:
        bench.write("flow.py", FLOW)
        assert "\n2\n" in "\n" + bench.redun("run", "flow.py", "flaky", "--notes", self.shared_path(tmp_path, "notes"))

    def shared_path(self, tmp_path: Path, name: str) -> str:
        """A path that two jobs, one after the other, both see."""
        return str(tmp_path / name)

    def test_a_script_of_a_task(self, bench: Bench) -> None:
        bench.write("flow.py", FLOW)
        bench.write("data/words.txt", "some words\n")
        assert "told" in bench.redun("run", "flow.py", "scripted")
        assert bench.read("made/words.txt") == "SOME WORDS\n"

    def test_a_rule_of_a_redunfile(self, bench: Bench) -> None:
        bench.write("redunfile.py", RULES)
        bench.write("data/words.txt", "some words\n")
        assert "made/upper.txt" in bench.redun("build", "made/upper.txt")
        assert bench.read("made/upper.txt") == "SOME WORDS\n"
        assert "up to date" in bench.redun("build", "made/upper.txt")
        bench.write("redunfile.py", RULES.replace(', executor="tried"', ""))
        assert "up to date" in bench.redun("build", "made/upper.txt")
