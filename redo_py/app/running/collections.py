"""Python looks for circles of garbage more seldom while an execution goes on, which makes many objects that stay."""

from __future__ import annotations

import gc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

UNTIL_ONE_STARTS = 200_000  # objects made and kept between two collections of the young ones while no function ran
OBJECTS = 20_000  # the same from then on: what functions leave behind may be large


class FewerCollections:
    """A context for an execution, which is a listener of its events as well."""

    def __init__(self) -> None:
        self._before = (0, 0, 0)  # the thresholds outside of the context
        self._is_quiet = False  # whether nothing has started within it

    def __enter__(self) -> None:
        self._before = gc.get_threshold()
        self._is_quiet = self._before[0] > 0  # 0: somebody has turned it off
        if self._is_quiet:
            self._wait_for(UNTIL_ONE_STARTS)

    def __call__(self, kind: str, subject: Any, detail: Any) -> None:
        if kind == "started" and self._is_quiet:
            self._is_quiet = False
            self._wait_for(OBJECTS)

    def __exit__(self, *error: object) -> None:
        self._is_quiet = False
        gc.set_threshold(*self._before)

    def _wait_for(self, objects: int) -> None:
        gc.set_threshold(max(self._before[0], objects), *self._before[1:])
