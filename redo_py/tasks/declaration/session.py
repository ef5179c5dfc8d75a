"""The parameter of a task that is given a Spark session where the task runs: `def f(spark: SparkSession, ...)`.

It is known by the last part of its annotation, quoted or not, because nobody here imports pyspark. Calls leave it out,
and it is in no key.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

NAME = "SparkSession"


class Session:
    """What a call has in place of a session until an executor for Spark gives it one. There is one such object."""

    __slots__ = ()

    def __reduce__(self) -> str:
        return "SESSION"

    def __repr__(self) -> str:
        return f"<a {NAME}, where Spark runs>"

    def __getattr__(self, name: str) -> Any:
        """A function has it in its hands, so it runs where no session is. Raises RunError."""
        if name.startswith("__"):
            raise AttributeError(name)
        from redo_py.ground.errors import RunError

        raise RunError("spark-no-session", what=f"`{name}` of its {NAME}")


SESSION = Session()


def session_parameters(function: Callable[..., Any]) -> Iterator[str]:
    """The parameters of `function` that are annotated as a session and have no default."""
    annotations = getattr(function, "__annotations__", None)
    for name, annotation in annotations.items() if type(annotations) is dict else ():
        if name != "return" and is_session(annotation):
            yield name


def is_session(annotation: object) -> bool:
    """Whether `annotation` names the class of sessions."""
    if type(annotation) is str:
        return annotation.strip("'\" ").rpartition(".")[2] == NAME
    return isinstance(annotation, type) and annotation.__name__ == NAME and annotation.__module__.startswith("pyspark.")
