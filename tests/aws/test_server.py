"""The server that stands for AWS: its jobs run, its logs are what they print, and it refuses what AWS refuses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.aws import faults
from tests.aws.batch_runs import RECLAIMED
from tests.aws.server import LocalAws

WAIT = 120.0  # seconds that nothing may take


class Client:
    """Batch as boto3 has it, with a queue and a job definition of a test's own."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws = aws
        config = Config(retries={"total_max_attempts": 1})
        self.batch = boto3.client("batch", config=config, **aws.client_arguments())
        self.queue = aws.create_queue()
        self.definition = self.define()

    def define(self, **more: Any) -> str:
        """A new job definition."""
        needs = [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "64"}]
        container = {"image": "worker:1", "command": ["true"], "resourceRequirements": needs}
        request = {"type": "container", "containerProperties": container, **more}
        return str(self.batch.register_job_definition(jobDefinitionName="some", **request)["jobDefinitionArn"])

    def submit(self, script: str, **more: Any) -> str:
        """A job that runs a shell script."""
        overrides = {"command": ["sh", "-c", script]}
        request = {"jobDefinition": self.definition, "containerOverrides": overrides, **more}
        return str(self.batch.submit_job(jobName="job", jobQueue=self.queue, **request)["jobId"])

    def described(self, job_id: str) -> dict[str, Any]:
        """What Batch says of a job."""
        (found,) = self.batch.describe_jobs(jobs=[job_id])["jobs"]
        return dict(found)

    def over(self, job_id: str) -> dict[str, Any]:
        """What it says when the job is over."""
        assert self.aws.batch.jobs[job_id].over.wait(WAIT)
        return self.described(job_id)

    def ended(self, script: str, **more: Any) -> dict[str, Any]:
        """What becomes of a job."""
        return self.over(self.submit(script, **more))

    def until(self, job_id: str, status: str) -> None:
        """Wait for a job to be in a state."""
        deadline = time.monotonic() + WAIT
        while self.described(job_id)["status"] != status:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def log(self, told: dict[str, Any]) -> list[str]:
        """What the job has printed."""
        logs = boto3.client("logs", **self.aws.client_arguments())
        stream = told["container"]["logStreamName"]
        found = logs.get_log_events(logGroupName="/aws/batch/job", logStreamName=stream, startFromHead=True)["events"]
        return [event["message"] for event in found]


@pytest.fixture
def client(aws: LocalAws) -> Iterator[Client]:
    """A client of the server."""
    made = Client(aws)
    yield made
    made.batch.close()


def test_a_job_runs_and_its_log_is_what_it_prints(client: Client):
    told = client.ended("echo one; echo two >&2; printf three")
    assert told["status"] == "SUCCEEDED"
    assert told["container"]["exitCode"] == 0
    assert client.log(told) == ["one", "two", "three"]
    assert told["createdAt"] <= told["startedAt"] <= told["stoppedAt"]


def test_a_job_that_fails(client: Client):
    told = client.ended("echo no; exit 3")
    assert (told["status"], told["container"]["exitCode"]) == ("FAILED", 3)
    assert told["statusReason"] == "Essential container in task exited"
    assert len(told["attempts"]) == 1


