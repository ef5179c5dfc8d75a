"""AWS: who asks, what is there, and what it does not take."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "aws-no-boto3": (
        "the executor `{name}` needs boto3, which is not installed",
        "pip install 'redo-py[aws]'",
    ),
    "aws-no-region": (
        "the executor `{name}` does not know its region",
        'say `aws_region = "us-east-1"` below [executors.{name}], or set AWS_DEFAULT_REGION',
    ),
    "aws-no-credentials": (
        "the executor `{name}` has no credentials that AWS takes: {reason}",
        "`aws configure` and `aws sso login` make some; AWS_PROFILE says which count",
    ),
    "aws-denied": (
        "AWS does not allow {action}: {reason}",
        "the user or role that runs redun needs this permission",
    ),
    "aws-refused": ("AWS does not take {action}: {reason}", ""),
    "aws-unreachable": (
        "AWS does not answer: {reason}",
        "what was submitted goes on there, and is found by the next run of the same",
    ),
    "batch-no-queue": ("the executor `{name}` has no job queue `{queue}` in {region}", "{hint}"),
    "batch-queue-closed": ("the job queue {queue} takes no jobs: it is {state}", ""),
    "batch-no-image": (
        "the executor `{name}` does not know its image",
        (
            'say `image = "ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG"` below [executors.{name}], or name a job\n'
            "definition of your own with `job_def_name` and `autocreate_job_def = false`"
        ),
    ),
    "batch-no-definition-name": (
        "the executor `{name}` has `autocreate_job_def = false`, and no `job_def_name`",
        "name the job definition, or let redun make it",
    ),
    "batch-no-definition": (
        "the executor `{name}` has no active job definition `{definition}`",
        "without `autocreate_job_def = false` redun makes what it needs",
    ),
    "batch-not-submitted": ("{label}: its job was not submitted to AWS Batch: {reason}", ""),
    "batch-image": (
        "{label}: AWS Batch cannot fetch its image",
        "`image` must be there, and the execution role of the job be allowed to pull it",
    ),
    "batch-memory": ("{label} needed more memory than its container has", "give it more with `memory`"),
    "batch-time": ("{label} took longer than AWS Batch was told that it may", "give it more with `timeout=`"),
    "batch-machine-lost": (
        "{label}: its machine was taken away too often",
        "`spot_retries` says how often AWS Batch starts it again",
    ),
    "batch-debug-option": ("an option of containers cannot be: {error}", "{hint}"),
    "aws-no-executor": ("no executor {asked} has the type aws_batch", "{hint}"),
    "aws-several-executors": ("several executors have the type aws_batch: {names}", "say which: --executor NAME"),
    "aws-no-job": (
        "no job of redun's in {queue} is {asked}",
        "`redun aws list-jobs --all` shows those that are over, too",
    ),
    "unknown-aws-action": ("`redun aws` does not know `{action}`", "it knows list-jobs, logs and kill-jobs"),
    "unknown-job-status": ("there is no status {status} of jobs", "there are {known}"),
}
