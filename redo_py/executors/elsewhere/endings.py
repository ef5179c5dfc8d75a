"""Jobs elsewhere that are to be ended: the backend is told, and told again if it did not answer."""

from __future__ import annotations

from redo_py.executors.failures import reason
from redo_py.ground.errors import RedunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from redo_py.executors.elsewhere.asked import Asked


class Endings:
    """The jobs of one executor that its backend must end."""

    def __init__(self, backend: Asked) -> None:
        self._backend = backend
        self._keys: dict[str, None] = {}  # in order: that it was not told of yet
        self.fault = ""  # why it could not be told

    @property
    def is_pending(self) -> bool:
        """Whether there is something that it was not told."""
        return bool(self._keys)

    def lacks(self, key: str) -> bool:
        """Whether it could not be told of this one."""
        return key in self._keys

    def add(self, keys: Iterable[str]) -> None:
        """These are to be ended, at once if the backend can be reached."""
        self._keys.update(dict.fromkeys(keys))
        self.tell()

    def tell(self) -> None:
        """Tell it what it was not told yet."""
        if not self._keys:
            return
        try:
            self._backend.cancel(list(self._keys))
        except (RedunError, OSError) as error:
            self.fault = reason(error) if isinstance(error, OSError) else error.headline
        else:
            self._keys.clear()
