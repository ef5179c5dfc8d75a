"""Jobs as applications of their own: `spark-submit --deploy-mode cluster`, for YARN and Kubernetes.

Their drivers run in the cluster, so code, arguments and results go through a scratch that both sides can reach, as for
every other backend. `spark-submit` stays until its application has ended, and its exit status is that of the job. An
application of an earlier process is found by its name and asked about with the cluster's own commands.
"""

from __future__ import annotations

import os
import re
import subprocess
from math import ceil
from shutil import which

from pydantic import Field

from redo_py.executors.backend import ENDED, LOST, RUNNING, Report, Unreached
from redo_py.executors.failures import reason
from redo_py.executors.options import JOINED, PER_JOB, RemoteOptions, Seconds, Words
from redo_py.executors.spark.options import Conf
from redo_py.ground.errors import RunError
from redo_py.remote.api.spark import write_properties

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, ClassVar

    from redo_py.executors.backend import Placed, Site

SLOW = 60.0  # seconds that a command which asks the cluster may take
LOG_BYTES = 8192
APPLICATION = re.compile(rb"\bapplication_\d+_\d+\b")
# What `yarn application -list` says in the line of an application, and `spark-submit --status` of a pod.
OF_YARN = re.compile(
    r"^\s*application_\d+_\d+\b.*?\b[A-Z_]+\s+(UNDEFINED|SUCCEEDED|FAILED|KILLED|ENDED)\b", re.MULTILINE
)
OF_POD = re.compile(r"^\s*phase:\s*(\w+)", re.MULTILINE)
UNKNOWN = re.compile(r"not found|no (applications|driver) found", re.IGNORECASE)  # said of what is not there
GOES_ON = ("UNDEFINED", "Pending", "Running", "Unknown")
WELL = ("SUCCEEDED", "Succeeded")


class SubmitOptions(RemoteOptions):
    """[executors.NAME] with `type = "spark_submit"`"""

    master: str = Field(pattern=r"^(yarn|k8s://.+)$", description="`yarn` or `k8s://https://HOST:PORT`")
    conf: Conf = Field(
        default={}, description="settings of Spark; those of a task are joined to them", json_schema_extra=JOINED
    )
    namespace: str = Field(default="default", description="of Kubernetes, in which the drivers run")
    queue: str = Field(default="", description="of YARN", json_schema_extra=PER_JOB)
    archives: Words = Field(
        default=[], description="archives that are unpacked beside the driver, such as an environment of Python"
    )
    jars: Words = Field(default=[], description="further jars, such as those of the connector to an object store")
    program: str = Field(
        default="",
        description="what is submitted, if it is not redun's own file: `local:///...` where an image has it",
    )
    spark_submit: str = Field(default="spark-submit", description="the command")
    job_monitor_interval: Seconds = Field(default=10.0, description="seconds between two looks at the jobs")


