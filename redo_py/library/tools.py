"""Small tasks around files, and one to look at a value in the middle of a run."""

from __future__ import annotations

import sys

from redo_py.tasks.making import task
from redo_py.values.file import File
from redo_py.values.folder import Dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@task(namespace="redun.tools", version="1")
def copy_file(src_file: File, dest_path: str, skip_if_exists: bool = False) -> File:
    """Copy a file to a path, on any file system; the copy."""
    copy: File = src_file.copy_to(File(dest_path), skip_if_exists=skip_if_exists)
    return copy


@task(namespace="redun.tools", version="1")
def copy_files(src_files: list[File], dest_paths: list[str], skip_if_exists: bool = False) -> list[File]:
    """Copy each file to the path of the same place in the other list, side by side; the copies. Raises ValueError for
    lists that are not of one length."""
    pairs: Any = zip(src_files, dest_paths, strict=True)
    return [copy_file(file, path, skip_if_exists) for file, path in pairs]


@task(namespace="redun.tools", version="1")
def copy_dir(src_dir: Dir, dest_path: str, skip_if_exists: bool = False) -> Dir:
    """Copy all files below a folder to another one, on any file system; the copy."""
    copy: Dir = src_dir.copy_to(Dir(dest_path), skip_if_exists=skip_if_exists)
    return copy


@task(namespace="redun.tools", version="1")
def render_template(out_path: str, template: File, context: dict[str, Any], template_dir: Dir | None = None) -> File:
    """Write what Jinja makes of a template and the names in `context`; the file. Templates that it includes are looked
    for in `template_dir`. Raises ImportError where Jinja is not installed."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    def load(name: str) -> str | None:
        found = template_dir.file(name) if template_dir is not None else None
        text: str | None = found.read() if found is not None and found.exists() else None
        return text

    environment = Environment(loader=FunctionLoader(load), undefined=StrictUndefined, keep_trailing_newline=True)
    out = File(out_path)
    out.write(environment.from_string(template.read()).render(**context))
    return out


@task(namespace="redun.tools", version="1", cache=False)
def debug_task(value: Any) -> Any:
    """Stop in the debugger with `value` at hand, and give it back."""
    import pdb

    pdb.Pdb(stdin=sys.__stdin__, stdout=sys.__stdout__).set_trace()
    return value
