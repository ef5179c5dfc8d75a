"""What surrounds tasks in Spark, through the real command, with a Spark that starts at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.project import Project
from tests.unit.executors.spark.small_spark import lay

ROOT = Path(__file__).parents[2]

FLOW = """
    from redo_py import ShardedDataset, task

    redun_namespace = "flow"


    @task(executor="spark")
    def table(spark: "SparkSession", text: str):
        from pyspark.sql import DataFrame
        print("making")
        return DataFrame(text)


    @task
    def texts(found: ShardedDataset) -> list:
        return [file.read() for file in found.files]


    @task
    def main(text: str = "one"):
        return texts(table(text))
"""
SETTINGS = '[executors.spark]\ntype = "spark"\nmaster = "local[2]"\n'


@pytest.fixture
def flow(project: Project, tmp_path: Path) -> Project:
    """A project with a task in Spark."""
    project.write("java/bin/java", "#!/bin/sh\n", executable=True)
    (tmp_path / "sent").mkdir()
    project.environment |= {
        "PYTHONPATH": str(lay(tmp_path / "small")),
        "JAVA_HOME": str(project.path("java")),
        "SMALL_SPARK": str(tmp_path / "sent"),
    }
    project.write("flow.py", FLOW)
    project.write("redun.toml", SETTINGS)
    return project


def test_a_run_and_its_record(flow: Project) -> None:
    first = flow.run("run", "flow.py", "main")
    assert first.output == "['one 0', 'one 1']\n"
    assert "flow.table(text='one') on spark" in first.errors
    assert "Run    Job" not in flow.run("run", "flow.py", "main").errors
    job = first.errors.partition(":  flow.table")[0][-8:]
    told = flow.run("log", job).output
    assert "spark_ui" in told
    assert "http://here:4040" in told
    assert "making" in told


def test_the_executor_is_listed_and_checked(flow: Project) -> None:
    assert (
        "spark    spark  ready     Spark, in one session for all tasks of a run (redun.toml:1)"
        in flow.run("executors").output
    )
    assert "spark: ready, Python " in flow.run("executors", "check", "spark").output
    flow.environment["JAVA_HOME"] = "/nowhere"
    assert "spark    spark  unusable  Spark needs Java, and there is no `java` on PATH" in flow.run("executors").output
    assert "Spark needs Java" in flow.run("run", "flow.py", "main", status=1).errors


def test_settings_reach_java_by_a_file_that_nobody_else_reads(flow: Project, tmp_path: Path) -> None:
    flow.write("redun.toml", SETTINGS + 'conf = {"spark.hadoop.secret" = "a b"}\n')
    flow.run("run", "flow.py", "main")
    lines = (tmp_path / "sent/conf-600").read_text().splitlines()
    assert "spark.hadoop.secret=a\\u0020b" in lines
    assert "spark.master=local\\u005b2\\u005d" in lines


def test_an_option_that_cannot_be(flow: Project) -> None:
    flow.write("redun.toml", SETTINGS.replace("local[2]", "mars"))
    assert (
        "redun.toml:3:10: an option of the executor `spark` cannot be: `master`: it is local[*], spark://HOST:PORT, "
        "yarn, k8s://HOST or sc://HOST, not 'mars'\n"
    ) in flow.run("run", "flow.py", "main", status=2).errors
    flow.write("redun.toml", SETTINGS + "idel = 3\n")
    assert "did you mean idle?" in flow.run("run", "flow.py", "main", status=2).errors


def test_a_task_that_wants_a_session_and_runs_elsewhere(flow: Project) -> None:
    flow.write(
        "flow.py",
        """
        from redo_py import task

        @task
        def main(spark: "SparkSession"):
            return spark.range(3)
        """,
    )
    assert (
        "`range` of its SparkSession is wanted where no Spark is" in flow.run("run", "flow.py", "main", status=1).errors
    )


def test_a_rule_whose_function_runs_in_spark(flow: Project) -> None:
    flow.write(
        "work.py",
        """
        def count(out, source: str, spark: "SparkSession"):
            spark.work(0)
            with open(source) as stream, open(out, "w") as result:
                result.write(f"{len(stream.read().split())} words\\n")
        """,
    )
    flow.rules(
        """
        from work import count

        @rule("{name}.count")
        def counted(out, name):
            return task(count, executor="spark")(out, need(name + ".txt"))
        """
    )
    flow.write("a.txt", "one two three\n")
    flow.build("a.count")
    assert flow.read("a.count") == "3 words\n"
    assert flow.build("a.count").is_idle
    flow.write("a.txt", "one\n")
    flow.build("a.count")
    assert flow.read("a.count") == "1 words\n"


def test_tables_that_nobody_can_be_given_any_more(flow: Project) -> None:
    for text in ("one", "two"):
        flow.run("run", "flow.py", "main", "--text", text)
    folder = flow.state / "datasets"
    datasets = {path.name for path in folder.iterdir()} - {"writing"}
    assert len(datasets) == 2
    (folder / ("0" * 32)).mkdir()
    (folder / "writing/left").mkdir(parents=True)
    assert "tables of Spark" not in flow.run("gc").output, "a young one may be of a run that goes on"
    assert {path.name for path in folder.iterdir()} == {*datasets, "0" * 32, "writing"}
    assert flow.run("run", "flow.py", "main").output == "['one 0', 'one 1']\n"


def test_a_task_as_an_application_of_its_own(flow: Project) -> None:
    flow.write(
        "cluster/spark-submit",
        '#!/bin/bash\n[ "$3" = --deploy-mode ] || exit 1\necho "$@" >> submitted\n'
        'while [ "${1##*.}" != py ]; do shift; done\nexec python3 "$@"\n',
        executable=True,
    )
    flow.environment["PATH"] = f"{flow.path('cluster')}:{flow.environment['PATH']}"
    flow.environment["PYTHONPATH"] = f"{flow.environment['PYTHONPATH']}:{ROOT}"
    settings = '[executors.spark]\ntype = "spark_submit"\nmaster = "k8s://https://host"\njob_monitor_interval = 0.1\n'
    flow.write("redun.toml", settings)
    first = flow.run("run", "flow.py", "main")
    assert first.output == "['one 0', 'one 1']\n"
    submitted = flow.read("submitted")
    assert submitted.startswith("--master k8s://https://host --deploy-mode cluster --conf spark.app.name=redun-")
    assert "Run    Job" not in flow.run("run", "flow.py", "main").errors
    flow.write("redun.toml", SETTINGS)
    assert "Run    Job" not in flow.run("run", "flow.py", "main").errors
    flow.write("redun.toml", settings)
    flow.write("flow.py", FLOW.replace("return DataFrame(text)", "raise ValueError(spark.version)"))
    assert "ValueError: 4.0" in flow.run("run", "flow.py", "main", status=1).errors


SUBRUNS = """
    from redo_py import task
    from redun.scheduler import subrun

    redun_namespace = "subruns"


    @task
    def shuffled(spark: "SparkSession", number: int) -> str:
        return f"{number} {spark.settings.get('spark.sql.shuffle.partitions')}"


    @task
    def plain(number: int) -> int:
        from redo_py.spark import get_spark_context
        return number + len(get_spark_context().applicationId)


    @task(executor="spark")
    def within():
        return subrun([plain(1), plain(2)], executor="spark")


    @task
    def main() -> list:
        conf = {"spark.sql.shuffle.partitions": 3}
        return [within(), subrun([shuffled(1), shuffled(2)], executor="spark", conf=conf)]


    @task
    def apart():
        return subrun(plain(1), executor="spark", new_execution=True)
