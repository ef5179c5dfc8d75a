"""What squeue, scontrol and sacct write, read into states of jobs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

QUEUE_FORMAT = "%i|%T|%r|%S|%e|%N|%k"  # what squeue is asked for; comments may hold anything, so they come last
HISTORY_FORMAT = "JobID,State,ExitCode,Start,End,NodeList"  # what sacct is asked for

COMPLETED = "COMPLETED"  # the word of a job whose script ended with status 0
WAITS = frozenset(("PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD"))
RUNS = frozenset(("RUNNING", "COMPLETING", "CONFIGURING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING"))
# Reasons of waiting jobs that no passing of time will change.
HOPELESS = frozenset(
    ("BadConstraints", "InvalidAccount", "InvalidQOS", "PartitionConfig", "PartitionNodeLimit", "PartitionTimeLimit")
)


class State:
    """One job as SLURM has it."""

    __slots__ = ("ended", "exit", "id", "mark", "node", "reason", "started", "word")

    def __init__(
        self,
        id: str,
        word: str,
        reason: str = "",
        started: float | None = None,
        ended: float | None = None,
        node: str = "",
        mark: str = "",
        exit: int | None = None,
    ) -> None:
        self.id = id  # 12, or 12_3 in an array
        self.word = word  # PENDING, RUNNING, COMPLETED, TIMEOUT ...
        self.reason = reason  # why it waits, or ended; "" or None if there is none to tell
        self.started = started  # wall time
        self.ended = ended
        self.node = node
        self.mark = mark  # its comment
        self.exit = exit  # exit status of its script; -9 if signal 9 ended it

    @property
    def waits(self) -> bool:
        """Whether it has not begun."""
        return self.word in WAITS

    @property
    def runs(self) -> bool:
        """Whether it has begun and not ended."""
        return self.word in RUNS


def queue_states(answer: str) -> Iterator[State]:
    """The jobs in the answer of squeue."""
    for line in answer.splitlines():
        parts = line.split("|", 6)
        if len(parts) == 7:
            name, word, reason, started, ended, node, mark = parts
            yield State(name, word, reason, moment(started), moment(ended), node, mark)


def history_states(answer: str) -> Iterator[State]:
    """The jobs in the answer of sacct, which writes words like `CANCELLED by 1000`."""
    for line in answer.splitlines():
        parts = line.split("|")
        if len(parts) == 6:
            name, word, code, started, ended, node = parts
            yield State(name, word.partition(" ")[0], "", moment(started), moment(ended), node, exit=exit_status(code))


def fields_of(answer: str) -> dict[str, str]:
    """What `scontrol --oneliner show job` tells of one job, by name."""
    return dict(word.split("=", 1) for word in answer.split() if "=" in word)


def settings_of(answer: str) -> dict[str, str]:
    """What `scontrol show config` tells, by name."""
    lines = (line.partition("=") for line in answer.splitlines())
    return {name.strip(): value.strip() for name, equals, value in lines if equals}


def exit_status(code: str) -> int | None:
    """The status of an exit code as SLURM writes it: STATUS:SIGNAL."""
    status, _, signal = code.partition(":")
    if not status.isdecimal() or not signal.isdecimal():
        return None
    return -int(signal) if int(signal) else int(status)


def moment(text: str) -> float | None:
    """Wall time of a number of seconds; None for `N/A`, `Unknown` and the like."""
    return float(text) if text.isdecimal() and int(text) else None
