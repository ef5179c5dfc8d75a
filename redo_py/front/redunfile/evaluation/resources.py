"""`cpus` and `gpus`: what a job was given of what it asked for, known when it starts and in no key."""

from __future__ import annotations

from redo_py.ir.commands import CPUS, GPUS


class Resource:
    """Stands in commands and in the variables of `sh`. Everywhere else it has no value yet."""

    __slots__ = ("mark",)

    def __init__(self, mark: str) -> None:
        self.mark = mark  # what stands in the text until the job starts


RESOURCES: dict[str, Resource] = {"cpus": Resource(CPUS), "gpus": Resource(GPUS)}  # names that may be bound anew
