"""What a decorator from outside the project means for the identity of the function it stands on."""

from __future__ import annotations

OURS = "ours"  # it makes a task; its options are in the key by themselves or not at all
IGNORES_ANNOTATIONS = "ignores"  # it looks at no annotation of the function
ACTS_ON_ANNOTATIONS = "acts"  # nothing is known of it: it may turn annotations into behaviour

_INERT = frozenset(
    {
        "abc.abstractmethod",
        "classmethod",
        "contextlib.asynccontextmanager",
        "contextlib.contextmanager",
        "functools.cache",
        "functools.cached_property",
        "functools.lru_cache",
        "functools.total_ordering",
        "functools.wraps",
        "property",
        "staticmethod",
        "typing.final",
        "typing.no_type_check",
        "typing.overload",
        "typing.override",
        "typing_extensions.override",
    }
)
REDO_PY, REDUN = "redo_py", "redun"
_OUR_PACKAGES = frozenset({REDO_PY, REDUN})


def is_ours(module: str) -> bool:
    """Whether the module belongs to redun, by its own name or the one that workflows of redun know."""
    return module.partition(".")[0] in _OUR_PACKAGES


def standing(origin: str) -> str:
    """OURS, IGNORES_ANNOTATIONS or ACTS_ON_ANNOTATIONS, by the dotted name a decorator has outside the project.

    A decorator of the project itself has the origin "" and acts: its code is read, what it does with them is not.
    """
    if is_ours(origin):
        return OURS
    return IGNORES_ANNOTATIONS if origin in _INERT else ACTS_ON_ANNOTATIONS
