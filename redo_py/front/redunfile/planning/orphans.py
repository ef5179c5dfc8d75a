"""Outputs that a pattern still matches, but that can be made no more, since a source they rest on is gone."""

from __future__ import annotations

from redo_py.front.redunfile.planning.planner import Planner
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redo_py.front.redunfile.evaluation.declared import Redunfile
    from redo_py.front.redunfile.evaluation.host import Host
    from redo_py.front.redunfile.grammar.syntax import Node
    from redo_py.front.redunfile.instances.instance import Instance


class Orphans(Planner):
    """A planner that keeps which sources each instance cannot do without."""

    def __init__(self, redunfile: Redunfile, host: Host) -> None:
        super().__init__(redunfile, host)
        self._wanted: dict[str, list[Instance]] = {}  # source -> what cannot do without it
        self.unplanned: dict[str, UsageError] = {}  # path -> why nobody can tell how it would be made

    def among(self, paths: Iterable[str], absent: Callable[[list[str]], list[str]]) -> set[str]:
        """Those of `paths` that pattern rules could make only from sources that are not there; `absent` says which of
        some paths those are. What cannot be planned is in `unplanned`, for `fail` as well: a body calls it because a
        variable or a tool is missing as often as because it makes none of that name."""
        planned = {path: maker for path in paths if (maker := self._planned(path)) is not None}
        lost = self._resting_on(absent(list(self._wanted)))
        return {path for path, maker in planned.items() if maker in lost}

    def _planned(self, path: str) -> Instance | None:
        """The instance of a pattern rule that makes `path`, planned with all it needs."""
        maker = self.producer(path)
        if maker is None or not maker.stems:
            return None
        try:
            self.plan(maker)
        except UsageError as error:
            self.unplanned[path] = error
            return None
        return maker

    def _resting_on(self, sources: Iterable[str]) -> set[Instance]:
        """What needs one of `sources`, or something made from them."""
        users: dict[Instance, list[Instance]] = {}
        for instance in self._instances.values():
            for child in instance.children:
                users.setdefault(child, []).append(instance)
        found: set[Instance] = set()
        waiting = [instance for source in sources for instance in self._wanted[source]]
        while waiting:
            instance = waiting.pop()
            if instance not in found:
                found.add(instance)
                waiting.extend(users.get(instance, ()))
        return found

    def _depend(self, instance: Instance, path: str, node: Node | None, missing_ok: bool) -> None:
        super()._depend(instance, path, node, missing_ok)
        if not missing_ok and self.producer(path) is None:
            self._wanted.setdefault(path, []).append(instance)
