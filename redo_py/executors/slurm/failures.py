"""Why SLURM ended a job as it did, or did not take it, as errors."""

from __future__ import annotations

from redo_py.executors.options import suggestion
from redo_py.executors.slurm.submission import NO_SCRATCH
from redo_py.ground.errors import RunError, TimedOut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.backend import Placed
    from redo_py.executors.slurm.answers import State
    from redo_py.executors.slurm.cluster import Cluster

NO_LOG = -53  # exit status that SLURM gives a job whose log cannot be opened
# What the node writes into the log of a job that needs too much, whatever state it gives it.
OF_MEMORY = ("error: Exceeded job memory limit", "oom_kill event", "oom-kill event")
OF_NODES = frozenset(("NODE_FAIL", "BOOT_FAIL"))


def refusal(job: Placed, cluster: Cluster, error: RunError) -> RunError:
    """The error of a job that sbatch did not take, as `error` says."""
    partition, reason = job.options.partition, str(error.words["reason"])
    if partition and "partition" in reason:
        known = cluster.partitions()
        if partition not in known:
            return RunError("slurm-partition", partition=partition, suggestion=suggestion(partition, known))
    return RunError("slurm-refused", reason=reason[:1].lower() + reason[1:])


def failure(job: Placed | None, state: State, log: str) -> RunError | None:
    """The error of a job that SLURM says has ended like that, and that has left the lines `log`; None if its worker
    tells it better. `job` is None if an earlier process has submitted it."""
    if state.word == "TIMEOUT" or state.word == "DEADLINE":
        limit = job.options.time if job is not None else None
        return TimedOut(
            "slurm-time", limit=f"its time limit of {shown_time(limit)}" if limit else "its partition allows"
        )
    if state.word == "OUT_OF_MEMORY" or any(text in log for text in OF_MEMORY):
        return RunError("slurm-memory")
    if state.word in OF_NODES:
        return RunError("slurm-node", node=state.node)
    if state.word == "PREEMPTED":
        return RunError("slurm-preempted")
    if state.word == "CANCELLED":
        return RunError("slurm-cancelled")
    if state.exit in (NO_SCRATCH, NO_LOG):
        return RunError("slurm-scratch-absent", node=state.node)
    return None


def shown_time(seconds: float) -> str:
    """A duration as people say it."""
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= size:
            return f"{seconds / size:g} {unit if seconds != size else unit[:-1]}"
    return f"{seconds:g} seconds"
