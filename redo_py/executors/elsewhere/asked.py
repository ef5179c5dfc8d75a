"""A backend as its executor asks it: what the system says in there is the backend's trouble, and no file's."""

from __future__ import annotations

from contextlib import contextmanager

from redo_py.executors.backend import Unreached
from redo_py.executors.failures import reason
from redo_py.ground.errors import RedunError
from redo_py.remote.api.stage import is_below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redo_py.executors.backend import Backend, Placed, Report, Site


class Asked:
    """`backend` at `site`. Of what the system says it raises what is about the scratch; all else is an Unreached, which
    may pass. See the protocol Backend for what else there is to say."""

    def __init__(self, backend: Backend, site: Site) -> None:
        self._backend = backend
        self._site = site

    def open(self) -> None:
        """Check that it can work at all."""
        with self._told():
            self._backend.open()

    def launch(self, jobs: Sequence[Placed]) -> None:
        """Start these jobs, which have equal options."""
        with self._told():
            self._backend.launch(jobs)

    def poll(self, keys: Sequence[str]) -> Sequence[Report]:
        """The states of these jobs."""
        with self._told():
            return self._backend.poll(keys)

    def cancel(self, keys: Sequence[str]) -> None:
        """End these jobs soon."""
        with self._told():
            self._backend.cancel(keys)

    def find(self, keys: Sequence[str]) -> set[str]:
        """Those that somebody else has launched and that go on."""
        with self._told():
            return self._backend.find(keys)

    def log(self, key: str) -> str:
        """The last lines that the job has written to its log; "" if they cannot be had, because nothing rests on it."""
        try:
            return self._backend.tail(key)
        except (RedunError, OSError):
            return ""

    def close(self) -> None:
        """Give everything back."""
        self._backend.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            place = "" if error.filename is None else f"{error.filename}"
            if is_below(place, self._site.scratch.url):
                raise
            said = f"{place}: {reason(error)}" if place else reason(error)
            raise Unreached("executor-unusable", name=self._site.name, error=said) from error
