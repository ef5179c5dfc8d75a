"""AWS on this machine: a real HTTP server with Batch, whose jobs run, and whatever moto has of the other services.

    with LocalAws() as aws:
        queue = aws.create_queue()
        boto3.client("batch", **aws.client_arguments()).submit_job(jobQueue=queue, ...)

`aws.environ` leads any client of AWS to it. `aws.calls` is the journal of what was asked, `aws.faults` makes answers go
wrong. S3, CloudWatch Logs, STS and the rest are moto's own.
"""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.aws.batch_actions import Batch
from tests.aws.batch_model import ACCOUNT, LIVE, REGION
from tests.aws.batch_runs import Runs
from tests.aws.faults import Dropped, Faults
from tests.aws.refusal import Refusal

ROOT = Path(__file__).resolve().parent.parent.parent
SIGNED_FOR = re.compile(r"Credential=([^/]+)/[^/]+/[^/]+/([^/]+)/aws4_request")
IN_CONTAINERS = "container"  # the access key of jobs: what befalls the network of their scheduler is not theirs
ACTIONS = {
    name.lower(): name
    for name in (
        "CreateComputeEnvironment", "CreateJobQueue", "UpdateJobQueue", "DescribeJobQueues", "RegisterJobDefinition",
        "DeregisterJobDefinition", "DescribeJobDefinitions", "SubmitJob", "DescribeJobs", "ListJobs", "CancelJob",
        "TerminateJob",
    )
}  # fmt: skip


class LocalAws:
    """The server, from `with` to its end, in a thread of this process."""

    def __init__(self, places: int = 4) -> None:
        self.faults = Faults()
        self.calls: list[tuple[str, dict[str, Any]]] = []  # action of Batch, request; in the order of arrival
        self._places = places
        self._log_lock = threading.Lock()

    def __enter__(self) -> LocalAws:
        from moto.logs.models import logs_backends
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it logs every request
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._logs = logs_backends[ACCOUNT][REGION]
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True, request_handler=MotoRequestHandler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.environ = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ALLOW_HTTP": "true",
        }
        inside = {**container_environment(), **self.environ, "AWS_ACCESS_KEY_ID": IN_CONTAINERS}
        self.runs = Runs(self._places, inside, self._write_log)
        self.batch = Batch(self.runs)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.faults.repair()
        self.runs.stop()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def restore(self) -> None:
        """Good order again: no faults, and no job that another test might meet."""
        self.faults.repair()
        for job in list(self.batch.jobs.values()):
            if job.status in LIVE:
                self.runs.end(job, "the test is over")
        self.runs.held.set()
        self.runs.second = 1.0

    def client_arguments(self) -> dict[str, str]:
        """What a client of boto3 needs to come here."""
        return {
            "endpoint_url": self.url, "region_name": REGION, "aws_access_key_id": "nobody",
            "aws_secret_access_key": "nothing",
        }  # fmt: skip

    def create_queue(self, name: str = "", platform: str = "EC2", policy: str = "") -> str:
        """A queue, with a compute environment of its own; its name."""
        name = name or f"queue-{uuid.uuid4().hex}"
        resources = {"type": platform, "maxvCpus": 16}
        made = self.batch.answer(
            "CreateComputeEnvironment", {"computeEnvironmentName": f"{name}-on", "computeResources": resources}
        )
        order = [{"order": 1, "computeEnvironment": made["computeEnvironmentArn"]}]
        request: dict[str, Any] = {"jobQueueName": name, "priority": 1, "computeEnvironmentOrder": order}
        if policy:
            request["schedulingPolicyArn"] = policy
        self.batch.answer("CreateJobQueue", request)
        return name

    def asked(self, action: str) -> list[dict[str, Any]]:
        """The requests of this action so far."""
        return [request for name, request in self.calls if name == action]

    def log(self, stream: str) -> list[str]:
        """What is in a log stream of Batch."""
        with self._log_lock:
            return [event.message for event in self._logs.groups["/aws/batch/job"].streams[stream].events]

    def _write_log(self, group: str, stream: str, lines: list[str]) -> None:
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines if line]  # CloudWatch takes no empty line
        with self._log_lock:
            self._logs.ensure_log_group(group)
            self._logs.ensure_log_stream(group, stream)
            if events:
                self._logs.put_log_events(group, stream, events)

    def _serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The WSGI application."""
        caller, service, action = target(environ)
        try:
            if caller != IN_CONTAINERS:
                self.faults.before(service, action)
            if service != "batch":
                answer: Iterable[bytes] = self._moto(environ, start_response)
                return answer
            request = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or "{}")
            self.calls.append((action, request))
            body = json.dumps(self.batch.answer(action, request)).encode()
            self.faults.after(action)
        except Refusal as refusal:
            body = json.dumps({"message": refusal.message, "__type": refusal.kind}).encode()
            kind = ("x-amzn-ErrorType", refusal.kind)
            start_response(f"{refusal.status} Refused", [("Content-Type", "application/json"), kind])
            return [body]
        except Dropped:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError from None
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]


def target(environ: Mapping[str, Any]) -> tuple[str, str, str]:
    """Who asks, and the service and action that a request is for."""
    found = SIGNED_FOR.search(environ.get("HTTP_AUTHORIZATION", ""))
    caller, service = (found[1], found[2]) if found else ("", "")
    if service == "batch":
        return caller, service, ACTIONS.get(environ["PATH_INFO"].rpartition("/")[2], "")
    return caller, service, environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]


def container_environment() -> dict[str, str]:
    """What a container has in which this checkout is installed."""
    path = os.pathsep.join((str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"))
    return {
        "PATH": path, "HOME": "/nowhere", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
