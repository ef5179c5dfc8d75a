"""What takes too long for every day in the suites of executors."""

from __future__ import annotations

import pytest

from redo_py.testing import Bench, RunSuite


class SlowRuns(RunSuite):
    """To stand before a suite whose jobs take seconds: subprocesses do the same each time."""

    @pytest.mark.slow
    def test_a_subrun(self, bench: Bench) -> None:
        super().test_a_subrun(bench)

    @pytest.mark.slow
    def test_a_subrun_apart(self, bench: Bench) -> None:
        super().test_a_subrun_apart(bench)

    @pytest.mark.slow
    def test_a_launch(self, bench: Bench) -> None:
        super().test_a_launch(bench)
