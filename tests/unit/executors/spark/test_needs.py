"""What must be there for Spark: one clear sentence for each thing that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from redo_py.executors.spark.needs import check_needs
from redo_py.ground.errors import RunError


def missing(master: str, environ: dict[str, str], *absent: str) -> str:
    with pytest.raises(RunError) as caught:
        check_needs(master, environ, lambda module: module not in absent)
    return str(caught.value)


def test_no_pyspark():
    assert missing("local[*]", {}, "pyspark") == (
        "redun: Spark needs the package pyspark, which is not installed here\n  hint: pip install 'redo-py[spark]'"
    )


def test_no_java(tmp_path: Path):
    assert missing("local[2]", {"PATH": str(tmp_path)}) == (
        "redun: Spark needs Java, and there is no `java` on PATH or below JAVA_HOME\n"
        "  hint: install Java 17 or 21, for example `apt install openjdk-17-jre-headless`"
    )
    assert "no `java`" in missing("yarn", {"PATH": str(tmp_path), "JAVA_HOME": str(tmp_path)})


def test_java_where_it_may_be(tmp_path: Path):
    java = tmp_path / "bin/java"
    java.parent.mkdir()
    java.write_text("")
    java.chmod(0o755)
    check_needs("local", {"PATH": str(java.parent)})
    check_needs("local", {"PATH": "", "JAVA_HOME": str(tmp_path)})


def test_a_connect_server_needs_no_java_but_packages():
    check_needs("sc://host", {"PATH": ""}, lambda module: True)
    assert missing("sc://host", {}, "grpc", "grpc_status") == (
        "redun: a Connect server needs packages that are not installed here: grpcio, grpcio-status\n"
        "  hint: pip install 'pyspark[connect]'"
    )
