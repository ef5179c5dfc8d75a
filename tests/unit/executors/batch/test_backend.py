"""The Batch backend over a real server: what is submitted, what is reported, what is found and ended."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.backend import ENDED, LOST, RUNNING, WAITING, Report
from redo_py.executors.batch.failures import with_error
from redo_py.ground.errors import RunError, UsageError
from tests.aws import faults
from tests.aws.server import LocalAws
from tests.unit.executors.batch.bench import Bench, text_of


@pytest.fixture
def bench(aws: LocalAws, tmp_path: Path) -> Bench:
    """A backend with a queue of its own."""
    return Bench(aws, tmp_path / "scratch", min_array_size=3)


def is_running(report: Report) -> bool:
    """Does the job run?"""
    return report.state == RUNNING


def test_a_job_that_ends_well(bench: Bench):
    (report,) = bench.run(bench.job("a", "echo hello"))
    assert (report.state, report.exit, report.reason) == (ENDED, 0, "")
    assert report.started is not None
    assert report.ended is not None
    assert report.started <= report.ended
    assert bench.backend.tail(report.key) == "hello"


def test_a_job_that_fails_and_the_end_of_its_log(bench: Bench):
    (report,) = bench.run(bench.job("a", "seq 1 100; exit 7"))
    assert (report.exit, report.reason) == (7, "")
    assert bench.backend.tail(report.key).splitlines() == [str(number) for number in range(51, 101)]


def test_what_is_asked_for(bench: Bench):
    job = bench.job(
        "a", "true", label="flow.train(3)", timeout=90.5, cpus=1.5, memory=2 << 30, gpus=1, batch_tags={"cost": "x y!"},
    )  # fmt: skip
    bench.run(job)
    (request,) = bench.submitted()
    assert request["jobName"] == f"redun-job-flow-train-{job.key}"
    assert request["timeout"] == {"attemptDurationSeconds": 91}
    overrides = request["containerOverrides"]
    assert overrides["command"] == list(job.argv)
    assert {each["type"]: each["value"] for each in overrides["resourceRequirements"]} == {
        "VCPU": "2", "MEMORY": "2048", "GPU": "1",
    }  # fmt: skip
    assert overrides["environment"] == [{"name": "AWS_DEFAULT_REGION", "value": "us-east-1"}]
    tags = request["tags"]
    assert tags.pop("redun_version")
    assert tags == {
        "redun_project": "project", "redun_user": "someone", "redun_task_name": "flow.train", "redun_job_key": job.key,
        "cost": "x y_",
    }  # fmt: skip
    assert "shareIdentifier" not in request


def test_a_short_timeout_is_what_batch_can_do(bench: Bench):
    bench.run(bench.job("a", "true", timeout=0.5))
    assert bench.submitted()[0]["timeout"] == {"attemptDurationSeconds": 60}


def test_a_share_and_a_priority(aws: LocalAws, tmp_path: Path):
    queue = aws.create_queue(policy="arn:aws:batch:us-east-1:1:scheduling-policy/fair")
    bench = Bench(aws, tmp_path, queue=queue, share_id="team", scheduling_priority_override=7, default_batch_tags=False)
    bench.run(bench.job("a", "true"))
    (request,) = bench.submitted()
    assert (request["shareIdentifier"], request["schedulingPriorityOverride"]) == ("team", 7)
    assert "tags" not in request


def test_equal_jobs_are_one_array(bench: Bench):
    jobs = bench.jobs(4, 'echo $AWS_BATCH_JOB_ARRAY_INDEX; test "$AWS_BATCH_JOB_ARRAY_INDEX" != 2')
    reports = bench.run(*jobs)
    (request,) = bench.submitted()
    assert request["arrayProperties"] == {"size": 4}
    assert request["jobName"].startswith("redun-job-task-")
    assert request["jobName"].endswith("-array")
    assert [report.exit for report in reports] == [0, 0, 1, 0]
    assert [bench.backend.tail(job.key) for job in jobs] == ["0", "1", "2", "3"]


def test_jobs_that_are_not_equal_or_too_few_are_none(bench: Bench):
    bench.run(*bench.jobs(2, "true"), bench.job("x", "true", cpus=2), bench.job("y", "true", timeout=99))
    assert [request.get("arrayProperties") for request in bench.submitted()] == [None] * 4


def test_an_array_is_no_larger_than_it_may_be(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path, min_array_size=2, max_array_size=4)
    bench.run(*bench.jobs(9, "true"))
    sizes = [request.get("arrayProperties", {}).get("size") for request in bench.submitted()]
    assert sizes == [4, 4, None]


def test_no_array_at_all(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path, min_array_size=0)
    bench.run(*bench.jobs(6, "true"))
    assert len(bench.submitted()) == 6


@pytest.mark.slow
def test_an_array_of_a_thousand_of_which_some_fail(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path)
    jobs = bench.jobs(1000, "exit $(($AWS_BATCH_JOB_ARRAY_INDEX % 100 == 99))")
    bench.backend.launch(jobs)
    assert aws.batch.wait_until_over(600)
    reports = bench.ended(jobs)
    assert [number for number, report in enumerate(reports) if report.exit] == list(range(99, 1000, 100))
    assert len(bench.submitted()) == 1
    assert len(aws.asked("ListJobs")) < 40


def test_many_single_jobs_are_asked_about_together(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path, min_array_size=0)
    aws.runs.held.clear()
    jobs = bench.jobs(120, "true")
    bench.backend.launch(jobs)
    aws.calls.clear()
    reports = bench.backend.poll([job.key for job in jobs])
    assert [report.state for report in reports] == [WAITING] * 120
    assert [len(request["jobs"]) for request in aws.asked("DescribeJobs")] == [100, 20]


def test_states_on_the_way(bench: Bench):
    bench.aws.runs.held.clear()
    job = bench.job("a", "sleep 300")
    bench.backend.launch([job])
    (report,) = bench.backend.poll([job.key])
    assert (report.state, report.exit) == (WAITING, None)
    bench.aws.runs.held.set()
    (report,) = bench.until([job.key], is_running).values()
    assert report.started is not None
    bench.backend.cancel([job.key])
    (report,) = bench.ended([job])
    assert report.reason == "redun does not need it any more"


def test_a_job_that_batch_forgets_is_lost(bench: Bench):
    job = bench.job("a", "sleep 300")
    bench.backend.launch([job])
    (there,) = bench.there()
    del bench.aws.batch.jobs[there.id]
    (report,) = bench.backend.poll([job.key])
    assert (report.state, report.reason) == (LOST, f"AWS Batch does not know the job {there.id} any more")
    bench.aws.batch.jobs[there.id] = there


def test_an_image_that_is_not_there(bench: Bench):
    (report,) = bench.run(bench.job("a", "true", image="nobody/nothing:1"))
    assert report.exit is None
    assert report.reason.startswith("Task failed to start: CannotPullContainerError: ")
    assert "nobody/nothing:1" in report.reason
    assert text_of(report) == (
        "redun: one: AWS Batch cannot fetch its image\n"
        "  hint: `image` must be there, and the execution role of the job be allowed to pull it"
    )
    assert bench.backend.tail(report.key) == ""


def test_a_machine_that_is_taken_away_is_replaced(bench: Bench):
    job = bench.job("a", 'test "$AWS_BATCH_JOB_ATTEMPT" = 2 || sleep 300')
    bench.backend.launch([job])
    bench.until([job.key], is_running)
    bench.aws.runs.reclaim(bench.there()[0])
    (report,) = bench.ended([job])
    assert report.exit == 0


def test_machines_that_are_always_taken_away(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path, spot_retries=0)
    job = bench.job("a", "sleep 300")
    bench.backend.launch([job])
    bench.until([job.key], is_running)
    aws.runs.reclaim(bench.there()[0])
    (report,) = bench.ended([job])
    assert (report.exit, report.reason) == (None, "Host EC2 (instance i-0123456789abcdef0) terminated.")
    assert text_of(report) == (
        "redun: one: its machine was taken away too often\n"
        "  hint: `spot_retries` says how often AWS Batch starts it again"
    )


def test_too_little_memory():
    report = with_error(Report("k", ENDED, 137, "OutOfMemoryError: Container killed due to memory usage"))
    assert text_of(report) == "redun: one needed more memory than its container has\n  hint: give it more with `memory`"
    assert with_error(Report("k", ENDED, 1, "something else")).error is None


def test_a_failure_of_the_job_itself_is_not_tried_again_by_batch(bench: Bench):
    bench.run(bench.job("a", "exit 1"))
    assert len(bench.there()[0].attempts) == 1


def test_a_timeout_in_batch(bench: Bench):
    bench.aws.runs.second = 0.001
    (report,) = bench.run(bench.job("a", "sleep 300", timeout=60))
    assert report.reason == "Job attempt duration exceeded timeout"
    assert issubclass(type(report.error), TimeoutError)
    assert text_of(report) == (
        "redun: one took longer than AWS Batch was told that it may\n  hint: give it more with `timeout=`"
    )


def test_several_nodes(bench: Bench):
    told, both = "echo node $AWS_BATCH_JOB_NODE_INDEX ${REDUN_BESIDE-main}", bench.folder / "both"
    waits = f"while [ ! -e {both} ]; do sleep 0.02; done"
    script = f"{told}; if test $AWS_BATCH_JOB_NODE_INDEX = 0; then {waits}; else touch {both}; sleep 300; fi; exit 3"
    job = bench.job("a", script, num_nodes=2)
    (report,) = bench.run(job)
    assert report.exit == 3
    assert bench.backend.tail(job.key) == "node 0 main"
    (there,) = bench.there()
    assert bench.aws.log(there.children[1].attempts[0].stream) == ["node 1 1"]
    (request,) = bench.submitted()
    assert request["nodeOverrides"]["numNodes"] == 2
    assert "containerOverrides" not in request
    (definition,) = bench.aws.asked("RegisterJobDefinition")
    assert definition["type"] == "multinode"


def test_on_fargate(aws: LocalAws, tmp_path: Path):
    bench = Bench(
        aws, tmp_path, queue=aws.create_queue(platform="FARGATE"), platform="fargate", cpus=0.5, memory=1 << 30,
        role="arn:aws:iam::1:role/worker",
    )  # fmt: skip
    (report,) = bench.run(bench.job("a", "true"))
    assert report.exit == 0
    needs = bench.submitted()[0]["containerOverrides"]["resourceRequirements"]
    assert {each["type"]: each["value"] for each in needs} == {"VCPU": "0.5", "MEMORY": "1024"}


# ---- faults


def test_throttling_is_waited_for(bench: Bench):
    bench.aws.faults.plan("SubmitJob", faults.THROTTLED, 6)
    job = bench.job("a", "true")
    bench.backend.launch([job])
    (report,) = bench.backend.poll([job.key])
    assert report.state == WAITING
    assert report.reason.startswith("TooManyRequestsException: ")
    bench.ended([job])
    assert len(bench.submitted()) == 1


def test_a_server_that_answers_500(bench: Bench):
    bench.aws.faults.plan("SubmitJob", faults.BROKEN, 2)
    bench.aws.faults.plan("DescribeJobs", faults.BROKEN, 2)
    bench.run(bench.job("a", "true"))
    assert len(bench.submitted()) == 1


def test_an_answer_that_is_lost_does_not_submit_twice(bench: Bench):
    bench.aws.faults.drop_answers("SubmitJob")
    jobs = [bench.job("a", "true"), *bench.jobs(3, "true", cpus=2)]
    assert [report.exit for report in bench.run(*jobs)] == [0] * 4
    assert len(bench.submitted()) == len(bench.there()) == 2


def test_a_request_that_is_lost_is_submitted_again(bench: Bench):
    bench.aws.faults.drop("SubmitJob")
    bench.run(bench.job("a", "true"))
    assert len(bench.there()) == 1


def test_a_network_that_is_gone_for_a_while(bench: Bench):
    job = bench.job("a", "sleep 0.3")
    bench.backend.launch([job])
    bench.aws.faults.outage()
    with pytest.raises(RunError, match="AWS does not answer: ") as caught:
        bench.backend.poll([job.key])
    assert str(caught.value).endswith(
        "\n  hint: what was submitted goes on there, and is found by the next run of the same"
    )
    bench.aws.faults.repair()
    assert bench.ended([job])[0].exit == 0


def test_a_service_that_takes_requests_and_never_answers(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    job = bench.job("a", "sleep 0.2")
    bench.backend.launch([job])
    bench.aws.faults.hang()
    with monkeypatch.context() as patch:
        patch.setattr("redo_py.executors.batch.service.READ_TIMEOUT", 0.2)
        patch.setattr("redo_py.executors.batch.service.ENOUGH", 0.3)
        bench.backend._service.close()  # its next clients have these
        with pytest.raises(RunError, match="AWS does not answer: Read timeout"):
            bench.backend.poll([job.key])
    bench.aws.faults.repair()
    bench.backend._service.close()
    assert bench.ended([job])[0].exit == 0


def test_a_network_that_stays_away_fails_what_was_not_submitted(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path, patience=0.1)
    bench.backend.open()
    aws.faults.outage()
    job = bench.job("a", "true")
    bench.backend.launch([job])
    (report,) = bench.ended([job])
    assert text_of(report).startswith("redun: one: its job was not submitted to AWS Batch: AWS does not answer: ")
    assert bench.there() == []


def test_a_cancel_during_an_outage_is_made_up_for(bench: Bench):
    job = bench.job("a", "sleep 300")
    bench.backend.launch([job])
    bench.until([job.key], is_running)
    bench.aws.faults.outage()
    bench.backend.cancel([job.key])
    bench.aws.faults.repair()
    bench.ended([job])
    assert len(bench.aws.asked("TerminateJob")) == 1


def test_credentials_that_expire_in_mid_run_may_be_renewed(bench: Bench):
    job = bench.job("a", "sleep 0.2")
    bench.backend.launch([job])
    bench.aws.faults.plan("DescribeJobs", faults.EXPIRED)
    with pytest.raises(RunError, match="The security token included in the request is expired"):
        bench.backend.poll([job.key])
    assert bench.ended([job])[0].exit == 0


def test_what_batch_refuses_is_told(aws: LocalAws, tmp_path: Path):
    bench = Bench(aws, tmp_path, share_id="team")  # the queue has no shares
    (report,) = bench.run(bench.job("a", "true"))
    assert text_of(report) == (
        "redun: one: its job was not submitted to AWS Batch: AWS does not take SubmitJob: "
        "shareIdentifier cannot be specified for a queue without a scheduling policy"
    )


# ---- ending


def test_one_of_an_array_is_ended(bench: Bench):
    jobs = bench.jobs(3, 'test "$AWS_BATCH_JOB_ARRAY_INDEX" = 0 || sleep 300')
    bench.backend.launch(jobs)
    bench.ended(jobs[:1])
    bench.backend.cancel([jobs[1].key])
    bench.ended(jobs[:2])
    (ended,) = bench.aws.asked("TerminateJob")
    assert ended["jobId"].endswith(":1")
    bench.backend.cancel([jobs[2].key])
    bench.ended(jobs)
    assert ":" not in bench.aws.asked("TerminateJob")[1]["jobId"]


def test_an_array_is_ended_at_once(bench: Bench):
    jobs = bench.jobs(5, "sleep 300")
    bench.backend.launch(jobs)
    bench.backend.cancel([job.key for job in jobs])
    bench.ended(jobs)
    assert len(bench.aws.asked("TerminateJob")) == 1


def test_what_was_not_submitted_yet_never_is(bench: Bench):
    bench.aws.faults.plan("SubmitJob", faults.THROTTLED, 1000)
    jobs = bench.jobs(4, "true")
    bench.backend.launch(jobs)
    bench.backend.cancel([job.key for job in jobs])
    assert {text_of(report).rpartition(": ")[2] for report in bench.ended(jobs)} == {"it was not submitted yet"}
    bench.aws.faults.repair()
    assert bench.submitted() == []


# ---- reuniting


def test_jobs_of_a_process_that_is_gone_are_found(bench: Bench):
    single = bench.job("a", "sleep 300", cpus=2)
    array = bench.jobs(3, 'test "$AWS_BATCH_JOB_ARRAY_INDEX" = 1 || sleep 300')
    bench.backend.launch([single, *array])
    bench.ended([array[1]])
    later = bench.again()
    later.backend.open()
    keys = [job.key for job in (single, *array)]
    assert later.backend.find([*keys, "f" * 32]) == {single.key, array[0].key, array[2].key}
    later.until([single.key, array[0].key], is_running)
    later.backend.cancel([single.key, array[0].key, array[2].key])
    later.ended([single, array[0], array[2]])
    assert len(bench.submitted()) == 2


def test_a_found_job_that_is_launched_again_runs_again(bench: Bench):
    job = bench.job("a", "sleep 300")
    bench.backend.launch([job])
    later = bench.again()
    assert later.backend.find([job.key]) == {job.key}
    later.backend.cancel([job.key])
    later.ended([job])
    later.run(bench.job("a", "true"))
    assert len(bench.submitted()) == 2


def test_a_job_in_a_queue_of_its_own_is_found_when_it_is_launched(bench: Bench):
    other = bench.aws.create_queue()
    job = bench.job("a", "sleep 300", queue=other)
    bench.backend.launch([job])
    later = bench.again()
    assert later.backend.find([job.key]) == set()
    later.backend.launch([job])
    later.until([job.key], is_running)
    assert len(bench.submitted()) == 1


def test_others_jobs_in_the_queue_are_none_of_ours(bench: Bench):
    request: dict[str, Any] = {"jobQueue": bench.options.queue, "containerOverrides": {"command": ["sleep", "300"]}}
    bench.run(bench.job("a", "true"))
    definition = bench.submitted()[0]["jobDefinition"]
    for name in ("something", f"other-{'f' * 32}-array", "redun-job"):
        bench.aws.batch.answer("SubmitJob", {**request, "jobName": name, "jobDefinition": definition})
    assert bench.again().backend.find(["f" * 32]) == set()


# ---- opening


def test_opening_without_boto3(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    for package in ("boto3", "botocore", "botocore.config", "botocore.exceptions"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError) as caught:
        bench.backend.open()
    assert str(caught.value) == (
        "redun: the executor `batch` needs boto3, which is not installed\n  hint: pip install 'redo-py[aws]'"
    )


def test_opening_without_credentials(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("HOME", str(bench.folder))
    with pytest.raises(UsageError) as caught:
        bench.again().backend.open()
    assert str(caught.value) == (
        "redun: the executor `batch` has no credentials that AWS takes: there are none\n"
        "  hint: `aws configure` and `aws sso login` make some; AWS_PROFILE says which count"
    )


def test_opening_with_credentials_that_aws_does_not_take(bench: Bench):
    bench.aws.faults.plan("DescribeJobQueues", faults.UNKNOWN_KEYS)
    with pytest.raises(UsageError, match="no credentials that AWS takes: The security token included in"):
        bench.backend.open()


def test_opening_without_a_profile(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(UsageError, match=r"The config profile \(nobody\) could not be found"):
        bench.again().backend.open()


def test_opening_without_a_region(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(UsageError) as caught:
        bench.again().backend.open()
    assert str(caught.value) == (
        "redun: the executor `batch` does not know its region\n"
        '  hint: say `aws_region = "us-east-1"` below [executors.batch], or set AWS_DEFAULT_REGION'
    )


def test_a_queue_that_is_not_there(aws: LocalAws, tmp_path: Path):
    aws.create_queue("spot-queue-of-tests")
    with pytest.raises(UsageError) as caught:
        Bench(aws, tmp_path, queue="spot-queue-of-test").backend.open()
    assert str(caught.value) == (
        "redun: the executor `batch` has no job queue `spot-queue-of-test` in us-east-1\n"
        "  hint: did you mean spot-queue-of-tests?"
    )


def test_a_queue_that_takes_no_jobs(bench: Bench):
    bench.aws.batch.answer("UpdateJobQueue", {"jobQueue": bench.options.queue, "state": "DISABLED"})
    with pytest.raises(UsageError) as caught:
        bench.backend.open()
    assert str(caught.value) == f"redun: the job queue {bench.options.queue} takes no jobs: it is disabled"


def test_who_may_not_look_at_queues_may_submit(bench: Bench):
    bench.aws.faults.plan("DescribeJobQueues", faults.DENIED)
    bench.backend.open()
    assert bench.run(bench.job("a", "true"))[0].exit == 0


def test_what_the_user_may_not_do(bench: Bench):
    bench.aws.faults.plan("RegisterJobDefinition", faults.DENIED)
    with pytest.raises(RunError) as caught:
        bench.backend.launch([bench.job("a", "true", shared_memory=3)])
    assert str(caught.value) == (
        "redun: AWS does not allow RegisterJobDefinition: User is not authorized to perform this action\n"
        "  hint: the user or role that runs redun needs this permission"
    )
    bench.aws.faults.plan("SubmitJob", faults.DENIED)
    (report,) = bench.run(bench.job("a", "true"))
    assert text_of(report) == (
        "redun: one: its job was not submitted to AWS Batch: "
        "AWS does not allow SubmitJob: User is not authorized to perform this action"
    )


def test_a_network_that_is_away_from_the_start(bench: Bench):
    bench.aws.faults.outage()
    with pytest.raises(RunError, match="AWS does not answer: "):
        bench.backend.open()


def test_a_log_that_may_not_be_read(bench: Bench):
    (report,) = bench.run(bench.job("a", "echo x; exit 1"))
    bench.aws.faults.plan("GetLogEvents", faults.DENIED)
    assert bench.backend.tail(report.key) == (
        "(its log cannot be read: AWS does not allow GetLogEvents: User is not authorized to perform this action)"
    )
    assert bench.backend.tail("f" * 32) == ""
