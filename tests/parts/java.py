"""Java as the tests start it, for Spark: most of what its start costs is reading and checking some 15,000 classes.

    python -m tests.parts.java

keeps them in the form that they have in memory, in the virtual environment that has pyspark: both must stay as they
are, or it is done again. With that Spark starts at half the cost; without it, it starts all the same.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.parts.once import made_once

# Half of the processor time that it takes Spark to start goes into making code fast that runs once.
PLAIN = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
QUIET = ("-Xlog:cds=off", "-Xlog:cds+dynamic=off")  # what does not fit is not used, without a word
NAME = "classes.jsa"
ALL_THAT_TESTS_USE = """
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import udf

settings = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:ArchiveClassesAtExit=" + sys.argv[1],
    "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
    "spark.connect.grpc.binding.port": "0",
    "spark.ui.enabled": "false",
}
session = SparkSession.builder.master("local-cluster[1,1,1024]").config(map=settings).getOrCreate()
table = session.range(9).withColumn("odd", udf(lambda number: number % 2, "long")("id")).orderBy("id")
table.write.partitionBy("odd").parquet(sys.argv[2])
assert session.read.parquet(sys.argv[2]).agg({"id": "sum"}).first()[0] == 36
process = session.sparkContext._gateway.proc
session.stop()
process.stdin.close()
sys.exit(process.wait())
"""


def place() -> Path:
    """The folder of the classes of this Java and this pyspark. Raises LookupError if one of them is missing."""
    java, spark = shutil.which("java"), importlib.util.find_spec("pyspark")
    if java is None or spark is None or spark.origin is None:
        raise LookupError("Spark needs Java and pyspark, which are not installed here")
    told = [f"{path} {os.stat(path).st_mtime_ns}" for path in (os.path.realpath(java), spark.origin)]
    return Path(sys.prefix) / "share/redo-py-tests" / f"java-{hashlib.sha256(repr(told).encode()).hexdigest()[:16]}"


def options() -> str:
    """What the variable JDK_JAVA_OPTIONS is to say."""
    try:
        kept = place() / NAME
    except LookupError:
        return " ".join(PLAIN)
    return " ".join((*PLAIN, *((f"-XX:SharedArchiveFile={kept}", *QUIET) if kept.exists() else ())))


def keep_classes() -> None:
    """Keep them, if they are not there. Two who do that at once do not disturb each other. Raises LookupError."""
    folder = place()
    if (folder / NAME).exists():
        return
    environment = {**os.environ, "JDK_JAVA_OPTIONS": " ".join(PLAIN)}
    with made_once(folder, NAME) as made:
        words = [sys.executable, "-c", ALL_THAT_TESTS_USE, str(made / NAME), str(made / "table")]
        with (made / "log").open("wb") as log:
            done = subprocess.run(words, cwd=made, env=environment, stdout=log, stderr=log, check=False)
        assert (done.returncode, (made / NAME).exists()) == (0, True), (made / "log").read_text()
        (made / "log").unlink()
        shutil.rmtree(made / "table")


if __name__ == "__main__":
    keep_classes()
