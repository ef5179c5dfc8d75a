"""What Spark and its Java say of an error, as it is told to people."""

from __future__ import annotations

import pytest

from redo_py.remote.api.spark import Plan, without_frames
from redo_py.remote.spark_driver import first_lines, told, trouble

PRINTED = """\
26/11/30 13:51:38 WARN StandaloneAppClient$ClientEndpoint: Failed to connect to master 127.0.0.1:9
org.apache.spark.SparkException: Exception thrown in awaitResult:
\tat org.apache.spark.util.ThreadUtils$.awaitResult(ThreadUtils.scala:301)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: java.io.IOException: Failed to connect to /127.0.0.1:9
\t... 4 more

26/11/30 13:51:58 ERROR StandaloneSchedulerBackend: Reason: All masters are unresponsive! Giving up.
"""
STOPPED = """\
An error occurred while calling None.org.apache.spark.sql.classic.SparkSession.
: java.lang.IllegalStateException: Cannot call methods on a stopped SparkContext.
This stopped SparkContext was created at:

org.apache.spark.api.java.JavaSparkContext.<init>(JavaSparkContext.scala:59)
"""


class Rpc(Exception):
    """An error of gRPC."""

    def details(self) -> str:
        return "failed to connect to all addresses"


def test_frames_of_java_are_left_out():
    assert [line.partition(": ")[2] for line in without_frames(PRINTED)] == [
        "Failed to connect to master 127.0.0.1:9",
        "Exception thrown in awaitResult:",
        "java.io.IOException: Failed to connect to /127.0.0.1:9",
        "Reason: All masters are unresponsive! Giving up.",
    ]


def test_what_was_called_is_left_out():
    assert first_lines(STOPPED).startswith("java.lang.IllegalStateException: Cannot call methods on")
    assert first_lines("An error occurred while calling o1.x.") == "An error occurred while calling o1.x."
    assert first_lines("[BAD] what\n\nJVM stacktrace:\nmore") == "[BAD] what"


def test_a_spark_that_has_given_up():
    error = trouble(Plan("spark://far:7077", {}, "", "/root"), RuntimeError(STOPPED))
    assert str(error).startswith(
        "redun: Spark at spark://far:7077 could not be started: it has given up, see what it printed\n"
    )


def test_what_grpc_says_of_itself_is_left_out():
    wrapped = RuntimeError("<_InactiveRpcError of RPC that terminated with:\n\tstatus = UNAVAILABLE")
    wrapped.__context__ = Rpc()
    assert "could not be started: failed to connect to all addresses\n" in str(
        trouble(Plan("sc://far", {}, "", "/"), wrapped)
    )
    assert told(wrapped) is wrapped, "it is none of Spark's"


@pytest.mark.parametrize("text", ["", "\n"])
def test_nothing_said(text: str):
    assert "could not be started: RuntimeError" in str(trouble(Plan("local", {}, "", "/"), RuntimeError(text)))
