"""The identity of a task's code.

It is made of named parts: the function itself, and everything of the project that it reaches by name (see reach) or
holds (see objects). The digest is that of the sorted parts, so `why` can name the very part that differs.

What counts by itself is the project. Installed packages count by their version where `[code] packages` names them, or
by what `hash_includes` lists. `version=` takes the place of all code; what `hash_includes` lists counts beside it.
"""

from __future__ import annotations

from types import FunctionType, ModuleType

from redo_py.ground.errors import UsageError
from redo_py.tasks.code.objects import reach_objects, walk
from redo_py.tasks.code.reach import Reach
from redo_py.tasks.reading.locate import locate
from redo_py.tasks.reading.parts import TAKEN, digest_text
from redo_py.values.proxy import proxy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from redo_py.tasks.code.project import CodeOfProject
    from redo_py.tasks.reading.parts import Parts
    from redo_py.tasks.task import Task

INSTEAD = ("version", "source")  # options of which one takes the place of the code, the first that is given


def task_parts(task: Task, project: CodeOfProject, *, alone: bool = False) -> Parts:
    """name -> (digest, file, line) of everything that identifies `task` beside its name. Raises what `code_parts`
    raises. With `alone` what other modules change of those that are reached does not count: it is the same in a
    process that has imported less."""
    options = task.own_options
    instead = {name: options[name] for name in INSTEAD if options.get(name) is not None}
    if options.get("compat"):
        instead["compat"] = str(options["compat"][0])
    return code_parts(task.func, project, instead=instead, includes=task.hash_includes, alone=alone)


def code_parts(
    func: Callable[..., Any],
    project: CodeOfProject,
    *,
    version: str | None = None,
    instead: Mapping[str, str] | None = None,
    includes: Sequence[object] = (),
    alone: bool = False,
) -> Parts:
    """name -> (digest, file, line) of everything that is the code of the task made from `func`; `instead` of it, where
    there is anything, as with a `version`.

    Raises UsageError if `func` has no source that can be seen and no `version` is given, if it is ambiguous which
    function of a line it is, or if a package that shall count has no version.
    """
    if version is not None:
        instead = {"version": version}
    if instead:
        parts = {name: (digest_text(text), "", 0) for name, text in instead.items()}
    else:
        parts = _find_parts(func, Reach(project, alone)) if alone else _own_parts(func, project)
    return {**parts, **_included_parts(includes, Reach(project, alone))} if includes else parts


def value_parts(item: object, project: CodeOfProject) -> Parts:
    """The parts of the project's code that a function, method or class leads to which is passed as a value, the hooks
    that a proxy has for the class among them; none for what belongs to an installed package."""
    reach = Reach(project)
    hooks = proxy_of(item) if isinstance(item, type) else None
    reach_objects(reach, [(_label(each), each) for each in (item, hooks) if each is not None])
    walk(reach)
    return reach.parts


def _own_parts(func: Callable[..., Any], project: CodeOfProject) -> Parts:
    known = project.known.get(func)
    if known is None:
        known = project.known[func] = _find_parts(func, Reach(project))
    return known


def _find_parts(func: Callable[..., Any], reach: Reach) -> Parts:
    code = getattr(func, "__code__", None)
    if code is not None and code.co_filename.startswith("<") and reach.project.source_at(code.co_filename) is None:
        raise UsageError("code-without-source", name=func.__qualname__, reason=f"{code.co_filename} is no file")
    reach_objects(reach, [(_label(func), func)], task=func)
    walk(reach)
    if not reach.parts:
        _count_installed(reach, func)
    return reach.parts


def _label(func: object) -> str:
    name: str = getattr(func, "__qualname__", type(func).__qualname__)
    module = getattr(func, "__module__", None)
    return f"{module}.{name}" if module else name


def _count_installed(reach: Reach, func: object) -> None:
    """A task that comes with an installed package is told by the package's version."""
    from redo_py.tasks.code.installed import version_of

    module = getattr(func, "__module__", None) or ""
    try:
        reach.add(_label(func), version_of(module.partition(".")[0]))
    except UsageError:
        reason = f"it belongs to {module or 'no module'}, which has no version"
        raise UsageError("code-without-source", name=_label(func), reason=reason) from None


def _included_parts(includes: Sequence[object], reach: Reach) -> Parts:
    """The parts of what `hash_includes` lists: code by its code, packages by version, anything else by value."""
    for number, item in enumerate(includes, start=1):
        _include(reach, f"included {number}", item)
    walk(reach)
    return reach.parts


def _include(reach: Reach, label: str, item: Any) -> None:
    if reach.project.is_task(item):
        for name, part in task_parts(item, reach.project, alone=reach.alone).items():
            reach.parts[name if part[1] else f"{label} {item.fullname}: {name}"] = part
    elif isinstance(item, ModuleType) and reach.project.source_of(item.__name__) is None:
        _include_installed(reach, item.__name__.partition(".")[0])
    elif isinstance(item, ModuleType):
        reach.need([(TAKEN, item.__name__, ())])
    elif callable(item):
        before = len(reach.parts)
        reach_objects(reach, [(_label(item), item)])
        walk(reach)
        if len(reach.parts) == before and reach.project.source_of(item.__module__ or "") is None:
            _include_installed(reach, (item.__module__ or "builtins").partition(".")[0])
    else:
        reach.parts[label] = (_value_digest(item), "", 0)


def _include_installed(reach: Reach, top: str) -> None:
    from redo_py.tasks.code.installed import version_of

    reach.add(f"{top} (installed)", version_of(top))


def _value_digest(value: object) -> bytes:
    from redo_py.values.encoding import digest_of
    from redo_py.values.foreign import NotEncodable

    try:
        return digest_of(value)
    except NotEncodable as error:
        raise UsageError("include-without-identity", kind=type(value).__name__, reason=error) from None


def code_text(func: Callable[..., Any], project: CodeOfProject) -> str:
    """The source of `func` with its decorators, dedented, for the record; "" if there is none to be seen."""
    found = func if isinstance(func, FunctionType) else getattr(func, "__wrapped__", getattr(func, "func", None))
    if not isinstance(found, FunctionType):
        return ""
    code = found.__code__
    source = project.source_at(code.co_filename)
    node = locate(code, source) if source is not None else None
    if source is None or node is None:
        return ""
    return _dedented(source.text.split("\n")[code.co_firstlineno - 1 : node.end_lineno])


def _dedented(lines: list[str]) -> str:
    """`lines` without the white space that stands before the first of them; lines that have less keep their text."""
    margin = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return "".join(line.removeprefix(margin) + "\n" for line in lines)
