"""Jobs of a SLURM cluster, and why it does not run them."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, str]] = {
    "slurm-missing": (
        "the executor `{name}` needs {program}, which is not on PATH",
        "run redun on a node of the cluster that jobs can be submitted from",
    ),
    "slurm-silent": ("SLURM does not answer: {reason}", "`scontrol ping` tells whether its controller is there"),
    "slurm-unusable": (
        "SLURM cannot be used here: {reason}",
        "`scontrol show config` must work where redun runs, with the variable SLURM_CONF if its settings need it",
    ),
    "slurm-scratch": (
        "the scratch of the executor `{name}` is {address}, which is no folder",
        "nodes and redun meet in a shared folder: say `scratch` with the path of one",
    ),
    "slurm-partition": ("there is no partition `{partition}`", "{suggestion}"),
    "slurm-refused": ("SLURM does not take {label}: {reason}", ""),
    "slurm-never": (
        "{label} can never run: {reason}",
        "ask for what there is: `scontrol show partition` and `sinfo --Node --long` show it",
    ),
    "slurm-time": ("{label} took longer than {limit}", "give it more with `time`"),
    "slurm-memory": ("{label} needed more memory than it had asked for", "give it more with `memory`"),
    "slurm-node": ("the node {node} failed while {label} ran on it", "`retries` tries it again elsewhere"),
    "slurm-preempted": ("{label} gave way to a job of higher priority", "`retries` tries it again"),
    "slurm-cancelled": ("the job of {label} was cancelled in SLURM", ""),
    "slurm-scratch-absent": (
        "the job of {label} did not find its folder in the scratch on {node}",
        "`scratch` has to be a folder that all nodes share, under the same path",
    ),
}
