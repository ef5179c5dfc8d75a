"""What the user is told when a module cannot be imported: the user's own innermost line, and how it was reached."""

from __future__ import annotations

import os
import sys

from redo_py.ground.errors import RedunError, UsageError
from redo_py.ground.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from redo_py.front.modules import Project

    Frame = tuple[str, Span]  # what runs there, where


def refuse_shadowed(project: Project, name: str) -> None:
    """Raises UsageError if the project has a file for `name` that Python will never import under that name."""
    top = name.partition(".")[0]
    own = next((path for path in (f"{top}.py", f"{top}/__init__.py") if os.path.exists(f"{project.root}/{path}")), None)
    if own is None:
        return
    if top in sys.stdlib_module_names:
        raise UsageError("module-shadows-standard", path=own, module=top)
    loaded = sys.modules.get(top)
    elsewhere = getattr(loaded, "__file__", None)
    if elsewhere and not elsewhere.startswith(project.root + os.sep):
        raise UsageError("module-name-taken", path=own, module=top, other=elsewhere)


def told(project: Project, name: str, error: BaseException) -> RedunError:
    """`error`, raised while `name` was imported, as a UsageError at the user's line."""
    if isinstance(error, RedunError):
        return error
    frames = _frames(project, error.__traceback__)
    if isinstance(error, SyntaxError):
        return _syntax(project, error, frames)
    if isinstance(error, ModuleNotFoundError) and error.name and _is_part_of(name, error.name) and not frames:
        return _no_module(project, name)
    return _failed(project, name, error, frames)


def no_such_name(module: str, name: str, names: Iterable[str], span: Span | None = None) -> UsageError:
    """`from module import name` where the module has no such name."""
    public = [known for known in names if not known.startswith("__")]
    return UsageError("name-not-in-module", span=span, module=module, name=name, suggestion=suggestion(name, public))


def suggestion(word: str, known: Iterable[str]) -> str:
    """" Did you mean ...?" with the nearest of `known`; "" if none is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, sorted(set(known)), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(f'`{other}`' for other in near)}?" if near else ""


def _is_part_of(module: str, missing: str) -> bool:
    return module == missing or module.startswith(missing + ".")


def _no_module(project: Project, name: str) -> UsageError:
    near = suggestion(name, project.module_names())
    hint = near or f"a module `{name}` is the file {name.replace('.', '/')}.py below the project's root"
    return UsageError("module-not-found", module=name, hint=hint)


def _syntax(project: Project, error: SyntaxError, frames: list[Frame]) -> UsageError:
    path = error.filename or ""
    span = Span(project.shown(path), error.lineno or 1, max(error.offset or 1, 1))
    line = _line(project, path, span.line)
    if line is None and error.text is not None:
        line = error.text.rstrip("\n")
    return UsageError("module-syntax", span=span, source=line, trail=frames, message=error.msg)


def _failed(project: Project, name: str, error: BaseException, frames: list[Frame]) -> UsageError:
    what, span = frames[-1] if frames else ("", None)
    source = _line(project, os.path.join(project.root, span.file), span.line) if span else None
    code, words = _kind(project, name, error)
    return UsageError(code, span=span, source=source, trail=frames[:-1], module=name, **words)


def _kind(project: Project, name: str, error: BaseException) -> tuple[str, dict[str, object]]:
    """The entry of the catalogue and its own words."""
    if isinstance(error, SystemExit):
        return "module-exits", {"status": error.code}
    if "partially initialized module" in str(error):
        return "module-circular", {"message": str(error).partition(" (")[0]}
    if isinstance(error, ModuleNotFoundError) and error.name:
        near = suggestion(error.name, project.module_names())
        return "module-missing", {"missing": error.name, "hint": near or f"install `{error.name}`, or correct its name"}
    return "module-fails", {"error": _said(error)}


def _said(error: BaseException) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _frames(project: Project, traceback: TracebackType | None) -> list[Frame]:
    """The frames that run files of the project, outermost first."""
    frames: list[Frame] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if project.owns(code.co_filename):
            what = "import" if code.co_name == "<module>" else code.co_name
            frames.append((what, Span(project.shown(code.co_filename), traceback.tb_lineno, _column(project, traceback))))
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
