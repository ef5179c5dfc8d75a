"""What fails below a `catch`, and what of it may be remembered.

A bare error is never remembered: what failed runs again. An error that a catch has handled is part of the catch's
evaluation, so that a second execution of it runs nothing. What is remembered is the error of the job that failed by
its own fault, under the job's evaluation (task, code and arguments); everything between it and the catch is decided
as always. So an edit of any task below the catch, or of what it is given, finds no error and runs what it must.

Remembered errors are used in one place only: for a job that nothing waits for but attempts that would handle the
error. For everybody else the job runs.

Of several jobs that fail below one catch the first one in time is handled, the lead; the others stand beside it. They
are remembered as well, but a later execution holds them back until it can do nothing else: so the lead comes first
again, and the catch is given the same error.

A recovery may fail for all that, because it is another one by now, and then somebody would fail with what was only
remembered. In that case the attempt is made anew, and takes no remembered error; what had failed is forgotten.

An error is not remembered as long as any of the catches that were given it has not ended well: of a recovery that
fails, or a class that does not fit, the next catch further out has to say whether it is handled after all.
"""

from __future__ import annotations

from redo_py.ground.errors import RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.engine.job import Job
    from redo_py.records import Trace

TRYING = 0  # waits for what may fail
HANDLING = 1  # was given an error, waits for the recovery
WELL = 2  # has its value
ILL = 3  # has failed itself; those further out were told


class Fault:
    """The failure of one job, by its own fault, below attempts that handle such errors."""

    __slots__ = ("beside", "job", "lost", "open")

    def __init__(self, job: Job) -> None:
        self.job = job
        self.open = 0  # how many attempts that it is below have not come to their end
        self.beside = True  # whether every one of them was given another job's error
        self.lost = False  # whether it reached somebody who does not handle it: not to be remembered


class Attempt:
    """One form that handles errors of what it evaluates."""

    __slots__ = ("anew", "faults", "kinds", "outer", "state")

    def __init__(self, kinds: tuple[Any, ...], anew: bool = False) -> None:
        self.kinds = kinds  # the classes that it handles, or tuples of them
        self.anew = anew  # whether it takes no remembered error
        self.state = TRYING
        self.faults: list[Fault] = []
        self.outer: list[Attempt] = []  # once ILL: those further out

    def is_for(self, error: BaseException | None) -> bool:
        """Whether it would be given `error`, whichever it is if there is none, and handle it."""
        return self.state == TRYING and (error is None or any(fits(error, kind) for kind in self.kinds))


class Recalled:
    """A verdict of decide: this job failed before, below a catch, and would fail again."""

    __slots__ = ("beside", "error", "trace")

    def __init__(self, error: BaseException, trace: Trace, beside: bool) -> None:
        self.error = error
        self.trace = trace
        self.beside = beside  # whether it waits until nothing else can be done


class Handling:
    """All that one execution knows of errors that are handled."""

    __slots__ = ("aside", "attempts", "caught", "faults", "held", "recalled")

    def __init__(self) -> None:
        self.attempts: dict[int, Attempt] = {}  # by id of the form's cell
        # id of the cell of what an attempt evaluated, and for which it waits no more -> these attempts
        self.aside: dict[int, list[Attempt]] = {}
        self.faults: dict[int, Fault] = {}  # by seq of the job
        self.caught: set[int] = set()  # seqs of jobs of whose failure only those hear that handle it
        self.held: list[tuple[Job, Recalled]] = []  # READY jobs that failed beside another one
        self.recalled: set[int] = set()  # ids of remembered errors; their jobs keep them alive


EXITED = "call-exited"  # the failure of a function that called sys.exit()


def fits(error: BaseException, kind: Any) -> bool:
    """Whether `error` is of `kind`, a class or a tuple of them. A call of sys.exit() fits as what it is shown as, and
    as what it was."""
    return isinstance(error, kind) or (getattr(error, "code", "") == EXITED and issubclass(SystemExit, kind))


def given(error: BaseException, kind: Any) -> BaseException:
    """What is given to the recovery of an error that fits."""
    if isinstance(error, RunError) and not isinstance(error, kind):
        return SystemExit(error.words.get("status"))
    return error