"""


def test_subruns_in_spark(flow: Project) -> None:
    """Their calls are calls like others: in a driver that they share, with the settings that the subrun gives them."""
    flow.write("subruns.py", SUBRUNS)
    first = flow.run("run", "subruns.py", "main")
    assert first.output == "[[8, 9], ['1 3', '2 3']]\n"
    assert first.errors.count(" on spark") == 5
    assert "Run    Job" not in flow.run("run", "subruns.py", "main").errors
    assert (
        "an execution of its own cannot be in a Spark driver, which goes on when one of its tasks is ended\n"
        "  hint: without `new_execution` and settings of its own, the calls of `subrun` run in Spark as part of this "
        "execution"
    ) in flow.run("run", "subruns.py", "apart", status=1).errors


def test_two_names_of_one_spark(flow: Project, tmp_path: Path) -> None:
    """Tasks of both share a driver, in a run and in a build."""
    flow.write("redun.toml", SETTINGS + SETTINGS.replace("executors.spark", "executors.other"))
    flow.write(
        "two.py",
        """
        import os

        from redo_py import task


        @task
        def pid(number: int) -> int:
            return os.getpid()


        @task
        def main() -> int:
            return count([pid.options(executor=name)(number) for number, name in enumerate(["spark", "other"] * 2)])


        @task
        def count(pids: list) -> int:
            return len(set(pids))


        def note(out):
            with open(out, "w") as file:
                file.write(str(os.getpid()))
        """,
    )
    assert flow.run("run", "two.py", "main").output == "1\n"
    assert len(list((tmp_path / "sent").glob("*.zip"))) == 1
    flow.rules(
        """
        from two import note

        @rule("{name}.pid")
        def noted(out, name):
            return task(note, executor=name)(out)
        """
    )
    flow.build("spark.pid", "other.pid")
    assert flow.read("spark.pid") == flow.read("other.pid")