def test_a_job_has_the_environment_of_a_container(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NOT_OF_THE_CONTAINER", "1")
    environment = [{"name": "GIVEN", "value": "yes"}]
    overrides = {"command": ["sh", "-c", "env; ls -A"], "environment": environment}
    told = client.ended("", containerOverrides=overrides)
    lines = client.log(told)
    assert "GIVEN=yes" in lines
    assert f"AWS_BATCH_JOB_ID={told['jobId']}" in lines
    assert "AWS_BATCH_JOB_ATTEMPT=1" in lines
    assert not [line for line in lines if line.startswith("NOT_OF_THE_CONTAINER")]
    assert "=" in lines[-1]  # there are no files in its folder


def test_a_failure_is_tried_again_as_often_as_the_strategy_says(client: Client):
    told = client.ended("exit 1", retryStrategy={"attempts": 3})
    assert (told["status"], len(told["attempts"])) == ("FAILED", 3)
    told = client.ended('test "$AWS_BATCH_JOB_ATTEMPT" = 2', retryStrategy={"attempts": 3})
    assert (told["status"], [each["container"]["exitCode"] for each in told["attempts"]]) == ("SUCCEEDED", [1, 0])


def test_conditions_decide_whether_there_is_another_try(client: Client):
    conditions = [{"onExitCode": "7", "action": "RETRY"}, {"onReason": "*", "action": "EXIT"}]
    strategy = {"attempts": 2, "evaluateOnExit": conditions}
    assert len(client.ended("exit 7", retryStrategy=strategy)["attempts"]) == 2
    assert len(client.ended("exit 8", retryStrategy=strategy)["attempts"]) == 1


def test_a_machine_is_taken_away(client: Client):
    conditions = [{"onStatusReason": "Host EC2*", "action": "RETRY"}, {"onReason": "*", "action": "EXIT"}]
    job_id = client.submit(
        'test "$AWS_BATCH_JOB_ATTEMPT" = 2 || sleep 300', retryStrategy={"attempts": 2, "evaluateOnExit": conditions}
    )
    client.until(job_id, "RUNNING")
    client.aws.runs.reclaim(client.aws.batch.jobs[job_id])
    told = client.over(job_id)
    assert told["status"] == "SUCCEEDED"
    assert [each["statusReason"] for each in told["attempts"]] == [RECLAIMED, "Essential container in task exited"]
    assert "exitCode" not in told["attempts"][0]["container"]


def test_a_timeout_ends_a_job_for_good(client: Client):
    client.aws.runs.second = 0.001
    told = client.ended("sleep 300", timeout={"attemptDurationSeconds": 60}, retryStrategy={"attempts": 3})
    assert (told["status"], told["statusReason"]) == ("FAILED", "Job attempt duration exceeded timeout")
    assert len(told["attempts"]) == 1


def test_an_array_of_which_some_fail(client: Client):
    job_id = client.submit("exit $((AWS_BATCH_JOB_ARRAY_INDEX % 3))", arrayProperties={"size": 7})
    told = client.over(job_id)
    assert told["status"] == "FAILED"
    assert told["arrayProperties"]["size"] == 7
    counts = {state: count for state, count in told["arrayProperties"]["statusSummary"].items() if count}
    assert counts == {"SUCCEEDED": 3, "FAILED": 4}
    failed = client.batch.list_jobs(arrayJobId=job_id, jobStatus="FAILED")["jobSummaryList"]
    codes = {each["arrayProperties"]["index"]: each["container"]["exitCode"] for each in failed}
    assert codes == {1: 1, 2: 2, 4: 1, 5: 2}
    assert client.described(f"{job_id}:3")["status"] == "SUCCEEDED"


@pytest.mark.slow
def test_an_array_of_a_thousand_is_listed_page_by_page(client: Client):
    job_id = client.submit('test "$AWS_BATCH_JOB_ARRAY_INDEX" != 500', arrayProperties={"size": 1000})
    assert client.aws.batch.jobs[job_id].over.wait(600)
    found: list[int] = []
    token: dict[str, str] = {}
    pages = 0
    while True:
        page = client.batch.list_jobs(arrayJobId=job_id, jobStatus="SUCCEEDED", **token)
        found += [each["arrayProperties"]["index"] for each in page["jobSummaryList"]]
        pages += 1
        if not page.get("nextToken"):
            break
        token = {"nextToken": page["nextToken"]}
    assert pages == 10
    assert sorted(found) == [index for index in range(1000) if index != 500]


def test_terminate_ends_what_runs_and_what_waits(client: Client):
    running = client.submit("sleep 300")
    client.until(running, "RUNNING")
    client.aws.runs.held.clear()
    waiting = client.submit("true")
    for job_id in (running, waiting):
        client.batch.terminate_job(jobId=job_id, reason="enough")
    client.aws.runs.held.set()
    assert [client.over(each)["statusReason"] for each in (running, waiting)] == ["enough", "enough"]
    assert client.described(waiting)["attempts"] == []


def test_terminating_an_array_ends_its_children(client: Client):
    job_id = client.submit("sleep 300", arrayProperties={"size": 6})
    client.until(f"{job_id}:0", "RUNNING")
    client.batch.terminate_job(jobId=job_id, reason="enough")
    assert client.over(job_id)["arrayProperties"]["statusSummary"]["FAILED"] == 6


def test_cancel_leaves_what_runs(client: Client, tmp_path: Path):
    job_id = client.submit(f"while [ ! -e {tmp_path}/go ]; do sleep 0.02; done")
    client.until(job_id, "RUNNING")
    client.batch.cancel_job(jobId=job_id, reason="enough")
    (tmp_path / "go").touch()
    assert client.over(job_id)["status"] == "SUCCEEDED"


def test_an_image_that_is_not_there(client: Client):
    container = {
        "image": "nothing:1", "command": ["true"],
        "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "64"}],
    }  # fmt: skip
    told = client.ended("true", jobDefinition=client.define(containerProperties=container))
    assert told["status"] == "FAILED"
    assert told["attempts"][0]["container"]["reason"].startswith("CannotPullContainerError: ")
    assert "exitCode" not in told["container"]


def test_nodes_run_side_by_side_and_end_with_the_main_one(client: Client):
    container = {
        "image": "worker:1", "command": ["true"],
        "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "64"}],
    }  # fmt: skip
    nodes = {"numNodes": 3, "mainNode": 0, "nodeRangeProperties": [{"targetNodes": "0:", "container": container}]}
    made = client.batch.register_job_definition(jobDefinitionName="nodes", type="multinode", nodeProperties=nodes)
    told = "echo $AWS_BATCH_JOB_NODE_INDEX of $AWS_BATCH_JOB_NUM_NODES"
    script = f"{told}; test $AWS_BATCH_JOB_NODE_INDEX = 0 || sleep 300"
    each = [{"targetNodes": "0:", "containerOverrides": {"command": ["sh", "-c", script]}}]
    job_id = client.batch.submit_job(
        jobName="job", jobQueue=client.queue, jobDefinition=made["jobDefinitionArn"],
        nodeOverrides={"numNodes": 2, "nodePropertyOverrides": each},
    )["jobId"]  # fmt: skip
    assert client.over(job_id)["status"] == "SUCCEEDED"
    main, other = client.described(f"{job_id}#0"), client.described(f"{job_id}#1")
    assert client.log(main) == ["0 of 2"]
    assert other["statusReason"] == "Main node has ended"


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"jobQueue": "elsewhere"}, "JobQueue arn:aws:batch:us-east-1:123456789012:job-queue/elsewhere not found."),
        ({"jobDefinition": "none"}, "JobDefinition none not found or not active."),
        ({"jobName": "bad name"}, "jobName should match valid pattern"),
        ({"arrayProperties": {"size": 1}}, "Array size must be between 2 and 10000"),
        ({"timeout": {"attemptDurationSeconds": 59}}, "must be at least 60 seconds"),
        ({"shareIdentifier": "a"}, "without a scheduling policy"),
        ({"tags": {f"t{number}": "x" for number in range(51)}}, "at most 50 tags"),
        ({"retryStrategy": {"attempts": 11}}, "between 1 and 10"),
    ],
)
def test_what_is_refused(client: Client, request_: dict[str, Any], told: str):
    good = {"jobName": "job", "jobQueue": client.queue, "jobDefinition": client.definition}
    with pytest.raises(ClientError, match="ClientException") as caught:
        client.batch.submit_job(**(good | request_))
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.THROTTLED, "TooManyRequestsException"),
        (faults.BROKEN, "InternalServerException"),
        (faults.DENIED, "AccessDeniedException"),
    ],
)
def test_an_answer_that_goes_wrong_comes_as_often_as_planned(client: Client, fault: tuple[str, str, int], kind: str):
    client.aws.faults.plan("SubmitJob", fault, 2)
    for _ in range(2):
        with pytest.raises(ClientError, match=kind):
            client.submit("true")
    client.submit("true")
    assert len(client.aws.asked("SubmitJob")) == 1


def test_a_dropped_request_never_arrives_and_a_dropped_answer_is_carried_out(client: Client):
    client.aws.faults.drop("SubmitJob")
    with pytest.raises(ConnectionClosedError):
        client.submit("true")
    assert client.aws.asked("SubmitJob") == []
    client.aws.faults.drop_answers("SubmitJob")
    with pytest.raises(ConnectionClosedError):
        client.submit("true")
    assert len(client.aws.asked("SubmitJob")) == 1


def test_during_an_outage_nothing_is_answered_but_jobs_reach_the_network(client: Client):
    client.aws.faults.outage()
    with pytest.raises(ConnectionClosedError):
        client.submit("true")
    client.aws.faults.repair()
    told = client.ended("echo $AWS_ACCESS_KEY_ID")
    assert client.log(told) == ["container"]
