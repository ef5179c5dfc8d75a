"""The actions of AWS Batch, from a request to an answer, over one region of one account."""

from __future__ import annotations

import re
import threading
from typing import Any

from tests.aws.batch_model import (
    LIVE,
    STATES,
    Definition,
    Job,
    Queue,
    arn,
    check_name,
    check_tags,
    check_timeout,
    required,
)
from tests.aws.batch_runs import Runs
from tests.aws.refusal import Refusal

LARGEST_ARRAY = 10_000
MOST_DESCRIBED = 100
PAGE = 100


class Batch:
    """The whole service. `answer` may be called from any thread."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.lock = threading.Lock()
        self.platforms: dict[str, str] = {}  # compute environment, by name and by address -> "EC2" "FARGATE"
        self.queues: dict[str, Queue] = {}
        self.definitions: dict[str, list[Definition]] = {}  # by name, all revisions
        self.jobs: dict[str, Job] = {}

    def answer(self, action: str, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out an action; raises Refusal."""
        known = {
            "CreateComputeEnvironment": self.create_compute_environment,
            "CreateJobQueue": self.create_queue,
            "UpdateJobQueue": self.update_queue,
            "DescribeJobQueues": self.describe_queues,
            "RegisterJobDefinition": self.register_definition,
            "DeregisterJobDefinition": self.deregister_definition,
            "DescribeJobDefinitions": self.describe_definitions,
            "SubmitJob": self.submit,
            "DescribeJobs": self.describe_jobs,
            "ListJobs": self.list_jobs,
            "CancelJob": self.cancel,
            "TerminateJob": self.terminate,
        }
        if action not in known:
            raise Refusal(f"{action} is not known", "UnknownOperationException", 404)
        with self.lock:
            return known[action](request)

    def create_compute_environment(self, request: dict[str, Any]) -> dict[str, Any]:
        """What queues are made of."""
        name = request["computeEnvironmentName"]
        check_name("computeEnvironmentName", name)
        kind = request.get("computeResources", {}).get("type", "EC2")
        address = arn("compute-environment", name)
        self.platforms[name] = self.platforms[address] = "FARGATE" if kind.startswith("FARGATE") else "EC2"
        return {"computeEnvironmentName": name, "computeEnvironmentArn": address}

    def create_queue(self, request: dict[str, Any]) -> dict[str, Any]:
        """A new queue."""
        check_name("jobQueueName", request.get("jobQueueName"))
        first = required(request, "computeEnvironmentOrder")[0]["computeEnvironment"]
        if first not in self.platforms:
            raise Refusal(f"Error executing request, Exception : Compute environment {first} does not exist")
        if request["jobQueueName"] in self.queues:
            raise Refusal(f"Error executing request, Exception : {request['jobQueueName']} already exists")
        queue = self.queues[request["jobQueueName"]] = Queue(request, self.platforms[first])
        return {"jobQueueName": queue.name, "jobQueueArn": queue.arn}

    def update_queue(self, request: dict[str, Any]) -> dict[str, Any]:
        """Enable or disable a queue."""
        queue = self._queue(request["jobQueue"])
        queue.state = request.get("state", queue.state)
        return {"jobQueueName": queue.name, "jobQueueArn": queue.arn}

    def describe_queues(self, request: dict[str, Any]) -> dict[str, Any]:
        """Those that are asked for and there, or all."""
        asked = request.get("jobQueues")
        found = [each for each in self.queues.values() if not asked or each.name in asked or each.arn in asked]
        return {"jobQueues": [each.described() for each in found]}

    def register_definition(self, request: dict[str, Any]) -> dict[str, Any]:
        """A new revision."""
        revisions = self.definitions.get(request.get("jobDefinitionName", ""), [])
        made = Definition(request, len(revisions) + 1)
        self.definitions[made.name] = [*revisions, made]
        return {"jobDefinitionName": made.name, "jobDefinitionArn": made.arn, "revision": made.revision}

    def deregister_definition(self, request: dict[str, Any]) -> dict[str, Any]:
        """A revision that is used no more."""
        self._definition(request["jobDefinition"]).status = "INACTIVE"
        return {}

    def describe_definitions(self, request: dict[str, Any]) -> dict[str, Any]:
        """By name, by a list of names and addresses, or all; the newest revision first."""
        name, asked, status = (request.get(each) for each in ("jobDefinitionName", "jobDefinitions", "status"))
        found = [each for revisions in self.definitions.values() for each in reversed(revisions)]
        if name:
            found = [each for each in found if each.name == name]
        if asked:
            found = [each for each in found if {each.arn, f"{each.name}:{each.revision}"} & set(asked)]
        if status:
            found = [each for each in found if each.status == status]
        return page("jobDefinitions", [each.described() for each in found], request)

    def submit(self, request: dict[str, Any]) -> dict[str, Any]:
        """A new job, or an array of them."""
        check_name("jobName", request.get("jobName"))
        queue = self._queue(required(request, "jobQueue"))
        definition = self._definition(required(request, "jobDefinition"))
        self._check_submission(request, queue, definition)
        job = Job(request, queue, definition)
        size = (request.get("arrayProperties") or {}).get("size")
        if size is not None:
            job.children = [Job(request, queue, definition, f"{job.id}:{index}", index=index) for index in range(size)]
        elif definition.type == "multinode":
            there = definition.request["nodeProperties"]["numNodes"]
            count = (request.get("nodeOverrides") or {}).get("numNodes", there)
            job.children = [Job(request, queue, definition, f"{job.id}#{node}", node=node) for node in range(count)]
        queue.jobs.append(job)
        self.jobs |= {each.id: each for each in (job, *job.children)}
        self.runs.begin(job)
        return {"jobName": job.name, "jobId": job.id, "jobArn": job.arn}

    def describe_jobs(self, request: dict[str, Any]) -> dict[str, Any]:
        """Those that are asked for and known, a hundred at a time."""
        asked = required(request, "jobs")
        if len(asked) > MOST_DESCRIBED:
            raise Refusal(f"Error executing request, Exception : jobs list cannot exceed {MOST_DESCRIBED}")
        return {"jobs": [self.jobs[each].described() for each in asked if each in self.jobs]}

    def list_jobs(self, request: dict[str, Any]) -> dict[str, Any]:
        """The jobs of a queue, the children of an array or the nodes of a job, newest first: those that run, unless a
        status or a filter is given."""
        if request.get("jobQueue"):
            found = list(reversed(self._queue(request["jobQueue"]).jobs))
        else:
            parent = self.jobs.get(request.get("arrayJobId") or request.get("multiNodeJobId") or "")
            if parent is None:
                raise Refusal("Error executing request, Exception : jobQueue or arrayJobId must be given")
            found = parent.children
        if request.get("filters"):
            found = [each for each in found if all(fits(each, given) for given in request["filters"])]
        else:
            status = request.get("jobStatus", "RUNNING")
            if status not in STATES:
                raise Refusal(f"Error executing request, Exception : {status} is not a job status")
            found = [each for each in found if each.status == status]
        return page("jobSummaryList", [each.summary() for each in found], request)

    def cancel(self, request: dict[str, Any]) -> dict[str, Any]:
        """End a job that has not begun."""
        job = self._to_end(request)
        if job is not None and job.status in LIVE[:3]:
            self.runs.end(job, request["reason"])
        return {}

    def terminate(self, request: dict[str, Any]) -> dict[str, Any]:
        """End a job."""
        job = self._to_end(request)
        if job is not None:
            self.runs.end(job, request["reason"])
        return {}

    def _to_end(self, request: dict[str, Any]) -> Job | None:
        required(request, "reason")
        return self.jobs.get(required(request, "jobId"))

    def _queue(self, name: str) -> Queue:
        found = next((each for each in self.queues.values() if name in (each.name, each.arn)), None)
        if found is None:
            raise Refusal(f"JobQueue {name if name.startswith('arn:') else arn('job-queue', name)} not found.")
        return found

    def _definition(self, name: str) -> Definition:
        """By address, by name and revision, or by name: the newest that is active."""
        plain, _, revision = name.rpartition("/")[2].partition(":")
        active = [each for each in self.definitions.get(plain, []) if each.status == "ACTIVE"]
        found = [each for each in active if not revision or str(each.revision) == revision]
        if not found:
            raise Refusal(f"JobDefinition {name} not found or not active.")
        return found[-1]

    def _check_submission(self, request: dict[str, Any], queue: Queue, definition: Definition) -> None:
        """What the real service would refuse."""
        check_tags(request)
        check_timeout(request)
        if queue.state != "ENABLED":
            raise Refusal(f"JobQueue {queue.arn} is not enabled.")
        if definition.platform != queue.platform and definition.type == "container":
            raise Refusal("Job definition's platformCapabilities are not compatible with the queue's environments")
        size = (request.get("arrayProperties") or {}).get("size")
        if size is not None and not 2 <= size <= LARGEST_ARRAY:
            raise Refusal(f"Error executing request, Exception : Array size must be between 2 and {LARGEST_ARRAY}")
        if size is not None and definition.type == "multinode":
            raise Refusal("Error executing request, Exception : multi-node jobs cannot be arrays")
        nodes = definition.request.get("nodeProperties") or {}
        ranges = [each["targetNodes"] for each in nodes.get("nodeRangeProperties", [])]
        for each in (request.get("nodeOverrides") or {}).get("nodePropertyOverrides", []):
            if each["targetNodes"] not in ranges:
                raise Refusal(f"Error executing request, Exception : no node range {each['targetNodes']}")
        if queue.policy and not request.get("shareIdentifier"):
            raise Refusal("shareIdentifier must be specified for a queue with a scheduling policy")
        if not queue.policy and request.get("shareIdentifier"):
            raise Refusal("shareIdentifier cannot be specified for a queue without a scheduling policy")
        attempts = (request.get("retryStrategy") or {}).get("attempts", 1)
        if not 1 <= attempts <= 10:
            raise Refusal("Error executing request, Exception : Attempts must be between 1 and 10")

    def wait_until_over(self, timeout: float) -> bool:
        """Are all jobs over, after at most so many seconds each?"""
        return all(job.over.wait(timeout) for job in list(self.jobs.values()))


def fits(job: Job, given: dict[str, Any]) -> bool:
    """Does a job pass one filter of ListJobs?"""
    name, value = given["name"], given["values"][0]
    if name == "JOB_NAME":
        pattern = re.escape(value).replace(r"\*", ".*")
        return re.fullmatch(pattern, job.name, re.IGNORECASE) is not None
    if name == "AFTER_CREATED_AT":
        return job.created > int(value)
    if name == "BEFORE_CREATED_AT":
        return job.created < int(value)
    raise Refusal(f"Error executing request, Exception : the filter {name} is not known")


def page(key: str, found: list[Any], request: dict[str, Any]) -> dict[str, Any]:
    """One page of a list, and where the next one begins."""
    start = int(request.get("nextToken") or 0)
    end = start + min(int(request.get("maxResults") or PAGE), PAGE)
    following = {"nextToken": str(end)} if end < len(found) else {}
    return {key: found[start:end], **following}
