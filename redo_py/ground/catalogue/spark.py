"""Tasks in Spark."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "spark-no-pyspark": (
        "Spark needs the package pyspark, which is not installed here",
        "pip install 'redo-py[spark]'",
    ),
    "spark-lacks": (
        "the Spark driver cannot be started: {python}, in which it is to run, lacks {module}",
        "where a task has an `env=`, its file names pyspark, for a Connect server pyspark[connect]",
    ),
    "spark-no-connect": (
        "a Connect server needs packages that are not installed here: {packages}",
        "pip install 'pyspark[connect]'",
    ),
    "spark-no-java": (
        "Spark needs Java, and there is no `java` on PATH or below JAVA_HOME",
        "install Java 17 or 21, for example `apt install openjdk-17-jre-headless`",
    ),
    "spark-no-submit": (
        "there is no command `{command}` that submits to a cluster",
        'install Spark with its `bin` on PATH, or say `spark_submit = "/path/of/spark-submit"`',
    ),
    "spark-unreached": (
        "`{command}`, which asks the cluster, has failed: {error}",
        "it is asked again; does the command work in a shell?",
    ),
    "spark-not-started": (
        "Spark at {master} could not be started: {error}",
        "`master` and `conf` of the executor say which Spark it is, and how it is set up",
    ),
    "spark-start-timeout": (
        "{label}: Spark at {master} has not started within {seconds} seconds",
        "is the cluster there, and has it room? `start_timeout` of the executor gives it longer",
    ),
    "spark-died": (
        "{label}: {how}, the second driver that this job has lost",
        "often the memory was full: more of it is `spark.driver.memory` or `spark.executor.memory` in `conf`",
    ),
    "spark-call-failed": ("{kind}: {error}", ""),
    "spark-result": (
        "the result holds an object of {kind}, which only Spark's driver knows",
        "return plain data, such as `[row.asDict() for row in table.collect()]`, or the table itself, which is kept",
    ),
    "spark-unseen": (
        "Spark has written a table, and nothing of it is at {path} on this machine",
        "let `scratch` of the executor be a folder that all of Spark's machines reach, or an object store",
    ),
    "spark-no-session": (
        "{what} is wanted where no Spark is",
        'let the task run there: `executor="spark"`, with `[executors.spark]` and `type = "spark"` in redun.toml',
    ),
    "spark-no-context": (
        "a Connect server gives no SparkContext",
        "use the session: get_spark_session(), or a parameter `spark: SparkSession`",
    ),
    "spark-subrun": (
        "an execution of its own cannot be in a Spark driver, which goes on when one of its tasks is ended",
        "without `new_execution` and settings of its own, the calls of `subrun` run in Spark as part of this execution",
    ),
    "spark-no-glue": ("{what} exists in AWS Glue alone", "the Spark executor runs plain Spark, wherever it is"),
}
