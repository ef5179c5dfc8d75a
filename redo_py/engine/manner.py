"""Manner: how a job is decided and recorded, where that is not the usual way, and what the calls below it inherit."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.engine.traits import Traits
    from redo_py.values.file import File

NOTHING = object()  # stands for a name that a context does not have


class Context:
    """Nested dicts by name. Two that hold the same are the same object within an execution."""

    __slots__ = ("digest", "values")

    def __init__(self, values: Mapping[str, Any], digest: bytes) -> None:
        self.values = values
        self.digest = digest

    def read(self, path: str) -> Any:
        """What stands at `path`, like "a.b.c"; NOTHING if there is nothing."""
        found: Any = self.values
        for name in path.split("."):
            if not isinstance(found, dict) or name not in found:
                return NOTHING
            found = found[name]
        return found


class Manner:
    """How a job is treated. One object, ORDINARY, for all that ask for nothing special."""

    __slots__ = (
        "below", "context", "defaults", "environment", "exported", "is_async", "joins", "lazy", "recorded", "shallow",
        "single", "traits", "ultimate", "update", "waits",
    )  # fmt: skip

    def __init__(self, above: Manner | None = None, traits: Traits | None = None) -> None:
        self.below = self  # what the calls below inherit from; ORDINARY if they inherit nothing
        self.context: Context | None = above.context if above else None  # None: that of the execution
        self.exported: Mapping[str, Any] = above.exported if above else {}  # options that the calls below have
        self.recorded: bool = above.recorded if above else True  # False: only its result is
        # (the call's update of the context, the task's own options) while the former is lazy: all else waits for it
        self.update: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None
        self.traits = traits  # what is special about its task; None if nothing is
        self.defaults: Mapping[str, Any] = {}  # parameter -> the lazy default that a call without it gets
        # what it is to run in: as the option says it, and the files that this rests on; None without such an option
        self.environment: tuple[str, tuple[File, ...]] | None = None
        self.lazy: list[Any] = []  # what must have a value before the task's own options and defaults have
        self.waits: list[str] = []  # the names of its options that are lazy, until they are resolved
        self.joins = True  # whether it takes the result of the same evaluation in this execution
        self.single = True  # whether it takes what the same evaluation reduced to in an earlier one
        self.ultimate = True  # whether it takes what that came to in the end
        self.shallow = False  # whether that needs no look at what lies between
        self.is_async = traits is not None and traits.is_async

    @property
    def circle(self) -> tuple[Context | None, bool]:
        """Whose results it may take as they are: those of jobs in the same context that are recorded alike."""
        return (self.context, self.recorded)


ORDINARY = Manner()
