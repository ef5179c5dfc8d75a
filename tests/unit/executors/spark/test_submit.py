"""Applications of their own: the commands for YARN and Kubernetes, and what is made of their words. No cluster is here:
a `spark-submit` that runs what it is given on this machine stands for one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redo_py.executors.backend import Placed, Site, Unreached
from redo_py.executors.options import with_job
from redo_py.executors.spark.submit import SubmitBackend, SubmitOptions, kill_argv, state_in, status_argv, submit_argv
from redo_py.ground.clock import Clock
from redo_py.ground.errors import RunError

ARGV = ["python3", "-u", "-P", "-m", "redo_py", "oneshot", "s3://bucket/scratch/jobs/k1"]


def placed(options: SubmitOptions) -> Placed:
    return Placed("k1", "count(1)", ARGV, options)


def test_the_command_for_yarn():
    options = SubmitOptions(
        master="yarn", scratch="s3://bucket/scratch", conf={"spark.executor.instances": "4"}, queue="long",
        archives=["env.tar.gz#env"], jars=["a.jar", "b.jar"],
    )  # fmt: skip
    assert submit_argv(options, placed(options), "/lib/spark_program.py", "/logs/k1.conf") == [
        "spark-submit", "--master", "yarn", "--deploy-mode", "cluster",
        "--conf", "spark.app.name=redun-k1", "--conf", "spark.yarn.tags=redun-k1",
        "--conf", "spark.yarn.maxAppAttempts=1", "--properties-file", "/logs/k1.conf", "--load-spark-defaults",
        "--queue", "long", "--archives", "env.tar.gz#env", "--jars", "a.jar,b.jar",
        "/lib/spark_program.py", "oneshot", "s3://bucket/scratch/jobs/k1",
    ]  # fmt: skip


def test_the_command_for_kubernetes():
    options = SubmitOptions(
        master="k8s://https://host:6443", namespace="science", program="local:///opt/spark_program.py",
        spark_submit="/opt/spark/bin/spark-submit", conf={"spark.kubernetes.container.image": "us/spark:4"},
    )  # fmt: skip
    assert submit_argv(options, placed(options), options.program, "/logs/k1.conf") == [
        "/opt/spark/bin/spark-submit", "--master", "k8s://https://host:6443", "--deploy-mode", "cluster",
        "--conf", "spark.app.name=redun-k1", "--conf", "spark.kubernetes.namespace=science",
        "--conf", "spark.kubernetes.driver.pod.name=redun-k1",
        "--properties-file", "/logs/k1.conf", "--load-spark-defaults",
        "local:///opt/spark_program.py", "oneshot", "s3://bucket/scratch/jobs/k1",
    ]  # fmt: skip


def test_what_the_driver_is_to_have():
    options = SubmitOptions(
        master="yarn", python="./env/bin/python", cpus=1.5, memory=2 << 30, conf={"spark.driver.cores": "8"}
    )
    words = submit_argv(options, placed(options), "/lib/spark_program.py", "/logs/k1.conf")
    assert "spark.pyspark.python=./env/bin/python" in words
    assert "spark.driver.memory=2147483648b" in words
    assert not [word for word in words if word.startswith("spark.driver.cores")], "`conf` says it"


def test_settings_of_a_task_are_joined_to_those_of_its_executor():
    options = SubmitOptions(master="yarn", conf={"a": "1", "b": "2"}, queue="long")
    chosen = with_job(options, {"conf": {"b": 3, "c": True}})
    assert (chosen.conf, chosen.queue) == ({"a": "1", "b": "3", "c": "true"}, "long")
    assert with_job(options, {"queue": "short"}).conf == options.conf


def test_the_commands_that_ask_and_end():
    yarn = SubmitOptions(master="yarn")
    pods = SubmitOptions(master="k8s://https://host", namespace="science")
    listing = ["yarn", "application", "-list", "-appStates", "ALL", "-appTags", "redun-k1"]
    assert status_argv(yarn, "k1") == listing
    assert kill_argv(yarn, "k1", "application_1_2") == ["yarn", "application", "-kill", "application_1_2"]
    assert kill_argv(yarn, "k1", "") == []
    asked = ["spark-submit", "--master", "k8s://https://host", "--status", "science:redun-k1"]
    assert status_argv(pods, "k1") == asked
    assert kill_argv(pods, "k1", "") == [*asked[:3], "--kill", "science:redun-k1"]


def test_what_clusters_say():
    header = (
        "Total number of applications (application-types: [], states: [NEW, RUNNING] and tags: [redun-k1]):1\n"
        "Application-Id\tApplication-Name\tApplication-Type\tUser\tQueue\tState\tFinal-State\tProgress\tTracking-URL\n"
    )
    line = "application_1700000000000_0007\tredun-k1\tSPARK\tme\tdefault\t{}\t{}\t10%\thttp://host:8088\n"
    assert state_in(header) == ""
    assert state_in(header + line.format("RUNNING", "UNDEFINED")) == "UNDEFINED"
    assert state_in(header + line.format("FINISHED", "SUCCEEDED")) == "SUCCEEDED"
    assert state_in(header + line.format("KILLED", "KILLED")) == "KILLED"
    assert state_in("\t pod name: redun-k1\n\t phase: Running\n\t container status:\n") == "Running"
    assert state_in("\t phase: Succeeded\n") == "Succeeded"
    assert state_in("No driver found matching redun-k1") == ""


def backend(tmp_path: Path, script: str) -> SubmitBackend:
    command = tmp_path / "spark-submit"
    command.write_text(f"#!/bin/bash\n{script}\n")
    command.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    state = str(tmp_path / "state")
    site = Site("far", str(tmp_path), str(tmp_path), state, environ, Clock(), lambda task: b"")
    made = SubmitBackend(SubmitOptions(master="k8s://https://host"), site)
    made.open()
    return made


def report_of(made: SubmitBackend) -> tuple[str, int | None]:
    while (found := made.poll(["k1"])[0]).state == "running":
        pass
    return found.state, found.exit


def test_an_application_from_its_beginning_to_its_end(tmp_path: Path):
    made = backend(tmp_path, 'echo "phase: Running"; echo "${@: -1}"; sleep 0.1; exit 3')
    made.launch([placed(made.options)])
    assert report_of(made) == ("ended", 3)
    assert made.poll(["k1"])[0].reason == "spark-submit ended with status 3"
    assert made.tail("k1") == "phase: Running\ns3://bucket/scratch/jobs/k1\n"
    assert made.tail("k2") == ""
    made.close()


def test_settings_are_in_no_words(tmp_path: Path):
    """They lie in a file for its owner alone, which goes when it has been read."""
    script = f'echo "$@" > {tmp_path}/words; shift 10; cat "$2" > {tmp_path}/conf; stat -c %a "$2" > {tmp_path}/mode'
    made = backend(tmp_path, script)
    options = SubmitOptions(master="k8s://https://host", conf={"spark.hadoop.secret": "s3cret: 1=\u00e9\n\U0001f600"})
    made.options = options
    made.launch([placed(options)])
    assert report_of(made) == ("ended", 0), made.tail("k1")
    assert "s3cret" not in (tmp_path / "words").read_text()
    assert (tmp_path / "conf").read_text() == (
        "spark.hadoop.secret=s3cret\\u003a\\u00201\\u003d\u00e9\\u000a\\ud83d\\ude00\n"
    )
    assert (tmp_path / "mode").read_text() == "600\n"
    assert not (tmp_path / "state/spark/k1.conf").exists()
    made.close()


def test_one_of_an_earlier_process(tmp_path: Path):
    made = backend(tmp_path, 'case "$*" in *"default:redun-k1"*) cat phase;; *) echo "No driver found";; esac')
    (tmp_path / "phase").write_text("\t phase: Running\n")
    os.chdir(tmp_path)
    assert made.find(["k1"]) == set(), "nobody has submitted it"
    for key in ("k1", "k2"):
        (tmp_path / f"state/spark/{key}.log").write_text("")
    assert made.find(["k1", "k2"]) == {"k1"}
    (tmp_path / "phase").write_text("\t phase: Failed\n")
    assert [(each.state, each.reason) for each in made.poll(["k1"])] == [
        ("lost", "the cluster says of its application: Failed")
    ]
    (tmp_path / "phase").write_text("\t phase: Succeeded\n")
    assert made.poll(["k1"])[0].state == "ended"


def test_one_that_is_cancelled(tmp_path: Path):
    made = backend(tmp_path, f'case "$*" in *--kill*) echo "$*" > {tmp_path}/killed;; *) sleep 300;; esac')
    made.launch([placed(made.options)])
    made.cancel(["k1"])
    assert report_of(made)[0] == "ended"
    assert (tmp_path / "killed").read_text() == "--master k8s://https://host --kill default:redun-k1\n"
    made.close()


def test_a_cluster_that_does_not_answer(tmp_path: Path):
    """That says nothing of the job: it is asked again."""
    script = 'case "$*" in *--status*|*--kill*) echo "no route to host" >&2; exit 1;; *) exec sleep 60;; esac'
    made = backend(tmp_path, script)
    (tmp_path / "state/spark/k2.log").write_text("")
    with pytest.raises(Unreached) as caught:
        made.poll(["k2"])
    assert str(caught.value) == (
        "redun: `spark-submit`, which asks the cluster, has failed: no route to host\n"
        "  hint: it is asked again; does the command work in a shell?"
    )
    with pytest.raises(Unreached):
        made.find(["k2"])
    made.launch([placed(made.options)])
    with pytest.raises(Unreached):
        made.cancel(["k1"])
    assert made.poll(["k1"])[0].state == "running", "it is not given up before the cluster knows"
    made.close()


def test_no_command_to_submit_with(tmp_path: Path):
    site = Site("far", "/", "/", str(tmp_path), {"PATH": str(tmp_path)}, Clock(), lambda task: b"")
    with pytest.raises(RunError) as caught:
        SubmitBackend(SubmitOptions(master="yarn"), site).open()
    assert str(caught.value) == (
        "redun: there is no command `spark-submit` that submits to a cluster\n"
        '  hint: install Spark with its `bin` on PATH, or say `spark_submit = "/path/of/spark-submit"`'
    )
