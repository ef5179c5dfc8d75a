"""Whether other modules may have changed what a name is bound to: to look for it they all have to be read.

What is plain and immutable counts by its value; a function, or a class of nothing but functions and plain values, shows
that it is the one that its module defines. What is still what was imported is asked for where it comes from.
"""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType

from redo_py.ground.attributes import attribute
from redo_py.tasks.code.plain import constant_text
from redo_py.tasks.reading.leads import taken_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.tasks.code.project import CodeOfProject
    from redo_py.tasks.reading.bindings import Binding
    from redo_py.tasks.reading.sources import Source

# what Python puts into a class by itself
_OF_PYTHON = frozenset(
    "__abstractmethods__ __annotations__ __dict__ __doc__ __match_args__ __module__ __orig_bases__ __parameters__ "
    "__slots__ __weakref__ _abc_impl".split()
)


def may_be_changed(project: CodeOfProject, source: Source, name: str, value: object) -> bool:
    """Whether `value`, that of the name, may be another one than its module has made, or changed since."""
    bindings = source.bindings.names.get(name, ())
    if bindings and all(binding.target is not None for binding in bindings):
        return not is_imported(source, bindings, value)
    if isinstance(value, ModuleType) or project.is_task(value) or is_logger(value):
        return False
    if isinstance(value, FunctionType):
        return not is_defined_in(source, value, name)
    if isinstance(value, type):
        return not is_closed(project, source, value, name)
    return constant_text(value, project.root) is None


def is_imported(source: Source, bindings: Sequence[Binding], value: object) -> bool:
    """Whether `value` is what one of these imports gives."""
    for binding in bindings:
        for _, module, rest in taken_from(source, binding.target, ()) if binding.target is not None else ():
            found: object = sys.modules.get(module)
            for name in rest:
                found = attribute(found, name, sys.modules.get(f"{module}.{name}"))
            if found is value:
                return True
    return False


def is_logger(value: object) -> bool:
    """Whether it is of `logging`, on which no result rests."""
    return type(value).__module__ == "logging"


def is_defined_in(source: Source, function: FunctionType, name: str) -> bool:
    """Whether a function is the one of that name in the file, and nobody has put anything to it."""
    return (function.__code__.co_filename, function.__qualname__) == (source.path, name) and not vars(function)


def is_closed(project: CodeOfProject, source: Source, kind: type, name: str) -> bool:
    """Whether a class is the one of that name in the module, holds nothing but functions of its file and what is plain,
    and is not told of its subclasses."""
    if (kind.__module__, kind.__qualname__) != (source.module, name) or type(kind) is not type:
        return False
    if any("__init_subclass__" in vars(each) for each in kind.__mro__ if each is not object):
        return False
    return not project.asks_for_subclasses() and all(
        _is_own(project, source, name, attribute, value)
        for attribute, value in vars(kind).items()
        if attribute not in _OF_PYTHON
    )


def _is_own(project: CodeOfProject, source: Source, kind: str, attribute: str, value: object) -> bool:
    if isinstance(value, property) and value.fset is None and value.fdel is None:
        value = value.fget
    elif isinstance(value, (classmethod, staticmethod)):
        value = value.__func__
    if isinstance(value, FunctionType):
        return is_defined_in(source, value, f"{kind}.{attribute}")
    return constant_text(value, project.root) is not None
