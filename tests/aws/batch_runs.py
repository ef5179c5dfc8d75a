"""How the jobs of the Batch server run: as child processes of the server, so many at a time.

A job's image is looked up, not used: one that the server does not have fails as it would in Batch. Its command runs on
this machine, in an empty folder and with nothing of the environment but what a container of that image would have. What
it prints goes to CloudWatch line by line.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from queue import SimpleQueue
from typing import Any

from tests.aws.batch_model import LIVE, Attempt, Job, milliseconds

LOG_GROUP = "/aws/batch/job"
GRACE = 2.0  # seconds between TERM and KILL
LEFT_BEHIND = 10.0  # seconds that what a command leaves behind may take, as the first process of a container gives it
RECLAIMED = "Host EC2 (instance i-0123456789abcdef0) terminated."
TIMED_OUT = "Job attempt duration exceeded timeout"


class Runs:
    """Runs jobs, `places` of them at a time.

    `write` puts lines into a log stream. `environ` is what every container has, `images` those that there are. A second
    of a job's timeout lasts `second` seconds, because Batch knows none below a minute.
    """

    def __init__(self, places: int, environ: Mapping[str, str], write: Callable[[str, str, list[str]], None]) -> None:
        self.environ = dict(environ)
        self.images: set[str] = {"worker:1"}
        self.second = 1.0
        self.held = threading.Event()  # while it is not set, no job leaves the queue
        self.held.set()
        self._write = write
        self._waiting: SimpleQueue[Job | None] = SimpleQueue()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}  # by id of the job
        self._reclaimed: set[str] = set()
        self._parents: dict[str, Job] = {}  # child -> its array
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(places)]
        for thread in self._threads:
            thread.start()

    def begin(self, job: Job) -> None:
        """Queue a new job."""
        for each in (job, *job.children):
            each.status = "PENDING" if each.is_array else "RUNNABLE"
        if job.is_array:
            for child in job.children:
                self._parents[child.id] = job
                self._waiting.put(child)
        else:
            self._waiting.put(job)

    def end(self, job: Job, reason: str) -> None:
        """End a job, and all below it."""
        for each in job.children or [job]:
            with each.lock:
                if each.status not in LIVE:
                    continue
                each.stop_reason = reason
            self._signal(each, signal.SIGTERM)
        with job.lock:
            job.stop_reason = reason

    def reclaim(self, job: Job) -> None:
        """Take the machine away from a job that runs, as happens on spot instances."""
        self._reclaimed.add(job.id)
        self._signal(job, signal.SIGKILL)

    def stop(self) -> None:
        """End all that runs, and the threads."""
        for _ in self._threads:
            self._waiting.put(None)
        while any(thread.is_alive() for thread in self._threads):
            for process in list(self._processes.values()):
                kill(process, signal.SIGKILL)
            self.held.set()
            time.sleep(0.01)

    def _work(self) -> None:
        """The life of one place."""
        for job in iter(self._waiting.get, None):
            self.held.wait()
            try:
                if job.children:
                    self._run_nodes(job)
                else:
                    self._run(job)
            except Exception as error:
                self._finish(job, False, f"the server failed: {error!r}")

    def _run_nodes(self, job: Job) -> None:
        """Run the nodes of a job side by side. When the main one ends, the others are ended."""
        job.status, job.started = "RUNNING", milliseconds()
        main, *others = job.children
        threads = [threading.Thread(target=self._run, args=(node,), daemon=True) for node in others]
        for thread in threads:
            thread.start()
        self._run(main)
        for node in others:
            if node.status in LIVE:
                self.end(node, "Main node has ended")
        for thread in threads:
            thread.join()
        self._finish(job, main.status == "SUCCEEDED", main.reason)

    def _run(self, job: Job) -> None:
        """Run a job, as often as its retries let it."""
        strategy = job.retries()
        left = int(strategy.get("attempts", 1))
        while True:
            if job.stop_reason is not None:
                self._finish(job, False, job.stop_reason)
                return
            attempt = self._attempt(job, len(job.attempts) + 1)
            left -= 1
            has_expired = attempt.status_reason == TIMED_OUT
            if attempt.exit == 0 and not has_expired:
                self._finish(job, True, attempt.status_reason)
                return
            if not left or has_expired or is_final(strategy, attempt):
                self._finish(job, False, attempt.status_reason)
                return
            job.status = "RUNNABLE"

    def _attempt(self, job: Job, number: int) -> Attempt:
        """Run its command once."""
        container = job.container()
        stream = f"{job.definition.name}/default/{job.id.replace(':', '-').replace('#', '-')}-{number}"
        attempt = Attempt(stream)
        job.status = "STARTING"
        with job.lock:
            job.attempts.append(attempt)
        if container["image"] not in self.images:
            told = f"pull image manifest has been retried 1 time(s): {container['image']} not found"
            attempt.reason = f"CannotPullContainerError: {told}"
            attempt.status_reason = "Task failed to start"
            attempt.stopped = milliseconds()
            return attempt
        self._run_container(job, container, attempt, self._environment(job, container, number))
        attempt.stopped = milliseconds()
        return attempt

    def _environment(self, job: Job, container: dict[str, Any], number: int) -> dict[str, str]:
        given = {each["name"]: each["value"] for each in container["environment"]}
        told = {"AWS_BATCH_JOB_ID": job.id, "AWS_BATCH_JQ_NAME": job.queue.name, "AWS_BATCH_JOB_ATTEMPT": str(number)}
        if job.index is not None:
            told["AWS_BATCH_JOB_ARRAY_INDEX"] = str(job.index)
            told["AWS_BATCH_JOB_ARRAY_SIZE"] = str(job.request["arrayProperties"]["size"])
        if job.node is not None:
            told["AWS_BATCH_JOB_NODE_INDEX"] = str(job.node)
            told["AWS_BATCH_JOB_MAIN_NODE_INDEX"] = "0"
            told["AWS_BATCH_JOB_NUM_NODES"] = str(job.node_count())
            if job.node:
                told["AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS"] = "127.0.0.1"
        return {**self.environ, **given, **told}

    def _run_container(self, job: Job, container: dict[str, Any], attempt: Attempt, environ: dict[str, str]) -> None:
        """Run the command in a folder of its own, and see it end."""
        folder = tempfile.mkdtemp(prefix="container-")
        try:
            process = subprocess.Popen(
                container["command"], env=environ, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            attempt.reason = f"CannotStartContainerError: Error response from daemon: {error}"
            attempt.status_reason, attempt.exit = "Task failed to start", 127
            shutil.rmtree(folder, ignore_errors=True)
            return
        with job.lock:
            self._processes[job.id] = process
            job.status = "RUNNING"
            job.started = job.started or milliseconds()
            was_stopped = job.stop_reason is not None
        if was_stopped:
            kill(process, signal.SIGTERM)
        seconds = job.timeout()
        deadline = None if seconds is None else time.monotonic() + seconds * self.second
        self._await(job, process, attempt, deadline)
        shutil.rmtree(folder, ignore_errors=True)

    def _await(self, job: Job, process: subprocess.Popen[bytes], attempt: Attempt, deadline: float | None) -> None:
        """Take what the process prints until it has ended, or is ended."""
        assert process.stdout is not None
        printed, rest, kill_at, has_expired = process.stdout.fileno(), b"", None, False
        os.set_blocking(printed, False)
        poll = select.poll()
        poll.register(printed, select.POLLIN)
        while process.poll() is None:
            poll.poll(20)
            rest = self._pass_on(attempt.stream, printed, rest)
            now = time.monotonic()
            if deadline is not None and now > deadline and not has_expired:
                has_expired = True
                kill(process, signal.SIGTERM)
            if (has_expired or job.stop_reason is not None) and kill_at is None:
                kill_at = now + GRACE
            if kill_at is not None and now > kill_at:
                kill(process, signal.SIGKILL)
        rest = self._pass_on(attempt.stream, printed, rest)
        latest = time.monotonic() + LEFT_BEHIND
        while is_alive(process) and time.monotonic() < latest:
            poll.poll(10)
            rest = self._pass_on(attempt.stream, printed, rest)
        kill(process, signal.SIGKILL)  # what it has left behind goes with its container
        rest = self._pass_on(attempt.stream, printed, rest)
        if rest:
            self._write(LOG_GROUP, attempt.stream, [rest.decode("utf-8", "replace")])
        process.stdout.close()
        del self._processes[job.id]
        attempt.exit = process.returncode if process.returncode >= 0 else 128 - process.returncode
        attempt.status_reason = self._status_reason(job, has_expired)
        if attempt.status_reason == RECLAIMED:
            attempt.exit = None

    def _status_reason(self, job: Job, has_expired: bool) -> str:
        """Why an attempt is over, in the words of the service."""
        if job.id in self._reclaimed:
            self._reclaimed.discard(job.id)
            return RECLAIMED
        if job.stop_reason is not None:
            return job.stop_reason
        return TIMED_OUT if has_expired else "Essential container in task exited"

    def _pass_on(self, stream: str, printed: int, rest: bytes) -> bytes:
        """Put the whole lines that have come into the log; what is left is the beginning of one."""
        while True:
            try:
                chunk = os.read(printed, 65536)
            except BlockingIOError:
                break
            if not chunk:
                break
            rest += chunk
        *lines, rest = rest.split(b"\n")
        if lines:
            self._write(LOG_GROUP, stream, [line.decode("utf-8", "replace") for line in lines])
        return rest

    def _finish(self, job: Job, has_succeeded: bool, reason: str) -> None:
        """A job is over; so is its array, if it was the last."""
        with job.lock:
            if job.status not in LIVE:
                return
            job.stopped, job.reason = milliseconds(), reason
            job.status = "SUCCEEDED" if has_succeeded else "FAILED"
        job.over.set()
        parent = self._parents.get(job.id)
        if parent is not None and all(each.status not in LIVE for each in parent.children):
            failed = any(each.status == "FAILED" for each in parent.children)
            self._finish(parent, not failed, "Array Child Job failed" if failed else "")

    def _signal(self, job: Job, number: int) -> None:
        process = self._processes.get(job.id)
        if process is not None:
            kill(process, number)


def is_final(strategy: Mapping[str, Any], attempt: Attempt) -> bool:
    """Does the first condition that an attempt meets say that there is no other?"""
    told = {
        "onStatusReason": attempt.status_reason,
        "onReason": attempt.reason,
        "onExitCode": "" if attempt.exit is None else str(attempt.exit),
    }
    for condition in strategy.get("evaluateOnExit", []):
        wanted = {name: pattern for name, pattern in condition.items() if name in told}
        if all(is_like(told[name], pattern) for name, pattern in wanted.items()):
            return bool(condition["action"].upper() == "EXIT")
    return False


def is_like(text: str, pattern: str) -> bool:
    """Is a text what a pattern says, which may end in a star?"""
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


def is_alive(process: subprocess.Popen[bytes]) -> bool:
    """Is there anything of a container left?"""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def kill(process: subprocess.Popen[bytes], number: int) -> None:
    """Signal all of a container."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass
