"""What Spark does for one job is marked, by which it can be ended while other jobs share the session.

Spark knows the mark of a thread. A function cannot be stopped, and may go on after what it has waited for was ended: it
may handle the error, or have been between two things that it asks of Spark. So whatever it begins is ended, too, for as
long as it goes on.
"""

from __future__ import annotations

import threading

from redo_py.ground.errors import RunError
from redo_py.remote.api.spark import is_connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds between two times that a function's Spark is ended


class Mark:
    """The mark of one job, in the session of its driver; no other job ever has the same `tag`."""

    def __init__(self, session: Any, tag: str, label: str) -> None:
        self.session = session
        self._tag = tag
        self._label = label  # what the user calls the job
        self._is_ended = False
        self._calls = 0  # of its functions, that have not come to their end
        self._changed = threading.Condition()  # guards the two

    def __enter__(self) -> Mark:
        """A function of the job begins in this thread. Raises RunError if the job was ended before."""
        with self._changed:
            if self._is_ended:
                raise RunError("job-cancelled", label=self._label)
            self._calls += 1
        try:
            if is_connect(self.session):
                self.session.addTag(self._tag)
            else:  # the tags of a session are known to the thread alone that has set them, and leave RDDs out
                self.session.sparkContext.addJobTag(self._tag)
                self.session.sparkContext.setInterruptOnCancel(True)
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """It has come to its end."""
        try:
            if is_connect(self.session):
                self.session.removeTag(self._tag)
            else:
                self.session.sparkContext.removeJobTag(self._tag)
        except Exception:  # a session that is gone has forgotten the tag
            return
        finally:
            self._leave()

    def end(self) -> None:
        """End what Spark does for the job, and whatever its functions begin from now on; returns when they are over,
        which may be never."""
        with self._changed:
            self._is_ended = True
        pause = FIRST_PAUSE
        while self._calls:
            self._interrupt()
            with self._changed:
                self._changed.wait_for(lambda: not self._calls, pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _leave(self) -> None:
        with self._changed:
            self._calls -= 1
            self._changed.notify_all()

    def _interrupt(self) -> None:
        try:
            if is_connect(self.session):
                self.session.interruptTag(self._tag)
            else:
                self.session.sparkContext.cancelJobsWithTag(self._tag)
        except Exception:  # a session that is gone does nothing any more
            return
