"""Parts of a real Spark, from the package pyspark: a standalone master, a Connect server."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.parts.ports import free_ports

WAIT = 900.0  # seconds that one of them may take to start on a machine that does other things, too


def spark_home() -> Path:
    import pyspark

    return Path(pyspark.__file__).parent


def await_port(port: int) -> None:
    limit = time.monotonic() + WAIT
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert time.monotonic() < limit, f"nobody listens at {port}"
            time.sleep(0.2)


def started(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """A part of Spark, which leaves its files in `folder`."""
    environment = {
        **os.environ,
        "SPARK_HOME": str(spark_home()),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [str(spark_home() / "bin/spark-class"), *words], cwd=folder, env=environment, stdout=log, stderr=log
        )


@contextmanager
def standalone(folder: Path) -> Iterator[str]:
    """The address of a standalone master that has a worker."""
    port, ui, worker_ui = free_ports(3)
    package = "org.apache.spark.deploy"
    address = f"spark://127.0.0.1:{port}"
    master = started(
        folder, f"{package}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(ui)
    )
    await_port(port)
    worker = started(
        folder, f"{package}.worker.Worker", "--host", "127.0.0.1", "--cores", "4", "--memory", "2g",
        "--webui-port", str(worker_ui), address,
    )  # fmt: skip
    await_port(worker_ui)
    try:
        yield address
    finally:
        for process in (worker, master):
            process.terminate()
            process.wait(WAIT)


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """The address of a Connect server."""
    [port] = free_ports(1)
    server = started(
        folder, "org.apache.spark.deploy.SparkSubmit",
        "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
        "--master", "local[2]", "--conf", f"spark.connect.grpc.binding.port={port}",
        "--conf", "spark.ui.enabled=false", "spark-internal",
    )  # fmt: skip
    await_port(port)
    try:
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(WAIT)


CLUSTER = '''#!{python}
"""A `spark-submit` that stands for a cluster of Kubernetes: the drivers run on this machine, and outlive whoever has
submitted them. What became of them lies in a folder."""

import os
import signal
import subprocess
import sys

FOLDER, RUNS = {folder!r}, {runs!r}
WORDS = sys.argv[1:]


def place(name, part):
    return os.path.join(FOLDER, name + "." + part)


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return ""


def write(path, text):
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


def is_alive(pid):
    return read("/proc/" + pid + "/stat").rpartition(")")[2].split()[:1] not in ([], ["Z"])


def asked(option):
    return WORDS[WORDS.index(option) + 1].partition(":")[2]


def submit():
    """What a driver is told by its cluster is left out."""
    settings = [WORDS[at + 1] for at, word in enumerate(WORDS) if word == "--conf"]
    name = next(each for each in settings if "pod.name=" in each).partition("=")[2]
    assert WORDS[2:4] == ["--deploy-mode", "cluster"]
    write(place(name, "words"), chr(10).join(WORDS))
    kept, at = [], 4
    while WORDS[at].startswith("--"):
        count = 1 if WORDS[at] == "--load-spark-defaults" else 2
        if not WORDS[at + 1].startswith("spark.kubernetes."):
            kept += WORDS[at : at + count]
        at += count
    driver = subprocess.Popen([*RUNS, *(kept if len(RUNS) > 1 else []), *WORDS[at:]], start_new_session=True)
    write(place(name, "pid"), str(driver.pid))
    status = driver.wait()
    write(place(name, "status"), str(status))
    return status if status >= 0 else 128 - status


def tell():
    name = asked("--status")
    pid, status = read(place(name, "pid")), read(place(name, "status"))
    phase = ("Succeeded" if status == "0" else "Failed") if status else "Running" if pid and is_alive(pid) else ""
    print("phase: " + phase if phase else "No driver found matching " + name)
    return 0


def kill():
    pid = read(place(asked("--kill"), "pid"))
    if not pid or not is_alive(pid):
        print("No applications found.")
        return 1
    os.killpg(int(pid), signal.SIGTERM)
    return 0


sys.exit(tell() if "--status" in WORDS else kill() if "--kill" in WORDS else submit())
'''


def lay_cluster(folder: Path, *runs: str) -> dict[str, str]:
    """Settings of an executor `spark_submit` for a cluster whose drivers the command `runs` starts: either a
    spark-submit with the words that say which Spark it is, or a Python by itself."""
    folder.mkdir()
    command = folder / "spark-submit"
    command.write_text(CLUSTER.format(python=sys.executable, folder=str(folder), runs=list(runs)))
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return {"type": "spark_submit", "master": "k8s://https://nowhere:6443", "spark_submit": str(command)}
