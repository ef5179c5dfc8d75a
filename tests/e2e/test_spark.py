"""Tasks in Spark, through the real command and the real Spark of the package pyspark."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.project import Project
from tests.e2e.records import error_of, states
from tests.parts.spark import WAIT, connect_server

pytest.importorskip("pyspark")

FLOW = """
    from __future__ import annotations

    import sys

    from redo_py import ShardedDataset, task
    from redo_py.spark import get_spark_session

    from helper import note, scaled

    if False:
        from pyspark.sql import SparkSession


    @task(executor="spark")
    def numbers(spark: SparkSession, count: int):
        note("numbers")
        return scaled(spark.range(count, numPartitions=2))


    @task(executor="other")
    def total(table: ShardedDataset) -> int:
        note("total")
        assert table.load_spark().sparkSession is get_spark_session()
        return table.load_spark().agg({"value": "sum"}).first()[0]


    @task
    def report(total: int) -> str:
        note("report")
        return f"{total}, pyspark here: {'pyspark' in sys.modules}"


    @task
    def other() -> str:
        note("other")
        return "other"


    @task
    def main(count: int = 10) -> list:
        return [report(total(numbers(count))), other()]
"""
HELPER = """
    def note(name):
        with open("ran", "a") as file:
            file.write(name + " ")


    def factor(x):
        return 2 * x


    def scaled(table):
        from pyspark.sql.functions import udf

        return table.select(udf(factor, "long")("id").alias("value"))
"""
SETTINGS = """
    [executors.{name}]
    type = "spark"
    master = "{master}"
    conf = {{ "spark.ui.enabled" = {ui}, "spark.driver.bindAddress" = "127.0.0.1", "spark.driver.host" = "127.0.0.1" }}
"""
NAMES = ("spark", "other")  # of executors that want the same Spark


@pytest.fixture
def flow(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with tasks in Spark, which note that they have run."""
    monkeypatch.setattr("tests.e2e.project.WAIT", WAIT)
    project.environment |= {name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ}
    project.write("flow.py", FLOW)
    project.write("helper.py", HELPER)
    use(project, "local[2]")
    return project


def use(project: Project, master: str, ui: str = "false") -> None:
    """Let tasks run in this Spark, whatever it is called; a Connect server has its own settings."""
    made = [SETTINGS.format(name=name, master=master, ui=ui) for name in NAMES]
    project.write(
        "redun.toml", "".join(each.rpartition("conf")[0] if master.startswith("sc:") else each for each in made)
    )


def ran(project: Project) -> str:
    """What has run since this was asked last, in its order."""
    if not project.exists("ran"):
        return ""
    found = project.read("ran").strip()
    project.remove("ran")
    return found


@pytest.mark.slow
def test_tasks_in_spark_are_tasks_like_any_other(flow: Project) -> None:
    assert flow.run("run", "flow.py", "main").output == "['90, pyspark here: False', 'other']\n"
    assert sorted(ran(flow).split()) == ["numbers", "other", "report", "total"]
    flow.run("run", "flow.py", "main")
    assert ran(flow) == ""


@pytest.mark.slow
def test_what_an_edit_runs_again(flow: Project) -> None:
    flow.run("run", "flow.py", "main")
    ran(flow)
    flow.write("helper.py", HELPER.replace("2 * x", "3 * x"))
    assert flow.run("run", "flow.py", "main").output == "['135, pyspark here: False', 'other']\n"
    assert ran(flow) == "numbers total report"
    flow.write("helper.py", HELPER.replace("2 * x", "x + x + x"))
    flow.run("run", "flow.py", "main")
    assert ran(flow) == "numbers", "the table holds the same, so nothing that rests on it runs"


@pytest.mark.slow
def test_where_it_ran_stands_in_the_log(flow: Project) -> None:
    use(flow, "local[2]", ui="true")
    flow.run("run", "flow.py", "main")
    told = [flow.run("log", name).output for name in ("numbers", "total")]
    assert "spark_ui" in told[0]
    assert "http://127.0.0.1:40" in told[0]
    applications = [set(re.findall(r"spark_application=(\S+)", each)) for each in told]
    assert len(applications[0]) == 1
    assert applications[0] == applications[1], "two names of one Spark have one driver"


