"""What is asked of a real Spark, whichever it is: that it works for tasks, and what has become of that when it fails or
is ended. Those who hold a lock show that they have ended: nobody has it any more, while the driver goes on."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from redo_py.executors.api import Failed, Finished
from redo_py.ground.errors import RunError
from redo_py.tasks.declaration.session import SESSION
from redo_py.testing import Bench
from redo_py.testing.call_suite import BIG
from redo_py.testing.holds import Hold, await_begin, await_end, until
from tests.parts.spark import WAIT

TASKS = """

    def holding(path):
        def hold(number):
            with open(path + str(number), "w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write("held")
                file.flush()
                time.sleep(3600)
            return number

        return hold


    def waiting(path):
        def wait(number):
            open(path + "begun", "w").close()
            while not os.path.exists(path + "go"):
                time.sleep(0.05)
            return number

        return wait


    def dying(path):
        def die(number):
            if not os.path.exists(path):
                open(path, "w").close()
                with open(f"/proc/{os.getppid()}/stat") as file:
                    java = file.read().rpartition(")")[2].split()[1]
                os.kill(int(java), signal.SIGKILL)
            return number

        return die


    def failing(number):
        raise ValueError(loud("no good"))


    def applied(spark, function, count, kind="long"):
        from pyspark.sql.functions import udf

        return spark.range(count, numPartitions=count).select(udf(function, kind)("id").alias("value"))


    @task
    def apply(spark, name, *args):
        return applied(spark, globals()[name](*args) if args else globals()[name], 1).collect() and None


    @task
    def hold_within(spark, path, count):
        applied(spark, holding(path), count).collect()


    @task
    def hold_on(spark, path):
        for name in ("first", "second"):
            try:
                applied(spark, holding(path + name), 1).collect()
            except Exception:
                pass
        with open(path + "over", "w") as file:
            file.write("over")


    @task
    def table(spark, word):
        return applied(spark, lambda number: loud(word) * number, 2, "string")


    @task
    def words(spark, found):
        return sorted(row["value"] for row in found.load_spark().collect())


    @task
    def context():
        from redo_py.spark import get_spark_context

        return get_spark_context()


    @task
    def state(spark):
        is_connect = ".connect." in type(spark).__module__  # which does not tell
        return os.getpid(), [] if is_connect else list(spark.sparkContext.statusTracker().getActiveJobsIds())
"""
TIMEOUTS = (5.0, 20.0, 80.0)  # seconds; a first one may be over before Spark has begun


class WithinSpark:
    """The tests; not collected by itself. Their benches have TASKS behind the tasks that all have."""

    def test_a_big_table_of_functions_of_the_project(self, bench: Bench) -> None:
        word = "x" * BIG
        found = bench.driver.success(bench.call(1, "table", SESSION, word)).value
        assert found.path.startswith(".redun/datasets/")
        assert bench.driver.success(bench.call(2, "words", SESSION, found)).value == ["", word.upper() + "!"]

    def test_a_function_that_fails_within_spark(self, bench: Bench) -> None:
        """The error shows where in the project that was."""
        error = bench.driver.failure(bench.call(1, "apply", SESSION, "failing")).error
        assert isinstance(error, RunError)
        assert error.code == "spark-call-failed"
        assert "parts/tasks.py" in str(error)
        assert "ValueError: NO GOOD!" in str(error)

    def test_cancel_within_spark(self, bench: Bench, tmp_path: Path) -> None:
        """A job of Spark ends with its task, one of another task goes on."""
        pid, _ = state_of(bench)
        held, other = f"{tmp_path}/held", f"{tmp_path}/other-"
        holds = holds_at(held, 1)
        executor = bench.driver.executor
        executor.submit(
            [bench.call(1, "hold_within", SESSION, held, 1), bench.call(2, "apply", SESSION, "waiting", other)]
        )
        await_begin(holds, bench.driver.inbox, WAIT)
        executor.cancel([1])
        (outcome,) = bench.driver.outcomes(1)
        assert isinstance(outcome, Failed)
        assert ": ended before it was done" in str(outcome.error)
        await_end(holds, WAIT)
        Path(f"{other}go").touch()
        (outcome,) = bench.driver.outcomes(1)
        assert isinstance(outcome, Finished)
        assert outcome.seq == 2
        assert_nothing_runs(bench, pid)

    def test_a_timeout_within_spark(self, bench: Bench, tmp_path: Path) -> None:
        pid, _ = state_of(bench)
        for seq, timeout in enumerate(TIMEOUTS):
            path = f"{tmp_path}/held{seq}-"
            holds = holds_at(path, 2)
            outcome = bench.driver.failure(bench.call(seq, "hold_within", SESSION, path, 2, timeout=timeout))
            assert f"not done after its timeout of {timeout:g} seconds" in str(outcome.error)
            await_end(holds, WAIT)
            assert_nothing_runs(bench, pid)
            if all(hold.has_begun for hold in holds):
                return
        raise AssertionError(f"Spark has not begun within {TIMEOUTS[-1]:g} seconds")

    def test_a_task_that_goes_on_in_spite_of_it(self, bench: Bench, tmp_path: Path) -> None:
        """What it asks of Spark after its end is ended, too, so that it comes to its own end."""
        pid, _ = state_of(bench)
        path = f"{tmp_path}/held-"
        first, second = (Hold(Path(f"{path}{name}0")) for name in ("first", "second"))
        bench.driver.executor.submit([bench.call(1, "hold_on", SESSION, path)])
        await_begin([first], bench.driver.inbox, WAIT)
        bench.driver.executor.cancel([1])
        assert isinstance(bench.driver.outcomes(1)[0], Failed)
        until(lambda: Path(f"{path}over").exists(), WAIT, "the second thing that it has asked for goes on")
        await_end([first, second], WAIT)
        assert_nothing_runs(bench, pid)


def add_tasks(bench: Bench) -> None:
    """Let the project have TASKS, too; before any of its tasks is called."""
    bench.write("parts/tasks.py", bench.read("parts/tasks.py") + dedent(TASKS))


def holds_at(path: str, count: int) -> list[Hold]:
    return [Hold(Path(f"{path}{number}")) for number in range(count)]


def state_of(bench: Bench) -> tuple[int, list[int]]:
    """(process of the driver, Spark's jobs that are under way)."""
    found: tuple[int, list[int]] = bench.driver.success(bench.call(99, "state", SESSION)).value
    return found


def assert_nothing_runs(bench: Bench, pid: int) -> None:
    """The driver is the same, and its Spark has nothing to do."""

    def look() -> bool:
        now, active = state_of(bench)
        assert now == pid
        return not active

    until(look, WAIT, "Spark has jobs under way")
