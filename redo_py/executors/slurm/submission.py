"""What is given to sbatch: its words, and the script of a job or of an array of jobs."""

from __future__ import annotations

import math
import shlex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redo_py.executors.backend import Placed
    from redo_py.executors.slurm.options import SlurmOptions

NO_SCRATCH = 97  # exit status of a job whose node does not have the scratch
LONGEST_NAME = 40  # characters of a job's name
MEBIBYTE = 1 << 20
INDEX = "SLURM_ARRAY_TASK_ID"  # the variable that has the number of a job in its array, from 0


class Submission:
    """Jobs with equal options that are submitted together."""

    __slots__ = ("argv", "given_up_at", "jobs", "mark", "name")

    def __init__(self, name: str, mark: str, argv: Sequence[str], jobs: Sequence[Placed], given_up_at: float) -> None:
        self.name = name  # the key of a single job, or the name of the array in the scratch
        self.mark = mark  # the comment by which it is found again in the queue
        self.argv = argv  # the command of the job, or of each job of the array
        self.jobs = jobs  # in the order of their indices in the array
        self.given_up_at = given_up_at  # monotonic time after which it is not tried any more

    @property
    def is_array(self) -> bool:
        """Whether there are several jobs."""
        return len(self.jobs) > 1


def sbatch_words(submission: Submission, log_folder: str) -> list[str]:
    """The words after `sbatch`; the script is its standard input."""
    first = submission.jobs[0]
    log = f"{submission.name}-%a.log" if submission.is_array else f"{submission.name}.log"
    words = ["--parsable", f"--job-name={shown_name(first.label)}", f"--comment={submission.mark}"]
    folder = log_folder.replace("%", "%%")  # what follows a % is SLURM's own
    words += [f"--output={folder}/{log}", "--open-mode=truncate", "--no-requeue", "--chdir=/"]
    if submission.is_array:
        words.append(f"--array=0-{len(submission.jobs) - 1}")
    return [*words, *resource_words(first.options), *first.options.sbatch_args]


def resource_words(options: SlurmOptions) -> Iterator[str]:
    """What a job asks for."""
    yield f"--nodes={options.nodes or 1}"
    yield "--ntasks-per-node=1"
    if options.cpus is not None:
        yield f"--cpus-per-task={math.ceil(options.cpus)}"
    if options.memory is not None:
        yield f"--mem={math.ceil(options.memory / MEBIBYTE)}M"
    if options.gpus:
        kind = f"{options.gpu_type}:" if options.gpu_type else ""
        yield f"--gres=gpu:{kind}{options.gpus}"
    if options.time is not None:
        yield f"--time={math.ceil(options.time / 60)}"
    for name in ("partition", "account", "qos", "constraint"):
        if value := getattr(options, name):
            yield f"--{name}={value}"


def script(submission: Submission, scratch: str) -> str:
    """The text of the script."""
    folder = shlex.quote(scratch)
    told = f'printf "no folder %s on %s\\n" {folder} "$(hostname)" >&2'
    check = f"[ -d {folder} ] || {{ {told}; exit {NO_SCRATCH}; }}"
    setup = submission.jobs[0].options.setup
    return "\n".join(("#!/bin/bash", check, *setup, f"exec {shlex.join(submission.argv)}", ""))


def shown_name(label: str) -> str:
    """The name that users see in the queue."""
    return "redun-" + "".join(char if char.isalnum() or char in "._-" else "-" for char in label)[:LONGEST_NAME]
