"""Jobs in Spark as their executor sees them: drivers that are shared, that die, that are of no use; and what comes
back. The drivers are real processes, with a pyspark that starts at once; the real one is in tests/e2e/test_spark.py."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from redo_py import ShardedDataset
from redo_py.executors.api import CommandStep, JobSpec
from redo_py.ground.shell import in_shell
from redo_py.tasks.declaration.session import SESSION
from redo_py.testing import Driver, ExecutorSuite
from redo_py.testing.holds import words_below
from tests.unit.executors.forgetting import assert_nothing_is_kept
from tests.unit.executors.spark.spark_project import Sparks, call, spec


@pytest.fixture
def executor(sparks: Sparks) -> Driver:
    return sparks()


class TestConformance(ExecutorSuite):
    def succeed(self, seq: int, label: str) -> JobSpec:
        return spec(call("show", label), seq=seq)

    def fail(self, seq: int, label: str) -> JobSpec:
        return spec(call("fail", label), seq=seq)

    def linger(self, seq: int, timeout: float | None = None) -> JobSpec:
        return spec(call("linger", SESSION), seq=seq, timeout=timeout)

    def hold(self, seq: int, place: str) -> JobSpec:
        return spec(CommandStep(in_shell(words_below(place))), seq=seq)


def test_one_driver_for_all_jobs_which_run_side_by_side(executor: Driver, tmp_path: Path):
    assert len({executor.success(spec(call("pid"))).value for _ in range(3)}) == 1
    (tmp_path / "met").mkdir()
    outcomes = executor.run(*(spec(call("meet", str(tmp_path / "met"), str(seq), 4), seq=seq) for seq in range(4)))
    assert len({outcome.value for outcome in outcomes}) == 4  # type: ignore[union-attr]


def test_the_session_in_its_parameter_and_by_name(executor: Driver):
    assert executor.success(spec(call("session", SESSION))).value == "local-7"
    assert executor.success(spec(call("session", spark=SESSION))).value == "local-7"


def test_a_driver_for_each_configuration(sparks: Sparks):
    executor = sparks(conf={"spark.sql.shuffle.partitions": 4})
    assert executor.success(spec(call("settings", SESSION))).value == "4"
    other = spec(call("settings", SESSION), options={"conf": {"spark.sql.shuffle.partitions": 8}})
    assert executor.success(other).value == "8"
    assert executor.success(spec(call("settings", SESSION))).value == "4"


def test_where_it_ran_is_told_with_the_outcome(executor: Driver):
    told = [("spark_ui", "http://here:4040"), ("spark_application", "local-7"), ("spark_version", "4.0")]
    assert executor.success(spec(call("pid"))).tags == told
    assert executor.failure(spec(call("fail", "x"))).tags == told


def test_the_code_is_sent_once(sparks: Sparks, tmp_path: Path):
    package = tmp_path / "project/package"
    package.mkdir()
    for name in ("__init__.py", "part.py", "notes.txt"):
        (package / name).write_text("")
    executor = sparks(code_excludes=["package/part.py"])
    pid = executor.success(spec(call("pid"))).value
    executor.success(spec(call("pid")))
    (sent,) = (tmp_path / "sent").glob("*.zip")
    assert sent.name == f"{pid}.zip"
    assert sorted(zipfile.ZipFile(sent).namelist()) == ["package/__init__.py", "redun/__init__.py", "work_there.py"]


def test_tables_are_kept_by_what_they_hold(executor: Driver, tmp_path: Path):
    first, again, other = (executor.success(spec(call("table", text, SESSION))).value for text in ("one", "one", "two"))
    dataset = first["tables"][0]
    assert isinstance(dataset, ShardedDataset)
    assert first["count"] == 2
    assert dataset.path.startswith(".redun/datasets/")
    assert [name for name, _, _ in dataset.manifest()] == [f"part-0000{n}-c000.snappy.parquet" for n in range(2)]
    assert [file.read() for file in dataset.files] == ["one 0", "one 1"]
    assert again["tables"][0].path == dataset.path
    assert other["tables"][0].path != dataset.path
    folders = {path.name for path in (tmp_path / "project/.redun/datasets").iterdir()}
    assert folders == {dataset.path[-32:], other["tables"][0].path[-32:], "writing"}
    assert not list((tmp_path / "project/.redun/datasets/writing").iterdir())


def test_a_dataset_that_was_changed_is_written_again(executor: Driver):
    dataset = executor.success(spec(call("table", "one", SESSION))).value["tables"][0]
    dataset.files[0].write("something else")
    again = executor.success(spec(call("table", "one", SESSION))).value["tables"][0]
    assert [file.read() for file in again.files] == ["one 0", "one 1"]


def test_a_table_that_is_not_seen_here(executor: Driver):
    outcome = executor.failure(spec(call("table", "elsewhere", SESSION)))
    assert str(outcome.error) == (
        "redun: Spark has written a table, and nothing of it is at .redun/datasets on this machine\n"
        "  hint: let `scratch` of the executor be a folder that all of Spark's machines reach, or an object store"
    )


def test_errors_of_spark_are_told_without_pyspark(executor: Driver):
    outcome = executor.failure(spec(call("wrong", SESSION)))
    assert str(outcome.error) == "redun: SparkError: [TABLE_OR_VIEW_NOT_FOUND] no `t`;\n'Project [*]"
    trace = str(outcome.error.__cause__)
    assert "work_there.py" in trace
    assert "spark_driver.py" not in trace


def test_what_only_spark_knows_is_no_result(executor: Driver):
    assert str(executor.failure(spec(call("row"))).error) == (
        "redun: the result holds an object of pyspark.sql, which only Spark's driver knows\n"
        "  hint: return plain data, such as `[row.asDict() for row in table.collect()]`, or the table itself, which is "
        "kept"
    )
    assert executor.success(spec(call("spell"))).value == "pyspark"


def test_other_code_gets_another_driver(sparks: Sparks):
    executor = sparks()
    sparks.code = b"0" * 16
    outcome = executor.failure(spec(call("pid")))
    assert str(outcome.error).startswith("redun: work(1): ")
    assert "code" in str(outcome.error)
    sparks.code = b""


def test_a_driver_that_dies_is_replaced_once(executor: Driver, tmp_path: Path):
    marks = tmp_path / "marks"
    marks.mkdir()
    outcome = executor.success(spec(call("die", str(marks), 1)))
    assert outcome.value == 1
    assert outcome.tags[0] == ("spark_begun_again", "the Spark driver was killed by SIGKILL")


def test_a_driver_that_dies_twice(executor: Driver, tmp_path: Path):
    marks = tmp_path / "marks"
    marks.mkdir()
    outcome = executor.failure(spec(call("die", str(marks), 9)))
    assert str(outcome.error) == (
        "redun: work(1): the Spark driver was killed by SIGKILL, the second driver that this job has lost\n"
        "  printed  out of memory\n"
        "  hint: often the memory was full: more of it is `spark.driver.memory` or `spark.executor.memory` in `conf`"
    )
    assert len(list(marks.iterdir())) == 2
    assert executor.success(spec(call("show", "on"))).output == b"on\n"


def test_a_driver_without_its_spark_is_replaced(executor: Driver, tmp_path: Path):
    marks = tmp_path / "marks"
    marks.mkdir()
    before = executor.success(spec(call("pid"))).value
    outcome = executor.success(spec(call("break_down", str(marks), SESSION)))
    assert outcome.value != before
    assert outcome.tags[0] == ("spark_begun_again", "the Spark driver has lost its Spark")


def test_spark_that_cannot_be_started(sparks: Sparks):
    executor = sparks(master="spark://nowhere:7077")
    outcomes = executor.run(spec(call("pid"), seq=1), spec(call("pid"), seq=2))
    told = (
        "redun: Spark at spark://nowhere:7077 could not be started: cannot reach spark://nowhere:7077\n"
        "  at one\n"
        "  at two\n"
        "  hint: `master` and `conf` of the executor say which Spark it is, and how it is set up"
    )
    assert [str(outcome.error) for outcome in outcomes] == [told] * 2  # type: ignore[union-attr]


def test_spark_that_does_not_start(sparks: Sparks):
    executor = sparks(master="spark://slow:7077", start_timeout=0.5)
    began = time.monotonic()
    assert str(executor.failure(spec(call("pid"))).error) == (
        "redun: work(1): Spark at spark://slow:7077 has not started within 0.5 seconds\n"
        "  hint: is the cluster there, and has it room? `start_timeout` of the executor gives it longer"
    )
    executor.executor.stop()
    assert time.monotonic() - began < 120  # it would take longer to start


def test_a_driver_is_closed_when_it_has_nothing_to_do(sparks: Sparks):
    executor = sparks(idle=0.2)
    pid = executor.success(spec(call("pid"))).value
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        executor.inbox.wait(0.05)
    assert not Path(f"/proc/{pid}").exists()
    assert executor.success(spec(call("pid"))).value != pid


def test_a_function_that_does_not_end(executor: Driver):
    before = executor.success(spec(call("pid"))).value
    outcome = executor.failure(spec(call("stubborn"), timeout=0.2))
    assert "not done after its timeout of 0.2 seconds" in str(outcome.error)
    assert executor.success(spec(call("pid"))).value == before


def test_big_arguments_and_results_at_once(executor: Driver):
    specs = [spec(call("big", bytes([seq]) * 3_000_000), seq=seq) for seq in range(8)]
    assert [outcome.value for outcome in executor.run(*specs)] == [  # type: ignore[union-attr]
        bytes([seq]) * 3_000_000 + b"!" for seq in range(8)
    ]


def test_an_option_of_one_job_that_cannot_be(executor: Driver):
    outcome = executor.failure(spec(call("pid"), options={"master": "sparc://x"}))
    assert str(outcome.error).startswith("redun: work(1): an option for its executor cannot be: `master`: ")


def test_commands_run_in_the_driver(executor: Driver):
    assert executor.success(spec(CommandStep("echo $((1 + 1))"))).output == b"2\n"


def test_nothing_is_kept_of_a_job_that_is_over(executor: Driver) -> None:
    assert_nothing_is_kept(executor, lambda **fields: spec(call("show", "x"), **fields))