class SubmitBackend:
    """Applications of Spark in a cluster, by spark-submit."""

    Options: ClassVar[Any] = SubmitOptions
    is_here: ClassVar[bool] = False
    without_environments = "let `archives` and `python` of the executor bring Python with its packages to the cluster"

    def __init__(self, options: SubmitOptions, site: Site) -> None:
        self.options = options
        self._site = site
        self._logs = f"{site.state}/spark"
        self._submitted: dict[str, subprocess.Popen[bytes]] = {}  # by key, those that this process has submitted
        self._found: set[str] = set()  # those of an earlier one

    def open(self) -> None:
        """Check that there is a spark-submit, and a scratch that a cluster can reach."""
        if which(self.options.spark_submit, path=self._site.environ.get("PATH", os.defpath)) is None:
            raise RunError("spark-no-submit", command=self.options.spark_submit)
        os.makedirs(self._logs, exist_ok=True)

    def launch(self, jobs: Sequence[Placed]) -> None:
        """Submit these jobs, each as an application."""
        for job in jobs:
            argv = submit_argv(self.options, job, self._program(), self._conf(job.key))
            if job.options.conf:
                write_properties(self._conf(job.key), job.options.conf)
            with open(self._log(job.key), "wb") as log:
                try:
                    self._submitted[job.key] = subprocess.Popen(
                        argv, env=self._environ(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0
                    )
                except OSError as error:
                    raise RunError("spark-no-submit", command=argv[0], facts=[("error", str(error))]) from None

    def poll(self, keys: Sequence[str]) -> list[Report]:
        """The states of these jobs."""
        return [self._state(key) for key in keys]

    def cancel(self, keys: Sequence[str]) -> None:
        """End these applications; raises Unreached."""
        for key in keys:
            process = self._submitted.get(key)
            if key not in self._found and (process is None or process.poll() is not None):
                continue
            argv = kill_argv(self.options, key, self._application(key))
            if argv:
                self._ask(argv)
            if process is not None:
                process.terminate()

    def find(self, keys: Sequence[str]) -> set[str]:
        """Those that an earlier process of this project has submitted, and that go on. What has left no log is not
        asked for, because asking takes seconds."""
        found = {key for key in keys if os.path.exists(self._log(key)) and self._asked(key).state == RUNNING}
        self._found |= found
        return found

    def tail(self, key: str) -> str:
        """The last lines that spark-submit has printed of the job."""
        try:
            with open(self._log(key), "rb") as log:
                log.seek(max(0, os.fstat(log.fileno()).st_size - LOG_BYTES))
                return log.read().decode("utf-8", "replace")
        except OSError:
            return ""

    def close(self) -> None:
        """Await what has been told to end, and forget the logs."""
        for process in self._submitted.values():
            if process.poll() is None:
                process.terminate()
            process.wait()
        for key in (*self._submitted, *self._found):
            forget(self._log(key))
            forget(self._conf(key))
        self._submitted.clear()
        self._found.clear()

    def _state(self, key: str) -> Report:
        process = self._submitted.get(key)
        if process is None:
            return self._asked(key)
        status = process.poll()
        if status is None:
            return Report(key, RUNNING)
        forget(self._conf(key))
        return Report(key, ENDED, status, "" if status == 0 else f"spark-submit ended with status {status}")

    def _asked(self, key: str) -> Report:
        """What the cluster says of a job; raises Unreached."""
        state = state_in(self._ask(status_argv(self.options, key)))
        if state in GOES_ON:
            return Report(key, RUNNING)
        if state in WELL:
            return Report(key, ENDED, 0)
        return Report(key, LOST, reason=f"the cluster says of its application: {state or 'unknown'}")

    def _ask(self, argv: Sequence[str]) -> str:
        """What a command of the cluster says; raises Unreached if it fails and does not say that nothing is there."""
        try:
            asked = subprocess.run(
                argv, env=self._environ(), stdin=subprocess.DEVNULL, capture_output=True, timeout=SLOW, check=False
            )
        except subprocess.TimeoutExpired:
            raise Unreached("spark-unreached", command=argv[0], error=f"no answer within {SLOW:g} seconds") from None
        except OSError as error:
            raise Unreached("spark-unreached", command=argv[0], error=reason(error)) from None
        said = (asked.stdout + asked.stderr).decode("utf-8", "replace")
        if asked.returncode and not UNKNOWN.search(said):
            last = said.strip().rpartition("\n")[2] or f"it ended with status {asked.returncode}"
            raise Unreached("spark-unreached", command=argv[0], error=last)
        return said

    def _application(self, key: str) -> str:
        """YARN's name of a job, as spark-submit has printed it."""
        try:
            with open(self._log(key), "rb") as log:
                found = APPLICATION.search(log.read())
        except OSError:
            return ""
        return found.group().decode() if found else ""

    def _environ(self) -> Mapping[str, str]:
        return self._site.environ

    def _log(self, key: str) -> str:
        return f"{self._logs}/{key}.log"

    def _conf(self, key: str) -> str:
        """The file with the settings of a job."""
        return f"{self._logs}/{key}.conf"

    def _program(self) -> str:
        """The file that is submitted."""
        import redo_py

        return self.options.program or os.path.join(os.path.dirname(redo_py.__file__), "cli", "spark_program.py")


def forget(path: str) -> None:
    """Remove a file, if it is there."""
    if os.path.exists(path):
        os.unlink(path)


def state_in(said: str) -> str:
    """The final state of an application in the words of YARN, or the phase of a pod; "" if nothing is known of it."""
    yarn, pod = OF_YARN.search(said), OF_POD.search(said)
    return yarn.group(1) if yarn else pod.group(1) if pod else ""


def name_of(key: str) -> str:
    """What the application of a job is called."""
    return f"redun-{key}"


def submit_argv(options: SubmitOptions, job: Placed, program: str, conf: str) -> list[str]:
    """The command that submits a job. Its settings lie in the file `conf`, because anybody can read the words of a
    command."""
    chosen: SubmitOptions = job.options
    own = {
        "spark.app.name": name_of(job.key),
        **({"spark.yarn.tags": name_of(job.key), "spark.yarn.maxAppAttempts": "1"} if chosen.master == "yarn" else {}),
        **({} if chosen.master == "yarn" else {
            "spark.kubernetes.namespace": chosen.namespace,
            "spark.kubernetes.driver.pod.name": name_of(job.key),
        }),
        **({"spark.pyspark.python": chosen.python} if "python" in chosen.model_fields_set else {}),
        **({"spark.driver.memory": f"{chosen.memory}b"} if chosen.memory else {}),
        **({"spark.driver.cores": str(ceil(chosen.cpus))} if chosen.cpus else {}),
    }  # fmt: skip
    argv = [options.spark_submit, "--master", chosen.master, "--deploy-mode", "cluster"]
    for name, value in own.items():
        if name not in chosen.conf:
            argv += ["--conf", f"{name}={value}"]
    if chosen.conf:
        argv += ["--properties-file", conf, "--load-spark-defaults"]
    if chosen.queue:
        argv += ["--queue", chosen.queue]
    if chosen.archives:
        argv += ["--archives", ",".join(chosen.archives)]
    if chosen.jars:
        argv += ["--jars", ",".join(chosen.jars)]
    return [*argv, program, *job.argv[job.argv.index("redo_py") + 1 :]]


def status_argv(options: SubmitOptions, key: str) -> list[str]:
    """The command that asks the cluster about a job."""
    if options.master == "yarn":
        return ["yarn", "application", "-list", "-appStates", "ALL", "-appTags", name_of(key)]
    return [options.spark_submit, "--master", options.master, "--status", f"{options.namespace}:{name_of(key)}"]


def kill_argv(options: SubmitOptions, key: str, application: str) -> list[str]:
    """The command that ends a job; none if YARN has not named it yet."""
    if options.master == "yarn":
        return ["yarn", "application", "-kill", application] if application else []
    return [options.spark_submit, "--master", options.master, "--kill", f"{options.namespace}:{name_of(key)}"]
