"""What every executor must do whose jobs run elsewhere, sent there through a scratch.

Subclass RemoteSuite and give it a fixture `setting`: what `[executors.NAME]` says, as a dict. Each test has a project
of its own in a temporary folder.
"""

from __future__ import annotations

from pathlib import Path

from redo_py.testing.bench import Bench
from redo_py.testing.call_suite import CallSuite
from redo_py.testing.reuniting import Killing
from redo_py.testing.run_suite import RunSuite


class RemoteSuite(CallSuite, RunSuite):
    """The tests, with those of CallSuite and RunSuite; not collected by itself."""

    finds_jobs = True  # whether jobs of a redun that was killed go on, and the next one finds them

    # ---- calls

    def test_a_result_that_is_too_big(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "echo", "x" * 5000, options={"max_result": 1000}))
        assert "its result takes" in str(outcome.error)
        assert "`max_result` allows 1000" in str(outcome.error)

    def test_an_import_that_fails(self, bench: Bench) -> None:
        """It may be that it only fails there."""
        outcome = bench.driver.failure(bench.call(1, "needs_absent"))
        assert isinstance(outcome.error, ModuleNotFoundError)
        assert "No module named 'no_such_module_anywhere'" in str(outcome.error)
        assert "install it there" in str(outcome.error.__cause__)

    # ---- ends

    def test_a_killed_redun(self, bench: Bench, tmp_path: Path) -> None:
        killing = Killing(bench, Path(self.shared_path(tmp_path, "shared")))
        begun = killing.kill_and_run_again(1 if self.finds_jobs else 2)
        if self.finds_jobs:
            assert begun == ["x", "x"], begun
        else:  # an answer of the first ones may be in the way of that of the second, which then begin once more
            assert min(map(len, begun)) >= 2, begun

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

    def test_a_file_that_a_function_returns(self, bench: Bench) -> None:
        outcome = bench.driver.success(bench.call(1, "by_hand", "made/by/hand.txt", True))
        assert outcome.value["made"][0].path == "made/by/hand.txt"
        assert bench.read("made/by/hand.txt") == "by hand"
        failed = bench.driver.failure(bench.call(2, "by_hand", "made/by/nobody.txt", False))
        assert "it returned made/by/nobody.txt, which is not there where it ran" in str(failed.error)

    # ---- options

    def test_an_option_that_cannot_be(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.call(1, "echo", 1, options={"max_result": "much"}))
        assert "an option for its executor cannot be: `max_result`" in str(outcome.error)
        assert bench.driver.success(bench.call(2, "echo", 1, options={"image_of_others": 1})).value == 1
