"""What the user is told when a module cannot be imported: the user's own innermost line, and how it was reached."""

from __future__ import annotations

import os
import sys
from functools import partial
from types import ModuleType

from redo_py.ground.alias.names import TOP
from redo_py.ground.catalogue.syntax import INSTEAD
from redo_py.ground.errors import RedunError, UsageError
from redo_py.ground.spans import Span

FEW = 6  # names of a module that are listed where none is near the one that was asked for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from typing import Protocol

    from redo_py.front.territory import Territory
    from redo_py.tasks.reading.sources import Source

    Frame = tuple[str, Span]  # what runs there, where

    class Names(Protocol):
        """What can tell which modules there are."""

        def module_names(self) -> Iterable[str]: ...

    class Project(Names, Protocol):
        """What is asked of front.modules.Project."""

        root: str
        territory: Territory

        def source_at(self, path: str) -> Source | None: ...


def refuse_shadowed(project: Project, name: str) -> None:
    """Raises UsageError if the project has a file for `name` that Python will never import under that name."""
    top = name.partition(".")[0]
    territory = project.territory
    files = [f"{folder}/{file}" for folder in territory.folders() for file in (f"{top}.py", f"{top}/__init__.py")]
    own = next(filter(os.path.exists, files), None)
    if own is None:
        return
    if top in sys.stdlib_module_names:
        raise UsageError("module-shadows-standard", path=territory.shown(own), module=top)
    loaded = sys.modules.get(top)
    elsewhere = getattr(loaded, "__file__", None)
    if elsewhere and not territory.owns(elsewhere):
        raise UsageError("module-name-taken", path=territory.shown(own), module=top, other=elsewhere)


def told(project: Project, name: str, error: BaseException) -> RedunError:
    """`error`, raised while `name` was imported, as a UsageError at the user's line."""
    if isinstance(error, RedunError):
        return error
    frames = _frames(project, error.__traceback__)
    source = project.source_at(error.filename) if isinstance(error, SyntaxError) and error.filename else None
    if source is not None and isinstance(error, SyntaxError):
        return source.syntax_error(error)
    if isinstance(error, ModuleNotFoundError) and error.name and _is_part_of(name, error.name) and not frames:
        return no_such_module(project, name)
    return _failed(project, name, error, frames)


def no_such_name(
    module: str, name: str, names: Iterable[str], span: Span | None = None, line: str | None = None
) -> UsageError:
    """`from module import name`, at `span` whose text is `line`, where the module has no such name."""
    public = [known for known in names if not known.startswith("__")]
    hint = suggestion(name, public)
    if not hint and 0 < len(public) <= FEW:
        hint = "it has " + ", ".join(f"`{known}`" for known in sorted(public))
    return UsageError("name-not-in-module", span=span, source=line, module=module, name=name, hint=hint)


def no_such_module(project: Names, name: str) -> UsageError:
    """The project has no file for the module `name`."""
    near = suggestion(name, project.module_names())
    is_of_python = name.partition(".")[0] in sys.stdlib_module_names
    file = f"a module `{name}` is the file {name.replace('.', '/')}.py below the project's root"
    hint = near or (INSTEAD["import"] if is_of_python else file)
    return UsageError("module-not-found", module=name, hint=hint)


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean ...?" with the nearest of `known`; "" if none is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, sorted(set(known)), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(f'`{other}`' for other in near)}?" if near else ""


def _is_part_of(module: str, missing: str) -> bool:
    return module == missing or module.startswith(missing + ".")


def _failed(project: Project, name: str, error: BaseException, frames: list[Frame]) -> UsageError:
    span = frames[-1][1] if frames else None
    source = _line(project, os.path.join(project.root, span.file), span.line) if span else None
    return _kind(project, name, error)(span=span, source=source, trail=frames[:-1], module=name)


def _kind(project: Project, name: str, error: BaseException) -> Callable[..., UsageError]:
    """The maker of the error: its entry of the catalogue and its own words."""
    if isinstance(error, SystemExit):
        return partial(UsageError, "module-exits", status=error.code)
    if "partially initialized module" in str(error):
        return partial(UsageError, "module-circular", message=str(error).partition(" (")[0])
    if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith(f"{TOP}."):
        near = suggestion(error.name, project.module_names())
        hint = near or f"install `{error.name}`, or correct its name"
        return partial(UsageError, "module-missing", missing=error.name, hint=hint)
    return partial(UsageError, "module-fails", error=_said(error), hint=_hint(project, error))


def _hint(project: Project, error: BaseException) -> str:
    """For a name that an imported module does not have: a similar one, or that it is not the module that was meant."""
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        module, name = error.obj.__name__, error.name or ""
    elif isinstance(error, ImportError) and error.name in sys.modules:
        module, name = error.name, str(error).removeprefix("cannot import name '").partition("'")[0]
    else:
        return ""
    if module in sys.stdlib_module_names and os.path.exists(os.path.join(project.root, module + ".py")):
        return f"`{module}` is a module of Python's standard library: rename your {module}.py"
    return suggestion(name, vars(sys.modules[module]))


def _said(error: BaseException) -> str:
    text = str(error).strip()
    if isinstance(error, ImportError):
        text = text.partition(" (")[0]  # the path of the module, or Python's guess at the reason
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _frames(project: Project, traceback: TracebackType | None) -> list[Frame]:
    """The frames that run files of the project, outermost first."""
    frames: list[Frame] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if project.territory.owns(code.co_filename):
            what = "import" if code.co_name == "<module>" else code.co_name
            place = Span(project.territory.shown(code.co_filename), traceback.tb_lineno, _column(project, traceback))
            frames.append((what, place))
        traceback = traceback.tb_next
    return frames


def _column(project: Project, traceback: TracebackType) -> int:
    """Where on its line the failing expression begins, counted in characters from 1."""
    code = traceback.tb_frame.f_code
    line = _line(project, code.co_filename, traceback.tb_lineno) or ""
    positions = list(code.co_positions())[traceback.tb_lasti // 2]
    if positions[0] != traceback.tb_lineno or positions[2] is None:
        return len(line) - len(line.lstrip()) + 1
    return len(line.encode()[: positions[2]].decode("utf-8", "replace")) + 1


def _line(project: Project, path: str, number: int) -> str | None:
    source = project.source_at(path)
    return source.line(number) if source is not None else None