@pytest.mark.slow
def test_datasets_that_tasks_write_themselves(flow: Project) -> None:
    flow.write(
        "flow.py",
        """
        from redo_py import ShardedDataset, task
        from redo_py.spark import sql_query, udf
        from helper import factor, note

        doubled = udf(return_type="long")(factor)

        @task(executor="spark")
        def write(spark: "SparkSession", form: str) -> ShardedDataset:
            note("write")
            table = spark.range(6, numPartitions=1).selectExpr("id", "id % 2 as odd")
            return ShardedDataset(f"out/{form}", form).save_spark(table, partition_keys=["odd"])

        @task
        def there(dataset: ShardedDataset) -> list:
            note("there")
            return [name for name, _, _ in dataset.manifest()]

        @task(executor="spark")
        def read(dataset: ShardedDataset, spark: "SparkSession"):
            note("read")
            table = sql_query(dataset.load_spark(validate=True), "select id, odd from ds where odd = 1", "ds")
            return sorted(tuple(row) for row in table.select(doubled(table.id.cast("long")), "odd").collect())

        @task
        def main(form: str):
            dataset = write(form)
            return [there(dataset), read(dataset)]
        """,
    )
    for form in ("parquet", "csv", "json"):
        printed = flow.run("run", "flow.py", "main", "--form", form).output
        assert printed.endswith("[(2, 1), (6, 1), (10, 1)]]\n"), printed
        assert "'odd=0/part-00000" in printed
        assert sorted(ran(flow).split()) in (["read", "there", "write"], [])
    flow.run("run", "flow.py", "main", "--form", "parquet", "--no-cache")
    assert "write" in ran(flow)
    flow.run("run", "flow.py", "main", "--form", "parquet")
    assert ran(flow) == "", "written again with other names for the same contents"


@pytest.mark.slow
def test_a_jvm_that_is_killed(flow: Project) -> None:
    flow.write(
        "flow.py",
        """
        import os

        from redo_py import task


        @task(executor="spark")
        def rows(spark: "SparkSession") -> int:
            return spark.range(4).count()


        @task
        def main(times: int) -> int:
            return work(times, rows())


        @task(executor="spark")
        def work(times: int, rows: int, spark: "SparkSession") -> int:
            tries = len(open("tries").read()) if os.path.exists("tries") else 0
            with open("tries", "a") as file:
                file.write("x")
            if tries < times:
                os.kill(spark.sparkContext._gateway.proc.pid, 9)
            return spark.range(tries).count()
        """,
    )
    assert flow.run("run", "flow.py", "main", "--times", "1").output == "1\n"
    assert "spark_begun_again=the Spark driver has lost its Spark" in flow.run("log", "work").output
    assert states(flow) == ("DONE", {"main": "DONE", "rows": "DONE", "work": "DONE"})
    flow.remove("tries")
    errors = flow.run("run", "flow.py", "main", "--times", "9", status=1).errors
    said = "the Spark driver has lost its Spark, the second driver that this job has lost"
    assert said in errors
    assert states(flow) == ("FAILED", {"main": "FAILED", "rows": "CACHED", "work": "FAILED"})
    assert said in error_of(flow, "work")
    assert flow.read("tries") == "xx"


@pytest.mark.slow
def test_an_interrupted_run_leaves_no_spark_behind(flow: Project) -> None:
    flow.write(
        "flow.py",
        """
        from redo_py import task


        @task(executor="spark")
        def main(spark: "SparkSession"):
            import time
            open("pid", "w").write(str(spark.sparkContext._gateway.proc.pid))
            open("begun", "w").close()
            time.sleep(300)
        """,
    )
    running = flow.start("run", "flow.py", "main")
    limit = time.monotonic() + WAIT
    while not flow.exists("begun") and time.monotonic() < limit:
        time.sleep(0.1)
    jvm = int(flow.read("pid"))
    running.send(signal.SIGINT)
    assert running.finish().status == 130
    assert is_gone(jvm)
    flow.remove("begun")
    running = flow.start("run", "flow.py", "main")
    while not flow.exists("begun") and time.monotonic() < limit:
        time.sleep(0.1)
    jvm = int(flow.read("pid"))
    running.kill()
    assert is_gone(jvm)


def is_gone(pid: int) -> bool:
    """Whether a process ends soon."""
    limit = time.monotonic() + WAIT
    while time.monotonic() < limit:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
def test_a_connect_server_that_is_gone(flow: Project, tmp_path: Path) -> None:
    """The task is begun again in another driver, which looks for the server for as long as it may, and says so."""
    pytest.importorskip("grpc_status")
    flow.write(
        "flow.py",
        """
        import os
        import time

        from redo_py import task


        @task(executor="spark")
        def main(spark: "SparkSession") -> int:
            with open("begun", "a") as file:
                file.write("x")
            while not os.path.exists("go"):
                time.sleep(0.05)
            return spark.range(3).count()
        """,
    )
    with connect_server(tmp_path) as address:
        use(flow, address)
        flow.write("redun.toml", flow.read("redun.toml").replace("master", "patience = 1.0\nmaster"))
        running = flow.start("run", "flow.py", "main")
        flow.until(lambda: flow.exists("begun"))
    flow.write("go", "")
    ended = running.finish()
    assert ended.status == 1
    assert f"Spark at {address} could not be started: failed to connect to all addresses" in ended.errors
    assert flow.read("begun") == "x"
