"""Tasks and rules in AWS Batch, through the real command, over a server whose jobs run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.aws.server import LocalAws
from tests.conftest import new_bucket
from tests.e2e.project import WAIT, Project
from tests.e2e.records import error_of, states

FLOW = """
    import os
    import sys
    import time

    from redun import task

    redun_namespace = "flow"


    @task(executor="batch")
    def double(x: int) -> int:
        print("doubling", x)
        return 2 * x


    @task(executor="batch", memory=1, vcpus=2, batch_tags={"team": "blue"})
    def fail(x: int) -> int:
        print("about to fail")
        raise ValueError(f"no {x}")


    @task(executor="batch")
    def wait(path: str, before: int = 0) -> str:
        open(f"{path}.begun", "a").write("x")
        while not os.path.exists(path):
            time.sleep(0.02)
        return "waited"


    @task()
    def wait_then(path: str) -> str:
        return wait(path, double(3))


    @task()
    def wait_for_all(path: str) -> list:
        return [await_number(path, number) for number in range(6)]


    @task(executor="batch")
    def await_number(path: str, number: int) -> int:
        open(f"{path}.{number}.begun", "a").write("x")
        while number and not os.path.exists(path):
            time.sleep(0.02)
        return number


    @task(executor="batch", timeout=0.5)
    def linger() -> None:
        time.sleep(300)


    @task(executor="batch")
    def leave(before: int) -> None:
        print("last words")
        sys.stdout.flush()
        os._exit(9)


    @task()
    def leave_then() -> None:
        return leave(double(3))


    @task(executor="batch", num_nodes=2)
    def spread(path: str) -> str:
        node = os.environ["AWS_BATCH_JOB_NODE_INDEX"]
        if node == "1":
            open(path, "w").close()
            return "the other one"
        while not os.path.exists(path):
            time.sleep(0.02)
        return "main"


    @task()
    def many(count: int = 3) -> int:
        return total([double(each) for each in range(count)])


    @task()
    def total(numbers: list) -> int:
        return sum(numbers)
    """


class Cloud:
    """A project whose executor `batch` is a queue of the server."""

    def __init__(self, project: Project, aws: LocalAws) -> None:
        self.project = project
        self.aws = aws
        self.queue = aws.create_queue()
        self.bucket = new_bucket(aws.url)
        project.environment |= aws.environ
        project.write("flow.py", FLOW)
        self.configure()

    def configure(self, **more: str) -> None:
        """Write the settings; values are written as they are in TOML."""
        given = {
            "type": '"aws_batch"', "image": '"worker:1"', "queue": f'"{self.queue}"', "role": '"none"',
            "scratch": f'"s3://{self.bucket}/scratch"', "job_stale_time": "0.1", "job_monitor_interval": "0.2", **more,
        }  # fmt: skip
        lines = "".join(f"{name} = {value}\n" for name, value in given.items())
        self.project.write("redun.toml", f"[executors.batch]\n{lines}")

    def submitted(self) -> int:
        """How many requests for jobs have arrived."""
        return len(self.aws.asked("SubmitJob"))

    def jobs(self) -> int:
        """How many jobs the queue was given, those of arrays one by one."""
        return sum(max(1, len(job.children)) for job in self.aws.batch.queues[self.queue].jobs)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        self.project.until(holds)


@pytest.fixture
def cloud(project: Project, aws: LocalAws) -> Cloud:
    """A project with such an executor."""
    return Cloud(project, aws)


def test_tasks_run_there_and_the_second_run_runs_nothing(cloud: Cloud):
    assert cloud.project.run("run", "flow.py", "many").output == "6\n"
    assert cloud.submitted() == 3
    assert cloud.project.run("run", "flow.py", "many").output == "6\n"
    assert cloud.submitted() == 3


def test_equal_tasks_are_one_array(cloud: Cloud):
    assert cloud.project.run("run", "flow.py", "many", "--count", "6").output == "30\n"
    (request,) = cloud.aws.asked("SubmitJob")
    assert request["arrayProperties"] == {"size": 6}


@pytest.mark.slow
def test_two_hundred_tasks_take_few_requests(cloud: Cloud, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.e2e.project.WAIT", 500.0)
    cloud.configure(job_stale_time="1.0")
    assert cloud.project.run("run", "flow.py", "many", "--count", "200").output == f"{199 * 200}\n"
    assert cloud.submitted() <= 10


def test_an_error_comes_back_with_its_traceback(cloud: Cloud):
    outcome = cloud.project.run("run", "flow.py", "fail", "--x", "7", status=1)
    assert "ValueError: no 7" in outcome.errors
    assert 'raise ValueError(f"no {x}")' in outcome.errors
    (request,) = cloud.aws.asked("SubmitJob")
    needs = {each["type"]: each["value"] for each in request["containerOverrides"]["resourceRequirements"]}
    assert needs == {"VCPU": "2", "MEMORY": "1024"}
    assert request["tags"]["team"] == "blue"
    tags = request["tags"]
    assert tags["redun_task_name"] == "flow.fail"
    assert f"Start Execution {tags['redun_execution_id']}:" in outcome.errors
    assert f"Job {tags['redun_job_id'][:8]}" in cloud.project.run("log", tags["redun_job_id"]).output


@pytest.mark.slow
def test_a_worker_that_vanishes_shows_the_end_of_its_log(cloud: Cloud):
    outcome = cloud.project.run("run", "flow.py", "leave_then", status=1)
    assert "last words" in outcome.errors
    assert states(cloud.project) == (
        "FAILED", {"flow.leave_then": "FAILED", "flow.double": "DONE", "flow.leave": "FAILED"},
    )  # fmt: skip
    told = error_of(cloud.project, "flow.leave")
    assert "its worker ended, with exit status 9, without a result" in told
    assert "last words" in told


@pytest.mark.slow
def test_a_timeout_ends_the_job_in_batch(cloud: Cloud):
    outcome = cloud.project.run("run", "flow.py", "linger", status=1)
    assert "not done after its timeout of 0.5 seconds" in outcome.errors
    (job,) = cloud.aws.batch.queues[cloud.queue].jobs
    assert job.over.wait(WAIT)
    assert job.reason == "redun does not need it any more"


@pytest.mark.slow
def test_a_task_on_two_machines_has_the_result_of_the_main_one(cloud: Cloud):
    meeting = cloud.project.folder.parent / "meeting"
    assert cloud.project.run("run", "flow.py", "spread", "--path", str(meeting)).output == "'main'\n"
    (job,) = cloud.aws.batch.queues[cloud.queue].jobs
    assert job.children[0].status == "SUCCEEDED"
    assert meeting.exists()


@pytest.mark.slow
def test_a_killed_scheduler_finds_its_jobs_again(cloud: Cloud):
    gate = cloud.project.folder.parent / "gate"
    words = ("run", "flow.py", "wait", "--path", str(gate))
    first = cloud.project.start(*words)
    cloud.until(lambda: gate.with_name("gate.begun").exists())
    first.kill()
    second = cloud.project.start(*words)
    cloud.until(lambda: len(cloud.aws.asked("ListJobs")) >= 10)
    gate.touch()
    outcome = second.finish()
    assert (outcome.status, outcome.output) == (0, "'waited'\n"), outcome
    assert cloud.submitted() == 1
    assert gate.with_name("gate.begun").read_text() == "x"


@pytest.mark.slow
def test_a_killed_scheduler_finds_its_array_again(cloud: Cloud):
    gate = cloud.project.folder.parent / "gate"
    begun = [gate.with_name(f"gate.{number}.begun") for number in range(6)]
    words = ("run", "flow.py", "wait_for_all", "--path", str(gate))
    first = cloud.project.start(*words)
    cloud.until(lambda: begun[0].exists() and begun[2].exists() and cloud.jobs() == len(begun))
    first.kill()
    cloud.aws.calls.clear()
    second = cloud.project.start(*words)
    cloud.until(lambda: len(cloud.aws.asked("ListJobs")) >= 10)  # the states of the queue, and those of the array
    gate.touch()
    outcome = second.finish()
    assert (outcome.status, outcome.output) == (0, "[0, 1, 2, 3, 4, 5]\n"), outcome
    assert cloud.submitted() == 0
    assert [each.read_text() for each in begun] == ["x"] * 6


@pytest.mark.slow
def test_a_result_that_came_while_nobody_waited_is_taken(cloud: Cloud):
    gate = cloud.project.folder.parent / "gate"
    words = ("run", "flow.py", "wait", "--path", str(gate))
    first = cloud.project.start(*words)
    cloud.until(lambda: gate.with_name("gate.begun").exists())
    first.kill()
    gate.touch()
    (job,) = cloud.aws.batch.queues[cloud.queue].jobs
    assert job.over.wait(WAIT)
    assert cloud.project.run(*words).output == "'waited'\n"
    assert cloud.submitted() == 1


@pytest.mark.slow
def test_a_network_that_goes_away_in_mid_run_is_an_error_and_not_for_ever(cloud: Cloud):
    cloud.configure(patience="0.5")
    gate = cloud.project.folder.parent / "gate"
    words = ("run", "flow.py", "wait_then", "--path", str(gate))
    running = cloud.project.start(*words)
    cloud.until(lambda: gate.with_name("gate.begun").exists())
    cloud.aws.faults.outage()
    outcome = running.finish()
    assert outcome.status == 1
    assert "AWS does not answer: " in outcome.errors
    assert states(cloud.project) == (
        "FAILED", {"flow.wait_then": "FAILED", "flow.double": "DONE", "flow.wait": "FAILED"},
    )  # fmt: skip
    assert "AWS does not answer: " in error_of(cloud.project, "flow.wait")
    cloud.aws.faults.repair()
    gate.touch()
    assert cloud.project.run(*words).output == "'waited'\n"
    assert states(cloud.project) == (
        "DONE", {"flow.wait_then": "CACHED", "flow.double": "CACHED", "flow.wait": "DONE"},
    )  # fmt: skip


def test_a_rule_runs_there_with_its_files(cloud: Cloud):
    cloud.project.rules(
        """
        @rule("{name}.out", executor="batch")
        def upper(out, name):
            sh(f"tr a-z A-Z < {need(name + '.txt')} > {out}")
        """
    )
    cloud.project.write("a.txt", "hello\n")
    assert cloud.project.build("a.out").made == ["a.out"]
    assert cloud.project.read("a.out") == "HELLO\n"
    assert cloud.submitted() == 1
    cloud.project.remove("a.out")
    assert cloud.project.build("a.out").restored == ["a.out"]
    assert cloud.submitted() == 1


def test_a_queue_that_is_not_there(cloud: Cloud):
    cloud.configure(queue='"nowhere"')
    outcome = cloud.project.run("run", "flow.py", "many", status=1)
    assert "the executor `batch` has no job queue `nowhere` in us-east-1" in outcome.errors
    assert cloud.submitted() == 0


@pytest.mark.slow
def test_an_image_that_is_not_there(cloud: Cloud):
    cloud.configure(image='"nobody/nothing:1"')
    outcome = cloud.project.run("run", "flow.py", "double", "--x", "1", status=1)
    assert "CannotPullContainerError" in outcome.errors
    assert "nobody/nothing:1" in outcome.errors


def test_no_credentials(cloud: Cloud):
    del cloud.project.environment["AWS_ACCESS_KEY_ID"]
    outcome = cloud.project.run("run", "flow.py", "double", "--x", "1", status=1)
    assert "no credentials" in outcome.errors
    assert states(cloud.project) == ("FAILED", {"flow.double": "FAILED"})


# ---- redun aws


@pytest.mark.slow
def test_jobs_are_listed_read_and_ended(cloud: Cloud):
    cloud.project.run("run", "flow.py", "double", "--x", "4")
    assert cloud.project.run("aws", "list-jobs").output == "redun: no jobs wait or run\n"
    listed = cloud.project.run("aws", "list-jobs", "--all").output
    status, _, _, job_id, name = listed.split()
    assert status == "SUCCEEDED"
    assert name.startswith("redun-job-flow-double-")
    log = cloud.project.run("aws", "logs", job_id[:8]).output
    assert log.rstrip("\n").endswith("  doubling 4")
    gate = cloud.project.folder.parent / "gate"
    running = cloud.project.start("run", "flow.py", "wait", "--path", str(gate))
    cloud.until(lambda: gate.with_name("gate.begun").exists())
    listed = cloud.project.run("aws", "list-jobs", "-s", "running").output
    assert listed.startswith("RUNNING    ")
    assert "flow-wait" in listed
    ended = cloud.project.run("aws", "kill-jobs", "flow-wait").output
    assert ended.startswith("ended  ")
    outcome = running.finish()
    assert outcome.status == 1
    assert "ended by `redun aws kill-jobs`" in outcome.errors


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["stop"], "redun: `redun aws` does not know `stop`\n  hint: it knows list-jobs, logs and kill-jobs\n"),
        (["list-jobs", "-s", "LOST"], "redun: there is no status LOST of jobs\n"),
        (["logs"], "redun aws logs"),
        (["kill-jobs"], "redun aws kill-jobs"),
        (
            ["list-jobs", "--executor", "other"],
            "redun: no executor `other` has the type aws_batch\n  hint: of this type are: batch\n",
        ),
    ],
)
def test_what_is_wrong_on_the_command_line(cloud: Cloud, words: list[str], told: str):
    assert told in cloud.project.run("aws", *words, status=2).errors


def test_a_job_that_is_not_there(cloud: Cloud):
    told = cloud.project.run("aws", "logs", "f00", status=2).errors
    assert told == (
        f"redun: no job of redun's in {cloud.queue} is f00\n"
        "  hint: `redun aws list-jobs --all` shows those that are over, too\n"
    )


def test_which_executor_is_meant(cloud: Cloud):
    cloud.project.write("redun.toml", "")
    told = cloud.project.run("aws", "list-jobs", status=2).errors
    assert told == (
        "redun: no executor of the settings has the type aws_batch\n  hint: docs/executors.md shows how one is set\n"
    )
    setting = f'type = "aws_batch"\nimage = "worker:1"\nqueue = "{cloud.queue}"\nscratch = "s3://{cloud.bucket}/s"\n'
    cloud.project.write("redun.toml", f"[executors.one]\n{setting}\n[executors.two]\n{setting}")
    told = cloud.project.run("aws", "list-jobs", status=2).errors
    assert told == "redun: several executors have the type aws_batch: one, two\n  hint: say which: --executor NAME\n"
    assert cloud.project.run("aws", "list-jobs", "--executor", "two").output == "redun: no jobs wait or run\n"
