"""Runs jobs in an environment, which is made when the first of them comes: until then they wait."""

from __future__ import annotations

import os
from functools import partial

from redo_py.executors.api import NO_TIMER, Failed, JobSpec
from redo_py.executors.environments.making import LINES, OWN_VERSION, Stopped
from redo_py.executors.environments.recipes import variables
from redo_py.executors.failures import job_failure, system_failure
from redo_py.executors.functions.threads import begin_thread
from redo_py.ground.errors import RedunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redo_py.executors.api import Executor, Inbox, Timer
    from redo_py.executors.environments.making import Made, Maker
    from redo_py.ground.clock import Clock


class EnvironmentExecutor:
    """The Executor of jobs in the environment of `maker`; `inner` gives the executor that runs them there, started.
    `is_python`: they are functions, for which its Python must be of our version. `notice` hears that it is made."""

    def __init__(
        self,
        maker: Maker,
        inner: Callable[[Made], Executor],
        is_python: bool,
        clock: Clock,
        notice: Callable[[str], None],
    ) -> None:
        self._maker = maker
        self._inner_of = inner
        self._is_python = is_python
        self._clock = clock
        self._notice = notice
        self._inbox: Inbox
        self._waiting: dict[int, JobSpec] = {}  # by seq
        self._timers: dict[int, Timer] = {}  # by seq, of those that have a timeout
        self._is_begun = False
        self._is_over = False  # whether the thread that makes it has ended
        self._made: Made | None = None
        self._inner: Executor | None = None
        self._error: BaseException | None = None  # why there is none
        self._teller: JobSpec | None = None  # the job that tells what the tools said
        self._done_fd = -1  # readable when the thread has ended
        self._adapted: tuple[dict[str, str], dict[str, str]] | None = None  # the last environment, and what it became

    def start(self, inbox: Inbox) -> None:
        """Get ready; called once, before the first submit."""
        self._inbox = inbox

    def submit(self, specs: Sequence[JobSpec]) -> None:
        """Begin these jobs; each will have exactly one outcome."""
        if self._inner is not None:
            self._inner.submit([self._within(spec) for spec in specs])
            return
        for spec in specs:
            self._waiting[spec.seq] = spec
            if spec.timeout is not None:  # it counts anew when the job begins
                due = self._clock.monotonic() + spec.timeout
                self._timers[spec.seq] = self._inbox.call_at(due, partial(self._expire, spec))
        if not self._is_begun:
            self._begin()
        elif self._is_over:
            self._settle()

    def cancel(self, seqs: Sequence[int]) -> None:
        """Ask these jobs to end soon; their outcome still arrives. Unknown ones are ignored."""
        for seq in seqs:
            spec = self._waiting.pop(seq, None)
            if spec is not None:
                self._timers.pop(seq, NO_TIMER).drop()
                self._fail(spec, job_failure("job-cancelled", spec))
        if self._inner is not None:
            self._inner.cancel(seqs)

    def tail(self, seq: int) -> bytes:
        """The last line that the job has printed so far; empty if there is none."""
        return self._inner.tail(seq) if self._inner is not None else b""

    def stop(self) -> None:
        """End what still runs, await it and give everything back; may be called twice, and without start."""
        self.cancel(list(self._waiting))
        if self._is_begun and not self._is_over:
            self._maker.stop()
            self._await()
        if self._inner is not None:
            self._inner.stop()
        if self._made is not None:
            self._made.close()

    def _expire(self, spec: JobSpec) -> None:
        """The environment takes longer than `spec` may."""
        if self._waiting.get(spec.seq) is spec:
            del self._waiting[spec.seq]
            self._timers.pop(spec.seq, NO_TIMER).drop()
            self._fail(spec, job_failure("timed-out", spec, seconds=spec.timeout))

    def _begin(self) -> None:
        """Have the environment made by a thread."""
        self._is_begun = True
        if self._is_new():
            self._notice(f"making the environment {self._maker.environment}")
        self._done_fd, tell_fd = os.pipe()
        self._inbox.watch(self._done_fd, self._await)
        begin_thread(lambda: self._make(tell_fd), "redun-environment")

    def _is_new(self) -> bool:
        """Whether there is something to be made, as far as that can be told."""
        try:
            return not self._maker.is_whole()
        except (RedunError, OSError, ValueError):  # which the thread will meet, too
            return False

    def _make(self, tell_fd: int) -> None:
        """The thread's life."""
        try:
            self._made = self._maker.make()
        except BaseException as error:
            self._error = error
        finally:
            os.close(tell_fd)

    def _await(self) -> None:
        """The thread has ended, or is about to: let the jobs begin, or fail."""
        if self._is_over:
            return
        os.read(self._done_fd, 1)  # waits for its end
        self._inbox.unwatch(self._done_fd)
        os.close(self._done_fd)
        self._is_over = True
        if self._made is not None and self._is_python and self._made.python != OWN_VERSION:
            python = self._made.python
            code = "environment-python" if python else "environment-no-python"
            self._error = RedunError(code, environment=self._maker.environment, own=OWN_VERSION, python=python)
        elif self._made is not None:
            self._inner = self._inner_of(self._made)
        self._settle()

    def _settle(self) -> None:
        """Hand on what waits, or fail it."""
        specs, self._waiting = list(self._waiting.values()), {}
        for timer in self._timers.values():
            timer.drop()
        self._timers.clear()
        if self._inner is not None:
            self._inner.submit([self._within(spec) for spec in specs])
        else:
            for spec in specs:
                self._fail(spec, self._failure(spec))

    def _failure(self, spec: JobSpec) -> BaseException:
        """The error of one job; each has its own. What the tools said is told with one of them."""
        error = self._error
        if isinstance(error, RedunError):
            facts = error.facts if self._tells(spec) else []
            return job_failure(error.code, spec, facts=[*facts, ("for", spec.label)], **error.words)
        if isinstance(error, OSError):
            return system_failure(spec, error)
        if isinstance(error, Stopped) or error is None:
            return job_failure("job-cancelled", spec)
        return error

    def _fail(self, spec: JobSpec, error: BaseException) -> None:
        now = self._clock.now()
        said = self._maker.said
        is_more = self._error is not None and said.count(b"\n") > LINES  # than the error has
        self._inbox.put(Failed(spec.seq, error, said if is_more and self._tells(spec) else b"", now, now))

    def _tells(self, spec: JobSpec) -> bool:
        """Whether it is this job that tells what the tools said: the first that fails for it, at each of its tries."""
        self._teller = self._teller or spec
        return self._teller.seq == spec.seq

    def _within(self, spec: JobSpec) -> JobSpec:
        """`spec` with the variables of the environment over its own."""
        assert self._made is not None
        if self._adapted is None or self._adapted[0] is not spec.env:
            self._adapted = spec.env, variables(self._made.scheme, self._made.folder, spec.env)
        return JobSpec(
            spec.seq, spec.label, spec.steps, self._adapted[1], spec.outputs, spec.depfiles, spec.timeout,
            spec.interactive, spec.answers, spec.script, options=spec.options,
        )  # fmt: skip
