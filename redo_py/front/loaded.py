"""Modules that this process has imported before: is what runs still what their files say?

Code is told apart by its text, which is read when it is first asked for. A module that is imported through our finder
now runs what was read. The file of any other one may have been edited since: a script, what a notebook imported an hour
ago. Its functions are compared with what the text compiles to now, and if they differ nothing may be remembered under
that text.
"""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from types import CodeType, FunctionType

from redo_py.front.finder import Loader
from redo_py.ground.attributes import attribute
from redo_py.ground.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from redo_py.tasks.reading.sources import Source


def refuse_edited(source: Source) -> None:
    """Raise UsageError if a function of the module of `source`, as this process has imported it, is not in its text.
    What another loader than Python's and ours has made may have other code, and is not compared."""
    names = imported_names(source)
    if type(names.get("__loader__")) not in (SourceFileLoader, Loader):
        return
    known = set(codes_of(compile(source.data, source.path, "exec", dont_inherit=True)))
    for function in functions_in(names, source.path):
        if function.__code__ not in known:
            raise UsageError("code-not-in-file", name=function.__qualname__, file=source.shown)


def imported_names(source: Source) -> Mapping[str, Any]:
    """The names of the module that was imported from the file of `source`; {} if there is none."""
    for name in (source.module, "__main__"):
        names = getattr(sys.modules.get(name), "__dict__", {})
        if names.get("__file__") == source.path:
            return names
    return {}


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """All code inside of `code`, itself included."""
    stack = [code]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(constant for constant in found.co_consts if isinstance(constant, CodeType))


def functions_in(names: Mapping[str, Any], path: str) -> Iterator[FunctionType]:
    """The functions that were compiled from the file at `path` and that `names` holds, in classes, too."""
    for value in [*names.values()]:
        for each in [*vars(value).values()] if isinstance(value, type) else [value]:
            function = attribute(each, "__func__", each)
            function = function if isinstance(function, FunctionType) else attribute(each, "func")
            if isinstance(function, FunctionType) and function.__code__.co_filename == path:
                yield function
