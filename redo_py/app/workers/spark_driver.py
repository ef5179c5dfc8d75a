"""A driver: the process that runs calls within one Spark session, side by side, for `executors.spark`."""

from __future__ import annotations

import os
import signal
import sys
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from redo_py.app.workers.lacks import explain_import
from redo_py.app.workers.within_spark import surroundings
from redo_py.app.workers.worker import Shop, Stale, traced
from redo_py.config.environment import environment, set_variable
from redo_py.executors.api import Failed, Finished, JobSpec
from redo_py.executors.functions.printing import flush_streams
from redo_py.executors.functions.threads import ThreadExecutor, begin_thread
from redo_py.files import public as public  # functions may open the files that they are given
from redo_py.ground.errors import RunError
from redo_py.remote.api import DONE, STALE, Reply
from redo_py.remote.api.frames import read_frame, write_frame
from redo_py.remote.api.spark import LOST, NUMBER, SUBMIT_WORDS, Opened, Order, Plan, use_session
from redo_py.remote.spark_driver import (
    described,
    is_lost,
    leave,
    open_session,
    send_code,
    told,
    trouble,
    write_archive,
)
from redo_py.remote.spark_mark import Mark
from redo_py.values.codec import modules_in, pack, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.executors.api import Outcome

AS_MANY_AS_COME = sys.maxsize  # jobs at a time: those who ask say how many of theirs
ABSENT_THERE = ("pyspark", "py4j")  # what who asked does not import


