"""The depfiles of one plan: each is written by one instance, and is no output."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.front.redunfile.instances.instance import Instance
    from redo_py.front.redunfile.instances.outputs import Claims
    from redo_py.ground.errors import UsageError


class Depfiles:
    """Who writes which depfile. Two that shared one would be told each other's dependencies."""

    __slots__ = ("_claims", "_writers")

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._writers: dict[str, Instance] = {}

    def claim(self, instance: Instance, path: str) -> tuple[str, Instance] | None:
        """Note the depfile of an instance; (code of the error, the other instance) if the path is another's."""
        other = self._writers.setdefault(path, instance)
        if other is not instance:
            return "shared-depfile", other
        maker = self._claims.maker(path)
        return None if maker is None else ("depfile-is-output", maker)

    def check(self, instance: Instance) -> None:
        """Raises UsageError if an output of a new instance is a depfile."""
        for output in instance.values if self._writers else ():
            writer = self._writers.get(output.path)
            if writer is not None:
                raise self._error(writer, instance, output.path)

    def _error(self, writer: Instance, maker: Instance, path: str) -> UsageError:
        words = {"path": path, "one": described(writer), "other": described(maker), "place": maker.span}
        return self._claims.redunfile.error("depfile-is-output", writer.span, **words)


def described(instance: Instance) -> str:
    """The instance, as an error names it."""
    of = f" for {instance.origin}" if instance.kind == "rule" else ""
    return f"{instance.kind} `{instance.name}`{of}"
