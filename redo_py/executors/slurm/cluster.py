"""Asking SLURM: one of its commands for each question."""

from __future__ import annotations

import os
import subprocess

from redo_py.executors.backend import Unreached
from redo_py.executors.commands.programs import find
from redo_py.executors.slurm.answers import (
    HISTORY_FORMAT,
    QUEUE_FORMAT,
    exit_status,
    fields_of,
    history_states,
    queue_states,
    settings_of,
)
from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redo_py.executors.backend import Site
    from redo_py.executors.slurm.answers import State

PROGRAMS = ("sbatch", "squeue", "scancel", "scontrol")
PATIENCE = 60.0  # seconds that no answer may take
AT_ONCE = 200  # jobs that one command is asked about
# What a controller that cannot be reached, or has too much to do, makes the commands say.
OF_THE_MOMENT = (
    "Unable to contact slurm controller", "Socket timed out", "Resource temporarily unavailable",
    "slurmctld restarting", "Transport endpoint is not connected", "no answer within",
)  # fmt: skip


# What commands say that nobody has told where SLURM is, or that it does not know them: waiting cures none of it.
OF_THE_SETUP = ("fatal: ", "Invalid user", "Failed to access", "No such file or directory", "Permission denied")


class Silence(Unreached):
    """SLURM does not answer; it may do so later."""


class Cluster:
    """The commands of SLURM that are on PATH, with the environment that they get."""

    def __init__(self, site: Site) -> None:
        self._environ = own_environment(site.environ)
        self._paths: dict[str, str] = {}
        for program in PROGRAMS:
            path = find(site.folder, program, site.environ.get("PATH"))[0]
            if not path:
                raise RunError("slurm-missing", name=site.name, program=program)
            self._paths[program] = os.path.join(site.folder, path)
        history = find(site.folder, "sacct", site.environ.get("PATH"))[0]
        self._paths["sacct"] = os.path.join(site.folder, history) if history else ""
        self._has_answered = False  # from then on all that keeps it from answering may pass
        self.largest_array = 1  # how many jobs an array may have; known after `check`

    def check(self) -> None:
        """Raises Silence if it does not answer, RunError if it cannot be asked at all."""
        settings = settings_of(self.asked("scontrol", "show", "config"))
        largest = settings.get("MaxArraySize", "")
        self.largest_array = int(largest) if largest.isdecimal() else 1
        if settings.get("AccountingStorageType", "").endswith("/none"):
            self._paths["sacct"] = ""

    def submit(self, words: Sequence[str], script: str) -> str:
        """The id of a new job. Raises RunError with SLURM's words, and Silence if it may be taken another time."""
        answer = self.asked("sbatch", *words, given=script)
        return answer.partition(";")[0].strip()  # the name of the cluster may follow

    def queue(self) -> list[State]:
        """The caller's jobs that wait or run, or have ended a short time ago. Raises Silence."""
        words = ("--noheader", "--array", "--states=all", f"--user={os.getuid()}", f"--format={QUEUE_FORMAT}")
        return list(queue_states(self.asked("squeue", *words)))

    def history(self, ids: Sequence[str]) -> list[State]:
        """What accounting knows of these jobs; nothing where there is no accounting."""
        found: list[State] = []
        if not self._paths["sacct"]:
            return found
        for start in range(0, len(ids), AT_ONCE):
            asked = ",".join(ids[start : start + AT_ONCE])
            words = ("--noheader", "--parsable2", "--allocations", f"--jobs={asked}", f"--format={HISTORY_FORMAT}")
            status, answer, _ = self.call("sacct", *words)
            found += history_states(answer) if status == 0 else ()
        return found

    def exit_of(self, id: str) -> int | None:
        """The exit status of a job that has ended; None if nobody knows it any more."""
        status, answer, _ = self.call("scontrol", "--oneliner", "show", "job", id)
        return exit_status(fields_of(answer).get("ExitCode", "")) if status == 0 else None

    def cancel(self, ids: Sequence[str]) -> None:
        """Cancel these jobs; those that have ended are none of its business. Raises Silence."""
        for start in range(0, len(ids), AT_ONCE):
            status, _, said = self.call("scancel", "--quiet", *ids[start : start + AT_ONCE])
            if status and any(text in said for text in OF_THE_MOMENT):
                raise Silence("slurm-silent", reason=own_words(said))

    def partitions(self) -> list[str]:
        """The names of the partitions."""
        _, answer, _ = self.call("scontrol", "--oneliner", "show", "partition")
        return sorted(fields_of(line)["PartitionName"] for line in answer.splitlines() if "PartitionName=" in line)

    def asked(self, program: str, *words: str, given: str = "") -> str:
        """What a command answers. Raises Silence for what may pass, RunError with SLURM's words for the rest."""
        status, answer, said = self.call(program, *words, given=given)
        if status:
            reason = own_words(said) or f"{program} ended with status {status}"
            is_of_the_moment = any(text in said for text in OF_THE_MOMENT)
            if not (self._has_answered or is_of_the_moment) and any(text in said for text in OF_THE_SETUP):
                raise RunError("slurm-unusable", reason=reason[:1].lower() + reason[1:])
            if program != "sbatch" or is_of_the_moment:
                raise Silence("slurm-silent", reason=reason)
            raise RunError("slurm-refused", reason=reason)
        self._has_answered = True
        return answer

    def call(self, program: str, *words: str, given: str = "") -> tuple[int, str, str]:
        """Run a command: status, output, what it says otherwise."""
        try:
            done = subprocess.run(
                [self._paths[program], *words], input=given, capture_output=True, check=False, env=self._environ,
                timeout=PATIENCE, encoding="utf-8", errors="replace", start_new_session=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return -1, "", f"no answer within {PATIENCE:g} seconds"
        except OSError as error:
            return -1, "", str(error)
        return done.returncode, done.stdout, done.stderr


def own_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without what SLURM has put there: redun may itself run in a job, whose memory and processors are not
    those of its jobs. Times are told in seconds."""
    kept = {name: value for name, value in environ.items() if not name.startswith("SLURM_") or name == "SLURM_CONF"}
    return {**kept, "SLURM_TIME_FORMAT": "%s"}


def own_words(said: str) -> str:
    """The last thing that a command says, without its name and what is the same each time, as that its help helps."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith('Try "')]
    if not lines:
        return ""
    text = lines[-1]
    for beginning in (
        "sbatch: ", "error: ", "fatal: ", "Batch job submission failed: ", "slurm_load_jobs error: ",
    ):  # fmt: skip
        text = text.partition(beginning)[2] or text
    return text
