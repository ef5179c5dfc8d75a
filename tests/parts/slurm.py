"""A real SLURM of one node on this machine: its controller, its node and munge, with all state in one folder."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.parts.ports import free_ports

PATIENCE = 120.0  # seconds until it must be up
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CONFIG = """\
ClusterName=redun
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge/socket
SlurmctldPort={controller_port}
SlurmdPort={node_port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=2
MaxArraySize=1001
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=0,sched_min_interval=10000
GresTypes=gpu
SlurmdParameters=config_overrides
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=16000 Gres=gpu:2 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE DefMemPerCPU=500 State=UP
PartitionName=long Nodes=ALL MaxTime=INFINITE DefMemPerCPU=500 State=UP
PartitionName=short Nodes=ALL MaxTime=1 DefMemPerCPU=500 State=UP OverTimeLimit=0
"""


class Slurm:
    """One cluster in `folder`."""

    def __init__(self, folder: Path, cpus: int = 8) -> None:
        self.folder = folder
        self.cpus = cpus  # more than there are: what waits here is never the processor
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {"SLURM_CONF": f"{folder}/slurm.conf"}

    def start(self) -> None:
        """Up, with the node idle."""
        for name in ("munge", "state", "spool"):
            (self.folder / name).mkdir()
        key = self.folder / "munge/key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        ports = free_ports(2)
        text = CONFIG.format(
            host=socket.gethostname(), user=getpass.getuser(), folder=self.folder, cpus=self.cpus,
            controller_port=ports[0], node_port=ports[1],
        )  # fmt: skip
        (self.folder / "slurm.conf").write_text(text)
        (self.folder / "gres.conf").write_text(f"NodeName=node1 Name=gpu File={self.folder}/gpu[0-1]\n")
        for number in range(2):
            (self.folder / f"gpu{number}").symlink_to("/dev/null")
        places = [f"--{name}-file={self.folder}/munge/{name}" for name in ("key", "pid", "log", "seed")]
        self.begin("munged", "--foreground", "--force", f"--socket={self.folder}/munge/socket", *places)
        self.begin_controller()
        self.begin_node()
        self.await_word("idle")

    def begin(self, program: str, *words: str) -> None:
        """Start one of its processes."""
        with open(self.folder / f"{program}.out", "ab") as log:
            environment = {**os.environ, **self.environment, "PATH": search_path()}
            self.processes[program] = subprocess.Popen(
                [program, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                start_new_session=True,
            )  # fmt: skip

    def begin_controller(self) -> None:
        """Start the controller."""
        self.begin("slurmctld", "-D", "-f", f"{self.folder}/slurm.conf")

    def begin_node(self) -> None:
        """Start the node."""
        self.begin("slurmd", "-D", "-N", "node1", "-f", f"{self.folder}/slurm.conf")

    def end(self, program: str) -> None:
        """End one of its processes."""
        process = self.processes.pop(program)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop(self) -> None:
        """End all that runs in it, and itself."""
        if {"slurmctld", "slurmd"} <= set(self.processes):
            self.call("scancel", f"--user={getpass.getuser()}")
            deadline = time.monotonic() + 10
            while self.call("squeue", "--noheader") and time.monotonic() < deadline:
                time.sleep(0.1)
        for program in reversed(list(self.processes)):
            self.end(program)

    def call(self, program: str, *words: str) -> str:
        """What one of its commands answers; "" if it fails."""
        environment = {**os.environ, **self.environment}
        done = subprocess.run([program, *words], capture_output=True, check=False, env=environment, timeout=120)
        return done.stdout.decode().strip() if done.returncode == 0 else ""

    def await_word(self, word: str) -> None:
        """Wait until the node is in this state."""
        deadline = time.monotonic() + PATIENCE
        while self.call("sinfo", "--noheader", "--partition=main", "--format=%T") != word:
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.05)

    def logs(self) -> str:
        """What its processes have said."""
        paths = [*self.folder.glob("*.log"), *self.folder.glob("*.out"), self.folder / "munge/log"]
        return "\n".join(f"== {path.name}\n{path.read_text()[-3000:]}" for path in paths if path.exists())

    def options(self, **more: Any) -> dict[str, Any]:
        """The options of an executor for it that looks often."""
        return {"job_monitor_interval": 0.1, "job_stale_time": 0.05, **more}


def search_path() -> str:
    """PATH with the folders of daemons."""
    return f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}"


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    """A cluster for the session."""
    missing = [program for program in PROGRAMS if shutil.which(program, path=search_path()) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    cluster = Slurm(tmp_path_factory.mktemp("slurm"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