def drive(requests: int, replies: int, root: str, folders: Sequence[str] = ()) -> int:
    """Serve until nobody asks any more; the exit status."""
    for fd in (requests, replies):
        os.set_inheritable(fd, False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked decides
    plan = read_frame(requests)
    if plan is None:
        return 0
    with TemporaryDirectory(prefix="redun-spark-") as scratch:
        return SparkShop(unpack(plan), root, folders, requests, replies).serve_session(f"{scratch}/code.zip")


class SparkShop(Shop):
    """What the calls of one driver share."""

    def __init__(self, plan: Plan, root: str, folders: Sequence[str], requests: int, replies: int) -> None:
        super().__init__(root, folders, plan.config)
        self.executor = ThreadExecutor(AS_MANY_AS_COME, self.clock, self.executor.commands)
        self.plan = plan
        self.session: Any = None
        self.lacked: dict[int, str] = {}  # by seq: what could not be imported that changes what the job reaches
        self.marks: dict[int, Mark] = {}  # by seq, of the jobs that have not been answered
        self.job_count = 0
        self.sent: dict[str, bytes] = {}  # digests of the files that Spark's executors have, by absolute path
        self.found_count = 0  # functions that were found when those were last compared with what was loaded here
        self._requests = requests
        self._replies = replies
        self._arrived: SimpleQueue[bytes | None] = SimpleQueue()  # requests; None when there will be no more

    def serve_session(self, archive: str) -> int:
        """Open a session, answer what comes, and give it back; the exit status."""
        opened = self.open(archive)
        write_frame(self._replies, pack(opened))
        if opened.error is not None:
            return 1
        self.executor.start(self.inbox)
        begin_thread(self.listen, "redun-listen")
        while self.take_all():
            for outcome in self.inbox.wait(None):
                self.answer(outcome)
        if not self.plan.master.startswith("local"):  # Spark of this machine goes with the process, which is faster
            leave(self.session)
        return 0

    def open(self, archive: str) -> Opened:
        """Make the session; what became of it."""
        try:
            self.session = session = open_session(self.plan, environment().get(SUBMIT_WORDS, ""), set_variable)
            self.sent = write_archive(self.plan, archive)
            if self.sent:
                send_code(session, archive)
            use_session(session, is_shared=True)
            return described(session)
        except Exception as error:
            return Opened(error=trouble(self.plan, error))

    # ---- what is asked

    def listen(self) -> None:
        """A thread's life: read what comes, at once, so that who asks never waits while we wait for them to read."""
        message: bytes | None = b""
        while message is not None:
            message = read_frame(self._requests)
            self._arrived.put(message)
            self.inbox.wake()

    def take_all(self) -> bool:
        """Take in what has come; whether there may be more."""
        while not self._arrived.empty():
            message = self._arrived.get()
            if message is None:
                return False
            (seq,) = NUMBER.unpack_from(message)
            self.take(seq, message[NUMBER.size :])
        return True

    def take(self, seq: int, request: bytes) -> None:
        """Begin the job `seq`, or end it if there is no request."""
        if not request:
            self.executor.cancel([seq])
            if seq in self.marks:
                begin_thread(self.marks[seq].end, "redun-end")
            return
        order = unpack(request)
        if order.env is not None:
            self.env = order.env
        try:
            self.executor.submit([self.spec_of(seq, order)])
        except Stale:
            self.send(seq, pack(Reply(STALE)))
        except Exception as error:  # the request itself cannot be read: a class or a module is missing here
            reply = Reply(DONE, self.unreadable(error), traced(error))
            explain_import(reply)
            self.send(seq, self.packed(reply))

    def spec_of(self, seq: int, order: Order) -> JobSpec:
        """The job as it runs here; raises Stale, and what importing its module raises."""
        self.opened_modules()  # the arguments may be of the project's classes
        remote = unpack(order.spec)
        self.job_count += 1  # a retry has the seq of what it repeats
        mark = Mark(self.session, f"redun-{seq}-{self.job_count}", remote.label)
        self.within = surroundings(mark, order.datasets)
        self.lacks = ""
        steps = [self.step(each) for each in remote.steps]
        self.check_sent()
        if self.lacks:
            self.lacked[seq] = self.lacks
        self.marks[seq] = mark
        return JobSpec(seq, remote.label, steps, self.env, answers=remote.answers, script=remote.script)

    def check_sent(self) -> None:
        """Raises Stale if a file of the project was loaded here that has changed since it was sent to Spark's
        executors, who would run something else than what the job was decided with."""
        if len(self.functions) == self.found_count:
            return
        for path, content, _ in self.opened_modules().loaded_files():
            if self.sent.get(os.path.join(self.root, path), content) != content:
                raise Stale
        self.found_count = len(self.functions)

    # ---- what is answered

    def answer(self, outcome: Any) -> None:
        """Send an outcome; a session that is lost ends the driver instead, and who asked looks for another one."""
        del self.marks[outcome.seq]
        lacked = self.lacked.pop(outcome.seq, "")
        if isinstance(outcome, Finished):
            outcome.lacked = lacked
        if isinstance(outcome, Failed) and is_lost(self.session, outcome.error):
            flush_streams()
            os._exit(LOST)
        self.send(outcome.seq, self.packed(self.reply_of(outcome)))

    def reply_of(self, outcome: Outcome) -> Reply:
        """`outcome` as it is told elsewhere."""
        if isinstance(outcome, Finished) or isinstance(outcome.error, RunError):
            return Reply(DONE, outcome)
        reply = Reply(DONE, outcome, traced(outcome.error))
        explain_import(reply)
        outcome.error = told(outcome.error)
        return reply

    def packed(self, reply: Reply) -> bytes:
        """`reply` as it travels. What cannot travel, or would bring pyspark along, fails the job with the reason."""
        packed = super().packed(reply)
        if b"pyspark" not in packed and b"py4j" not in packed:
            return packed
        foreign = sorted(name for name in modules_in(packed) if name.partition(".")[0] in ABSENT_THERE)
        outcome: Any = reply.outcome
        if not foreign:
            return packed
        failure = RunError("spark-result", kind=foreign[0])
        failed = Failed(outcome.seq, failure, outcome.output, outcome.started, outcome.ended)
        return pack(Reply(DONE, failed, reply.trace))

    def send(self, seq: int, packed: bytes) -> None:
        """Answer; without anybody who listens the requests will end, too."""
        try:
            write_frame(self._replies, NUMBER.pack(seq) + packed)
        except BrokenPipeError:
            pass
